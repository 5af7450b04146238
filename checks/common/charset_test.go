package common_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// collations gives the facts of a server that has these collations, each named charset_rest.
func collations(charset string, names ...string) datasource.Charsets {
	c := datasource.Charsets{Defaults: map[string]string{charset: charset + "_" + names[0]}, Collations: map[string]string{}}
	for _, name := range names {
		c.Collations[charset+"_"+name] = charset
	}
	return c
}

func TestCharset(t *testing.T) {
	t.Parallel()
	mysql8 := collations("utf8mb4", "0900_ai_ci", "0900_as_cs", "0900_bin", "sv_0900_ai_ci", "unicode_ci", "unicode_520_ci", "general_ci", "swedish_ci", "bin")
	maria := collations("utf8mb4", "general_ci", "unicode_ci", "unicode_520_ci", "swedish_ci", "bin", "uca1400_ai_ci", "uca1400_as_cs", "uca1400_nopad_ai_ci", "uca1400_swedish_nopad_ai_ci")
	maria105Has := collations("utf8mb4", "general_ci", "unicode_ci", "unicode_520_ci", "swedish_ci", "bin")
	ocean := collations("utf8mb4", "general_ci", "unicode_ci", "bin")
	utf8mb3, utf8 := collations("utf8mb3", "general_ci"), collations("utf8", "general_ci")
	gb := collations("gb18030", "chinese_ci")

	mariaServer, mysqlServer := server(datasource.FlavorMariaDB, "10.11.6"), server(datasource.FlavorMySQL, "9.1.0")
	for _, tc := range []struct {
		name         string
		source, dest datasource.Charsets
		server       datasource.Server
		collation    string
		rules        []string
		want         string // the destination's nearest
		sql          string // what the statement converts to
	}{
		{"the same", mysql8, mysql8, mysqlServer, "utf8mb4_0900_ai_ci", nil, "", ""},
		{"a table without a collation", mysql8, maria, mariaServer, "", nil, "", ""},
		{"0900 on MariaDB", mysql8, maria, mariaServer, "utf8mb4_0900_ai_ci", []string{"collation"}, "utf8mb4_uca1400_nopad_ai_ci", "utf8mb4_unicode_520_ci"},
		{"0900 on an older MariaDB", mysql8, maria105Has, mariaServer, "utf8mb4_0900_ai_ci", []string{"collation"}, "utf8mb4_unicode_520_ci", "utf8mb4_unicode_520_ci"},
		{"0900 on OceanBase", mysql8, ocean, server(datasource.FlavorOceanBase, "4.2.1"), "utf8mb4_0900_ai_ci", []string{"collation"}, "utf8mb4_general_ci", "utf8mb4_general_ci"},
		{"a language", mysql8, maria, mariaServer, "utf8mb4_sv_0900_ai_ci", []string{"collation"}, "utf8mb4_uca1400_swedish_nopad_ai_ci", "utf8mb4_swedish_ci"},
		{"case counts", mysql8, maria, mariaServer, "utf8mb4_0900_as_cs", []string{"collation"}, "utf8mb4_uca1400_as_cs", "utf8mb4_bin"},
		{"binary", mysql8, maria, mariaServer, "utf8mb4_0900_bin", []string{"collation"}, "utf8mb4_bin", "utf8mb4_bin"},
		{"uca1400 on MySQL", maria, mysql8, mysqlServer, "utf8mb4_uca1400_ai_ci", []string{"collation"}, "utf8mb4_0900_ai_ci", "utf8mb4_unicode_520_ci"},
		{"a language of uca1400 on MySQL", maria, mysql8, mysqlServer, "utf8mb4_uca1400_swedish_nopad_ai_ci", []string{"collation"}, "utf8mb4_sv_0900_ai_ci", "utf8mb4_swedish_ci"},
		{"no character set, nothing in common", gb, maria, mariaServer, "gb18030_chinese_ci", []string{"charset"}, "utf8mb4_uca1400_nopad_ai_ci", ""},
		{"utf8 on OceanBase", collations("utf8", "general_ci"), ocean, server(datasource.FlavorOceanBase, "4.2.1"), "utf8_general_ci", []string{"widened"}, "utf8mb4_general_ci", ""},
		{"a language of utf8mb3 on OceanBase", collations("utf8mb3", "swedish_ci"), ocean, server(datasource.FlavorOceanBase, "4.2.1"), "utf8mb3_swedish_ci", []string{"charset"}, "utf8mb4_general_ci", ""},
		{"utf8 is utf8mb3", utf8, utf8mb3, mysqlServer, "utf8_general_ci", nil, "", ""},
		{"utf8mb3 is utf8", utf8mb3, utf8, server(datasource.FlavorMySQL, "5.7.44"), "utf8mb3_general_ci", nil, "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := oneTable(mysqlServer, datasource.Column{Name: "a", ColumnType: &datasource.ColumnType{DataType: "varchar", Collation: tc.collation}})
			source[datasource.FactTables].(datasource.Tables)[0].Collation = tc.collation
			source[datasource.FactCharsets] = tc.source
			dest := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactCharsets: tc.dest, datasource.FactSchemas: []datasource.Schema{{Name: "shop"}}}
			findings, _, err := checktest.Facts{Source: source, Dest: dest}.Run(t, common.Charset)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.rules, checktest.Rules(findings)); diff != "" {
				t.Fatalf("rules (-want +got):\n%s", diff)
			}
			var want, sql []string
			for _, f := range findings {
				want, sql = append(want, f.Want), append(sql, f.SQL...)
			}
			if tc.want != "" && !cmp.Equal(want, []string{tc.want}) {
				t.Errorf("wants %v, want %s", want, tc.want)
			}
			if tc.sql != "" && !cmp.Equal(sql, []string{"ALTER TABLE `shop`.`t` CONVERT TO CHARACTER SET utf8mb4 COLLATE " + tc.sql}) || tc.sql == "" && sql != nil {
				t.Errorf("SQL %v, want it to convert to %q", sql, tc.sql)
			}
		})
	}
}

