package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// Every error of own checks has its line, and the rest of the file is read.
func TestParseChecksErrors(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 101)
	_, err := engine.ParseChecks("own.yaml", []byte(`checks:
- {type: lower, title: a, side: source, level: warn, query: SELECT 1, message: m}
- type: RDB_CONNECT
  title: "a\e[2J"
  side: left
  level: bad
  query: DELETE FROM t
  message: "{objekt}"
- {title: `+long+`, colour: red}
- {type: DB_UK_INDEX, title: a, side: both, level: info, query: SELECT 1, message: m, phases: [ALL], products: [DB2]}
- {type: TWICE, title: a, side: both, level: info, query: SELECT 1, message: m, columns: {actual: a}}
- {type: TWICE, title: a, side: both, level: info, query: "SELECT 1; SELECT 2", message: m, sql: "a {b}"}
- {type: BOTH, title: a, side: both, level: info, query: "SELECT 1 # a", message: m}
chekcs: []
`))
	var all engine.TaskErrors
	if !errors.As(err, &all) {
		t.Fatal(err)
	}
	var got []string
	for _, e := range all {
		got = append(got, fmt.Sprintf("%d %s %s", e.Line, e.Path, e.Text.Key))
	}
	if diff := cmp.Diff([]string{
		"2 checks[0].type engine.own.type",
		"3 checks[1].type engine.own.type_taken",
		"4 checks[1].title engine.own.control",
		"5 checks[1].side engine.field.one_of",
		"6 checks[1].level engine.field.one_of",
		"7 checks[1].query engine.own.query.beginning",
		"8 checks[1].message engine.own.placeholder",
		"9 checks[2] engine.field.unknown",
		"10 checks[3].phases[0] engine.field.one_of",
		"10 checks[3].products[0] engine.field.one_of",
		"11 checks[4].columns engine.own.columns",
		"12 checks[5].sql engine.own.placeholder",
		"12 checks[5].query engine.own.query.several",
		"12 checks[5].type engine.own.duplicate",
		"13 checks[6].query engine.own.query.dialects",
		"14 chekcs engine.field.unknown",
	}, got); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(err.Error(), "own.yaml:3: checks[1].type: RDB_CONNECT is the name of a check") {
		t.Errorf("the error reads %v", err)
	}
}

// ownTask is a task from and to a schema with own checks.
func ownTask(t *testing.T, task checktest.Real, yaml string) engine.Task {
	t.Helper()
	own, err := engine.ParseChecks("own.yaml", []byte("checks:\n"+yaml))
	if err != nil {
		t.Fatal(err)
	}
	prepared := task.Task(checks.Schema | checks.Full)
	prepared.Checks = own
	return prepared
}

// ownResult runs a task with own checks and returns the results of the first of them, by side.
func ownResult(t *testing.T, task engine.Task) map[checks.Side]engine.Result {
	t.Helper()
	e, err := engine.New(engine.WithChecks(task.Checks...), engine.WithOnly(task.Checks[0].Type))
	if err != nil {
		t.Fatal(err)
	}
	report, err := e.Run(context.WithoutCancel(t.Context()), task)
	if err != nil {
		t.Fatal(err)
	}
	checktest.WantStored(t, e, report)
	found := map[checks.Side]engine.Result{}
	for _, res := range report.Results {
		if res.Item.Check == task.Checks[0] {
			found[res.Item.Side] = res
		}
	}
	return found
}

// updatedAt finds the tables without a column updated_at.
const updatedAt = `
- type: SHOP_UPDATED_AT
  title: Tables have a column updated_at
  side: both
  products: [MYSQL, MARIADB]
  level: fail
  query: |
    -- only tables of the task
    SELECT t.TABLE_SCHEMA AS ` + "`schema`" + `, t.TABLE_NAME AS OBJECT, NULL AS actual, 'a column' AS expected
    FROM information_schema.TABLES t
    WHERE t.TABLE_SCHEMA IN ({schemas}) AND NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS c
      WHERE c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME AND c.COLUMN_NAME = 'updated_at')
  message: Table {object} has no column updated_at ({actual}, {expected}).
  remedy: Add the column to {object}.
  sql: ["ALTER TABLE {object} ADD COLUMN updated_at TIMESTAMP NULL COMMENT {expected};"]
`

