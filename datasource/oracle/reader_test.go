package oracle

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

var releases = []oracletest.Release{oracletest.Release11g, oracletest.Release12c, oracletest.Release19c,
	oracletest.Release23ai}

// openFacts returns the facts of an emulated database, for schema SHOP.
func openFacts(t *testing.T, srv *oracletest.Server) (*datasource.Facts, *Reader) {
	t.Helper()
	r, err := Open(datasource.Endpoint{Type: datasource.Oracle, Host: srv.Host, Port: srv.Port, Service: srv.Service,
		User: srv.User, Password: datasource.NewSecret(srv.Password)},
		func(context.Context) ([]string, error) { return []string{"SHOP", "O'NEIL"}, nil })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return datasource.NewFacts(t.Context(), r), r
}

type row = oracletest.Row

// shop fills a database with a table of each kind that is listed in its own way.
func shop(srv *oracletest.Server) {
	srv.Insert("DBA_USERS", row{"USERNAME": "SHOP", "USER_ID": 101})
	table := func(name string, more row) {
		r := row{"OWNER": "SHOP", "TABLE_NAME": name, "TEMPORARY": "N", "NESTED": "NO", "SECONDARY": "N",
			"DROPPED": "NO"}
		for k, v := range more {
			r[k] = v
		}
		srv.Insert("DBA_TABLES", r)
		srv.Insert("DBA_ALL_TABLES", r)
	}
	table("ORDERS", nil)
	table("SCRATCH", row{"TEMPORARY": "Y"})
	table("ORDERS_MV", nil)
	table("LINES_NT", row{"NESTED": "YES"})
	table("OVERFLOW", row{"IOT_TYPE": "IOT_OVERFLOW"})
	table("BIN$x==$0", row{"DROPPED": "YES"})
	table("MLOG$_ORDERS", nil)
	table("RUPD$_ORDERS", row{"TEMPORARY": "Y"})
	srv.Insert("DBA_MVIEW_LOGS", row{"LOG_OWNER": "SHOP", "MASTER": "ORDERS", "LOG_TABLE": "MLOG$_ORDERS"})
	srv.Insert("DBA_VIEWS", row{"OWNER": "SHOP", "VIEW_NAME": "RECENT"})
	srv.Insert("DBA_MVIEWS", row{"OWNER": "SHOP", "MVIEW_NAME": "ORDERS_MV"})
	srv.Insert("DBA_TAB_COMMENTS",
		row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "TABLE_TYPE": "TABLE", "COMMENTS": "what was bought"})
	column := func(id int, name, dataType string, more row) {
		r := row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "COLUMN_NAME": name, "COLUMN_ID": id, "DATA_TYPE": dataType,
			"DATA_LENGTH": 22,
			"NULLABLE":    "Y", "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO", "CHAR_LENGTH": 0}
		for k, v := range more {
			r[k] = v
		}
		srv.Insert("DBA_TAB_COLS", r)
	}
	column(1, "ID", "NUMBER", row{"DATA_PRECISION": 10, "DATA_SCALE": 0, "NULLABLE": "N"})
	column(3, "NAME", "VARCHAR2",
		row{"DATA_LENGTH": 80, "CHAR_LENGTH": 20, "CHAR_USED": "C", "CHARACTER_SET_NAME": "CHAR_CS",
			"DEFAULT_LENGTH": 5,
			"DATA_DEFAULT":   "'Ada'"})
	column(2, "ANY", "NUMBER", nil)
	column(4, "PLACED", "TIMESTAMP(6) WITH TIME ZONE", row{"DATA_SCALE": 6, "NULLABLE": "N"})
	column(5, "TWICE", "NUMBER", row{"VIRTUAL_COLUMN": "YES", "DEFAULT_LENGTH": 6, "DATA_DEFAULT": `"ID"*2`})
	srv.Insert("DBA_TAB_COLS", row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "COLUMN_NAME": "SYS_NC00006$",
		"INTERNAL_COLUMN_ID": 6, "DATA_TYPE": "VARCHAR2", "DATA_LENGTH": 20,
		"NULLABLE": "Y", "HIDDEN_COLUMN": "YES", "VIRTUAL_COLUMN": "YES", "CHAR_LENGTH": 20, "DEFAULT_LENGTH": 13,
		"DATA_DEFAULT": `UPPER("NAME")`})
	srv.Insert("DBA_COL_COMMENTS",
		row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "COLUMN_NAME": "ID", "COMMENTS": "the number"})
	key := func(name, kind, status, column string) {
		srv.Insert("DBA_CONSTRAINTS",
			row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "CONSTRAINT_NAME": name, "CONSTRAINT_TYPE": kind,
				"STATUS":     status,
				"INDEX_NAME": name + "_IX"})
		srv.Insert("DBA_CONS_COLUMNS",
			row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "CONSTRAINT_NAME": name, "COLUMN_NAME": column, "POSITION": 1})
		srv.Insert("DBA_INDEXES", row{"OWNER": "SHOP", "INDEX_NAME": name + "_IX", "TABLE_OWNER": "SHOP",
			"TABLE_NAME": "ORDERS", "UNIQUENESS": "NONUNIQUE", "INDEX_TYPE": "NORMAL", "VISIBILITY": "VISIBLE"})
		srv.Insert("DBA_IND_COLUMNS",
			row{"INDEX_OWNER": "SHOP", "INDEX_NAME": name + "_IX", "TABLE_OWNER": "SHOP", "TABLE_NAME": "ORDERS",
				"COLUMN_NAME": column, "COLUMN_POSITION": 1, "DESCEND": "ASC"})
	}
	key("ORDERS_PK", "P", "ENABLED", "ID")
	key("ORDERS_UK", "U", "DISABLED", "NAME")
	key("SYS_C0099", "U", "ENABLED", "SYS_NC0000800009$") // the rows of a nested table
	srv.Insert("DBA_INDEXES", row{"OWNER": "SHOP", "INDEX_NAME": "UPPER_IX", "TABLE_OWNER": "SHOP",
		"TABLE_NAME": "ORDERS",
		"UNIQUENESS": "UNIQUE", "INDEX_TYPE": "FUNCTION-BASED NORMAL", "VISIBILITY": "INVISIBLE"})
	srv.Insert("DBA_IND_COLUMNS",
		row{"INDEX_OWNER": "SHOP", "INDEX_NAME": "UPPER_IX", "TABLE_OWNER": "SHOP", "TABLE_NAME": "ORDERS",
			"COLUMN_NAME": "SYS_NC00006$", "COLUMN_POSITION": 1, "DESCEND": "ASC"})
	srv.Insert("DBA_INDEXES", row{"OWNER": "SHOP", "INDEX_NAME": "DOWN_IX", "TABLE_OWNER": "SHOP",
		"TABLE_NAME": "ORDERS",
		"UNIQUENESS": "NONUNIQUE", "INDEX_TYPE": "FUNCTION-BASED NORMAL", "VISIBILITY": "VISIBLE"},
		row{"OWNER": "OTHER", "INDEX_NAME": "JOIN_IX", "TABLE_OWNER": "SHOP", "TABLE_NAME": "ORDERS",
			"UNIQUENESS": "NONUNIQUE", "INDEX_TYPE": "BITMAP", "JOIN_INDEX": "YES", "VISIBILITY": "VISIBLE"})
	srv.Insert("DBA_IND_COLUMNS",
		row{"INDEX_OWNER": "SHOP", "INDEX_NAME": "DOWN_IX", "TABLE_OWNER": "SHOP", "TABLE_NAME": "ORDERS",
			"COLUMN_NAME": "SYS_NC00007$", "COLUMN_POSITION": 1, "DESCEND": "DESC"},
		row{"INDEX_OWNER": "OTHER", "INDEX_NAME": "JOIN_IX", "TABLE_OWNER": "SHOP", "TABLE_NAME": "ORDERS",
			"COLUMN_NAME": "ID", "COLUMN_POSITION": 1, "DESCEND": "ASC"})
	srv.Insert("DBA_IND_EXPRESSIONS",
		row{"INDEX_OWNER": "SHOP", "INDEX_NAME": "DOWN_IX", "TABLE_OWNER": "SHOP", "TABLE_NAME": "ORDERS",
			"COLUMN_POSITION": 1, "COLUMN_EXPRESSION": `"ID"`})
	srv.Insert("DBA_IND_EXPRESSIONS",
		row{"INDEX_OWNER": "SHOP", "INDEX_NAME": "UPPER_IX", "TABLE_OWNER": "SHOP", "TABLE_NAME": "ORDERS",
			"COLUMN_POSITION": 1, "COLUMN_EXPRESSION": `UPPER("NAME")`})
}