func TestCharsetUnknown(t *testing.T) {
	t.Parallel()
	source := oneTable(server(datasource.FlavorMySQL, "9.1.0"))
	source[datasource.FactCharsets] = collations("utf8mb4", "bin")
	lost := errors.New("connection lost")
	dest := datasource.Snapshot{datasource.FactServer: datasource.Server{}, datasource.FactCharsets: lost}
	if _, _, err := (checktest.Facts{Source: source, Dest: dest}).Run(t, common.Charset); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}

func TestCharsetOnRealServers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		from, to         dbtest.Product
		lacking, charset string // a collation and a character set that the destination lacks
		columns          []string
	}{
		{dbtest.MySQL, dbtest.MariaDB, "utf8mb4_ja_0900_as_cs", "gb18030", []string{"mixed.b", "mixed.g"}},
		{dbtest.MariaDB, dbtest.MySQL, "utf8mb4_uca1400_ai_ci", "", []string{"mixed.b"}},
	} {
		t.Run(string(tc.from)+" to "+string(tc.to), func(t *testing.T) {
			t.Parallel()
			from, to := dbtest.Get(t, tc.from), dbtest.Get(t, tc.to)
			if tc.from == dbtest.MariaDB && !from.AtLeast(10, 10, 1) {
				tc.lacking = "utf8mb4_unicode_nopad_ci"
			}
			source, dest := from.Database(t), to.Database(t)
			tables := map[string]string{ // name: definition
				"healthy": "(id INT PRIMARY KEY, a VARCHAR(10)) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
				"old":     "(id INT PRIMARY KEY, a VARCHAR(10) CHARACTER SET utf8 COLLATE utf8_general_ci) CHARACTER SET latin1",
				"whole":   "(id INT PRIMARY KEY, a VARCHAR(10) NOT NULL DEFAULT 'it''s', b TEXT, UNIQUE (a)) COLLATE " + tc.lacking,
				"keyed":   "(id INT PRIMARY KEY, a VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT 'x' COMMENT 'it''s', b VARCHAR(5) NULL, n INT) COLLATE " + tc.lacking,
				"mixed":   "(id INT PRIMARY KEY, b VARCHAR(20) COLLATE " + tc.lacking + " NOT NULL DEFAULT 'it''s' COMMENT 'b') CHARACTER SET latin1",
			}
			if tc.charset != "" {
				tables["mixed"] = "(id INT PRIMARY KEY, b VARCHAR(20) COLLATE " + tc.lacking + " NOT NULL DEFAULT 'it''s' COMMENT 'b', g TEXT CHARACTER SET " + tc.charset + ") CHARACTER SET latin1"
			}
			refused := map[string]bool{"whole": true, "keyed": true, "mixed": true}
			want := map[string]bool{source + ".whole": true, source + ".keyed": true}
			if tc.from == dbtest.MySQL {
				tables["preset"] = "(id INT PRIMARY KEY) COLLATE utf8mb4_0900_ai_ci"
				if _, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+dest+".probe "+tables["preset"]); err != nil { // MariaDB before 11.4.5
					refused["preset"], want[source+".preset"] = true, true
				}
			}
			for name, definition := range tables {
				from.Exec(t, "CREATE TABLE "+source+"."+name+" "+definition)
				_, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+dest+"."+name+" "+definition)
				if (err != nil) != refused[name] {
					t.Errorf("%s refuses table %s: %v, want %v", tc.to, name, err, refused[name])
				}
			}
			task := checktest.Real{Source: checktest.End{Server: from, Schema: source}, Dest: checktest.End{Server: to, Schema: dest}}
			got := task.Run(t, common.Charset)
			objects := map[string]bool{}
			for _, f := range got.Findings {
				objects[f.Object.String()] = true
				if f.Level != checks.Fail || f.Want == "" {
					t.Errorf("%s: %s, wants %q", f.Object, f.Level, f.Want)
				}
			}
			for _, column := range tc.columns {
				want[source+"."+column] = true
			}
			if diff := cmp.Diff(want, objects); diff != "" {
				t.Fatalf("objects (-want +got):\n%s", diff)
			}

			checktest.Mend(t, from, got.Findings)
			for _, f := range task.Run(t, common.Charset).Findings {
				// MODIFY would drop a CHECK of the column on MariaDB: there is no statement for these.
				if tc.from != dbtest.MariaDB || f.SQL != nil {
					t.Errorf("mended, %s still has %s", f.Object, f.Actual)
				}
			}
			if tc.from == dbtest.MySQL {
				for _, name := range []string{"whole", "keyed", "mixed", "preset"} {
					var table, definition string
					if err := from.DB(t).QueryRowContext(t.Context(), "SHOW CREATE TABLE "+source+"."+name).Scan(&table, &definition); err != nil {
						t.Fatal(err)
					}
					if _, err := to.DB(t).ExecContext(t.Context(), "USE "+dest+"; DROP TABLE IF EXISTS "+name+"; "+definition); err != nil {
						t.Errorf("mended, %s is still refused: %v", name, err)
					}
				}
			}
		})
	}
}

func TestCharsetOfSchemaOnRealServers(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MySQL), dbtest.Get(t, dbtest.MariaDB)
	source, dest := from.Database(t), to.Database(t)
	from.Exec(t, "ALTER DATABASE "+source+" COLLATE utf8mb4_ja_0900_as_cs", "CREATE TABLE "+source+".t (id INT PRIMARY KEY) COLLATE utf8mb4_bin")
	task := checktest.Real{Source: checktest.End{Server: from, Schema: source}, Dest: checktest.End{Server: to, Schema: dest}}
	if got := task.Run(t, common.Charset); got.Outcome != engine.Passed {
		t.Errorf("into a schema that exists: %s\n%s", got.Outcome, got.Message(20))
	}
	task.Dest.Schema = "precheck_no_such_schema"
	got := task.Run(t, common.Charset)
	if len(got.Findings) != 1 || got.Findings[0].Object != checks.SchemaObject(source) {
		t.Fatalf("into a schema that has to be created: %s\n%s", got.Outcome, got.Message(20))
	}
	checktest.Mend(t, from, got.Findings)
	if got := task.Run(t, common.Charset); got.Outcome != engine.Passed {
		t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(20))
	}
}
