package mysql_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// The server itself refuses every statement that writes, and a query leaves no session with what it has changed.
func TestQueriesAreReadOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		table := schema + ".t"
		s.Exec(t, "CREATE TABLE "+table+" (id INT)", "INSERT INTO "+table+" VALUES (1)")
		f := facts(t, s, s.User, s.Password, schema)
		for _, statement := range []string{"INSERT INTO " + table + " VALUES (2)", "UPDATE " + table + " SET id = 2",
			"DELETE FROM " + table, "REPLACE INTO " + table + " VALUES (2)", "TRUNCATE " + table, "DROP TABLE " + table,
			"CREATE TABLE " + schema + ".u (id INT)", "ALTER TABLE " + table + " ADD a INT",
			"SELECT 1; DROP TABLE " + table} {
			_, err := datasource.FactQueryResult.Of(t.Context(), f, datasource.QueryText{SQL: statement, Rows: 10})
			if err == nil {
				t.Errorf("%s is accepted", statement)
			}
		}
		if rows := checktest.ColumnOf(t, s, "SELECT id FROM "+table); len(rows) != 1 || rows[0] != "1" {
			t.Errorf("the rows are %v", rows)
		}
		for i := range 3 {
			var a datasource.QueryResult
			var err error
			if a, err = datasource.FactQueryResult.Of(t.Context(), f, datasource.QueryText{Rows: 10,
				SQL: "SELECT @left AS seen, @left := " + strconv.Itoa(i) + " AS made, {schemas} AS name"}); err != nil {
				t.Fatal(err)
			}
			if len(a.Rows) != 1 || !a.Rows[0][0].Null || a.Rows[0][2].Text != schema || a.More ||
				strings.Join(a.Columns, " ") != "seen made name" {
				t.Errorf("the result is %+v", a)
			}
		}
	})
}