func TestFactsOfEveryRelease(t *testing.T) {
	t.Parallel()
	for _, release := range releases {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv := oracletest.New(t, release, oracletest.Options{})
			shop(srv)
			facts, _ := openFacts(t, srv)
			ctx := t.Context()

			server, err := datasource.FactServer.Of(ctx, facts)
			if err != nil {
				t.Fatal(err)
			}
			if server.Flavor != datasource.FlavorOracle || server.Version.Before(11, 2) || server.Account != srv.User {
				t.Errorf("server %+v", server)
			}
			if l, err := datasource.FactLatency.Of(ctx, facts); err != nil || l.RoundTrip <= 0 {
				t.Errorf("latency %+v, %v", l, err)
			}
			schemas, err := datasource.FactSchemas.Of(ctx, facts)
			if err != nil || !slices.ContainsFunc(schemas,
				func(s datasource.Schema) bool { return s.Name == "SHOP" }) ||
				slices.ContainsFunc(schemas, func(s datasource.Schema) bool { return s.Name == "SYS" }) {
				t.Errorf("schemas %v, %v", schemas, err)
			}

			tables, err := datasource.FactTables.Of(ctx, facts)
			if err != nil {
				t.Fatal(err)
			}
			var kinds []string
			for _, table := range tables {
				kinds = append(kinds, table.TableName.Name+" "+string(table.Kind))
			}
			if diff := cmp.Diff([]string{"ORDERS TABLE", "ORDERS_MV MATERIALIZED VIEW", "RECENT VIEW",
				"SCRATCH TEMPORARY"},
				kinds); diff != "" {
				t.Errorf("tables (-want +got):\n%s", diff)
			}
			orders := datasource.TableName{Schema: "SHOP", Name: "ORDERS"}
			if tables.Find(orders).Comment != "what was bought" {
				t.Errorf("comment %q", tables.Find(orders).Comment)
			}

			columns, err := datasource.FactColumns.Of(ctx, facts)
			if err != nil {
				t.Fatal(err)
			}
			var written []string
			for _, c := range columns.Of(orders) {
				text := c.Name + " " + c.ColumnType.ColumnType
				if !c.Nullable {
					text += " NOT NULL"
				}
				if c.Default != nil {
					text += " DEFAULT " + *c.Default
				}
				if c.Generated() {
					text += " AS " + c.Generation
				}
				if c.Comment != nil {
					text += " -- " + *c.Comment
				}
				written = append(written, text)
			}
			want := []string{"ID NUMBER(10) NOT NULL -- the number", "ANY NUMBER",
				"NAME VARCHAR2(20 CHAR) DEFAULT 'Ada'",
				"PLACED TIMESTAMP(6) WITH TIME ZONE NOT NULL", `TWICE NUMBER AS "ID"*2`}
			if diff := cmp.Diff(want, written); diff != "" {
				t.Errorf("columns (-want +got):\n%s", diff)
			}
			if got := columns.Of(orders)[3].DataType; got != "TIMESTAMP WITH TIME ZONE" {
				t.Errorf("data type %q", got)
			}

			indexes, err := datasource.FactIndexes.Of(ctx, facts)
			if err != nil {
				t.Fatal(err)
			}
			wantIndexes := []datasource.Index{
				{Name: "ORDERS_PK", Primary: true, Unique: true, Constraint: true, Type: "NORMAL",
					Columns: []datasource.IndexColumn{{Name: "ID"}}},
				{Name: "DOWN_IX", Type: "FUNCTION-BASED NORMAL",
					Columns: []datasource.IndexColumn{{Name: "ID", Descending: true}}},
				{Name: "JOIN_IX", Schema: "OTHER", Type: "BITMAP JOIN",
					Columns: []datasource.IndexColumn{{Name: "ID"}}},
				{Name: "ORDERS_UK_IX", Type: "NORMAL",
					Columns: []datasource.IndexColumn{{Name: "NAME", Nullable: true}}},
				{Name: "UPPER_IX", Unique: true, Invisible: true, Type: "FUNCTION-BASED NORMAL",
					Columns: []datasource.IndexColumn{{Expression: `UPPER("NAME")`, Nullable: true}}},
			}
			if diff := cmp.Diff(wantIndexes, indexes.Of(orders)); diff != "" {
				t.Errorf("indexes (-want +got):\n%s", diff)
			}
			if _, err := datasource.FactVariables.Of(ctx, facts); err != nil {
				t.Errorf("variables: %v", err)
			}
		})
	}
}

