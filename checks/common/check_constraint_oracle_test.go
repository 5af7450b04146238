package common_test

import (
	"slices"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

// constrained gives a source whose table has these constraints.
func constrained(constraints ...datasource.CheckConstraint) datasource.Snapshot {
	return snapshot(oracle19, nil, nil, datasource.Snapshot{
		datasource.FactCheckConstraints: datasource.GroupByTable(datasource.TableRows[datasource.CheckConstraint]{Table: shopT, Rows: constraints})})
}

func TestCheckConstraintOfOracle(t *testing.T) {
	t.Parallel()
	says := func(clause string) []datasource.CheckConstraint {
		return []datasource.CheckConstraint{{Name: "K", Clause: clause, Enforced: true}}
	}
	twice := []datasource.CheckConstraint{{Name: "K", Clause: "A > 1", Enforced: true}, {Name: "k", Clause: "A > 1", Enforced: true}}
	idle, late := []datasource.CheckConstraint{{Name: "K", Clause: "A > 1", Unchecked: true}}, []datasource.CheckConstraint{{Name: "K", Clause: "A > 1", Enforced: true, Unchecked: true}}
	for _, tc := range []struct {
		name        string
		route       checks.Route
		dest        datasource.Server
		constraints []datasource.CheckConstraint
		unread      bool
		want        []string
	}{
		{"a plain one, to MySQL", toMySQL, mysql97, says(`"A" > 1 AND UPPER("B") IN ('X', 'Y')`), false, nil},
		{"the destination forgets it", toMySQL, mysql57, says("TO_DATE(A) > 1"), false, []string{"ignored"}},
		{"a function of Oracle, to MySQL", toMySQL, mysql97, says("TRUNC (A) = A"), false, []string{"function_refused"}},
		{"a function of Oracle, to OceanBase MySQL mode", toOBMySQL, ob43, says("TRUNC(A) = A"), false, []string{"function_unknown"}},
		{"a function of both, to OceanBase MySQL mode", toOBMySQL, ob43, says("UPPER(A) = A"), false, nil},
		{"a function of Oracle, to OceanBase", toOBOracle, obOracle43, says("TRUNC(A) = A"), false, nil},
		{"a function of Oracle, to Oracle", toOracle, oracle19, says("TRUNC(A) = A"), false, nil},
		{"a function in a string", toMySQL, mysql97, says("A <> 'TRUNC(1) || ''TRUNC(1)' AND A <> q'[it's TRUNC(1)]'"), false, nil},
		{"a function in a name", toMySQL, mysql97, says(`"TRUNC(A)" > 1`), false, nil},
		{"a function of MariaDB, to MariaDB", toMariaDB, maria1011, says("NVL(A, 0) > 1"), false, nil},
		{"a function of MariaDB, to MySQL", toMySQL, mysql97, says("NVL(A, 0) > NVL(B, 0)"), false, []string{"function_refused"}},
		{"a function that nobody knows", toMySQL, mysql97, says("FROBNICATE(A) > 1"), false, []string{"function_unknown"}},
		{"too many arguments", toMySQL, mysql97, says("INSTR(A, '(', 1, 2) > 0"), false, []string{"function_refused"}},
		{"as many as there may be", toMySQL, mysql97, says("INSTR(A, SUBSTR(B, 1, 2)) > 0"), false, nil},
		{"a type of Oracle", toMySQL, mysql97, says("CAST(A AS NUMBER(10)) > 0"), false, []string{"function_refused"}},
		{"a type of both", toMySQL, mysql97, says("CAST(A AS DECIMAL(10)) > 0"), false, nil},
		{"characters that become bytes", toMySQL, mysql97, says("LENGTH(A) = 5"), false, []string{"counts_bytes"}},
		{"texts one after the other", toMariaDB, maria1011, says("A || B <> 'ab'"), false, []string{"concatenation"}},
		{"JSON", toMySQL, mysql97, says("A IS JSON"), false, []string{"is_json"}},
		{"no JSON", toMySQL, mysql97, says("A IS NOT JSON"), false, []string{"is_json"}},
		{"JSON, to Oracle", toOracle, oracle19, says("A IS JSON"), false, nil},
		{"disabled, to MySQL", toMySQL, mysql97, idle, false, nil},
		{"disabled, to MariaDB", toMariaDB, maria1011, idle, false, []string{"becomes_enforced"}},
		{"disabled, to OceanBase", toOBOracle, obOracle43, idle, false, nil},
		{"not validated, to MySQL", toMySQL, mysql97, late, false, []string{"not_validated"}},
		{"not validated, to Oracle", toOracle, oracle19, late, false, []string{"not_validated"}},
		{"names in another case, to MySQL", toMySQL, mysql97, twice, false, []string{"name_taken"}},
		{"names in another case, to MariaDB", toMariaDB, maria1011, twice, false, nil},
		{"names in another case, to Oracle", toOracle, oracle19, twice, false, nil},
		{"names that Oracle made", toMySQL, mysql97, []datasource.CheckConstraint{{Name: "SYS_C1", Clause: "1=1", Enforced: true, Generated: true}, {Name: "SYS_C1", Clause: "1=1", Enforced: true, Generated: true}}, false, nil},
		{"a long one, to MySQL", toMySQL, mysql97, []datasource.CheckConstraint{{Name: "K", Clause: "A > 1", Enforced: true, Cut: true}}, true, nil},
		{"a long one, to Oracle", toOracle, oracle19, []datasource.CheckConstraint{{Name: "K", Clause: "A > 1", Enforced: true, Cut: true}}, false, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{Source: constrained(tc.constraints...), Dest: snapshot(tc.dest, nil, nil, nil), Route: tc.route}.Run(t, common.CheckConstraint)
			if (err != nil) != tc.unread {
				t.Errorf("error %v, want one: %v", err, tc.unread)
			}
			wantEqual(t, tc.want, checktest.Rules(findings))
		})
	}
}

