package expression_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/expression"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// The rules report exactly the defaults that MySQL and MariaDB reject.
func TestDefaultsOfOracleOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		maria := s.Product == dbtest.MariaDB
		guid := maria && s.AtLeast(10, 6, 1)
		for definition, accepted := range map[string]bool{
			"a DATETIME DEFAULT DATE '2024-01-01'":               maria,
			"a DATETIME DEFAULT TIMESTAMP '2024-01-01 08:00:00'": maria,
			"a DATETIME DEFAULT '2024-01-01 08:00:00'":           true,
			"a DATETIME DEFAULT '01-JAN-24'":                     false,
			"a DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6)":         true,
			"a LONGTEXT DEFAULT 'x'":                             maria,
			"a LONGTEXT DEFAULT ('x')":                           true,
			"a VARBINARY(36) DEFAULT (SYS_GUID())":               guid,
			"a VARCHAR(100) DEFAULT (USER())":                    true,
			"a INT DEFAULT (60*60)":                              true,
			"a INT DEFAULT 60*60":                                false,
			"a INT DEFAULT (NVL(1,0)+NVL(1,0))":                  maria,
			"a INT DEFAULT NVL(1,0)+NVL(1,0)":                    false,
			"a VARBINARY(36) DEFAULT SYS_GUID()":                 guid,
			"a VARCHAR(100) DEFAULT (INTERVAL '1' DAY)":          false,
		} {
			checktest.WantCreated(t, s, accepted, "CREATE TABLE t ("+definition+")")
		}
	})
}

func TestColumnDefaultMariaDBToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	use := "USE " + task.Source.Schema
	maria.Exec(t, use, "CREATE SEQUENCE numbers")
	for _, table := range []struct {
		columns  string
		accepted bool
	}{
		{
			"plain (a INT DEFAULT 5, b VARCHAR(20) DEFAULT 'it''s', c DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3) ON " +
				"UPDATE " +
				"CURRENT_TIMESTAMP(3), d TEXT DEFAULT NULL, e BIT(3) DEFAULT b'101', f VARCHAR(20) DEFAULT 'NULL')",
			true},
		{"sum (a INT DEFAULT (1 + 2), b INT DEFAULT (-1))", true},
		{"bare (a VARCHAR(40) DEFAULT UUID())", false},
		{"words (a TEXT DEFAULT 'abc', b BLOB DEFAULT 'x')", false},
		{"zero (a DATE NOT NULL DEFAULT '0000-00-00')", false},
		{"months (a DATETIME DEFAULT '2024-00-10 00:00:00')", false},
		{"lacking (a VARCHAR(40) DEFAULT (JSON_COMPACT('[1]')))", false},
		{"refused (a TEXT DEFAULT (UPDATEXML('<a/>', '/a', 'b')))", false},
		{"padded (a VARCHAR(9) DEFAULT (LPAD('a', 2)))", false},
		{"sorted (a VARCHAR(9) DEFAULT ('a' COLLATE utf8mb4_unicode_nopad_ci)) CHARSET utf8mb4", false},
		{"forward (a INT DEFAULT (b), b INT DEFAULT (1 + 1))", false},
		{"varied (a VARCHAR(99) DEFAULT (CONCAT(@@sql_mode, @v)))", false},
		{"rounded (a TIMESTAMP(5) NOT NULL DEFAULT CURRENT_TIMESTAMP(2) ON UPDATE CURRENT_TIMESTAMP(5))", false},
		{"cast_as (a DOUBLE DEFAULT (CAST('1.25' AS DOUBLE(10,1))))", false},
		{"backward (b INT DEFAULT (1 + 1), a INT DEFAULT (1 + b), c INT DEFAULT (1 + d), d INT DEFAULT 3)", true},
		{"numbered (a BIGINT DEFAULT (NEXTVAL(numbers)))", false},
	} {
		maria.Exec(t, use, "CREATE TABLE "+table.columns)
		checktest.WantCreated(t, my, table.accepted, "CREATE TABLE "+table.columns)
	}
	got := checktest.WantFound(t, task, expression.ColumnDefault, "clause_missing cast_as.a", "clause_missing padded.a",
		"collation_missing sorted.a", "function_refused lacking.a", "function_refused refused.a",
		"later_column forward.a",
		"lob words.a", "lob words.b",
		"parentheses bare.a",
		"precision rounded.a", "sequence numbered.a", "variable varied.a", "zero_date months.a", "zero_date zero.a")
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, expression.ColumnDefault)
	checktest.WantCreated(t, my, true,
		"CREATE TABLE rounded (a TIMESTAMP(5) NOT NULL DEFAULT CURRENT_TIMESTAMP(5) ON UPDATE CURRENT_TIMESTAMP(5))")
	checktest.WantCreated(t, my, true, "CREATE TABLE bare (a VARCHAR(40) DEFAULT (uuid()))")
}

