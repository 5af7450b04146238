package oracletest_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sijms/go-ora/v2/network"

	"github.com/dbprecheck/precheck/datasource/oracletest"
)

// codeOf returns the ORA- code of an error and its position, 0 for none.
func codeOf(t *testing.T, err error) (code, position int) {
	t.Helper()
	if err == nil {
		return 0, 0
	}
	var ora *network.OracleError
	if !errors.As(err, &ora) {
		t.Fatalf("got %v, want an error of the database", err)
	}
	return ora.ErrCode, ora.ErrPos()
}

// read runs a query to its end and returns its rows as text.
func read(t *testing.T, db *sql.DB, query string, args ...any) ([]string, error) {
	t.Helper()
	rows, err := db.QueryContext(bounded(t), query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		values, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		var row []string
		for _, v := range values {
			if !v.Valid {
				v.String = "NULL"
			}
			row = append(row, v.String)
		}
		out = append(out, strings.Join(row, "|"))
	}
	return out, rows.Err()
}

// at returns the position of the mark ^ in a statement, and the statement without it.
func at(marked string) (query string, position int) {
	position = strings.Index(marked, "^")
	return strings.Replace(marked, "^", "", 1), position
}

func TestWhatOracleRefusesIsRefused(t *testing.T) {
	t.Parallel()
	db := open(t, shared(t), nil)
	many := strings.TrimSuffix(strings.Repeat("1,", 1001), ",")
	for _, c := range []struct {
		code  int
		query string // ^ marks where the error is reported
	}{
		{911, "SELECT 1 FROM dual^;"},
		{911, "SELECT ^`dummy` FROM dual"},
		{911, "SELECT ^[dummy] FROM dual"},
		{911, "SELECT 7 ^% 2 FROM dual"},
		{911, "SELECT 7 ^& 2 FROM dual"},
		{933, "SELECT dummy FROM dual ^LIMIT 1"},
		{933, "SELECT d.dummy FROM dual ^AS d"},
		{904, "SELECT ^TRUE FROM dual"},
		{923, "SELECT ^1"},
		{1756, "SELECT ^'abc FROM dual"},
		{1742, "SELECT 1 FROM dual ^/* for ever"},
		{1740, `SELECT ^"dummy FROM dual`},
		{942, "SELECT 1 FROM ^nosuch"},
		{942, "SELECT 1 FROM ^scott.all_tables"},
		{942, "SELECT 1 FROM dual, ^nosuch"},
		{942, "SELECT 1 FROM dual WHERE EXISTS (SELECT 1 FROM ^nosuch)"},
		{942, "SELECT 1 FROM ^sys.v$instance"},
		{942, "SELECT 1 FROM ^v_$instance"},
		{904, "SELECT ^nosuch FROM dual"},
		{904, "SELECT d.dummy FROM dual d WHERE ^d.nosuch = 1"},
		{904, `SELECT ^"dumm" FROM dual`},
		{904, "SELECT ^IFNULL(dummy, 'x') FROM dual"},
		{904, "SELECT ^GROUP_CONCAT(dummy) FROM dual"},
		{904, "SELECT ^DATETIME('now') FROM dual"},
		{909, "SELECT ^NVL(dummy) FROM dual"},
		{938, "SELECT ^SUBSTR(dummy) FROM dual"},
		{918, "SELECT ^dummy FROM dual a, dual b"},
		{920, "SELECT 1 FROM dual WHERE dummy ^GLOB 'x'"},
		{923, "SELECT dummy AS ^comment FROM dual"},
		{923, "SELECT *^, 1 FROM dual"},
		{936, "SELECT 1, ^* FROM dual"},
		{936, "SELECT 1 FROM dual WHERE dummy ^== 'X'"},
		{937, "SELECT ^dummy, COUNT(*) FROM dual"},
		{979, "SELECT ^owner, table_name, COUNT(*) FROM all_tables GROUP BY table_name"},
		{979, "SELECT UPPER(^owner) || table_name FROM all_tables GROUP BY table_name"},
		{1795, "SELECT 1 FROM dual WHERE 1 IN ^(" + many + ")"},
		{972, "SELECT 1 AS ^" + strings.Repeat("x", 129) + " FROM dual"},
		{1747, "SELECT d.^comment FROM dual d"},
		{2003, "SELECT SYS_CONTEXT('USERENV', ^'NOSUCH') FROM dual"},
		{907, "SELECT (1 FROM ^dual"},
		{900, "PRAGMA table_info(dual)"},
		{900, "SHOW TABLES"},
		{3001, "SELECT 1 FROM dual a, dual b WHERE a.dummy = b.dummy^(+)"},
		{3001, "SELECT LEVEL FROM dual ^CONNECT BY LEVEL < 3"},
		{3001, "SELECT table_name FROM all_tables WHERE ^ROWNUM < 3 ORDER BY 1"},
		{1031, "DELETE FROM dual"},
		{1031, "CREATE TABLE t (n NUMBER)"},
	} {
		query, position := at(c.query)
		name := query
		if len(name) > 60 {
			name = name[:60]
		}
		t.Run(name, func(t *testing.T) {
			_, err := read(t, db, query)
			if strings.HasPrefix(query, "DELETE") || strings.HasPrefix(query, "CREATE") {
				_, err = db.ExecContext(bounded(t), query)
			}
			code, where := codeOf(t, err)
			if code != c.code || position >= 0 && where != position {
				t.Errorf("got ORA-%05d at %d (%v), want ORA-%05d at %d", code, where, err, c.code, position)
			}
		})
	}
}

