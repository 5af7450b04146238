package charset_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/charset"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// The check reports a table whose definition omits its collation exactly if the table gets another collation on the
// destination.
func TestImpliedCollationOnRealServers(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MySQL), dbtest.Start(t, dbtest.MariaDB)
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: from.Database(t)},
		Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
	from.Exec(t, "CREATE TABLE "+task.Source.Schema+".old (id INT PRIMARY KEY, a VARCHAR(9)) CHARACTER SET utf8mb3",
		"CREATE TABLE "+task.Source.Schema+
			".own (id INT PRIMARY KEY, a VARCHAR(9) CHARACTER SET ucs2) CHARACTER SET latin1",
		"CREATE TABLE "+task.Source.Schema+
			".named (id INT PRIMARY KEY, a VARCHAR(9)) CHARACTER SET utf8mb3 COLLATE utf8mb3_unicode_ci")
	changed := func() (tables []string) {
		for _, name := range []string{"named", "old", "own"} {
			var table, definition string
			if err := from.DB(t).QueryRowContext(t.Context(),
				"SHOW CREATE TABLE "+task.Source.Schema+"."+name).Scan(&table,
				&definition); err != nil {
				t.Fatal(err)
			}
			to.Exec(t, "USE "+task.Dest.Schema, "DROP TABLE IF EXISTS "+name, definition)
			collation := func(s *dbtest.Server, schema string) string {
				text := checktest.ColumnOf(t, s,
					"SELECT collation_name FROM information_schema.COLUMNS WHERE table_schema = '"+schema+
						"' AND table_name = '"+name+
						"' AND column_name = 'a'")[0]
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
		t.Fatalf("tables that get another collation on MariaDB %s (-want +got):\n%s", to.Version, diff)
	}
	got := task.Run(t, charset.Charset)
	if (len(want) > 0) != (len(got.Findings) == 1 && got.Findings[0].Rule == "implied") {
		t.Errorf("%s\n%s", got.Outcome, got.Message(20))
	}
	if len(want) == 0 {
		return
	}
	to.Exec(t, "SET GLOBAL character_set_collations = 'utf8mb3="+got.Findings[0].Expected+"'")
	if got := task.Run(t, charset.Charset); got.Outcome != engine.Passed || len(changed()) > 0 {
		t.Errorf("after the fix it is %s, and the collation of %v differs\n%s", got.Outcome, changed(), got.Message(20))
	}
}

// A schema would lose characters, and a unique index would refuse rows. The given statements fix both, and the server
// then accepts such rows.
func TestCharsetOfOracleOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		srv, from := checktest.EmulatedOracle(t, oracletest.Release19c, "T")
		srv.Insert("DBA_TAB_COLS",
			oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "T", "COLUMN_NAME": "A", "COLUMN_ID": 1,
				"DATA_TYPE": "VARCHAR2", "DATA_LENGTH": 20, "CHAR_LENGTH": 20, "HIDDEN_COLUMN": "NO"})
		srv.Insert("DBA_INDEXES", oracletest.Row{"OWNER": "SHOP", "INDEX_NAME": "UK", "TABLE_OWNER": "SHOP",
			"TABLE_NAME": "T", "UNIQUENESS": "UNIQUE", "INDEX_TYPE": "NORMAL", "VISIBILITY": "VISIBLE"})
		srv.Insert("DBA_IND_COLUMNS",
			oracletest.Row{"INDEX_OWNER": "SHOP", "INDEX_NAME": "UK", "TABLE_OWNER": "SHOP", "TABLE_NAME": "T",
				"COLUMN_NAME": "A", "COLUMN_POSITION": 1, "DESCEND": "ASC"})
		schema := s.Database(t)
		s.Exec(t, "ALTER DATABASE "+schema+" CHARACTER SET latin1")
		create, fill := "CREATE TABLE "+schema+".tried (A VARCHAR(20), UNIQUE (A))",
			"INSERT INTO "+schema+".tried VALUES ('a'), ('A'), ('é'), ('中')"
		s.Exec(t, create)
		if _, err := s.DB(t).ExecContext(t.Context(), fill); err == nil {
			t.Error("the server accepts rows that the check reports as refused")
		}
		task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: s, Schema: schema}, Phases: checks.Schema}
		got := task.Run(t, charset.Charset)
		if diff := cmp.Diff([]string{"folds_case SHOP.T.UK", "loses SHOP"},
			checktest.RulesAndObjects(got.Findings)); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", got.Outcome, diff)
		}
		checktest.Fix(t, task, got.Findings)
		if got := task.Run(t, charset.Charset); got.Outcome != engine.Passed {
			t.Errorf("after the fix it is still %s:\n%s", got.Outcome, got.Message(10))
		}
		s.Exec(t, "DROP TABLE "+schema+".tried", create)
		if _, err := s.DB(t).ExecContext(t.Context(), fill); err != nil {
			t.Errorf("after the fix the server refuses the rows: %v", err)
		}
		s.Exec(t, "ALTER DATABASE "+schema+" CHARACTER SET latin1", "CREATE TABLE "+schema+".T (A VARCHAR(20))")
		if got := task.Run(t, charset.Charset); got.Outcome != engine.Passed {
			t.Errorf("with the table on the destination it is %s:\n%s", got.Outcome, got.Message(10))
		}
	})
}

