package expression_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks/expression"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// The rules report exactly the generated columns that MySQL and MariaDB reject.
func TestGeneratedColumnsOfOracleOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		maria := s.Product == dbtest.MariaDB
		for definition, accepted := range map[string]bool{
			"b INT AS (a*2)":                  true,
			"b INT AS (NVL(a,0))":             maria,
			"b INT AS (INITCAP(a))":           false,
			"b INT AS (a+INTERVAL '1' DAY)":   true, // of a date, which a is not
			"b INT AS (a*2) NOT NULL":         !maria,
			"b INT AS (a*2) PRIMARY KEY":      false,
			"b VARCHAR(9) AS (UPPER(a))":      true,
			"b INT AS (\"a\"||\"b\") VIRTUAL": true, // an OR of two strings, without an error
		} {
			checktest.WantCreated(t, s, accepted, "CREATE TABLE t (a INT, "+definition+")")
		}
	})
}

func TestGeneratedColumnMariaDBToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	use := "USE " + task.Source.Schema
	checktest.WantAccepted(t, maria, my, use, map[string]bool{
		"plain (a INT, b INT AS (a + 1) VIRTUAL, c INT AS (b * 2) STORED, d VARCHAR(20) AS (CONCAT(a, 'it''s nvl(')) " +
			"VIRTUAL, KEY (b))": true,
		"computed (id INT PRIMARY KEY AUTO_INCREMENT, a VARCHAR(9), b VARCHAR(9) AS (DAYNAME(a)) VIRTUAL, c POINT AS " +
			"(POINT(1, 2)) STORED)": true,
		"numbered (id INT PRIMARY KEY AUTO_INCREMENT, a INT AS (id + 1) VIRTUAL)": false,
		"varied (a INT, b VARCHAR(99) AS (CONCAT(a, @v, @@sql_mode)) VIRTUAL)":    false,
		"cast_as (a INT, b DOUBLE AS (CAST(a AS DOUBLE(10,2))) VIRTUAL)":          false,
		"timed (a INT, b DATETIME AS (NOW()) VIRTUAL)":                            false,
		"hashed (a INT, b CHAR(32) AS (MD5(a)) STORED)":                           false,
		"lacking (a JSON, b INT AS (JSON_EXISTS(a, '$.x')) VIRTUAL)":              false,
		"versions (a INT, f TIMESTAMP(6) GENERATED ALWAYS AS ROW START, t TIMESTAMP(6) GENERATED ALWAYS AS ROW END, " +
			"PERIOD " +
			"FOR SYSTEM_TIME (f, t)) WITH SYSTEM VERSIONING": false,
	})
	checktest.WantFound(t, task, expression.GeneratedColumn, "auto_increment numbered.a", "clause_missing cast_as.b",
		"function_refused hashed.b", "function_refused lacking.b", "function_refused timed.b",
		"row_time versions.f", "row_time versions.t", "variable varied.b")
}