// shared is a healthy server of 19c.
func shared(t *testing.T) *oracletest.Server {
	t.Helper()
	return oracletest.New(t, oracletest.Release19c, oracletest.Options{})
}

func TestWhatEarlierReleasesRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		query                    string
		old, twelve, now, future int // codes in 11.2, 12.2, 19c and 23ai
	}{
		{"SELECT dummy FROM dual FETCH FIRST 1 ROWS ONLY", 933, 0, 0, 0},
		{"SELECT 1 AS " + strings.Repeat("x", 31) + " FROM dual", 972, 0, 0, 0},
		{"SELECT identity_column FROM all_tab_columns", 904, 0, 0, 0},
		{"SELECT collation FROM all_tab_cols", 904, 0, 0, 0},
		{"SELECT generation_type FROM all_tab_identity_cols", 942, 0, 0, 0},
		{"SELECT name FROM v$pdbs", 942, 0, 0, 0},
		{"SELECT version_full FROM product_component_version", 904, 904, 0, 0},
		{"SELECT hybrid FROM dba_tables", 904, 904, 0, 0},
		{"SELECT data_default_vc FROM all_tab_cols", 904, 904, 904, 0},
		{"SELECT 1", 923, 923, 923, 0},
		{"SELECT table_name FROM user_tables", 0, 0, 0, 0},
		{"SELECT owner FROM user_tables", 904, 904, 904, 904},
		{"SELECT hidden_column FROM all_tab_columns", 904, 904, 904, 904},
	} {
		want := []int{c.old, c.twelve, c.now, c.future}
		for i, release := range oracletest.Releases() {
			t.Run(release.String()+" "+c.query, func(t *testing.T) {
				t.Parallel()
				_, err := read(t, open(t, oracletest.New(t, release, oracletest.Options{}), nil), c.query)
				if code, _ := codeOf(t, err); code != want[i] {
					t.Errorf("got ORA-%05d, want ORA-%05d: %v", code, want[i], err)
				}
			})
		}
	}
}