// MariaDB 11.5 and later accept times after 2038, which MySQL refuses.
func TestTimestampAfter2038ToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	const late, last = "(a TIMESTAMP NULL DEFAULT '2039-01-01 00:00:00')", "(a TIMESTAMP NULL DEFAULT '2038-01-18')"
	maria.Exec(t, "USE "+task.Source.Schema, "CREATE TABLE last "+last)
	checktest.WantCreated(t, my, true, "CREATE TABLE last "+last)
	checktest.WantCreated(t, my, false, "CREATE TABLE late "+late)
	_, err := maria.DB(t).ExecContext(t.Context(), "CREATE TABLE "+task.Source.Schema+".late "+late)
	var number *mysql.MySQLError
	if errors.As(err, &number) && number.Number == 1067 {
		t.Skipf("%s does not accept such a time", maria.Version)
	}
	got := checktest.WantFound(t, task, expression.ColumnDefault, "after_2038 late.a")
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, expression.ColumnDefault)
}

func TestColumnDefaultMySQLToMariaDB(t *testing.T) {
	t.Parallel()
	my, maria, task := checktest.PairOf(t, dbtest.MySQL, dbtest.MariaDB)
	use := "USE " + task.Source.Schema
	checktest.WantAccepted(t, my, maria, use, map[string]bool{
		"plain (a INT DEFAULT 5, b VARCHAR(40) DEFAULT (UUID()), c JSON DEFAULT (JSON_ARRAY()), d TEXT DEFAULT " +
			"('it''s " +
			"regexp_like('), e VARCHAR(20) DEFAULT 'uuid_to_bin()', f DATETIME DEFAULT (NOW() + INTERVAL 1 DAY))": true,
		"lacking (a VARBINARY(16) DEFAULT (UUID_TO_BIN(UUID())))":                                   false,
		"counted (a ENUM('x') DEFAULT (1), b TINYINT DEFAULT (254 + 1), c CHAR(2) DEFAULT ('abc'))": false,
		"fits (a ENUM('x') DEFAULT ('x'), b TINYINT DEFAULT (126 + 1), c CHAR(2) DEFAULT ('ab'))":   true,
		"typed (a JSON DEFAULT (CAST('[1]' AS JSON)))":                                              false,
		"sorted (a VARCHAR(9) DEFAULT (_utf8mb4'a' COLLATE utf8mb4_ja_0900_as_cs)) CHARSET utf8mb4": false,
	})
	my.Exec(t, use, "SET sql_mode = ''", "CREATE TABLE zero (a DATE DEFAULT '0000-00-00')")
	checktest.WantCreated(t, maria, true, "CREATE TABLE zero (a DATE DEFAULT '0000-00-00')")
	got := checktest.WantFound(t, task, expression.ColumnDefault, "clause_missing typed.a",
		"collation_missing sorted.a", "function_refused lacking.a", "unfit counted.a", "unfit counted.b",
		"unfit counted.c")
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, expression.ColumnDefault)
}