// Of each condition the check says what the server does with it.
func TestCheckConstraintOfOracleOnRealServers(t *testing.T) {
	t.Parallel()
	conditions := []string{
		"add_months(d, 1) > d", "asciistr(s) > 'a'", "bin_to_num(1, 0) > n", "bitand(n, 1) > 0", "chr(n) > 'a'", "compose(s) > 'a'", "cosh(n) > 0", "decode(n, 1, 2, 3) > 0", "decompose(s) > 'a'",
		"from_tz(d, s) > d", "hextoraw(s) > 'a'", "initcap(s) = s", "instrb(s, 'a') > 0", "instrc(s, 'a') > 0", "json_equal(s, s)", "json_exists(s, '$.a')", "json_query(s, '$.a') > 'a'", "json_value(s, '$.a') > 'a'",
		"length2(s) > 0", "length4(s) > 0", "lengthb(s) > 0", "lengthc(s) > 0", "lnnvl(n > 1)", "months_between(d, d) > 1", "nanvl(n, 2) > 1", "nchr(n) > 'a'", "new_time(d, s, s) > d", "next_day(d, 'MON') > d",
		"nls_initcap(s) = s", "nls_lower(s) = s", "nls_upper(s) = s", "nlssort(s) = s", "numtodsinterval(n, 'DAY') > 1", "numtoyminterval(n, 'YEAR') > 1", "nvl(n, 1) > 0", "nvl2(n, 1, 2) > 0", "ora_hash(s) > 0",
		"rawtohex(s) > 'a'", "rawtonhex(s) > 'a'", "remainder(n, 2) > 0", "sinh(n) > 0", "standard_hash(s) > 'a'", "substrb(s, 1) > 'a'", "substrc(s, 1) > 'a'", "sys_guid() > 'a'", "to_lob(s) > 'a'", "empty_clob() > 'a'", "sys_extract_utc(d) > d", "tanh(n) > 0", "to_char(d) > 'a'",
		"to_char(n, '9') > 'a'", "to_clob(s) > 'a'", "to_date(s, 'YYYY') > d", "to_dsinterval(s) > 1", "to_multi_byte(s) > 'a'", "to_nchar(s) > 'a'", "to_number(s) > 1", "to_single_byte(s) > 'a'", "to_timestamp(s) > d",
		"to_timestamp_tz(s) > d", "to_yminterval(s) > 1", "translate(s, 'a', 'b') > 'a'", "trunc(n) = n", "trunc(d) = d", "tz_offset(s) > 'a'", "unistr(s) > 'a'", "vsize(s) > 0", "width_bucket(n, 1, 2, 3) > 0",
		"regexp_count(s, 'a') > 0", "regexp_like(s, 'a')", "regexp_like(s, 'a', 'i')", "regexp_instr(s, 'a') > 0", "regexp_instr(s, 'a', 1) > 0", "regexp_substr(s, 'a') > 'a'", "regexp_substr(s, 'a', 1, 1, 'i') > 'a'",
		"regexp_substr(s, 'a', 1, 1, 'i', 1) > 'a'", "regexp_replace(s, 'a') > 'a'", "regexp_replace(s, 'a', 'b') > 'a'", "regexp_replace(s, 'a', 'b', 1, 0, 'i') > 'a'",
		"instr(s, 'a') > 0", "instr(s, 'a', 1) > 0", "replace(s, 'a') > 'a'", "replace(s, 'a', 'b') > 'a'", "lpad(s, 2) > 'a'", "lpad(s, 2, 'x') > 'a'", "rpad(s, 2) > 'a'", "rpad(s, 2, 'x') > 'a'", "ltrim(s) > 'a'",
		"ltrim(s, 'a') > 'a'", "rtrim(s) > 'a'", "rtrim(s, 'a') > 'a'", "trim(s) > 'a'", "trim(both 'x' from s) > 'a'", "greatest(n) > 1", "greatest(n, 1) > 1", "least(n) > 1", "least(n, 1) > 1", "mod(n, 2) = 0",
		"substr(s, 1, 2) > 'a'", "substr(s, -1) > 'a'", "power(n, 2) > 1", "log(10, n) > 1", "ln(n) > 1", "round(n, 1) = n", "concat(s, 'a') > 'a'", "upper(s) = s", "lower(s) = s", "abs(n) > 1", "ceil(n) > 1", "floor(n) > 1",
		"sign(n) > 0", "sqrt(n) > 1", "exp(n) > 1", "coalesce(n, 1) > 0", "nullif(n, 1) > 0", "ascii(s) > 1", "soundex(s) > 'a'", "extract(year from d) > 1999", "last_day(d) > d", "sin(n) > 0", "atan2(n, 1) > 0",
		"cast(s as varchar2(10)) > 'a'", "cast(s as varchar(10)) > 'a'", "cast(s as number) > 1", "cast(s as number(10)) > 1", "cast(s as char(10)) > 'a'", "cast(s as date) > d", "cast(s as timestamp) > d", "cast(s as integer) > 1",
		"cast(s as decimal(10)) > 1", "cast(s as float) > 1", "cast(s as nvarchar2(10)) > 'a'", "cast(s as raw(10)) > 'a'", "cast(s as binary_double) > 1", "s is json", "s is not json",
		"d > date '2020-01-01'", "n in (1, 2) and not (n between 3 and 4)", "case when n > 1 then 2 else (3) end > 1",
	}
	for product, route := range map[dbtest.Product]checks.Route{dbtest.MySQL: toMySQL, dbtest.MariaDB: toMariaDB} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			server := dbtest.Get(t, product)
			dest := map[dbtest.Product]datasource.Server{dbtest.MySQL: mysql97, dbtest.MariaDB: maria1011}[product]
			dest.Version, _ = datasource.ParseVersion(server.Version)
			for _, condition := range conditions {
				findings, _, err := checktest.Facts{Source: constrained(datasource.CheckConstraint{Name: "K", Clause: condition, Enforced: true}), Dest: snapshot(dest, nil, nil, nil), Route: route}.Run(t, common.CheckConstraint)
				if err != nil {
					t.Fatal(err)
				}
				refused := slices.ContainsFunc(findings, func(f checks.Finding) bool { return f.Level == checks.Fail })
				if len(findings) > 0 && !refused {
					t.Errorf("%s: %v", condition, checktest.Rules(findings))
				}
				wantCreated(t, server, !refused, "CREATE TABLE t (n DECIMAL(10,2), s VARCHAR(100), d DATETIME, CHECK ("+condition+"))")
			}
		})
	}
}