func TestWhatOracleAnswersIsAnswered(t *testing.T) {
	t.Parallel()
	srv := shared(t)
	srv.SetNow(time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC))
	srv.Insert("ALL_TABLES",
		oracletest.Row{"OWNER": "APP", "TABLE_NAME": "A", "NUM_ROWS": 5, "LAST_ANALYZED": "2024-05-01"},
		oracletest.Row{"OWNER": "APP", "TABLE_NAME": "B", "NUM_ROWS": 2},
		oracletest.Row{"OWNER": "PRECHECK", "TABLE_NAME": "MINE", "CLUSTER_NAME": ""})
	srv.Insert("DBA_TAB_COLS", oracletest.Row{"OWNER": "APP", "TABLE_NAME": "A", "COLUMN_NAME": "C",
		"DATA_DEFAULT": "007"},
		oracletest.Row{"OWNER": "APP", "TABLE_NAME": "A", "COLUMN_NAME": "SYS_1", "HIDDEN_COLUMN": "YES"})
	db := open(t, srv, nil)
	for _, c := range []struct{ query, want string }{
		{"SELECT 'a' || NULL || 1 || 'b' FROM dual", "a1b"},
		{"SELECT '' FROM dual", "NULL"},
		{"SELECT COUNT(*) FROM dual WHERE '' IS NULL", "1"},
		{"SELECT 7 / 2, -0.5, 1e10 FROM dual", "3.5|-0.5|10000000000"},
		{"SELECT NVL(NULL, 'x'), NVL2(1, 'a', 'b'), DECODE(NULL, NULL, 'n', 'm'), COALESCE(NULL, 2) FROM dual",
			"x|a|n|2"},
		{
			"SELECT SUBSTR('abcdef', -3, 2), SUBSTR('abc', 0, 1), INSTR('banana', 'an', 1, 2), LENGTH('äö'), " +
				"LENGTHB('äö') " +
				"FROM dual", "de|a|4|2|4"},
		{
			"SELECT UPPER('ä'), REPLACE('aba', 'a'), TRANSLATE('abc', 'ab', 'x'), MOD(7, 3), TRUNC(-2.5), " +
				"ROUND(2.345, 2) " +
				"FROM dual", "Ä|b|xc|1|-2|2.35"},
		{
			"SELECT TO_CHAR(SYSDATE, 'YYYY-MM-DD HH24:MI:SS'), TRUNC(SYSDATE) - DATE '2024-05-01', TO_CHAR(5), " +
				"TO_NUMBER('6') " +
				"FROM dual", "2024-05-06 07:08:09|5|5|6"},
		{"SELECT SYSDATE - 1, MAX(SYSDATE), CAST(SYSTIMESTAMP AS DATE) FROM dual",
			"2024-05-05T07:08:09Z|2024-05-06T07:08:09Z|2024-05-06T07:08:09Z"},
		{
			"SELECT USER, SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA'), SYS_CONTEXT('USERENV', 'CON_NAME'), DBTIMEZONE " +
				"FROM dual",
			"PRECHECK|PRECHECK|ORCLPDB1|+00:00"},
		{"SELECT table_name FROM all_tables WHERE ROWNUM <= 1", "A"},
		{"SELECT COUNT(*) FROM all_tables WHERE owner = 'APP' AND ROWNUM <= 1", "1"},
		{"SELECT table_name FROM (SELECT table_name FROM all_tables ORDER BY table_name DESC) WHERE ROWNUM = 1",
			"MINE"},
		{"SELECT table_name FROM all_tables ORDER BY num_rows", "B;A;MINE"},
		{"SELECT table_name FROM all_tables ORDER BY num_rows DESC", "MINE;A;B"},
		{"SELECT table_name FROM all_tables ORDER BY table_name OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY", "B"},
		{"SELECT table_name FROM user_tables", "MINE"},
		{"SELECT user_tables.table_name FROM user_tables", "MINE"},
		{
			"SELECT t.table_name FROM sys.dba_tables t LEFT JOIN all_tab_columns c ON c.owner = t.owner AND " +
				"c.table_name = " +
				"t.table_name WHERE c.column_name IS NULL ORDER BY 1", "B;MINE"},
		{"SELECT column_name, data_default FROM all_tab_columns", "C|007"},
		{"SELECT column_name FROM all_tab_cols MINUS SELECT column_name FROM all_tab_columns", "SYS_1"},
		{"SELECT LISTAGG(table_name, ',') WITHIN GROUP (ORDER BY table_name DESC) FROM all_tables", "MINE,B,A"},
		{
			"WITH t (o, n) AS (SELECT owner, COUNT(*) FROM all_tables GROUP BY owner) SELECT o, n FROM t ORDER BY n " +
				"DESC, o",
			"APP|2;PRECHECK|1"},
		{
			"SELECT owner, COUNT(*), MAX(last_analyzed), (SELECT COUNT(*) FROM dual) FROM all_tables GROUP BY owner " +
				"ORDER BY " +
				"owner", "APP|2|2024-05-01T00:00:00Z|1;PRECHECK|1|NULL|1"},
		{"SELECT SUBSTR(owner, 1, 1), COUNT(*) FROM all_tables GROUP BY SUBSTR(owner, 1, 1) ORDER BY 1", "A|2;P|1"},
		{"SELECT table_name FROM all_tables WHERE cluster_name IS NULL AND table_name LIKE 'm%'", ""},
		{"SELECT table_name FROM all_tables WHERE REGEXP_LIKE(table_name, '^m', 'i')", "MINE"},
		{"SELECT CASE WHEN dummy = 'X' THEN 'yes' ELSE 'no' END || '!' FROM dual", "yes!"},
		{"SELECT instance_name, inst_id FROM gv$instance", "ORCL|1"},
		{"SELECT open_mode FROM sys.v_$database WHERE 1 ^= 2", "READ WRITE"},
		{"SELECT q'[it's]' FROM dual -- a remark", "it's"},
		{"SELECT ROW_NUMBER() OVER (PARTITION BY owner ORDER BY table_name) FROM all_tables ORDER BY owner, table_name",
			"1;2;1"},
		{`SELECT dummy AS "Mixed Case" FROM "DUAL"`, "X"},
	} {
		got, err := read(t, db, c.query)
		if joined := strings.Join(got, ";"); err != nil || joined != c.want {
			t.Errorf("%s\ngot  %s, %v\nwant %s", c.query, joined, err, c.want)
		}
	}
}

