package mysql_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// A reader of selected tables reads of each what a reader of the whole schema reads, whether the tables are looked up
// one by one or in a list. Readers with other tables share no answer.
func TestSelectedTables(t *testing.T) {
	t.Parallel()
	test := func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		const count = 130
		var tables []datasource.TableName
		statements := []string{"USE " + schema}
		for i := range count {
			name := fmt.Sprintf("%c'%d\\", []rune("eé")[i%2], i/2) // equal in some collations
			tables = append(tables, datasource.TableName{Schema: schema, Name: name})
			statements = append(statements, fmt.Sprintf("CREATE TABLE `%s` (id INT PRIMARY KEY AUTO_INCREMENT, "+
				"w VARCHAR(%d), g POINT, CHECK (w <> '%d'), KEY (w DESC)) COMMENT '%d' STATS_PERSISTENT = 1 "+
				"AUTO_INCREMENT = %d", name, i+1, i, i, i+2))
		}
		parted := " (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2"
		statements = append(statements, "CREATE TABLE IF NOT EXISTS `E'0\\` (other INT)",
			"CREATE TABLE IF NOT EXISTS Parted"+parted, "CREATE TABLE IF NOT EXISTS parted"+parted,
			"CREATE TRIGGER fires BEFORE INSERT ON parted FOR EACH ROW SET @a = 1",
			"CREATE VIEW viewed AS SELECT 1 AS one")
		tables = append(tables, datasource.TableName{Schema: schema, Name: "parted"})
		s.Exec(t, statements...)
		var links mysql.Links
		open := func(selected []datasource.TableName) *mysql.Reader {
			r, err := links.Open(datasource.Endpoint{Type: datasource.MySQL, Host: s.Host, Port: s.Port, User: s.User,
				Password: datasource.NewSecret(s.Password)},
				func(context.Context) ([]string, error) { return []string{schema}, nil })
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = r.Close() })
			if selected != nil {
				r.Select(func(context.Context, datasource.AnyFact) ([]datasource.TableName, bool) {
					return selected, true
				})
			}
			return r
		}
		read := func(r *mysql.Reader, fact datasource.AnyFact) any {
			value, err := r.Read(t.Context(), fact)
			if err != nil {
				t.Fatalf("%s: %v", fact, err)
			}
			return value
		}
		// Descending of a whole schema of MariaDB does not show the indexes of InnoDB.
		order := cmpopts.IgnoreFields(datasource.IndexColumn{}, "Descending")
		last := tables[len(tables)-1:]
		whole := open(nil)
		for _, selected := range [][]datasource.TableName{{}, last, slices.Concat(tables[:2], last),
			slices.Concat(tables[:70], last)} {
			some := open(selected)
			for _, fact := range []datasource.AnyFact{datasource.FactAutoIncrements, datasource.FactCheckConstraints,
				datasource.FactColumns, datasource.FactCreateOptions, datasource.FactDescendingIndexes,
				datasource.FactIndexes, datasource.FactPartitions, datasource.FactTableSizes} {
				before := some.Usage().Statements[""]
				all, few := rowsOf(read(whole, fact)), rowsOf(read(some, fact))
				notSelected := func(t datasource.TableName, _ []any) bool { return !slices.Contains(selected, t) }
				maps.DeleteFunc(all, notSelected)
				maps.DeleteFunc(few, notSelected)
				if diff := cmp.Diff(all, few, order); diff != "" {
					t.Errorf("%s of %d tables (-whole +selected):\n%s", fact, len(selected), diff)
				}
				if n := some.Usage().Statements[""] - before; n > 3 {
					t.Errorf("%s of %d tables: %d statements", fact, len(selected), n)
				}
			}
			triggers := read(some, datasource.FactTriggers).([]datasource.Trigger)
			if len(triggers) != min(len(selected), 1) {
				t.Errorf("%d triggers of %d tables", len(triggers), len(selected))
			}
			if views := read(some, datasource.FactViews).([]datasource.ViewDefinition); len(views) != 1 {
				t.Errorf("views: %v", views)
			}
		}
	}
	dbtest.Each(t, test)
	t.Run("lower case", func(t *testing.T) {
		t.Parallel()
		test(t, dbtest.Start(t, dbtest.MariaDB, "--lower-case-table-names=1"))
	})
}

// rowsOf returns the rows of TableRows of any type by table.
func rowsOf(value any) map[datasource.TableName][]any {
	rows := map[datasource.TableName][]any{}
	value.(interface {
		Each(func(datasource.TableName, any))
	}).Each(func(t datasource.TableName, row any) {
		rows[t] = append(rows[t], row)
	})
	return rows
}
