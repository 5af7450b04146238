package common_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/mysql"
	"github.com/dbprecheck/precheck/engine"
)

// found writes what a result found as "rule object", in its order, without the schema's name.
func found(res engine.Result, schema string) []string {
	var lines []string
	for _, f := range res.Findings {
		lines = append(lines, f.Rule+" "+strings.TrimPrefix(f.Object.String(), schema+"."))
	}
	return lines
}

// wantFound runs a check over real servers and compares what it found.
func wantFound(t *testing.T, task checktest.Real, c *checks.Check, want ...string) engine.Result {
	t.Helper()
	got := task.Run(t, c)
	schema := task.Source.Schema
	if got.Item.Side == checks.Dest {
		schema = task.Dest.Schema
	}
	if got.Outcome == engine.Unknown || got.Outcome == engine.Blocked {
		t.Fatalf("%s: %s", got.Outcome, got.Message(20))
	}
	if diff := cmp.Diff(want, found(got, schema)); diff != "" {
		t.Fatalf("found (-want +got):\n%s%s", diff, got.Message(20))
	}
	return got
}

func wantEqual(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// wantCreated creates a table as the destination of a task would, in a schema of its own on s, and
// compares whether s accepts it.
func wantCreated(t *testing.T, s *dbtest.Server, accepted bool, statements ...string) {
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

// wantTaken creates tables on one server, and compares which of them another one takes.
func wantTaken(t *testing.T, from, to *dbtest.Server, use string, tables map[string]bool) {
	t.Helper()
	for table, accepted := range tables {
		from.Exec(t, use, "CREATE TABLE "+table)
		wantCreated(t, to, accepted, "CREATE TABLE "+table)
	}
}

func shorten(s string) string {
	if len(s) > 200 {
		return s[:200] + "…"
	}
	return s
}

// columnsOf reads the columns of a table.
func columnsOf(t *testing.T, s *dbtest.Server, table datasource.TableName) []datasource.Column {
	t.Helper()
	r, err := mysql.Open(datasource.Endpoint{Type: datasource.MySQL, Host: s.Host, Port: s.Port, User: s.User, Password: datasource.NewSecret(s.Password)},
		func(context.Context) ([]string, error) { return []string{table.Schema}, nil })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	columns, err := datasource.NewFacts(t.Context(), r).Columns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return columns.Of(table)
}

// list joins n texts made by a format with a number.
func list(n int, format string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(parts, ", ")
}

// pairOf gives both servers, in the direction from, to.
func pairOf(t *testing.T, from, to dbtest.Product) (source, dest *dbtest.Server, task checktest.Real) {
	t.Helper()
	source, dest = dbtest.Get(t, from), dbtest.Get(t, to)
	return source, dest, checktest.Real{Source: checktest.End{Server: source, Schema: source.Database(t)}, Dest: checktest.End{Server: dest, Schema: dest.Database(t)}}
}

// Facts of servers and tables for tests over literal facts.
var (
	mysql97   = datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 9, Minor: 7}}
	mysql80   = datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 8, Minor: 0, Patch: 36}}
	mysql57   = datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 5, Minor: 7, Patch: 44}}
	maria105  = datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 10, Minor: 5}}
	maria1011 = datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 10, Minor: 11}}
	maria118  = datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 11, Minor: 8}}
	ob43      = datasource.Server{Flavor: datasource.FlavorOceanBase, Version: datasource.Version{Major: 4, Minor: 3}, Mode: "MYSQL"}

	shopT = datasource.TableName{Schema: "shop", Name: "t"}
)

// snapshot holds the table shop.t with these columns and indexes, and more facts.
func snapshot(server datasource.Server, columns []datasource.Column, indexes []datasource.Index, more datasource.Snapshot) datasource.Snapshot {
	s := datasource.Snapshot{
		datasource.FactServer:         server,
		datasource.FactVariables:      datasource.Variables{},
		datasource.FactStorageEngines: datasource.StorageEngines{{Name: "InnoDB", Support: "DEFAULT"}},
		datasource.FactSchemas:        []datasource.Schema{{Name: "shop"}},
		datasource.FactTables:         datasource.Tables{{TableName: shopT, Kind: datasource.BaseTable, Engine: "InnoDB"}},
		datasource.FactColumns:        datasource.GroupByTable(datasource.TableRows[datasource.Column]{Table: shopT, Rows: columns}),
		datasource.FactIndexes:        datasource.GroupByTable(datasource.TableRows[datasource.Index]{Table: shopT, Rows: indexes}),

		datasource.FactCheckConstraints: datasource.ByTable[datasource.CheckConstraint]{},
		datasource.FactForeignKeys:      datasource.ByTable[datasource.ForeignKey]{},
	}
	for fact, value := range more {
		s[fact] = value
	}
	return s
}

// wantRules runs a check over literal facts and compares the rules that it finds.
func wantRules(t *testing.T, f checktest.Facts, c *checks.Check, want ...string) []checks.Finding {
	t.Helper()
	findings, _, err := f.Run(t, c)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, checktest.Rules(findings)); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	return findings
}
