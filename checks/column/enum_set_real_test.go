package column_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestEnumSetMariaDBToMySQL(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	source, dest := from.Database(t), to.Database(t)
	from.Exec(t, "SET sql_mode = ''", "USE "+source)
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: source},
		Dest: checktest.Endpoint{Server: to, Schema: dest}}
	for name, tc := range map[string]struct {
		elements string
		want     []string
	}{
		"plain":  {"'a', 'it''s', '" + strings.Repeat("é", 255) + "'", nil},
		"longer": {"'a', '" + strings.Repeat("é", 256) + "'", []string{"long_element"}},
		"spaced": {"'a', 'a ') CHARACTER SET binary, f ENUM('a'", nil},
		"twice":  {"'a', 'A'", []string{"duplicate_element"}},
	} {
		create := name + " (e ENUM(" + tc.elements + ")) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
		from.Exec(t, "SET sql_mode = ''", "CREATE TABLE "+source+"."+create)
		got := task.Run(t, column.EnumSet)
		if diff := cmp.Diff(tc.want, checktest.Rules(got.Findings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if _, err := to.DB(t).ExecContext(t.Context(),
			"CREATE TABLE "+dest+"."+create); (err != nil) != (tc.want != nil) {
			t.Errorf("MySQL returned for %s: %v", name, err)
		}
		if tc.want == nil && got.Outcome != engine.Passed {
			t.Errorf("%s: got %s", name, got.Outcome)
		}
		from.Exec(t, "DROP TABLE "+source+"."+name)
	}
}
