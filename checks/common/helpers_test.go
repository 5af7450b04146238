package common_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// tables makes tables of names of the form schema.table; a final ! makes a view.
func tables(names ...string) datasource.Tables {
	var list []datasource.Table
	for _, n := range names {
		kind := datasource.BaseTable
		if view, ok := strings.CutSuffix(n, "!"); ok {
			n, kind = view, datasource.View
		}
		schema, name, _ := strings.Cut(n, ".")
		list = append(list, datasource.Table{TableName: datasource.TableName{Schema: schema, Name: name}, Kind: kind})
	}
	return datasource.SortTables(list)
}

// rulesAndObjects writes each finding as "rule object".
func rulesAndObjects[F checks.Finding | engine.Finding](findings []F) []string {
	var lines []string
	for _, f := range findings {
		switch f := any(f).(type) {
		case checks.Finding:
			lines = append(lines, f.Rule+" "+f.Object.String())
		case engine.Finding:
			lines = append(lines, f.Rule+" "+f.Object.String())
		}
	}
	return lines
}

// directions runs f from MariaDB to MySQL and from MySQL to MariaDB, as parallel subtests.
func directions(t *testing.T, f func(t *testing.T, source, dest *dbtest.Server)) {
	for _, d := range [][2]dbtest.Product{{dbtest.MariaDB, dbtest.MySQL}, {dbtest.MySQL, dbtest.MariaDB}} {
		t.Run(string(d[0])+" to "+string(d[1]), func(t *testing.T) {
			t.Parallel()
			f(t, dbtest.Get(t, d[0]), dbtest.Get(t, d[1]))
		})
	}
}

// columnOf gives the first column of what a query of the administrator gives.
func columnOf(t *testing.T, s *dbtest.Server, query string) []string {
	t.Helper()
	rows, err := s.DB(t).QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