// Without explicit_defaults_for_timestamp a column is reported exactly if the destination rejects its table.
func TestColumnDefaultImplied(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MySQL, dbtest.MariaDB} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			from := dbtest.Get(t, dbtest.MySQL)
			to := dbtest.Start(t, product, "--explicit-defaults-for-timestamp=OFF",
				"--sql-mode=NO_ZERO_DATE,NO_ZERO_IN_DATE")
			task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: from.Database(t)},
				Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
			checktest.WantAccepted(t, from, to, "USE "+task.Source.Schema, map[string]bool{
				"one (a TIMESTAMP NOT NULL)":                                 true,
				"two (a TIMESTAMP NOT NULL, b TIMESTAMP NOT NULL)":           false,
				"renewed (a TIMESTAMP NOT NULL ON UPDATE CURRENT_TIMESTAMP)": false,
				"late (a TIMESTAMP NULL, b TIMESTAMP NOT NULL)":              false,
				"preset (a TIMESTAMP NOT NULL, b TIMESTAMP NOT NULL DEFAULT " +
					"CURRENT_TIMESTAMP, c TIMESTAMP NULL)": true,
				"other (a DATETIME NOT NULL, b DATETIME NOT NULL ON UPDATE CURRENT_TIMESTAMP, c DATE NOT NULL)": true,
				"computed (a TIMESTAMP AS (FROM_UNIXTIME(1)) VIRTUAL, b TIMESTAMP NOT " +
					"NULL, c INT, d INT DEFAULT 1)": false,
			})
			checktest.WantFound(t, task, expression.ColumnDefault, "implied_zero computed.b", "implied_zero late.b",
				"implied_zero renewed.a", "implied_zero two.b", "implied_time one.a", "implied_time preset.a",
				"implied_time two.a")
			changed := func(table, column string) string {
				to.Exec(t, "USE "+task.Dest.Schema, "DROP TABLE IF EXISTS "+table,
					checktest.Definition(t, from, task.Source.Schema, "TABLE", table))
				return checktest.ColumnOf(t, to, "SELECT CONCAT(COALESCE(column_default, ''), ' ', extra) FROM "+
					"information_schema.COLUMNS WHERE table_schema = '"+task.Dest.Schema+"' AND table_name = '"+table+
					"' AND column_name = '"+column+"'")[0]
			}
			from.Exec(t, "USE "+task.Source.Schema, "ALTER TABLE one CONVERT TO CHARACTER SET latin1",
				"ALTER TABLE two CONVERT TO CHARACTER SET latin1")
			if text := strings.ToLower(changed("one", "a")); !strings.Contains(text, "on update current_timestamp") {
				t.Errorf("the destination sets %q", text)
			}
			to.Exec(t, "SET GLOBAL sql_mode = ''")
			checktest.WantFound(t, task, expression.ColumnDefault, "implied_date computed.b", "implied_date late.b",
				"implied_date renewed.a", "implied_date two.b", "implied_time one.a", "implied_time preset.a",
				"implied_time two.a")
			if text := changed("two", "b"); !strings.Contains(text, "0000-00-00") {
				t.Errorf("the destination sets %q", text)
			}
			to.Exec(t, "SET GLOBAL explicit_defaults_for_timestamp = ON")
			checktest.WantFound(t, task, expression.ColumnDefault)
		})
	}
}

// One statement removes several dates of a table in every mode of the session.
func TestColumnDefaultDates(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		table := "dates (a DATE DEFAULT '0000-00-00', b DATETIME DEFAULT '2000-00-10', c TIMESTAMP NOT NULL DEFAULT " +
			"'0000-00-00 00:00:00', d DATE DEFAULT '2024-02-29', e DATE DEFAULT '2023-02-30')"
		s.Exec(t, "SET SESSION sql_mode = 'ALLOW_INVALID_DATES'", "CREATE TABLE "+schema+"."+table)
		checktest.WantCreated(t, s, false, "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE'",
			"CREATE TABLE "+table)
		checktest.WantCreated(t, s, false, "SET SESSION sql_mode = 'STRICT_ALL_TABLES'", "CREATE TABLE "+table)
		checktest.WantCreated(t, s, true, "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES'",
			"CREATE TABLE "+table)
		dest := dbtest.Start(t, s.Product, "--sql-mode=STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE")
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: schema},
			Dest: checktest.Endpoint{Server: dest, Schema: dest.Database(t)}}
		got := checktest.WantFound(t, task, expression.ColumnDefault, "no_day dates.e", "zero_date dates.a",
			"zero_date dates.b", "zero_date dates.c")
		checktest.Fix(t, task, got.Findings)
		checktest.WantFound(t, task, expression.ColumnDefault)
	})
}