func TestGeneratedColumnMySQLToMariaDB(t *testing.T) {
	t.Parallel()
	my, maria, task := checktest.PairOf(t, dbtest.MySQL, dbtest.MariaDB)
	use := "USE " + task.Source.Schema
	checktest.WantAccepted(t, my, maria, use, map[string]bool{
		"plain (a INT, b INT AS (a + 1) VIRTUAL, c INT AS (b * 2) STORED, d VARCHAR(20) AS (CONCAT(a, 'its " +
			"uuid_to_bin(')) " +
			"VIRTUAL, e VARCHAR(9) AS (DAYNAME(a)) VIRTUAL)": true,
		"days (a DATE, b VARCHAR(9) AS (DAYNAME(a)) STORED)":                                        false,
		"indexed (a DATE, b VARCHAR(9) AS (DAYNAME(a)) VIRTUAL, KEY (b))":                           false,
		"matched (a VARCHAR(9), b INT AS (REGEXP_LIKE(a, 'x')) VIRTUAL)":                            false,
		"members (a JSON, b INT AS (1 MEMBER OF (a)) VIRTUAL)":                                      false,
		"years (a INT, b INT AS (CAST(a AS YEAR)) VIRTUAL)":                                         false,
		"sorted (a INT, b VARCHAR(9) AS (a COLLATE utf8mb4_ja_0900_as_cs) VIRTUAL) CHARSET utf8mb4": false,
		"keyed (a INT, b INT AS (a + 1) STORED, PRIMARY KEY (b))":                                   false,
		"required (a INT, b INT AS (a + 1) VIRTUAL NOT NULL COMMENT 'it''s', c VARCHAR(20) AS (CONCAT(a, 'its')) " +
			"STORED " +
			"NOT NULL)": false,
	})
	rest := []string{"clause_missing members.b", "clause_missing years.b", "collation_missing sorted.b",
		"function_refused days.b", "function_refused indexed.b", "function_refused matched.b", "in_primary_key keyed.b"}
	my.Exec(t, use,
		"CREATE TABLE stamped (a INT, b TIMESTAMP AS (FROM_UNIXTIME(a)) VIRTUAL, c TIMESTAMP AS (FROM_UNIXTIME(a)) "+
			"VIRTUAL "+
			"NOT NULL)")
	checktest.WantCreated(t, maria, false,
		"CREATE TABLE stamped (a INT, b TIMESTAMP AS (FROM_UNIXTIME(a)) VIRTUAL NULL)")
	rest = append(rest, "not_null stamped.c", "null stamped.b")
	got := checktest.WantFound(t, task, expression.GeneratedColumn,
		checktest.Sorted(append(slices.Clone(rest), "not_null required.b", "not_null required.c"))...)
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, expression.GeneratedColumn, rest...)
	checktest.WantCreated(t, maria, true,
		"CREATE TABLE required (a INT, b INT AS (a + 1) VIRTUAL COMMENT 'it''s', c VARCHAR(20) AS (CONCAT(a, 'its')) "+
			"STORED)")
}

