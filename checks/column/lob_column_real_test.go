package column_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestLOBColumnOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t,
			"CREATE TABLE "+from+".keyed (id INT PRIMARY KEY, t TEXT)",
			"CREATE TABLE "+from+".bare (t TEXT, b BLOB)",
			"CREATE TABLE "+from+".mixed (n INT, j JSON)")
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
			Dest:   checktest.Endpoint{Server: s, Schema: to},
			Phases: checks.Incremental}
		got := task.Run(t, column.LOBColumn)
		var found []string
		for _, f := range got.Findings {
			found = append(found, f.Rule+" "+f.Object.Table)
		}
		if diff := cmp.Diff([]string{"nothing_else bare", "no_key mixed"}, found); diff != "" {
			t.Errorf("findings (-want +got):\n%s", diff)
		}
		s.Exec(t, "ALTER TABLE "+from+".bare ADD id INT PRIMARY KEY", "ALTER TABLE "+from+".mixed ADD PRIMARY KEY (n)")
		if got := task.Run(t, column.LOBColumn); got.Outcome != engine.Passed {
			t.Errorf("after the fix, got %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}