func TestAcceptedStatements(t *testing.T) {
	t.Parallel()
	srv := shared(t)
	db := open(t, srv, map[string]string{"SERVER LOCATION": "UTC"})
	db.SetMaxOpenConns(1)
	for _, s := range []string{"ALTER SESSION SET CURRENT_SCHEMA = app", "SET TRANSACTION READ ONLY"} {
		if _, err := db.ExecContext(bounded(t), s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	_, err := db.ExecContext(bounded(t), "UPDATE dual SET dummy = 'Y'")
	if code, _ := codeOf(t, err); code != 1456 {
		t.Errorf("got %v, want ORA-01456 in a read-only transaction", err)
	}
	if got := srv.Statements(); len(got) != 3 || got[2].User != "PRECHECK" {
		t.Errorf("recorded %v", got)
	}
}

func TestColumnNamesAndTypes(t *testing.T) {
	t.Parallel()
	srv := shared(t)
	rows, err := open(t, srv, nil).QueryContext(bounded(t), `SELECT owner, t.num_rows AS n, last_analyzed, COUNT(*),
		'x' || 1 AS "y", SYSTIMESTAMP FROM all_tables t GROUP BY owner, t.num_rows, last_analyzed`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range types {
		got = append(got, c.Name()+" "+c.DatabaseTypeName())
	}
	want := "OWNER NCHAR, N NUMBER, LAST_ANALYZED DATE, COUNT(*) NUMBER, y NCHAR, SYSTIMESTAMP TimeStampTZ_DTY"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

func TestBindsAreCountedAndRecorded(t *testing.T) {
	t.Parallel()
	srv := shared(t)
	db := open(t, srv, nil)
	if _, err := read(t, db, "SELECT :1 FROM dual"); err == nil {
		t.Error("a missing bind was accepted")
	} else if code, _ := codeOf(t, err); code != 1008 {
		t.Errorf("got %v, want ORA-01008", err)
	}
	_, err := read(t, db, "SELECT :1 FROM dual", 1, 2)
	if code, _ := codeOf(t, err); code != 1036 {
		t.Errorf("got %v, want ORA-01036", err)
	}
	srv.ForgetStatements()
	if _, err := read(t, db, "SELECT :1, :2 FROM dual", "a", 5); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(srv.Statements()); !strings.Contains(got, "[a 5]") {
		t.Errorf("recorded %s", got)
	}
}
