package common_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

func TestImpliedCollation(t *testing.T) {
	t.Parallel()
	has := func(preset string, others ...string) datasource.Charsets {
		charset, _, _ := strings.Cut(preset, "_")
		c := datasource.Charsets{Defaults: map[string]string{charset: preset}, Collations: map[string]string{preset: charset, "latin1_swedish_ci": "latin1"}}
		for _, name := range others {
			c.Collations[name] = charset
		}
		return c
	}
	utf8, utf8mb3, uca := has("utf8_general_ci"), has("utf8mb3_general_ci"), has("utf8mb3_uca1400_ai_ci", "utf8mb3_general_ci")
	general, mysql8 := has("utf8mb4_general_ci", "utf8mb4_0900_ai_ci"), has("utf8mb4_0900_ai_ci", "utf8mb4_general_ci")
	of := func(flavor datasource.Flavor, version string) datasource.Server { return server(flavor, version) }
	for _, tc := range []struct {
		name          string
		from          datasource.Server
		source, dest  datasource.Charsets
		table, column string
		want          []string
	}{
		{"utf8mb3 of MySQL", mysql97, utf8mb3, uca, "utf8mb3_general_ci", "utf8mb3_general_ci", []string{"implied"}},
		{"the same default by another name", mysql97, utf8mb3, utf8, "utf8mb3_general_ci", "utf8mb3_general_ci", nil},
		{"utf8 of MySQL 5.7", mysql57, utf8, uca, "utf8_general_ci", "utf8_general_ci", []string{"implied"}},
		{"another collation than the default", mysql97, has("utf8mb3_general_ci", "utf8mb3_bin"), has("utf8mb3_uca1400_ai_ci", "utf8mb3_bin"), "utf8mb3_bin", "utf8mb3_bin", nil},
		{"no column of it", mysql97, utf8mb3, uca, "utf8mb3_general_ci", "", nil},
		{"a column's own, which MySQL 8 names", mysql97, utf8mb3, uca, "latin1_swedish_ci", "utf8mb3_general_ci", nil},
		{"a column's own, which MySQL 5.7 does not name", mysql57, utf8, uca, "latin1_swedish_ci", "utf8_general_ci", []string{"implied"}},
		{"utf8mb4 of MySQL 5.7 on 8", mysql57, general, mysql8, "utf8mb4_general_ci", "utf8mb4_general_ci", []string{"implied"}},
		{"utf8mb4 of MySQL 8, which names it", mysql97, mysql8, has("utf8mb4_uca1400_ai_ci", "utf8mb4_0900_ai_ci"), "utf8mb4_0900_ai_ci", "utf8mb4_0900_ai_ci", nil},
		{"an older MariaDB", of(datasource.FlavorMariaDB, "10.6.10"), general, mysql8, "utf8mb4_general_ci", "utf8mb4_general_ci", []string{"implied"}},
		{"a MariaDB that names it", of(datasource.FlavorMariaDB, "10.6.11"), general, mysql8, "utf8mb4_general_ci", "utf8mb4_general_ci", nil},
		{"MariaDB 10.11", maria1011, general, mysql8, "utf8mb4_general_ci", "utf8mb4_general_ci", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := oneTable(tc.from, datasource.Column{Name: "a", ColumnType: &datasource.ColumnType{DataType: "varchar", Collation: tc.column}})
			source[datasource.FactTables].(datasource.Tables)[0].Collation = tc.table
			source[datasource.FactCharsets] = tc.source
			dest := datasource.Snapshot{datasource.FactServer: maria118, datasource.FactCharsets: tc.dest, datasource.FactSchemas: []datasource.Schema{{Name: "shop"}}}
			wantRules(t, checktest.Facts{Source: source, Dest: dest}, common.Charset, tc.want...)
		})
	}
}

// A table whose definition leaves its collation out gets another one on the destination exactly where that is reported.
func TestImpliedCollationOnRealServers(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MySQL), dbtest.Start(t, dbtest.MariaDB)
	task := checktest.Real{Source: checktest.End{Server: from, Schema: from.Database(t)}, Dest: checktest.End{Server: to, Schema: to.Database(t)}}
	from.Exec(t, "CREATE TABLE "+task.Source.Schema+".old (id INT PRIMARY KEY, a VARCHAR(9)) CHARACTER SET utf8mb3",
		"CREATE TABLE "+task.Source.Schema+".own (id INT PRIMARY KEY, a VARCHAR(9) CHARACTER SET ucs2) CHARACTER SET latin1",
		"CREATE TABLE "+task.Source.Schema+".named (id INT PRIMARY KEY, a VARCHAR(9)) CHARACTER SET utf8mb3 COLLATE utf8mb3_unicode_ci")
	changed := func() (tables []string) {
		for _, name := range []string{"named", "old", "own"} {
			var table, definition string
			if err := from.DB(t).QueryRowContext(t.Context(), "SHOW CREATE TABLE "+task.Source.Schema+"."+name).Scan(&table, &definition); err != nil {
				t.Fatal(err)
			}
			to.Exec(t, "USE "+task.Dest.Schema, "DROP TABLE IF EXISTS "+name, definition)
			collation := func(s *dbtest.Server, schema string) string {
				text := columnOf(t, s, "SELECT collation_name FROM information_schema.COLUMNS WHERE table_schema = '"+schema+"' AND table_name = '"+name+"' AND column_name = 'a'")[0]
				return strings.Replace(text, "utf8_", "utf8mb3_", 1)
			}
			if collation(from, task.Source.Schema) != collation(to, task.Dest.Schema) {
				tables = append(tables, name)
			}
			to.Exec(t, "DROP TABLE "+task.Dest.Schema+"."+name)
		}
		return tables
	}
	var want []string
	if to.AtLeast(11, 5) {
		want = []string{"old"}
	}
	if diff := cmp.Diff(want, changed()); diff != "" {
		t.Fatalf("tables that MariaDB %s gives another collation (-want +got):\n%s", to.Version, diff)
	}
	got := task.Run(t, common.Charset)
	if (len(want) > 0) != (len(got.Findings) == 1 && got.Findings[0].Rule == "implied") {
		t.Errorf("%s\n%s", got.Outcome, got.Message(20))
	}
	if len(want) == 0 {
		return
	}
	to.Exec(t, "SET GLOBAL character_set_collations = 'utf8mb3="+got.Findings[0].Want+"'")
	if got := task.Run(t, common.Charset); got.Outcome != engine.Passed || len(changed()) > 0 {
		t.Errorf("mended, it is %s, and other collations have %v\n%s", got.Outcome, changed(), got.Message(20))
	}
}
