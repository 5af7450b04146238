package naming_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/naming"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestNameCharactersOnRealServers(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		from, to := source.Database(t), dest.Database(t)
		source.Exec(t, "CREATE TABLE "+from+".a (id INT)", "CREATE TABLE "+from+".b (id INT)",
			"CREATE TABLE "+from+".`c d` (`größe` INT, plain INT)")
		got := checktest.Real{Source: checktest.Endpoint{Server: source}, Dest: checktest.Endpoint{Server: dest},
			Selection: &checks.Selection{Databases: []checks.SelectedDatabase{
				{Name: from, MappedName: to,
					Tables: []checks.SelectedTable{{Name: "a", MappedName: "a "}, {Name: "b", MappedName: "b😀"},
						{Name: "c d"}}}}}}.Run(t, naming.NameCharacters)
		want := []string{"name_refused " + to + ".a ", "name_refused " + to + ".b😀", "odd_characters " + to + ".c d",
			"odd_characters " + to + ".c d.größe"}
		if diff := cmp.Diff(want, checktest.RulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, name := range []string{"a ", "b😀"} {
			_, _ = dest.DB(t).ExecContext(t.Context(), "CREATE TABLE "+to+".`"+name+"` (id INT)")
			var found int
			if err := dest.DB(t).QueryRowContext(t.Context(),
				"SELECT COUNT(*) FROM information_schema.TABLES WHERE table_schema = ? AND HEX(table_name) = HEX(?)",
				to,
				name).Scan(&found); err != nil || found != 0 {
				t.Errorf("the destination accepts the name %q: %v", name, err)
			}
		}
		dest.Exec(t, "CREATE TABLE "+to+".`c d` (`größe` INT, plain INT)")
	})
}