// MariaDB rejects a default from a sequence that it does not have.
func TestColumnDefaultSequenceNeeded(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MariaDB)
	task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: s.Database(t)},
		Dest: checktest.Endpoint{Server: s, Schema: s.Database(t)}}
	table := "numbered (a BIGINT DEFAULT (NEXTVAL(numbers)))"
	s.Exec(t, "USE "+task.Source.Schema, "CREATE SEQUENCE numbers", "CREATE TABLE "+table)
	checktest.WantCreated(t, s, false, "CREATE TABLE "+table)
	checktest.WantCreated(t, s, true, "CREATE SEQUENCE numbers", "CREATE TABLE "+table,
		"INSERT INTO numbered VALUES ()")
	got := checktest.WantFound(t, task, expression.ColumnDefault, "sequence_needed numbered.a")
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, expression.ColumnDefault)
}

// MySQL refuses a function as a default without parentheses, which MariaDB does not show. The printed statement makes
// MariaDB show an expression with the same value in parentheses.
func TestDefaultWithoutParenthesesOnRealServers(t *testing.T) {
	t.Parallel()
	maria, my, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	defaults := map[string]string{
		"uuids": "a VARCHAR(40) NOT NULL DEFAULT (UUID())", "texts": "a VARCHAR(40) DEFAULT (CONCAT('a','it''s'))",
		"blobs": "a TEXT DEFAULT (REPEAT('ab', 3))", "docs": "a JSON DEFAULT (JSON_ARRAY())",
		"dates": "a DATE DEFAULT (CURDATE())", "randoms": "a DOUBLE DEFAULT (RAND())",
		"powers": "a INT DEFAULT (POW(2, 3))",
	}
	var want []string
	for name, column := range defaults {
		maria.Exec(t, "USE "+task.Source.Schema,
			"CREATE TABLE "+name+" (id INT PRIMARY KEY, "+column+") CHARSET latin1")
		want = append(want, "parentheses "+name+".a")
	}
	maria.Exec(t, "USE "+task.Source.Schema,
		"CREATE TABLE sums (id INT PRIMARY KEY, a INT DEFAULT (1 + 2), t DATETIME DEFAULT NOW()) CHARSET latin1")
	checktest.Sorted(want)
	got := checktest.WantFound(t, task, expression.ColumnDefault, want...)
	checktest.WantEqual(t, engine.Failed, got.Outcome)
	for name := range defaults {
		if checktest.Recreate(t, task, "TABLE", name) == nil {
			t.Errorf("MySQL accepts %s", name)
		}
	}
	task.Settings.DDL = checks.DDLRewritten
	checktest.WantEqual(t, engine.Warned, task.Run(t, expression.ColumnDefault).Outcome)
	task.Settings.DDL = ""
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, expression.ColumnDefault)
	for name := range defaults {
		if err := checktest.Recreate(t, task, "TABLE", name); err != nil {
			t.Errorf("after the fix MySQL refuses %s: %v", name, err)
			continue
		}
		for server, schema := range map[*dbtest.Server]string{maria: task.Source.Schema, my: task.Dest.Schema} {
			server.Exec(t, "INSERT INTO "+schema+"."+name+" (id) VALUES (1)")
			if filled := checktest.ColumnOf(t, server, "SELECT a IS NOT NULL FROM "+schema+"."+name); filled[0] != "1" {
				t.Errorf("%s has the default %s in %s", server.Product, filled, name)
			}
		}
	}
	if err := checktest.Recreate(t, task, "TABLE", "sums"); err != nil {
		t.Errorf("MySQL refuses the healthy one: %v", err)
	}
}