// An own check finds what is planted in the schemas of the task, on the side that it is planted on, and its statement
// fixes that.
func TestOwnCheckReal(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, from, to *dbtest.Server) {
		schemas := map[*dbtest.Server]string{from: from.Database(t), to: to.Database(t)}
		for _, s := range []*dbtest.Server{from, to} {
			other := s.Database(t)
			s.Exec(t, "CREATE TABLE "+schemas[s]+".good (id INT PRIMARY KEY, updated_at TIMESTAMP NULL)",
				"CREATE TABLE "+other+".outside (id INT PRIMARY KEY)")
		}
		real := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: schemas[from]},
			Dest: checktest.Endpoint{Server: to, Schema: schemas[to]}}
		task := ownTask(t, real, updatedAt)
		for side, res := range ownResult(t, task) {
			if res.Outcome != engine.Passed || len(res.Findings) > 0 {
				t.Errorf("healthy: %s is %s: %v %s", side, res.Outcome, res.Findings, res.Reason)
			}
		}
		to.Exec(t, "CREATE TABLE "+schemas[to]+".`b``ad'\\\\` (id INT PRIMARY KEY)")
		results := ownResult(t, task)
		source, dest := results[checks.Source], results[checks.Dest]
		if source.Outcome != engine.Passed || dest.Outcome != engine.Failed || len(dest.Findings) != 1 {
			t.Fatalf("planted on the destination: %v, %v", source, dest)
		}
		f := dest.Findings[0]
		name := schemas[to] + ".b`ad'\\\\"
		if f.Message != "Table "+name+" has no column updated_at (NULL, a column)." || f.Actual != "NULL" ||
			f.Remedy != "Add the column to "+name+"." || f.Object.Table != "b`ad'\\\\" {
			t.Errorf("the finding is %+v", f)
		}
		checktest.Fix(t, real, dest.Findings)
		if res := ownResult(t, task)[checks.Dest]; res.Outcome != engine.Passed {
			t.Errorf("after the remedy, the destination is %s: %v %s", res.Outcome, res.Findings, res.Reason)
		}
	})
}

// What a query may do wrong is an item that could not be checked, never a pass, and changes nothing.
func TestOwnCheckCannotDecideReal(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".log (id INT)",
			"CREATE FUNCTION "+schema+".note() RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN INSERT INTO "+schema+
				".log VALUES (1); RETURN 1; END")
		user, password := s.Account(t, "GRANT SELECT, EXECUTE ON "+schema+".* TO %s")
		end := checktest.Endpoint{Server: s, User: user, Password: password, Schema: schema}
		own := func(query string) string {
			return "- {type: OWN, title: a, side: source, level: warn, message: m, query: \"" + query + "\"}"
		}
		const columns = "SELECT '' AS `schema`, 'x' AS object, "
		for name, c := range map[string]struct{ yaml, reason, code string }{
			"slow": {own(columns + "SLEEP(60) AS actual"), "time limit", ""},
			"slow in a condition": {own(columns + "1 AS actual FROM " + schema + ".log RIGHT JOIN (SELECT 1) one " +
				"ON 1 WHERE SLEEP(60) = 0"), "time limit", ""},
			"a function that writes": {own(columns + schema + ".note() AS actual"), "READ ONLY", "1792"},
			"no privilege":           {own(columns + "User AS actual FROM mysql.user"), "SELECT", "1142"},
			"no such table":          {own(columns + "1 AS actual FROM " + schema + ".nothing"), "doesn't", "1146"},
			"a syntax error":         {own(columns + "FROM FROM"), "syntax", "1064"},
			"a column is missing": {own("SELECT 1 AS object, 2 AS actual"),
				"the query of OWN (own.yaml:2) returns the columns object, actual; required: schema, object, actual",
				""},
			"another column":            {own(columns + "1 AS actual, 2 AS note"), "schema, object, actual, note", ""},
			"a column comes twice":      {own(columns + "1 AS actual, 2 AS Actual"), "actual, Actual", ""},
			"no rows and wrong columns": {own("SELECT 1 AS a LIMIT 0"), "the columns a", ""},
			"a mapped column is missing": {"- {type: OWN, title: a, side: source, level: warn, message: m, query: " +
				"\"SHOW VARIABLES LIKE 'version'\", columns: {object: Variable_name, actual: Wert}}", "Wert", ""},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				task := ownTask(t, checktest.Real{Source: end, Dest: end}, c.yaml)
				task.Limits.CheckTimeout = time.Second
				if !strings.HasPrefix(name, "slow") {
					task.Limits.CheckTimeout = time.Minute
				}
				res := ownResult(t, task)[checks.Source]
				text := res.Reason
				if err := res.ServerError(); err != nil {
					text += " " + err.Error()
				}
				if res.Outcome != engine.Unknown || len(res.Findings) > 0 || !strings.Contains(text, c.reason) ||
					!strings.Contains(text, c.code) {
					t.Errorf("%s: %s, %v", res.Outcome, text, res.Findings)
				}
			})
		}
		t.Run("rows", func(t *testing.T) {
			if rows := checktest.ColumnOf(t, s, "SELECT COUNT(*) FROM "+schema+".log"); rows[0] != "0" {
				t.Errorf("a check has written %s rows", rows[0])
			}
		})
	})
}