func TestCharsetOnRealServers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		from, to         dbtest.Product
		missing, charset string // a collation and a character set that the destination does not have
		columns          []string
	}{
		{dbtest.MySQL, dbtest.MariaDB, "utf8mb4_ja_0900_as_cs", "gb18030", []string{"mixed.b", "mixed.g"}},
		{dbtest.MariaDB, dbtest.MySQL, "utf8mb4_uca1400_ai_ci", "", []string{"mixed.b"}},
	} {
		t.Run(string(tc.from)+" to "+string(tc.to), func(t *testing.T) {
			t.Parallel()
			from, to := dbtest.Get(t, tc.from), dbtest.Get(t, tc.to)
			if tc.from == dbtest.MariaDB && !from.AtLeast(10, 10, 1) {
				tc.missing = "utf8mb4_unicode_nopad_ci"
			}
			source, dest := from.Database(t), to.Database(t)
			tables := map[string]string{ // name: definition
				"healthy": "(id INT PRIMARY KEY, a VARCHAR(10)) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
				"old": "(id INT PRIMARY KEY, a VARCHAR(10) CHARACTER SET utf8 COLLATE utf8_general_ci) CHARACTER " +
					"SET latin1",
				"whole": "(id INT PRIMARY KEY, a VARCHAR(10) NOT NULL DEFAULT 'it''s', b TEXT, UNIQUE (a)) COLLATE " +
					tc.missing,
				"keyed": "(id INT PRIMARY KEY, a VARCHAR(10) COLLATE utf8mb4_bin NOT NULL DEFAULT 'x' COMMENT " +
					"'it''s', b " +
					"VARCHAR(5) NULL, n INT) COLLATE " + tc.missing,
				"mixed": "(id INT PRIMARY KEY, b VARCHAR(20) COLLATE " + tc.missing +
					" NOT NULL DEFAULT 'it''s' COMMENT 'b') CHARACTER SET latin1",
			}
			if tc.charset != "" {
				tables["mixed"] = "(id INT PRIMARY KEY, b VARCHAR(20) COLLATE " + tc.missing +
					" NOT NULL DEFAULT 'it''s' COMMENT 'b', g TEXT CHARACTER SET " + tc.charset +
					") CHARACTER SET latin1"
			}
			refused := map[string]bool{"whole": true, "keyed": true, "mixed": true}
			want := map[string]bool{source + ".whole": true, source + ".keyed": true}
			if tc.from == dbtest.MySQL {
				tables["preset"] = "(id INT PRIMARY KEY) COLLATE utf8mb4_0900_ai_ci"
				// MariaDB before 11.4.5
				if _, err := to.DB(t).ExecContext(t.Context(),
					"CREATE TABLE "+dest+".probe "+tables["preset"]); err != nil {
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
			task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: source},
				Dest: checktest.Endpoint{Server: to, Schema: dest}}
			got := task.Run(t, charset.Charset)
			objects := map[string]bool{}
			for _, f := range got.Findings {
				objects[f.Object.String()] = true
				if f.Level != checks.Fail || f.Expected == "" {
					t.Errorf("%s: level %s, expected value %q", f.Object, f.Level, f.Expected)
				}
			}
			for _, column := range tc.columns {
				want[source+"."+column] = true
			}
			if diff := cmp.Diff(want, objects); diff != "" {
				t.Fatalf("objects (-want +got):\n%s", diff)
			}

			checktest.Fix(t, task, got.Findings)
			for _, f := range task.Run(t, charset.Charset).Findings {
				// MODIFY would drop a CHECK of the column on MariaDB, so there is no statement for these.
				if tc.from != dbtest.MariaDB || f.SQL != nil {
					t.Errorf("after the fix %s still has %s", f.Object, f.Actual)
				}
			}
			if tc.from == dbtest.MySQL {
				for _, name := range []string{"whole", "keyed", "mixed", "preset"} {
					var table, definition string
					if err := from.DB(t).QueryRowContext(t.Context(), "SHOW CREATE TABLE "+source+"."+name).Scan(&table,
						&definition); err != nil {
						t.Fatal(err)
					}
					if _, err := to.DB(t).ExecContext(t.Context(),
						"USE "+dest+"; DROP TABLE IF EXISTS "+name+"; "+definition); err != nil {
						t.Errorf("after the fix %s is still refused: %v", name, err)
					}
				}
			}
		})
	}
}

