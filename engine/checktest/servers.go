package checktest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// Directions runs a test from MariaDB to MySQL and from MySQL to MariaDB, in parallel.
func Directions(t *testing.T, f func(t *testing.T, source, dest *dbtest.Server)) {
	for _, d := range [][2]dbtest.Product{{dbtest.MariaDB, dbtest.MySQL}, {dbtest.MySQL, dbtest.MariaDB}} {
		t.Run(string(d[0])+" to "+string(d[1]), func(t *testing.T) {
			t.Parallel()
			f(t, dbtest.Get(t, d[0]), dbtest.Get(t, d[1]))
		})
	}
}

// PairOf returns a server of each product, and a task between them with a new schema on each.
func PairOf(t testing.TB, from, to dbtest.Product) (source, dest *dbtest.Server, task Real) {
	t.Helper()
	source, dest = dbtest.Get(t, from), dbtest.Get(t, to)
	return source, dest, Real{
		Source: Endpoint{Server: source, Schema: source.Database(t)},
		Dest:   Endpoint{Server: dest, Schema: dest.Database(t)},
	}
}

// ColumnOf returns the first column of the rows of a query.
func ColumnOf(t testing.TB, s *dbtest.Server, query string) []string {
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

// WantCreated executes statements in a new schema on s, and compares whether s accepts the last one.
func WantCreated(t testing.TB, s *dbtest.Server, accepted bool, statements ...string) {
	t.Helper()
	conn, err := s.DB(t).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(t.Context(), "USE "+s.Database(t)); err != nil {
		t.Fatal(err)
	}
	for i, statement := range statements {
		_, err = conn.ExecContext(t.Context(), statement)
		if err != nil && (accepted || i < len(statements)-1) {
			t.Errorf("%s %s refuses %s: %v", s.Product, s.Version, shorten(statement), err)
			return
		}
	}
	if err == nil && !accepted {
		t.Errorf("%s %s accepts %s", s.Product, s.Version, shorten(statements[len(statements)-1]))
	}
}

// WantRecreated creates tables of a task in the destination's schema, as SHOW CREATE TABLE of the source defines them
// and in this order.
func WantRecreated(t testing.TB, task Real, tables ...string) {
	t.Helper()
	for _, table := range tables {
		if err := Recreate(t, task, "TABLE", table); err != nil {
			t.Errorf("the destination refuses %s: %v", table, err)
		}
	}
}

// WantAccepted creates tables on one server, and compares which of them another server accepts.
func WantAccepted(t testing.TB, from, to *dbtest.Server, use string, tables map[string]bool) {
	t.Helper()
	for table, accepted := range tables {
		from.Exec(t, use, "CREATE TABLE "+table)
		WantCreated(t, to, accepted, "CREATE TABLE "+table)
	}
}

func shorten(s string) string {
	if len(s) > 200 {
		return s[:200] + "…"
	}
	return s
}

// Repeat joins n texts that a format makes of the numbers from 0.
func Repeat(n int, format string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(parts, ", ")
}