// Of 20,000 rows 10,000 are read, and the item says so. Values are cut.
func TestOwnCheckOfManyRowsReal(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		digits := "(SELECT 0 AS d"
		for i := 1; i < 10; i++ {
			digits += fmt.Sprintf(" UNION ALL SELECT %d", i)
		}
		digits += ")"
		query := "SELECT '" + schema + "' AS `schema`, CONCAT('t', e.d, a.d, b.d, c.d, f.d) AS object, " +
			"REPEAT('é', 5000) AS actual FROM " + digits + " a, " + digits + " b, " + digits + " c, " + digits +
			" f, " +
			"(SELECT 0 AS d UNION ALL SELECT 1) e"
		end := checktest.Endpoint{Server: s, Schema: schema}
		s.Exec(t, "CREATE TABLE "+schema+".a (id INT)")
		res := ownResult(t, ownTask(t, checktest.Real{Source: end, Dest: end},
			"- {type: MANY, title: a, side: dest, level: warn, message: m, query: \""+query+"\"}"))[checks.Dest]
		if res.Outcome != engine.Warned || len(res.Findings) < 1000 || len(res.Findings) > 10_000 ||
			len(res.Notes) != 1 || !strings.HasSuffix(res.Notes[0], "were read.") {
			t.Fatalf("%s with %d findings: %s %v", res.Outcome, len(res.Findings), res.Reason, res.Notes)
		}
		if want := strings.Repeat("é", 300) + "…"; res.Findings[0].Actual != want {
			t.Errorf("the actual value is %q", res.Findings[0].Actual)
		}
		short := strings.Replace(query, "REPEAT('é', 5000)", "1", 1)
		res = ownResult(t, ownTask(t, checktest.Real{Source: end, Dest: end},
			"- {type: MANY, title: a, side: dest, level: warn, message: m, query: \""+short+"\"}"))[checks.Dest]
		if len(res.Findings) != 10_000 || len(res.Notes) != 1 || !strings.Contains(res.Notes[0], "first 10000 were") {
			t.Errorf("%d findings: %s %v", len(res.Findings), res.Reason, res.Notes)
		}
	})
}

// A query of SHOW has its columns mapped.
func TestOwnCheckOfShowReal(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		end := checktest.Endpoint{Server: s, Schema: s.Database(t)}
		res := ownResult(t, ownTask(t, checktest.Real{Source: end, Dest: end}, `
- {type: SHOWN, title: a, side: source, level: info, message: "{object} is {actual}.", expected: "1",
  query: SHOW VARIABLES LIKE 'autocommit', columns: {object: variable_name, actual: value}}`))[checks.Source]
		if res.Outcome != engine.Passed || len(res.Findings) != 1 || res.Findings[0].Message != "autocommit is ON." ||
			res.Findings[0].Expected != "1" {
			t.Errorf("%s: %s %+v", res.Outcome, res.Reason, res.Findings)
		}
	})
}

