package privilege_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestDictionaryPrivilege(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		facts datasource.Snapshot
		checktest.Expectation
	}{
		{"a readable view", datasource.Snapshot{
			datasource.FactDictionaryViews: []datasource.DictionaryView{{Name: "V$LOG",
				Readable: true}}}, checktest.Expectation{}},
		{"an unreadable view",
			datasource.Snapshot{datasource.FactDictionaryViews: []datasource.DictionaryView{{Name: "V$LOG",
				Grant: "GRANT it"}}},
			checktest.Expectation{Want: []string{"warning unreadable SYS.V$LOG"}, SQL: "GRANT it"}},
		{"a view that another replaces",
			datasource.Snapshot{datasource.FactDictionaryViews: []datasource.DictionaryView{{Name: "DBA_LOBS",
				Instead: "ALL_LOBS", Grant: "GRANT it"}}},
			checktest.Expectation{Note: "others are read instead: ALL_LOBS (DBA_LOBS)"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Oracle19With(tc.facts)
			facts := checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Incremental)}
			tc.Verify(t, privilege.DictionaryPrivilege, facts)
		})
	}
}