// The collation to which one that compares trailing spaces is converted ignores them: if a unique index has such
// values, the statement fails as the finding says, and changes nothing.
func TestCollationThatIgnoresSpacesOnRealServers(t *testing.T) {
	t.Parallel()
	from, to, task := checktest.PairOf(t, dbtest.MySQL, dbtest.MariaDB)
	if to.AtLeast(11, 4, 5) {
		t.Skip("this MariaDB has MySQL's collations by their names")
	}
	from.Exec(t, "ALTER DATABASE "+task.Source.Schema+" COLLATE utf8mb4_general_ci", "CREATE TABLE "+task.Source.Schema+
		".t (a VARCHAR(20), b VARCHAR(20), UNIQUE u (b, a)) COLLATE utf8mb4_0900_ai_ci", "INSERT INTO "+
		task.Source.Schema+".t VALUES ('a', 'b'), ('a ', 'b')")
	got := checktest.WantFound(t, task, charset.Charset, "collation_ignores_spaces t")
	if _, err := from.DB(t).ExecContext(t.Context(), got.Findings[0].SQL[0]); err == nil ||
		!strings.Contains(err.Error(), "Error 1062") {
		t.Errorf("%s: %v, want error 1062", got.Findings[0].SQL[0], err)
	}
	from.Exec(t, "DELETE FROM "+task.Source.Schema+".t WHERE a LIKE '% '")
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, charset.Charset)
}

func TestCharsetOfSchemaOnRealServers(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MySQL), dbtest.Get(t, dbtest.MariaDB)
	source, dest := from.Database(t), to.Database(t)
	from.Exec(t, "ALTER DATABASE "+source+" COLLATE utf8mb4_ja_0900_as_cs",
		"CREATE TABLE "+source+".t (id INT PRIMARY KEY) COLLATE utf8mb4_bin")
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: source},
		Dest: checktest.Endpoint{Server: to, Schema: dest}}
	if got := task.Run(t, charset.Charset); got.Outcome != engine.Passed {
		t.Errorf("with an existing schema it is %s:\n%s", got.Outcome, got.Message(20))
	}
	task.Dest.Schema = "precheck_no_such_schema"
	got := task.Run(t, charset.Charset)
	if len(got.Findings) != 1 || got.Findings[0].Object != checks.SchemaObject(source) {
		t.Fatalf("with a schema that has to be created it is %s:\n%s", got.Outcome, got.Message(20))
	}
	checktest.Fix(t, task, got.Findings)
	if got := task.Run(t, charset.Charset); got.Outcome != engine.Passed {
		t.Errorf("after the fix it is still %s:\n%s", got.Outcome, got.Message(20))
	}
}