func TestCheckConstraintOracleEmulated(t *testing.T) {
	t.Parallel()
	my := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := emulatedOracle(t, release, "GOOD", "BAD")
			emulatedCheck(srv, release, "GOOD", "SYS_C1", `"A" IS NOT NULL`, oracletest.Row{"GENERATED": "GENERATED NAME"})
			emulatedCheck(srv, release, "GOOD", "POSITIVE", "A > 0", nil)
			emulatedCheck(srv, release, "GOOD", "IDLE", "A > 9", oracletest.Row{"STATUS": "DISABLED", "VALIDATED": "NOT VALIDATED"})
			emulatedCheck(srv, release, "BAD", "WHOLE", "TRUNC(A) = A", nil)
			emulatedCheck(srv, release, "BAD", "LATE", "A > 0", oracletest.Row{"VALIDATED": "NOT VALIDATED"})
			task := checktest.Real{Source: from, Dest: checktest.End{Server: my, Schema: my.Database(t)}}
			got := wantFound(t, task, common.CheckConstraint, "function_refused BAD.WHOLE", "not_validated BAD.LATE")
			wantEqual(t, []string{`ALTER TABLE "SHOP"."BAD" ENABLE VALIDATE CONSTRAINT "LATE"`}, got.Findings[1].SQL)
			task.Dest = from
			wantFound(t, task, common.CheckConstraint, "not_validated BAD.LATE")
			srv.Deny(942, "*_CONSTRAINTS")
			unreadable(t, task, common.CheckConstraint)
		})
	}
}

// No text of a condition makes the check panic.
func FuzzCheckConstraintOfOracle(f *testing.F) {
	for _, seed := range []string{"A > 1", "INSTR(A, '(') > 0", "q'[", "q'", "'", `"`, "CAST(A AS", "A IS NOT JSON", "((", "))", "F(,)", "A || B", "\xff(\x80)", "AS(", "CASE WHEN A THEN (B) END"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, condition string) {
		source := constrained(datasource.CheckConstraint{Name: "K", Clause: condition, Enforced: true})
		if _, _, err := (checktest.Facts{Source: source, Dest: snapshot(mysql97, nil, nil, nil), Route: toMySQL}).Run(t, common.CheckConstraint); err != nil {
			t.Error(err)
		}
	})
}