// On Oracle, the query is scoped by the schemas of the task, too, and names of columns are in upper case.
func TestOwnCheckEmulated(t *testing.T) {
	t.Parallel()
	for _, planted := range []bool{false, true} {
		srv, end := checktest.EmulatedOracle(t, oracletest.Release19c, "A")
		srv.Insert("DBA_TABLES", oracletest.Row{"OWNER": "OTHER", "TABLE_NAME": "B", "TEMPORARY": "Y"})
		if planted {
			srv.Insert("DBA_TABLES", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "TMP", "TEMPORARY": "Y"})
		}
		task := ownTask(t, checktest.Real{Source: end, Dest: end}, `
- {type: TEMPORARY, title: a, side: source, products: [ORACLE], level: fail, message: "{object} is temporary.",
  sql: "DROP TABLE {object} -- {actual}",
  query: "SELECT owner AS schema, table_name AS object, temporary AS actual FROM dba_tables
          WHERE temporary = 'Y' AND owner IN ({schemas}) /* of the task */"}`)
		res := ownResult(t, task)[checks.Source]
		switch {
		case !planted && (res.Outcome != engine.Passed || len(res.Findings) > 0):
			t.Errorf("healthy: %s, %s %v", res.Outcome, res.Reason, res.Findings)
		case planted && (res.Outcome != engine.Failed || len(res.Findings) != 1 ||
			res.Findings[0].Message != "SHOP.TMP is temporary." ||
			res.Findings[0].SQL[0] != `DROP TABLE "SHOP"."TMP" -- 'Y'`):
			t.Errorf("planted: %s, %s %+v", res.Outcome, res.Reason, res.Findings)
		}
	}
	_, end := checktest.EmulatedOracle(t, oracletest.Release19c, "A")
	res := ownResult(t, ownTask(t, checktest.Real{Source: end, Dest: end},
		"- {type: OWN, title: a, side: source, level: warn, message: m, query: SELECT a FROM nothing}"))[checks.Source]
	if err := res.ServerError(); res.Outcome != engine.Unknown || err == nil ||
		!strings.Contains(err.Error(), "ORA-00942") {
		t.Errorf("no such table: %s, %s, %v", res.Outcome, res.Reason, err)
	}
}

// A task without an object of the source cannot be decided by a query over its schemas.
func TestOwnCheckWithoutObjects(t *testing.T) {
	t.Parallel()
	task := exampleTask
	task.Objects = checks.Selection{Include: []string{"none.*"}}
	var err error
	if task.Checks, err = engine.ParseChecks("own.yaml", []byte("checks:\n"+updatedAt)); err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(engine.WithOpener(openShop))
	if err != nil {
		t.Fatal(err)
	}
	report, err := e.Run(t.Context(), task)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, res := range report.Results {
		if res.Item.Check == task.Checks[0] {
			found++
			if res.Outcome != engine.Unknown {
				t.Errorf("%s: %s", res.Outcome, res.Reason)
			}
		}
	}
	if found != 2 {
		t.Errorf("%d items of the own check", found)
	}
	other, err := engine.ParseChecks("other.yaml", []byte("checks:\n"+updatedAt))
	if err != nil {
		t.Fatal(err)
	}
	if e, err = engine.New(engine.WithChecks(other...)); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Run(t.Context(), task); err == nil || !strings.Contains(err.Error(), "SHOP_UPDATED_AT") {
		t.Errorf("a check of another file with the same type: %v", err)
	}
}

// Load own checks from a file or from a text, and run them with all others.
func ExampleParseChecks() {
	own, err := engine.ParseChecks("own.yaml", []byte(`
checks:
  - type: SHOP_UPDATED_AT
    title: Tables have a column updated_at
    side: source
    level: warn
    message: Table {object} has no column updated_at.
    query: |
      SELECT TABLE_SCHEMA AS `+"`schema`"+`, TABLE_NAME AS object, 'no column' AS actual
      FROM information_schema.TABLES WHERE TABLE_SCHEMA IN ({schemas}) AND NOT EXISTS (…)
`))
	if err != nil {
		log.Fatal(err)
	}
	e, err := engine.New(engine.WithChecks(own...), engine.WithOnly("SHOP_*"), engine.WithOpener(
		func(e datasource.Endpoint, scope datasource.Scope) (datasource.Reader, error) {
			facts, err := openShop(e, scope)
			facts.(datasource.Snapshot)[datasource.FactQueryResult] = datasource.QueryResult{
				Columns: []string{"schema", "object", "actual"},
				Rows:    [][]datasource.QueryCell{{{Text: "shop"}, {Text: "a"}, {Text: "no column"}}}}
			return facts, err
		}))
	if err != nil {
		log.Fatal(err)
	}
	report, err := e.Run(context.Background(), exampleTask)
	if err != nil {
		log.Fatal(err)
	}
	for _, res := range report.Results {
		for _, f := range res.Findings {
			fmt.Println(res.Item.Check.Type, f.Level, f.Message)
		}
	}
	// Output:
	// SHOP_UPDATED_AT warning Table shop.a has no column updated_at.
}