// Without a privilege on the DBA_ views, the ALL_ views are read.
func TestReducedDictionary(t *testing.T) {
	t.Parallel()
	srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
	shop(srv)
	srv.Deny(942, "DBA_*")
	facts, _ := openFacts(t, srv)
	tables, err := datasource.FactTables.Of(t.Context(), facts)
	if err != nil || len(tables) != 4 {
		t.Errorf("%d tables, %v", len(tables), err)
	}
}

// Each view has its own privilege: with the views that OceanBase Migration Service documents as the least, tables are
// read from DBA_TABLES, object tables from ALL_ALL_TABLES, views from DBA_OBJECTS, and what only ALL_ views show from
// these.
func TestLeastDictionary(t *testing.T) {
	t.Parallel()
	for _, release := range releases {
		srv := oracletest.New(t, release, oracletest.Options{})
		shop(srv)
		least(srv)
		srv.Insert("DBA_ALL_TABLES",
			row{"OWNER": "SHOP", "TABLE_NAME": "PEOPLE", "TABLE_TYPE": "PERSON", "NESTED": "NO"})
		srv.Insert("DBA_OBJECTS",
			row{"OWNER": "SHOP", "OBJECT_NAME": "RECENT", "OBJECT_TYPE": "VIEW", "STATUS": "VALID"},
			row{"OWNER": "SHOP", "OBJECT_NAME": "UNGRANTED", "OBJECT_TYPE": "VIEW", "STATUS": "VALID"})
		srv.Insert("DBA_EXTENTS",
			row{"OWNER": "SHOP", "SEGMENT_NAME": "ORDERS", "SEGMENT_TYPE": "TABLE", "BYTES": 65536},
			row{"OWNER": "SHOP", "SEGMENT_NAME": "ORDERS", "SEGMENT_TYPE": "TABLE", "BYTES": 1})
		srv.Insert("USER_RESOURCE_LIMITS", row{"RESOURCE_NAME": "IDLE_TIME", "LIMIT": "30"},
			row{"RESOURCE_NAME": "CONNECT_TIME", "LIMIT": "DEFAULT"})
		facts, _ := openFacts(t, srv)
		tables, err := datasource.FactTables.Of(t.Context(), facts)
		var names []string
		for _, table := range tables {
			names = append(names, table.TableName.Name)
		}
		if diff := cmp.Diff([]string{"ORDERS", "ORDERS_MV", "PEOPLE", "RECENT", "SCRATCH", "UNGRANTED"},
			names); err != nil || diff != "" {
			t.Errorf("%s: tables: %v (-want +got):\n%s", release, err, diff)
		}
		kinds, err := datasource.FactOracleTables.Of(t.Context(), facts)
		people := kinds.Of(datasource.TableName{Schema: "SHOP", Name: "PEOPLE"})
		if err != nil || len(people) != 1 || people[0].Type != "PERSON" {
			t.Errorf("%s: kinds: %v, %v", release, people, err)
		}
		indexes, err := datasource.FactIndexes.Of(t.Context(), facts)
		if n := len(indexes.Of(datasource.TableName{Schema: "SHOP", Name: "ORDERS"})); err != nil || n != 5 {
			t.Errorf("%s: %d indexes, %v", release, n, err)
		}
		sizes, err := datasource.FactTableSizes.Of(t.Context(), facts)
		if diff := cmp.Diff([]datasource.TableSize{{Bytes: 65537, Rows: -1}},
			sizes.Of(datasource.TableName{Schema: "SHOP", Name: "ORDERS"})); err != nil || diff != "" {
			t.Errorf("%s: sizes: %v (-want +got):\n%s", release, err, diff)
		}
		account, err := datasource.FactOracleAccount.Of(t.Context(), facts)
		limits := map[string]string{"CONNECT_TIME": "DEFAULT", "IDLE_TIME": "30"}
		if diff := cmp.Diff(limits, account.Limits); err != nil || diff != "" {
			t.Errorf("%s: limits: %v (-want +got):\n%s", release, err, diff)
		}
		privileges, err := datasource.FactOraclePrivileges.Of(t.Context(), facts)
		if err != nil || !privileges.SeesAll {
			t.Errorf("%s: DBA_TABLES and DBA_OBJECTS hide nothing: %v", release, err)
		}
		// A view of the root of the error, with the statement that makes it readable.
		_, err = datasource.FactOracleRedo.Of(t.Context(), facts)
		if datasource.ClassOf(err) != datasource.ErrPrivilege || !strings.Contains(err.Error(), "GV$INSTANCE") {
			t.Errorf("%s: redo: %v", release, err)
		}
		srv.Deny(942, "ALL_IND_EXPRESSIONS")
		_, other := openFacts(t, srv)
		_, err = other.Read(t.Context(), datasource.FactIndexes)
		var refused *datasource.Error
		if !errors.As(err, &refused) || !strings.Contains(refused.Remedy.String(),
			`GRANT SELECT ON SYS.DBA_IND_EXPRESSIONS TO "PRECHECK"`) {
			t.Errorf("%s: without a view: %v", release, err)
		}
	}
}