// A stored column that depends on the session is reported exactly if MariaDB refuses the definition that MySQL shows.
func TestSessionDependentColumns(t *testing.T) {
	t.Parallel()
	my, maria, task := checktest.PairOf(t, dbtest.MySQL, dbtest.MariaDB)
	my.Exec(t, "ALTER DATABASE "+task.Source.Schema+" CHARACTER SET latin1")
	maria.Exec(t, "ALTER DATABASE "+task.Dest.Schema+" CHARACTER SET latin1")
	refused := 0
	var want []string
	for i, column := range []string{
		"VARCHAR(99) AS (c)", "CHAR(9) AS (c)", "VARCHAR(99) AS (CONCAT(c, v))", "VARCHAR(99) AS (CONCAT(v, RTRIM(c)))",
		"VARCHAR(99) AS (TRIM(c))", "VARCHAR(99) AS (LTRIM(c))", "VARCHAR(99) AS (UPPER(c))", "INT AS (LENGTH(c))",
		"VARCHAR(99) AS (SUBSTR(c, 1, 2))", "VARCHAR(99) AS (IFNULL(c, 'x'))", "VARCHAR(99) AS (SHA2(c, 256))",
		"INT AS (c = 'x')", "INT AS (c LIKE 'x%')", "INT AS (c NOT LIKE 'x%')", "INT AS (v LIKE c)", "INT AS (c <> v)",
		"INT AS (c IN ('a', 'b'))", "INT AS (c BETWEEN 'a' AND 'b')", "INT AS (c IS NULL)",
		"INT AS (IF(c = 'x', 1, 2))",
		"INT AS (CASE c WHEN 'a' THEN 1 END)", "VARCHAR(99) AS (RTRIM(UPPER(c)))", "CHAR(9) AS (UPPER(c))",
		"INT AS (u - 1)", "INT AS (i - u)", "INT AS (i - 1)", "INT AS (u + 1)", "INT AS (-u)", "INT AS ((u + 1) - 1)",
		"INT AS (CAST(u AS SIGNED) - 1)", "INT AS (CAST(i AS UNSIGNED) - 1)", "DECIMAL(9,2) AS (p - u)",
		"INT AS (ABS(u - 1))", "INT AS (5 - u)", "DATETIME AS (t6)", "DATETIME(3) AS (t6)", "DATETIME(6) AS (t6)",
		"DATE AS (t6)", "DATE AS (DATE(t6))", "DATETIME AS (CAST(t6 AS DATETIME))", "TIME AS (t6)",
		"TIME AS (TIME(t6))",
		"DATETIME AS (t6 + INTERVAL 1 DAY)", "DATETIME(6) AS (t6 + INTERVAL 1 DAY)", "TIME AS (TIMEDIFF(t, t6))",
		"INT AS (SECOND(t6))", "DATETIME AS (v)", "DATE AS (v)", "VARCHAR(30) AS (t6)", "VARCHAR(30) AS (t)",
		"VARCHAR(30) AS (DATE_FORMAT(d, '%Y-%m'))", "VARCHAR(30) AS (CONCAT(DATE_FORMAT(t, '%H'), v))",
		"DATE AS (STR_TO_DATE(v, '%Y-%m-%d'))", "INT AS (WEEK(d))", "INT AS (YEAR(d))", "INT AS (TO_DAYS(d))",
		"INT AS (p)", "INT AS (ROUND(p))", "VARCHAR(30) AS (FORMAT(p, 2))", "DATE AS (DATE_ADD(d, INTERVAL 1 DAY))",
		"VARCHAR(30) AS (CONCAT('c`c`', v))", "TIME AS (SEC_TO_TIME(p))", "TIME AS (SEC_TO_TIME(i))",
		"TIME AS (SEC_TO_TIME(i / 2))", "TIME AS (SEC_TO_TIME(FLOOR(p)))", "TIME AS (ADDTIME(t, '01:00:00'))",
		"TIME AS (ADDTIME('01:00:00', TIME(t)))", "TIME AS (SUBTIME(TIME(t), '01:00:00.5'))",
		"TIME AS (TIMEDIFF('10:00', TIME(t)))", "TIME AS (MAKETIME(i, i, p))", "TIME AS (MAKETIME(p, p, i))",
		"TIME AS (CAST(LOG(i) AS TIME))", "TIME AS (CAST(i + 1.5 AS TIME))", "TIME AS ('10:00:00.5')",
		"DATETIME AS (COALESCE(t, '2020-01-01'))", "DATETIME AS (IFNULL(20200101, t))",
		"DATETIME AS (LEAST(t, 20200101))",
		"DATETIME AS (CASE WHEN i THEN t ELSE 20200101 END)", "DATETIME AS (IF(i, t, NULL))",
		"DATETIME AS (NULLIF(t, t6))",
		"DATETIME AS (t + INTERVAL p SECOND)", "DATETIME AS (t + INTERVAL p DAY)", "DATETIME AS (ELT(1, t))",
		"DATETIME AS (t + INTERVAL 1 MICROSECOND)", "DATETIME AS (t + INTERVAL v SECOND)",
		"DATETIME AS (CAST(CAST(t AS DATETIME(3)) AS DATETIME))",
		"DATETIME AS (STR_TO_DATE(v, '%Y-%m-%d %H:%i:%s.%f'))",
		"DATETIME AS (CONVERT_TZ('2020-01-01', '+00:00', '+08:00'))", "DATETIME AS (CONVERT_TZ(v, '+00:00', '+08:00'))",
		"INT AS (EXTRACT(WEEK FROM d))", "INT AS (EXTRACT(YEAR_MONTH FROM d))", "INT AS (i - 0x05)", "INT AS (i - 5)",
	} {
		name := fmt.Sprintf("t%02d", i)
		my.Exec(t, "CREATE TABLE "+task.Source.Schema+"."+name+" (i INT, u INT UNSIGNED, p DECIMAL(9,2), c CHAR(5), "+
			"v VARCHAR(9), d DATE, t DATETIME, t6 DATETIME(6), g "+column+" STORED)")
		if err := checktest.Recreate(t, task, "TABLE", name); err != nil {
			refused++
			want = append(want, "session_dependent "+name+".g")
		}
	}
	if refused < 25 {
		t.Errorf("MariaDB refuses only %d columns", refused)
	}
	got := checktest.WantFound(t, task, expression.GeneratedColumn, want...)
	checktest.Fix(t, task, got.Findings)
	fixed := 0
	for _, f := range got.Findings {
		if f.SQL != nil {
			fixed++
			checktest.WantRecreated(t, task, f.Object.Table)
		}
	}
	if fixed < 10 {
		t.Errorf("%d statements, want one for each column with a CHAR alone", fixed)
	}
}

