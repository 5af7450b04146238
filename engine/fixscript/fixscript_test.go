package fixscript_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fixscript"
)

var update = flag.Bool("update", false, "update the golden files")

func TestEffects(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		of   datasource.Type
		sql  string
		want []fixscript.Effect
	}{
		{datasource.MySQL, "SET PERSIST time_zone = '+00:00'", []fixscript.Effect{fixscript.Privilege}},
		{datasource.MySQL, "SET GLOBAL read_only = OFF", []fixscript.Effect{fixscript.Privilege}},
		{datasource.MySQL, "SET PERSIST_ONLY log_bin = 1", []fixscript.Effect{fixscript.Privilege, fixscript.Restart}},
		{datasource.MySQL, "GRANT SELECT ON `a`.* TO `u`@`%`", []fixscript.Effect{fixscript.Privilege}},
		{datasource.MySQL, "CREATE DATABASE `GRANT`", nil},
		{datasource.MySQL, "ALTER TABLE `a`.`DROP COLUMN` ALTER COLUMN `x` DROP DEFAULT", nil},
		{datasource.MySQL, "ALTER TABLE `a`.`t` COMMENT = 'x, DROP COLUMN y'", nil},
		{datasource.MySQL, "ALTER TABLE `a`.`t` DROP INDEX `k`", nil},
		{datasource.MySQL, "ALTER TABLE `a`.`t` ALTER COLUMN `x` DROP DEFAULT, MODIFY `y` INT",
			[]fixscript.Effect{fixscript.Rebuild}},
		{datasource.MySQL, "ALTER TABLE `a`.`t` CONVERT TO CHARACTER SET utf8mb4",
			[]fixscript.Effect{fixscript.Rebuild}},
		{datasource.MySQL, "ALTER TABLE `a`.`t` DROP COLUMN `x`", []fixscript.Effect{fixscript.Data}},
		{datasource.MySQL, "ALTER TABLE `a`.`t` DROP `x`", []fixscript.Effect{fixscript.Data}},
		{datasource.MySQL, "TRUNCATE `a`.`t`", []fixscript.Effect{fixscript.Data}},
		{datasource.Oracle, `ALTER SYSTEM SET "_p" = 1 SCOPE = SPFILE`,
			[]fixscript.Effect{fixscript.Privilege, fixscript.Restart}},
		{datasource.Oracle, "ALTER DATABASE FORCE LOGGING", []fixscript.Effect{fixscript.Privilege}},
		{datasource.Oracle, `ALTER TABLE "A"."T" LOGGING`, nil},
		{datasource.MariaDB, "ALTER DATABASE `a` CHARACTER SET utf8mb4", nil},
	} {
		if diff := cmp.Diff(tc.want, fixscript.EffectsOf(tc.of, tc.sql)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.sql, diff)
		}
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	const a, b = "ALTER TABLE `s`.`a` ", "ALTER TABLE `s`.`b` "
	for _, tc := range []struct {
		name      string
		in, want  []string
		otherType datasource.Type
	}{
		{name: "columns of a table",
			in:   []string{a + "MODIFY `x` INT", b + "MODIFY `x` INT", a + "MODIFY `y` INT", a + "MODIFY `x` INT"},
			want: []string{a + "MODIFY `x` INT, MODIFY `y` INT", b + "MODIFY `x` INT"}},
		{name: "text with commas and quotes", in: []string{a + `COMMENT = 'it''s, \', ('`, a + "DROP INDEX `,`"},
			want: []string{a + `COMMENT = 'it''s, \', (', DROP INDEX ` + "`,`"}},
		{name: "a conversion stays alone", in: []string{a + "CONVERT TO CHARACTER SET utf8mb4", a + "DROP INDEX `k`"},
			want: []string{a + "CONVERT TO CHARACTER SET utf8mb4", a + "DROP INDEX `k`"}},
		{name: "not before what stands between", want: []string{a + "DROP INDEX `k`", a + "REMOVE PARTITIONING",
			a + "DROP INDEX `l`"},
			in: []string{a + "DROP INDEX `k`", a + "REMOVE PARTITIONING", a + "DROP INDEX `l`"}},
		{name: "the same column twice", in: []string{a + "MODIFY `x` INT", a + "ALTER COLUMN `x` SET DEFAULT 1"},
			want: []string{a + "MODIFY `x` INT", a + "ALTER COLUMN `x` SET DEFAULT 1"}},
		{name: "another dialect", otherType: datasource.OceanBaseMySQL,
			in:   []string{a + "MODIFY `x` INT", a + "MODIFY `y` INT"},
			want: []string{a + "MODIFY `x` INT", a + "MODIFY `y` INT"}},
	} {
		dialect := datasource.MySQL
		if tc.otherType != "" {
			dialect = tc.otherType
		}
		if diff := cmp.Diff(tc.want, fixscript.Join(dialect, tc.in)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func found(level checks.Level, rule string, o checks.Object, on checks.Side, sql ...string) engine.Finding {
	return engine.Finding{Finding: checks.Finding{Rule: rule, Level: level, Object: o, SQL: sql,
		On:      checks.Place{Side: on, Role: checks.Master},
		Message: "Object " + o.String() + " is wrong.", Remedy: "Fix " + o.String() + "."}}
}

// sample is a report with one finding of each kind.
func sample() *engine.Report {
	table := datasource.TableName{Schema: "shop", Name: "orders"}
	big := datasource.TableName{Schema: "shop", Name: "big"}
	hostile := datasource.TableName{Schema: "shop", Name: "a`b*/; DROP DATABASE x; --"}
	column := func(name string) checks.Object { return checks.ColumnObject(table, name) }
	item := func(name string, side checks.Side, o engine.Outcome, findings ...engine.Finding) engine.Result {
		return engine.Result{Item: engine.Item{Check: &checks.Check{Type: name}, Side: side, Role: checks.Master},
			Outcome: o, Findings: findings}
	}
	alter := func(t datasource.TableName, clause string) string {
		return "ALTER TABLE " + checks.QuoteTable(datasource.MariaDB, t) + " " + clause
	}
	accepted := found(checks.Fail, "x", column("accepted"), checks.Source, alter(table, "DROP COLUMN `accepted`"))
	accepted.Skipped = "known"
	hostileRemedy := found(checks.Warn, "hand", checks.TableObject(hostile), checks.Source)
	hostileRemedy.Message = "Comment */ of\nDROP DATABASE shop;\x1b[2J is wrong."
	r := &engine.Report{Results: []engine.Result{
		item("TYPE", checks.Source, engine.Failed,
			found(checks.Fail, "type", column("a"), checks.Source, alter(table, "MODIFY `a` CHAR(36) NULL")),
			found(checks.Fail, "type", column("b"), checks.Source, alter(table, "MODIFY `b` CHAR(36) NULL"))),
		item("TEXT", checks.Source, engine.Failed,
			found(checks.Fail, "collation", checks.TableObject(table), checks.Source,
				"SET SESSION sql_mode = ''", alter(table, "CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")),
			found(checks.Fail, "collation", checks.TableObject(hostile), checks.Source,
				alter(hostile, "CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")),
			found(checks.Fail, "collation", checks.TableObject(big), checks.Source,
				alter(big, "CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"))),
		item("AGAIN", checks.Source, engine.Warned,
			found(checks.Warn, "again", column("a"), checks.Source, alter(table, "MODIFY `a` INT")),
			found(checks.Info, "advice", column("z"), checks.Source, alter(table, "DROP COLUMN `z`")), hostileRemedy),
		item("ACCEPTED", checks.Source, engine.Skipped, accepted),
		item("ESCAPED", checks.Source, engine.Failed, found(checks.Fail, "x", checks.SchemaObject("shop"),
			checks.Source, `-- This statement contains control characters: \n`)),
		item("SETTING", checks.Dest, engine.Failed, found(checks.Fail, "setting", checks.VariableObject("read_only"),
			checks.Dest, "SET GLOBAL read_only = OFF")),
		item("HAND", checks.Dest, engine.Failed, found(checks.Fail, "hand", checks.SchemaObject("shop"), checks.Dest)),
	}}
	r.Task.Name = "shop"
	r.Task.Source.Endpoint = datasource.Endpoint{Type: datasource.MySQL, Host: "old", User: "app"}
	r.Task.Destination.Endpoint = datasource.Endpoint{Type: datasource.MariaDB, Host: "new", User: "app"}
	r.Databases = []engine.CheckedDatabase{{Side: checks.Source, Role: checks.Master, Server: datasource.Server{
		Flavor: datasource.FlavorMySQL, Version: datasource.MakeVersion(8, 4, 6), Account: "app@%"}}}
	r.Sizes = []engine.SizedTable{{Table: big, Size: datasource.TableSize{Rows: 5_000_000, Bytes: 3 << 30}}}
	return r
}

func TestScripts(t *testing.T) {
	t.Parallel()
	scripts := fixscript.New(sample())
	if want := (fixscript.Counts{Failures: 5, Fixed: 1, Apart: 3}); scripts.Counts != want {
		t.Errorf("counts %+v, want %+v", scripts.Counts, want)
	}
	var all strings.Builder
	for _, s := range scripts.Scripts {
		all.WriteString("==> " + s.Name + "\n" + s.SQL)
	}
	path := filepath.Join("..", "..", "testdata", "golden", "fix.txt")
	if *update {
		if err := os.WriteFile(path, []byte(all.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), all.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for line := range strings.SplitSeq(all.String(), "\n") {
		if strings.HasPrefix(line, "DROP DATABASE") || strings.ContainsAny(line, "\x1b\r") {
			t.Errorf("a name or message is outside of its line: %q", line)
		}
	}
}

// Scripts are written in time that grows with the findings, not with their square.
func TestManyFindings(t *testing.T) {
	t.Parallel()
	r := sample()
	var findings []engine.Finding
	for i := range 30_000 {
		table := datasource.TableName{Schema: "shop", Name: fmt.Sprint("t", i/3)}
		findings = append(findings, found(checks.Fail, "type", checks.ColumnObject(table, fmt.Sprint("c", i%3)),
			checks.Source, fmt.Sprintf("ALTER TABLE `shop`.`t%d` MODIFY `c%d` INT", i/3, i%3)))
	}
	r.Results = append(r.Results, engine.Result{Item: engine.Item{Check: &checks.Check{Type: "MANY"},
		Side: checks.Source, Role: checks.Master}, Outcome: engine.Failed, Findings: findings})
	script := fixscript.New(r).Scripts[0]
	if want := 3 + 10_000; script.Statements != want {
		t.Errorf("%d statements, want %d", script.Statements, want)
	}
}

// Statements for the root of a container database, and for a standby, have scripts of their own.
func TestScriptsOfRootAndStandby(t *testing.T) {
	t.Parallel()
	item := engine.Item{Check: &checks.Check{Type: "LOG"}, Side: checks.Source, Role: checks.Master}
	r := &engine.Report{Results: []engine.Result{{Item: item, Outcome: engine.Failed}}}
	r.Task.Source.Endpoint = datasource.Endpoint{Type: datasource.Oracle, Host: "ora", Service: "pdb1", User: "app"}
	for _, on := range []checks.Place{{Root: true}, {Role: checks.Slave}, {}} {
		f := found(checks.Fail, "off", checks.ServerObject, checks.Source, `ALTER TABLE "A"."T" LOGGING`)
		f.On = on.Or(checks.Source, checks.Master)
		r.Results[0].Findings = append(r.Results[0].Findings, f)
	}
	var names []string
	for _, s := range fixscript.New(r).Scripts {
		names = append(names, s.Name)
		if !strings.Contains(s.SQL, "SET DEFINE OFF\n") || strings.Contains(s.SQL, "sql_mode") {
			t.Errorf("settings of another product:\n%s", s.SQL)
		}
	}
	want := []string{"fix-source.sql", "fix-source-root.sql", "fix-source-standby.sql"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