// least refuses every view that the least account of OceanBase Migration Service cannot read.
func least(srv *oracletest.Server) {
	srv.Deny(942, "DBA_*", "V$*", "GV$*")
	for _, view := range leastViews {
		srv.Deny(0, strings.Replace(view, "V_$", "V$", 1))
	}
}

// The statements are the same for one table and for thousands.
func TestStatementsDoNotGrowWithTables(t *testing.T) {
	t.Parallel()
	asked := func(tables int) []string {
		srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
		shop(srv)
		srv.Fill("DBA_ALL_TABLES", []string{"OWNER", "TABLE_NAME"}, tables,
			func(i int) []any { return []any{"SHOP", "T" + string(rune('A'+i%26)) + strings.Repeat("X", i/26%20)} })
		srv.ForgetStatements()
		facts, r := openFacts(t, srv)
		for _, read := range []func(context.Context) error{
			func(ctx context.Context) error { _, err := datasource.FactTables.Of(ctx, facts); return err },
			func(ctx context.Context) error { _, err := datasource.FactColumns.Of(ctx, facts); return err },
			func(ctx context.Context) error { _, err := datasource.FactIndexes.Of(ctx, facts); return err },
			func(ctx context.Context) error { _, err := datasource.FactCheckConstraints.Of(ctx, facts); return err },
			func(ctx context.Context) error { _, err := datasource.FactForeignKeys.Of(ctx, facts); return err },
			func(ctx context.Context) error { _, err := datasource.FactPartitions.Of(ctx, facts); return err },
			func(ctx context.Context) error { _, err := datasource.FactOracleTables.Of(ctx, facts); return err },
			func(ctx context.Context) error { _, err := datasource.FactOraclePrivileges.Of(ctx, facts); return err },
			func(ctx context.Context) error { _, err := datasource.FactSpaces.Of(ctx, facts); return err },
			func(ctx context.Context) error { _, err := datasource.FactTriggers.Of(ctx, facts); return err },
			func(ctx context.Context) error { _, err := datasource.FactKeywords.Of(ctx, facts); return err },
			func(ctx context.Context) error { _, err := datasource.FactTableSizes.Of(ctx, facts); return err },
			func(ctx context.Context) error { _, err := datasource.FactOracleSequences.Of(ctx, facts); return err },
			func(ctx context.Context) error { _, err := datasource.FactIdentityColumns.Of(ctx, facts); return err },
			func(ctx context.Context) error { _, err := datasource.FactUnusedColumns.Of(ctx, facts); return err },
		} {
			if err := read(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if n := r.Usage().Statements[""]; n == 0 {
			t.Error("nothing was counted")
		}
		var texts []string
		for _, s := range srv.Statements() {
			texts = append(texts, s.SQL)
		}
		slices.Sort(texts)
		return texts
	}
	if diff := cmp.Diff(asked(1), asked(400)); diff != "" {
		t.Errorf("(-few +many):\n%s", diff)
	}
}

// The precisions of an interval are in the name of its type; DATA_SCALE of OceanBase codes both.
func TestIntervals(t *testing.T) {
	t.Parallel()
	srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
	for i, c := range []row{
		{"DATA_TYPE": "INTERVAL DAY(2) TO SECOND(6)", "DATA_PRECISION": 2, "DATA_SCALE": 6},
		{"DATA_TYPE": "INTERVAL DAY(2) TO SECOND(6)", "DATA_SCALE": 26},
		{"DATA_TYPE": "INTERVAL DAY (2) TO SECOND (9)", "DATA_SCALE": 29},
		{"DATA_TYPE": "INTERVAL DAY(3) TO SECOND(0)", "DATA_SCALE": 30},
		{"DATA_TYPE": "INTERVAL DAY TO SECOND", "DATA_SCALE": 26},
		{"DATA_TYPE": "INTERVAL YEAR(4) TO MONTH", "DATA_PRECISION": 4, "DATA_SCALE": 0},
		{"DATA_TYPE": "INTERVAL YEAR TO MONTH", "DATA_SCALE": 4},
	} {
		c["OWNER"], c["TABLE_NAME"], c["COLUMN_NAME"], c["COLUMN_ID"] = "SHOP", "T", "C"+string(rune('0'+i)), i+1
		c["NULLABLE"], c["HIDDEN_COLUMN"], c["VIRTUAL_COLUMN"] = "Y", "NO", "NO"
		srv.Insert("DBA_TAB_COLS", c)
	}
	facts, _ := openFacts(t, srv)
	columns, err := datasource.FactColumns.Of(t.Context(), facts)
	if err != nil {
		t.Fatal(err)
	}
	var got [][2]int
	for _, c := range columns.Of(datasource.TableName{Schema: "SHOP", Name: "T"}) {
		got = append(got, [2]int{c.Precision, c.Scale})
	}
	if diff := cmp.Diff([][2]int{{2, 6}, {2, 6}, {2, 9}, {3, 0}, {2, 6}, {4, 0}, {4, 0}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Release 11.2 does not mark its own schemas: they are left out by name, those of Application Express by their form.
func TestOwnSchemasOf11(t *testing.T) {
	t.Parallel()
	srv := oracletest.New(t, oracletest.Release11g, oracletest.Options{})
	for i, name := range []string{"LBACSYS", "DVSYS", "DVF", "WKSYS", "APEX_040200", "FLOWS_030000", "APEX_REPORTS",
		"BI"} {
		srv.Insert("DBA_USERS", row{"USERNAME": name, "USER_ID": 200 + i})
	}
	facts, _ := openFacts(t, srv)
	schemas, err := datasource.FactSchemas.Of(t.Context(), facts)
	want := []datasource.Schema{{Name: "APEX_REPORTS"}, {Name: "BI"}, {Name: srv.User}}
	if diff := cmp.Diff(want, schemas); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	names := slices.Repeat([]string{"A"}, 1001)
	if got := within("owner", names); strings.Count(got, "owner IN (") != 2 ||
		!strings.HasSuffix(got, " OR owner IN ('A'))") {
		t.Errorf("1,001 names: %s", got[len(got)-60:])
	}
	if got := within("owner", []string{"O'NEIL"}); got != "(owner IN ('O''NEIL'))" {
		t.Errorf("a quote: %s", got)
	}
}

// Each release has the views whose privileges are probed.
func TestViewsOfEveryRelease(t *testing.T) {
	t.Parallel()
	for _, release := range releases {
		facts, _ := openFacts(t, oracletest.New(t, release, oracletest.Options{}))
		views, err := datasource.FactDictionaryViews.Of(t.Context(), facts)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range views {
			if !v.Readable {
				t.Errorf("%s has no view %s", release, v.Name)
			}
		}
	}
}

// Every view that a statement may name and that requires a privilege is probed: an account with some of the
// DBA_ views needs all of them, except for those that only make a check faster.
func TestEveryViewIsProbed(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	// from 12.1 and 12.2 on
	looked := append(slices.Clone(viewsRead), "DBA_SUPPLEMENTAL_LOGGING", "DBA_TAB_IDENTITY_COLS", "V$PDBS", "DBA_PDBS",
		"V$TIMEZONE_NAMES",                   // of OceanBase
		"DBA_LMT_FREE_SPACE", "V$TABLESPACE") // instead of which DBA_FREE_SPACE is read
	view := regexp.MustCompile(`(\{p\}_[A-Z_]+|\b(dba_|g?v\$)[a-z_]+)`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range view.FindAllString(string(text), -1) {
			if name = strings.ToUpper(strings.Replace(name, "{p}", "DBA", 1)); !slices.Contains(looked, name) {
				t.Errorf("%s names %s, whose right ORACLE_DICTIONARY_PRIVILEGE does not look at", file, name)
			}
		}
	}
}
