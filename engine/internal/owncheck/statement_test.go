package owncheck

import (
	"strings"
	"testing"
)

// Statements that read lose their comments and their final semicolon.
func TestReadingStatements(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		query, want string
		oracle      bool
	}{
		{query: "SELECT 1", want: "SELECT 1"},
		{query: " (select 1) ; -- the end\n", want: "(select 1)"},
		{query: "SELECT/* a; comment */1 # INTO\n+ 2", want: "SELECT 1 \n+ 2"},
		{query: "WITH a AS (SELECT REPLACE(x, 'a', 'b') FROM t) SELECT * FROM a",
			want: "WITH a AS (SELECT REPLACE(x, 'a', 'b') FROM t) SELECT * FROM a"},
		{query: "TABLE t", want: "TABLE t"},
		{query: "VALUES ROW(1)", want: "VALUES ROW(1)"},
		{query: "SHOW VARIABLES LIKE 'a'", want: "SHOW VARIABLES LIKE 'a'"},
		{query: "SELECT 'INTO; FOR UPDATE', \"/* -- #\", `into` FROM t",
			want: "SELECT 'INTO; FOR UPDATE', \"/* -- #\", `into` FROM t"},
		{query: `SELECT 'it\'s; INTO', 'it''s'`, want: `SELECT 'it\'s; INTO', 'it''s'`},
		{query: "SELECT 1--1", want: "SELECT 1--1"},
		{query: "SELECT * FROM t WHERE s IN ({schemas}) AND j <> '{\"a\": 1}'",
			want: "SELECT * FROM t WHERE s IN ({schemas}) AND j <> '{\"a\": 1}'"},
		{query: `SELECT q'[it's; INTO]', '\' FROM dual--1`,
			want: `SELECT q'[it's; INTO]', '\' FROM dual`, oracle: true},
	} {
		got, err := readOnly(c.query, !c.oracle)
		if err != nil || got != c.want {
			t.Errorf("%s became %q, %v", c.query, got, err)
		}
	}
}

// Every other statement is refused, however its words are hidden.
func TestOtherStatements(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"":                                      "must be a query",
		"-- nothing":                            "must be a query",
		";":                                     "must be a query",
		"SELECT 1; DROP TABLE t":                "must be one statement",
		"SELECT 1; -- a\n; SELECT 2":            "must be one statement",
		"DELETE FROM t":                         "got DELETE",
		"SET @a = 1":                            "got SET",
		"`SELECT` 1":                            "must start with one of",
		"EXPLAIN ANALYZE SELECT 1":              "got EXPLAIN",
		"CALL p()":                              "got CALL",
		"SELECT 1 INTO OUTFILE '/a'":            "contains INTO",
		"SELECT 1 into/**/@a":                   "contains INTO",
		"SELECT 1.5INTO DUMPFILE 'a'":           "contains INTO",
		"SELECT 1e1INTO @a":                     "contains INTO",
		"TABLE t INTO OUTFILE 'a'":              "contains INTO",
		"SELECT 1 FROM t FOR\nUPDATE":           "contains FOR UPDATE",
		"SELECT 1 FROM t FOR SHARE":             "contains FOR SHARE",
		"SELECT 1 FROM t LOCK/**/IN SHARE MODE": "contains LOCK IN",
		"SELECT NEXTVAL(s)":                     "contains NEXTVAL",
		"SELECT NEXT VALUE FOR s":               "contains NEXT VALUE",
		"SELECT s.nextval FROM dual":            "contains NEXTVAL",
		"SELECT setval(s, 1)":                   "contains SETVAL",
		"SELECT get_lock ('a', 1)":              "contains GET_LOCK",
		"SELECT `GET_LOCK`('a', 1)":             "contains GET_LOCK",
		"SELECT group_replication_set_as_primary('a')":  "contains GROUP_REPLICATION_SET_AS_PRIMARY",
		"SELECT DBMS_LOCK.REQUEST(1) FROM dual":         "contains DBMS_LOCK",
		"WITH a AS (SELECT 1) DELETE FROM t":            "contains DELETE",
		"WITH a AS (SELECT 1) UPDATE t SET b = 1":       "contains UPDATE",
		"SELECT 1 /*!INTO OUTFILE '/a' */":              "comments that start with /*!",
		"SELECT 1 /*M!100000 INTO OUTFILE '/a' */":      "comments that start with /*M!",
		"SELECT /*+ SET_VAR(sql_mode='') */ 1":          "comments that start with /*+",
		"SELECT 1 /* a":                                 "a comment is not closed",
		"SELECT 'a":                                     "a quote is not closed",
		`SELECT 'a\'`:                                   "a quote is not closed",
		"SELECT 1 FROM t WHERE a IN ('{schemas}')":      "must not be in quotes",
		"SELECT 1 FROM t WHERE a IN ({schema})":         "unknown placeholder {schema}",
		"SELECT '\\' INTO OUTFILE '/a' -- '' AS object": "contains INTO",
	} {
		mysql := !strings.Contains(query, `'\'`)
		got, err := readOnly(query, mysql)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s became %q, %v; want %q", query, got, err, want)
		}
	}
}

// No text makes the reader of statements panic, and what it accepts, it accepts again.
func FuzzReadOnly(f *testing.F) {
	for _, seed := range []string{"SELECT 1", "SELECT q'[a]'", "/*", "'\\", "{schemas}", "q'",
		"WITH a AS (SELECT 1) b;", "\"\"", "Nq'"} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, query string, mysql bool) {
		plain, err := readOnly(query, mysql)
		if err != nil {
			return
		}
		if again, err := readOnly(plain, mysql); err != nil || again != plain {
			t.Errorf("%q became %q, then %q, %v", query, plain, again, err)
		}
	})
}
