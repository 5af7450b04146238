package common_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// A text that MySQL shows in an expression is reported exactly where MariaDB refuses it in that form or reads another
// one from it, and both read what is to stand in its place.
func TestStringsOnRealServers(t *testing.T) {
	t.Parallel()
	my, maria, task := pairOf(t, dbtest.MySQL, dbtest.MariaDB)
	conn, err := maria.DB(t).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	// reads tells whether MariaDB takes a column and gives the text from it.
	reads := func(name, column, text string) bool {
		t.Helper()
		created := false
		for _, statement := range []string{"SET NAMES utf8mb4", "CREATE OR REPLACE TABLE " + task.Dest.Schema + "." + name + " (i INT, " + column + ") CHARSET utf8mb4",
			"FLUSH TABLES " + task.Dest.Schema + "." + name, "INSERT INTO " + task.Dest.Schema + "." + name + " (i) VALUES (1)"} {
			if _, err := conn.ExecContext(t.Context(), statement); err != nil && created {
				t.Fatalf("%s: %v", statement, err)
			} else if err != nil {
				return false
			}
			created = strings.HasPrefix(statement, "CREATE")
		}
		var got string
		if err := conn.QueryRowContext(t.Context(), "SELECT v FROM "+task.Dest.Schema+"."+name).Scan(&got); err != nil {
			t.Fatal(err)
		}
		return got == text
	}
	texts := map[string]string{"plain": "a", "signs": `say "x" & ~100%_`, "nothing": "", "quote": "it's", "backslash": `\d+`, "breaks": "a\nb", "letters": "né", "last": `a\`}
	var computedOf, presetOf, checkOf []string
	for name, text := range texts {
		literal := "_utf8mb4'" + strings.NewReplacer(`\`, `\\`, "'", `\'`, "\n", `\n`).Replace(text) + "'"
		computed, preset, alone := "v VARCHAR(99) AS ("+literal+") VIRTUAL", "d VARCHAR(99) DEFAULT (CONCAT("+literal+", i))", "e VARCHAR(99) DEFAULT ("+literal+")"
		my.Exec(t, "SET NAMES utf8mb4", "CREATE TABLE "+task.Source.Schema+"."+name+" (i INT, "+strings.Join([]string{computed, preset, alone}, ", ")+", CONSTRAINT "+name+" CHECK (i <> "+literal+")) CHARSET utf8mb4")
		if !reads(name, "v"+strings.TrimPrefix(alone, "e"), text) {
			t.Errorf("MariaDB %s misreads the default %s", maria.Version, literal)
		}
		if !reads(name, computed, text) {
			computedOf, presetOf, checkOf = append(computedOf, "string_misread "+name+".v"), append(presetOf, "string_misread "+name+".d"), append(checkOf, "string_misread "+name+"."+name)
		}
	}
	wantEqual(t, 5, len(computedOf))
	wantFound(t, task, common.CheckConstraint, sorted(checkOf)...)
	wantFound(t, task, common.ColumnDefault, sorted(presetOf)...)
	got := wantFound(t, task, common.GeneratedColumn, sorted(computedOf)...)
	for _, f := range got.Findings {
		table := task.Source.Schema + "." + f.Object.Table
		if f.Object.Table == "letters" {
			wantEqual(t, "text of printable ASCII alone", f.Want)
			my.Exec(t, "DROP TABLE "+table)
			continue
		}
		if !reads("mended", "v VARCHAR(99) AS ("+f.Want+") VIRTUAL", texts[f.Object.Table]) {
			t.Errorf("MariaDB %s misreads %s", maria.Version, f.Want)
		}
		my.Exec(t, "INSERT INTO "+table+" (i) VALUES (NULL)", "ALTER TABLE "+table+" MODIFY v VARCHAR(99) AS ("+f.Want+") VIRTUAL")
		wantEqual(t, []string{texts[f.Object.Table]}, columnOf(t, my, "SELECT v FROM "+table))
	}
	wantFound(t, task, common.GeneratedColumn)
}

func TestStrings(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, expression string // as the catalog of MySQL shows it
		want             []string
		instead          string
	}{
		{"printable", `concat(_utf8mb4\'a "b"\',_latin1\'%\')`, nil, ""},
		{"a quote", `concat(_utf8mb4\'it\\\'s\',1)`, []string{"string_misread"}, "CONVERT(0x69742773 USING utf8mb4)"},
		{"the second one", `concat(_utf8mb4\'\',_utf8mb3\'\\\\\')`, []string{"string_misread"}, "CONVERT(0x5C USING utf8mb3)"},
		{"a line", `concat(_utf8mb4\'\\n\',1)`, []string{"string_misread"}, "CONVERT(0x0A USING utf8mb4)"},
		{"another character set", `concat(_latin1\'é\',1)`, []string{"string_misread"}, "text of printable ASCII alone"},
		{"without a character set", `json_extract('[\\\'é]',1)`, nil, ""},
		{"in the name of a column", "concat(`_utf8mb4'é'`,1)", nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dest := snapshot(maria1011, nil, nil, datasource.Snapshot{datasource.FactCharsets: collations("utf8mb4", "bin")})
			findings, _, err := checktest.Facts{Source: snapshot(mysql97, []datasource.Column{computed("c", tc.expression)}, nil, nil), Dest: dest}.Run(t, common.GeneratedColumn)
			if err != nil {
				t.Fatal(err)
			}
			wantEqual(t, tc.want, checktest.Rules(findings))
			if len(findings) > 0 {
				wantEqual(t, checks.Fail, findings[0].Level)
				wantEqual(t, tc.instead, findings[0].Want)
			}
		})
	}
}