// MariaDB does not list the character set filename, but accepts it; MySQL does not.
func TestHiddenCharsetOnRealServers(t *testing.T) {
	t.Parallel()
	for dest, want := range map[dbtest.Product][]string{dbtest.MariaDB: nil,
		dbtest.MySQL: {"charset files", "charset named.a"}} {
		t.Run(string(dest), func(t *testing.T) {
			t.Parallel()
			from, to, task := checktest.PairOf(t, dbtest.MariaDB, dest)
			from.Exec(t, "USE "+task.Source.Schema,
				"CREATE TABLE named (id INT PRIMARY KEY, a VARCHAR(9) CHARACTER SET filename) CHARSET latin1",
				"CREATE TABLE files (id INT PRIMARY KEY, a VARCHAR(9)) CHARACTER SET filename",
				"ALTER DATABASE CHARACTER SET latin1")
			got := checktest.WantFound(t, task, charset.Charset, want...)
			for _, table := range []string{"named", "files"} {
				if err := checktest.Recreate(t, task, "TABLE", table); (err != nil) != (want != nil) {
					t.Errorf("%s: %s returns %v", to.Version, table, err)
				}
			}
			for _, f := range got.Findings {
				if !strings.Contains(f.Message, "character set filename,") {
					t.Errorf("%s does not name the character set", f.Message)
				}
			}
			checktest.Fix(t, task, got.Findings)
			if rest := task.Run(t, charset.Charset); len(rest.Findings) > 0 && rest.Findings[0].Object.Name == "" {
				t.Errorf("after the fix: %s", rest.Message(5))
			}
		})
	}
}

// The given statements convert both tables of a foreign key on MySQL. On MariaDB there are none, as it refuses to
// convert columns of a foreign key.
func TestCollationOfForeignKeysOnRealServers(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		task := checktest.Real{Source: checktest.Endpoint{Server: source, Schema: source.Database(t)},
			Dest: checktest.Endpoint{Server: dest, Schema: dest.Database(t)}, Phases: checks.Schema}
		collation, rule, parent := "utf8mb4_nopad_bin", "collation_in_key", "collation_in_key"
		if source.Product == dbtest.MySQL {
			collation, rule, parent = "utf8mb4_0900_bin", "collation", "collation_ignores_spaces"
		}
		table := ") CHARACTER SET utf8mb4 COLLATE " + collation
		source.Exec(t, "ALTER DATABASE "+task.Source.Schema+" COLLATE utf8mb4_general_ci", "USE "+task.Source.Schema,
			"CREATE TABLE parent (id VARCHAR(20) PRIMARY KEY"+table,
			"CREATE TABLE child (a VARCHAR(20), CONSTRAINT f FOREIGN KEY (a) REFERENCES parent (id)"+table,
			"CREATE TABLE beside (a VARCHAR(20), n INT, UNIQUE (n)"+table,
			"CREATE TABLE numbers (n INT, v VARCHAR(20), CONSTRAINT g FOREIGN KEY (n) REFERENCES beside (n)"+table)
		if source.Product == dbtest.MySQL && dest.AtLeast(11, 4, 5) { // it has MySQL's collations by their names
			checktest.WantFound(t, task, charset.Charset)
			return
		}
		got := checktest.WantFound(t, task, charset.Charset, checktest.Sorted([]string{"collation beside",
			rule + " child", "collation numbers", parent + " parent"})...)
		checktest.Fix(t, task, got.Findings)
		if source.Product == dbtest.MySQL {
			checktest.WantFound(t, task, charset.Charset)
			checktest.WantRecreated(t, task, "parent", "child", "beside", "numbers")
			return
		}
		checktest.WantFound(t, task, charset.Charset, rule+" child", rule+" parent")
		source.Exec(t, "USE "+task.Source.Schema, "ALTER TABLE child DROP FOREIGN KEY f",
			"ALTER TABLE child CONVERT TO CHARACTER SET utf8mb4 COLLATE "+got.Findings[0].Expected,
			"ALTER TABLE parent CONVERT TO CHARACTER SET utf8mb4 COLLATE "+got.Findings[0].Expected,
			"ALTER TABLE child ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES parent (id)")
		checktest.WantFound(t, task, charset.Charset)
		checktest.WantRecreated(t, task, "parent", "child", "beside", "numbers")
	})
}