// A string that MySQL shows in an expression is reported exactly if MariaDB rejects or misreads it in that
// form, and both servers read its replacement correctly.
func TestStringsOnRealServers(t *testing.T) {
	t.Parallel()
	my, maria, task := checktest.PairOf(t, dbtest.MySQL, dbtest.MariaDB)
	conn, err := maria.DB(t).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	// reads reports whether MariaDB accepts a column and returns the text from it.
	reads := func(name, column, text string) bool {
		t.Helper()
		created := false
		for _, statement := range []string{"SET NAMES utf8mb4",
			"CREATE OR REPLACE TABLE " + task.Dest.Schema + "." + name + " (i INT, " + column + ") CHARSET utf8mb4",
			"FLUSH TABLES " + task.Dest.Schema + "." + name,
			"INSERT INTO " + task.Dest.Schema + "." + name + " (i) VALUES (1)"} {
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
	texts := map[string]string{"plain": "a", "signs": `say "x" & ~100%_`, "nothing": "", "quote": "it's",
		"backslash": `\d+`, "breaks": "a\nb", "letters": "né", "cyrillic": "й", "han": "日本", "emoji": "😀",
		"last": `a\`, "mixed": `a\'b`}
	var computedOf, presetOf, checkOf []string
	for name, text := range texts {
		literal := "_utf8mb4'" + strings.NewReplacer(`\`, `\\`, "'", `\'`, "\n", `\n`).Replace(text) + "'"
		computed, preset, alone := "v VARCHAR(99) AS ("+literal+") VIRTUAL",
			"d VARCHAR(99) DEFAULT (CONCAT("+literal+", i))",
			"e VARCHAR(99) DEFAULT ("+literal+")"
		my.Exec(t, "SET NAMES utf8mb4",
			"CREATE TABLE "+task.Source.Schema+"."+name+" (i INT, "+strings.Join([]string{computed, preset, alone},
				", ")+
				", CONSTRAINT "+name+" CHECK (i <> "+literal+")) CHARSET utf8mb4 COLLATE utf8mb4_bin")
		if !reads(name, "v"+strings.TrimPrefix(alone, "e"), text) {
			t.Errorf("MariaDB %s misreads the default %s", maria.Version, literal)
		}
		if reads(name, computed, text) {
			continue
		}
		maria.Exec(t, "DROP TABLE IF EXISTS "+task.Dest.Schema+"."+name)
		rule := "string_changed "
		if checktest.Recreate(t, task, "TABLE", name) != nil {
			rule = "string_misread "
		}
		computedOf, presetOf, checkOf = append(computedOf, rule+name+".v"), append(presetOf, rule+name+".d"),
			append(checkOf, rule+name+"."+name)
	}
	checktest.WantEqual(t, 9, len(computedOf))
	failuresFirst := func(list []string) []string {
		slices.SortFunc(list, func(a, b string) int {
			return cmp.Or(-strings.Compare(a[:len("string_x")], b[:len("string_x")]), strings.Compare(a, b))
		})
		return list
	}
	checktest.WantFound(t, task, expression.CheckConstraint, failuresFirst(checkOf)...)
	checktest.WantFound(t, task, expression.ColumnDefault, failuresFirst(presetOf)...)
	got := checktest.WantFound(t, task, expression.GeneratedColumn, failuresFirst(computedOf)...)
	for _, f := range got.Findings {
		table := task.Source.Schema + "." + f.Object.Table
		if !reads("fixed", "v VARCHAR(99) AS ("+f.Expected+") VIRTUAL", texts[f.Object.Table]) {
			t.Errorf("MariaDB %s misreads %s", maria.Version, f.Expected)
		}
		my.Exec(t, "INSERT INTO "+table+" (i) VALUES (NULL)",
			"ALTER TABLE "+table+" MODIFY v VARCHAR(99) AS ("+f.Expected+") VIRTUAL")
		checktest.WantEqual(t, []string{texts[f.Object.Table]}, checktest.ColumnOf(t, my, "SELECT v FROM "+table))
	}
	checktest.WantFound(t, task, expression.GeneratedColumn)
}
