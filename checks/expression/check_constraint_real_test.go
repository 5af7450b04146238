package expression_test

import (
	"slices"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/expression"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// The check reports exactly the conditions that the server rejects.
func TestCheckConstraintOfOracleOnRealServers(t *testing.T) {
	t.Parallel()
	conditions := []string{
		"add_months(d, 1) > d", "asciistr(s) > 'a'", "bin_to_num(1, 0) > n", "bitand(n, 1) > 0", "chr(n) > 'a'",
		"compose(s) > 'a'", "cosh(n) > 0", "decode(n, 1, 2, 3) > 0", "decompose(s) > 'a'",
		"from_tz(d, s) > d", "hextoraw(s) > 'a'", "initcap(s) = s", "instrb(s, 'a') > 0", "instrc(s, 'a') > 0",
		"json_equal(s, s)", "json_exists(s, '$.a')", "json_query(s, '$.a') > 'a'", "json_value(s, '$.a') > 'a'",
		"length2(s) > 0", "length4(s) > 0", "lengthb(s) > 0", "lengthc(s) > 0", "lnnvl(n > 1)",
		"months_between(d, d) > 1",
		"nanvl(n, 2) > 1", "nchr(n) > 'a'", "new_time(d, s, s) > d", "next_day(d, 'MON') > d",
		"nls_initcap(s) = s", "nls_lower(s) = s", "nls_upper(s) = s", "nlssort(s) = s", "numtodsinterval(n, 'DAY') > 1",
		"numtoyminterval(n, 'YEAR') > 1", "nvl(n, 1) > 0", "nvl2(n, 1, 2) > 0", "ora_hash(s) > 0",
		"rawtohex(s) > 'a'", "rawtonhex(s) > 'a'", "remainder(n, 2) > 0", "sinh(n) > 0", "standard_hash(s) > 'a'",
		"substrb(s, 1) > 'a'", "substrc(s, 1) > 'a'", "sys_guid() > 'a'", "to_lob(s) > 'a'", "empty_clob() > 'a'",
		"sys_extract_utc(d) > d", "tanh(n) > 0", "to_char(d) > 'a'",
		"to_char(n, '9') > 'a'", "to_clob(s) > 'a'", "to_date(s, 'YYYY') > d", "to_dsinterval(s) > 1",
		"to_multi_byte(s) > 'a'", "to_nchar(s) > 'a'", "to_number(s) > 1", "to_single_byte(s) > 'a'",
		"to_timestamp(s) > d",
		"to_timestamp_tz(s) > d", "to_yminterval(s) > 1", "translate(s, 'a', 'b') > 'a'", "trunc(n) = n",
		"trunc(d) = d",
		"tz_offset(s) > 'a'", "unistr(s) > 'a'", "vsize(s) > 0", "width_bucket(n, 1, 2, 3) > 0",
		"regexp_count(s, 'a') > 0", "regexp_like(s, 'a')", "regexp_like(s, 'a', 'i')", "regexp_instr(s, 'a') > 0",
		"regexp_instr(s, 'a', 1) > 0", "regexp_substr(s, 'a') > 'a'", "regexp_substr(s, 'a', 1, 1, 'i') > 'a'",
		"regexp_substr(s, 'a', 1, 1, 'i', 1) > 'a'", "regexp_replace(s, 'a') > 'a'",
		"regexp_replace(s, 'a', 'b') > 'a'",
		"regexp_replace(s, 'a', 'b', 1, 0, 'i') > 'a'",
		"instr(s, 'a') > 0", "instr(s, 'a', 1) > 0", "replace(s, 'a') > 'a'", "replace(s, 'a', 'b') > 'a'",
		"lpad(s, 2) > 'a'", "lpad(s, 2, 'x') > 'a'", "rpad(s, 2) > 'a'", "rpad(s, 2, 'x') > 'a'", "ltrim(s) > 'a'",
		"ltrim(s, 'a') > 'a'", "rtrim(s) > 'a'", "rtrim(s, 'a') > 'a'", "trim(s) > 'a'", "trim(both 'x' from s) > 'a'",
		"greatest(n) > 1", "greatest(n, 1) > 1", "least(n) > 1", "least(n, 1) > 1", "mod(n, 2) = 0",
		"substr(s, 1, 2) > 'a'", "substr(s, -1) > 'a'", "power(n, 2) > 1", "log(10, n) > 1", "ln(n) > 1",
		"round(n, 1) = n",
		"concat(s, 'a') > 'a'", "upper(s) = s", "lower(s) = s", "abs(n) > 1", "ceil(n) > 1", "floor(n) > 1",
		"sign(n) > 0", "sqrt(n) > 1", "exp(n) > 1", "coalesce(n, 1) > 0", "nullif(n, 1) > 0", "ascii(s) > 1",
		"soundex(s) > 'a'", "extract(year from d) > 1999", "last_day(d) > d", "sin(n) > 0", "atan2(n, 1) > 0",
		"cast(s as varchar2(10)) > 'a'", "cast(s as varchar(10)) > 'a'", "cast(s as number) > 1",
		"cast(s as number(10)) > 1",
		"cast(s as char(10)) > 'a'", "cast(s as date) > d", "cast(s as timestamp) > d", "cast(s as integer) > 1",
		"cast(s as decimal(10)) > 1", "cast(s as float) > 1", "cast(s as nvarchar2(10)) > 'a'",
		"cast(s as raw(10)) > 'a'",
		"cast(s as binary_double) > 1", "s is json", "s is not json",
		"d > date '2020-01-01'", "n in (1, 2) and not (n between 3 and 4)", "case when n > 1 then 2 else (3) end > 1",
	}
	for product, route := range map[dbtest.Product]checks.Route{dbtest.MySQL: checktest.ToMySQL,
		dbtest.MariaDB: checktest.ToMariaDB} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			server := dbtest.Get(t, product)
			dest := map[dbtest.Product]datasource.Server{dbtest.MySQL: checktest.MySQL97,
				dbtest.MariaDB: checktest.MariaDB1011}[product]
			dest.Version, _ = datasource.ParseVersion(server.Version)
			for _, condition := range conditions {
				findings, _, err := checktest.Facts{Source: constrained(datasource.CheckConstraint{Name: "K",
					Clause:   condition,
					Enforced: true}), Dest: checktest.Snapshot(dest, nil, nil, nil), Route: route}.Run(t,
					expression.CheckConstraint)
				if err != nil {
					t.Fatal(err)
				}
				refused := slices.ContainsFunc(findings, func(f checks.Finding) bool { return f.Level == checks.Fail })
				if len(findings) > 0 && !refused {
					t.Errorf("%s: %v", condition, checktest.Rules(findings))
				}
				checktest.WantCreated(t, server, !refused,
					"CREATE TABLE t (n DECIMAL(10,2), s VARCHAR(100), d DATETIME, CHECK ("+condition+"))")
			}
		})
	}
}

func TestCheckConstraintMariaDBToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	use := "USE " + task.Source.Schema
	checktest.WantAccepted(t, maria, my, use, map[string]bool{
		"plain (a INT CHECK (a > 1), b INT, CONSTRAINT both_set CHECK (a < b AND COALESCE(b, 0) > 1))": true,
		"across (a INT CHECK (a > b), b INT)":                               false,
		"inside (a JSON, CONSTRAINT has_id CHECK (JSON_EXISTS(a, '$.id')))": false,
		"hashed (a CHAR(9), CONSTRAINT with_md5 CHECK (MD5(a) > ''))":       false,
		"shaped (g GEOMETRY, a VARCHAR(99), CONSTRAINT drawn CHECK (ST_NUMPOINTS(g) > 1 AND ST_ENVELOPE(g) IS NOT " +
			"NULL AND " +
			"CONVERT_TZ(a, '+00:00', '+01:00') IS NOT NULL AND CHARSET(a) > '' AND EXTRACTVALUE(a, '/a') > ''))": true,
		"rewritten (a VARCHAR(99), CONSTRAINT updated CHECK (UPDATEXML(a, '/a', 'b') > ''))": false,
		"ringed (g GEOMETRY, CONSTRAINT ring CHECK (ST_ISRING(g) = 1))":                      false,
		"numbers (a INT, CONSTRAINT odd CHECK (a MOD 2))":                                    false,
		"sorted (s VARCHAR(9), CONSTRAINT order_of CHECK (s COLLATE " +
			"utf8mb4_unicode_nopad_ci > 'a')) CHARSET utf8mb4": false,
		"dates (a DATE NOT NULL, b DATE NOT NULL, CONSTRAINT in_order CHECK (a < b))": true,
		"valid (a JSON, s VARCHAR(9), CONSTRAINT quoted CHECK (s <> 'nvl(1)'))":       true,
	})
	maria.Exec(t, use, "CREATE TABLE unnamed1 (a INT, CHECK (a <> 'it''s'))",
		"CREATE TABLE unnamed2 (a INT, CHECK (a <> 'it''s'))")
	maria.Exec(t, use, "CREATE TABLE late (a INT, CONSTRAINT There CHECK (a > 0))")
	my.Exec(t, "CREATE TABLE "+task.Dest.Schema+".older (a INT, CONSTRAINT there CHECK (a > 0))",
		"CREATE TABLE "+task.Dest.Schema+".plain (a INT, CONSTRAINT both_set CHECK (a > 0))")
	checktest.WantCreated(t, my, false, "CREATE TABLE older (a INT, CONSTRAINT there CHECK (a > 0))",
		"CREATE TABLE late (a INT, CONSTRAINT There CHECK (a > 0))")
	checktest.WantCreated(t, my, false, "CREATE TABLE unnamed1 (a INT, CONSTRAINT CONSTRAINT_1 CHECK (a > 0))",
		"CREATE TABLE unnamed2 (a INT, CONSTRAINT CONSTRAINT_1 CHECK (a > 0))")

	// wrong in both ways, which one statement mends
	maria.Exec(t, use, "CREATE TABLE unnamed3 (a INT, CHECK (a MOD 2))")

	// a constraint of the table that has the name of a column
	maria.Exec(t, use, "CREATE TABLE alike (price INT, cost INT, CONSTRAINT price CHECK (cost > 1)) CHARSET latin1",
		"CREATE TABLE alike2 (cost INT, a INT, CONSTRAINT cost CHECK (a > cost)) CHARSET latin1")
	for _, table := range []string{"alike", "alike2"} {
		if err := checktest.Recreate(t, task, "TABLE", table); err != nil {
			t.Errorf("MySQL refuses %s: %v", table, err)
		}
	}

	maria.Exec(t, use, "CREATE TABLE spans (a DATE, b DATE, PERIOD FOR span (a, b))",
		"CREATE TABLE spans_too (id INT, a DATE, b DATE, PERIOD FOR span (a, b), UNIQUE (id, span WITHOUT OVERLAPS))")
	checktest.WantCreated(t, my, false, "CREATE TABLE spans (a DATE, b DATE, PERIOD FOR span (a, b))")

	rest := []string{"collation_missing sorted.order_of", "function_refused hashed.with_md5",
		"function_refused inside.has_id", "function_refused rewritten.updated", "function_refused ringed.ring"}
	got := checktest.WantFound(t, task, expression.CheckConstraint,
		append(rest, "name_taken late.There", "name_taken unnamed2.CONSTRAINT_1", "name_taken unnamed3.CONSTRAINT_1",
			"not_condition numbers.odd", "not_condition unnamed3.CONSTRAINT_1", "other_column across.a",
			"period spans.span", "period spans_too.span")...)
	checktest.Fix(t, task, got.Findings)
	maria.Exec(t, use, "ALTER TABLE spans DROP PERIOD FOR span")
	checktest.WantFound(t, task, expression.CheckConstraint,
		append(rest, "other_column across.a", "period spans_too.span")...)
	checktest.WantCreated(t, my, true, "CREATE TABLE numbers (a INT, CONSTRAINT odd CHECK ((a MOD 2) <> 0))")
}

