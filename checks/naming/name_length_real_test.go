package naming_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/naming"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestNameLengthOnRealServers(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		from, to := source.Database(t), dest.Database(t)
		most, more := strings.Repeat("é", 64), strings.Repeat("é", 65)
		source.Exec(t, "CREATE TABLE "+from+".a (id INT)",
			"CREATE TABLE "+from+".`"+most+"` (`"+most+"` INT, KEY `"+most+"` (`"+most+"`))")
		task := checktest.Real{Source: checktest.Endpoint{Server: source}, Dest: checktest.Endpoint{Server: dest},
			Selection: &checks.Selection{Databases: []checks.SelectedDatabase{
				{Name: from, MappedName: to,
					Tables: []checks.SelectedTable{{Name: "a", MappedName: more}, {Name: most}}}}}}
		got := task.Run(t, naming.NameLength)
		if diff := cmp.Diff([]string{"name_too_long " + to + "." + more},
			checktest.RulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if _, err := dest.DB(t).ExecContext(t.Context(), "CREATE TABLE "+to+".`"+more+"` (id INT)"); err == nil {
			t.Error("the destination accepts the long name")
		}
		dest.Exec(t, "CREATE TABLE "+to+".`"+most+"` (`"+most+"` INT, KEY `"+most+"` (`"+most+"`))")
		task.Selection.Databases[0].Tables[0].MappedName = "b"
		if got := task.Run(t, naming.NameLength); got.Outcome != engine.Passed {
			t.Errorf("mapped to a short name, it is %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}