func TestCheckConstraintMySQLToMariaDB(t *testing.T) {
	t.Parallel()
	my, maria, task := checktest.PairOf(t, dbtest.MySQL, dbtest.MariaDB)
	use := "USE " + task.Source.Schema
	checktest.WantAccepted(t, my, maria, use, map[string]bool{
		"members (a JSON, CONSTRAINT has_1 CHECK (1 MEMBER OF (a)))":    false,
		"years (a INT, CONSTRAINT late CHECK (CAST(a AS YEAR) > 2000))": false,
		"sorted (s VARCHAR(9), CONSTRAINT order_of CHECK (s COLLATE " +
			"utf8mb4_ja_0900_as_cs > 'a')) CHARSET utf8mb4": false,
		"searched (s VARCHAR(9), CONSTRAINT from_2 CHECK (REGEXP_INSTR(s, 'a', 2) > 2))": false,
		"searched2 (s VARCHAR(9), CONSTRAINT from_1 CHECK (REGEXP_INSTR(s, " +
			"'a') > 2 AND CAST(s AS CHAR(3)) > ''))": true,
	})
	my.Exec(t, use, "CREATE TABLE parent (id INT PRIMARY KEY)",
		"CREATE TABLE named (a INT, p INT, q INT, UNIQUE KEY Uniq (a), KEY plain (a), CONSTRAINT uniq CHECK (a > 1), "+
			"CONSTRAINT plain CHECK (a > 1), CONSTRAINT parent CHECK (a > 1), CONSTRAINT parent FOREIGN KEY (p) "+
			"REFERENCES "+
			"parent (id))")
	checktest.WantCreated(t, maria, false,
		"CREATE TABLE named (a INT, UNIQUE KEY Uniq (a), CONSTRAINT uniq CHECK (a > 1))")
	checktest.WantCreated(t, maria, true, "CREATE TABLE named (a INT, KEY plain (a), CONSTRAINT plain CHECK (a > 1))")
	checktest.WantCreated(t, maria, false, "CREATE TABLE parent (id INT PRIMARY KEY)",
		"CREATE TABLE named (p INT, CONSTRAINT parent CHECK (p > 1), CONSTRAINT parent FOREIGN KEY (p) REFERENCES "+
			"parent "+
			"(id))")
	my.Exec(t, use, "CREATE TABLE plain (a INT CHECK (a > 1), s VARCHAR(9) CHECK (s <> 'regexp_like(1)'))",
		"CREATE TABLE matched (s VARCHAR(9), CONSTRAINT matches CHECK (REGEXP_LIKE(s, 'its')))",
		"CREATE TABLE loose (a INT, CONSTRAINT idle CHECK (a > 1) NOT ENFORCED)")
	checktest.WantCreated(t, maria, false,
		"CREATE TABLE matched (s VARCHAR(9), CONSTRAINT matches CHECK (REGEXP_LIKE(s, 'a')))")
	checktest.WantCreated(t, maria, false,
		"CREATE TABLE loose (a INT, CONSTRAINT idle CHECK (a > 1) /*!80016 NOT ENFORCED */)",
		"INSERT INTO loose VALUES (1)")
	rest := []string{"clause_missing members.has_1", "clause_missing searched.from_2", "clause_missing years.late",
		"collation_missing sorted.order_of", "function_refused matched.matches", "name_taken named.parent",
		"name_taken named.uniq"}
	got := checktest.WantFound(t, task, expression.CheckConstraint, append(rest, "becomes_enforced loose.idle")...)
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, expression.CheckConstraint, rest...)
}
