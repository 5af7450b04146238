package expression_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks/expression"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestColumnDefaultOfOracle(t *testing.T) {
	t.Parallel()
	oracle19, oracle11, tenant := checktest.ServerAt(datasource.FlavorOracle, "19.3"),
		checktest.ServerAt(datasource.FlavorOracle, "11.2"), checktest.TenantOf("4.3.3")
	for _, tc := range []struct {
		name, dataType, preset string
		onNull                 bool
		dest                   datasource.Server
		want                   []string
	}{
		{"a constant to Oracle", "NUMBER", "0", false, oracle19, nil},
		{"a function to Oracle", "RAW", "SYS_GUID()", false, oracle11, nil},
		{"a later function to Oracle 11.2", "RAW", "STANDARD_HASH('x')", false, oracle11, []string{"function_unknown"}},
		{"an existing sequence", "NUMBER", `"shop"."Q"."NEXTVAL"`, false, oracle19, nil},
		{"a sequence of the same schema", "NUMBER", `"Q".nextval`, false, oracle19, nil},
		{"a missing sequence", "NUMBER", `"shop"."R"."NEXTVAL"`, false, oracle19, []string{"sequence_needed"}},
		{"a sequence missing in its schema", "NUMBER", `"other"."Q"."NEXTVAL"`, false, oracle19,
			[]string{"sequence_needed"}},
		{"a sequence to Oracle 11.2", "NUMBER", `"shop"."Q"."NEXTVAL"`, false, oracle11, []string{"sequence"}},
		{"a sequence in a function", "NUMBER", `LPAD("R".NEXTVAL,STANDARD_HASH('x'))`, false, tenant,
			[]string{"function_unknown", "sequence_needed"}},
		{"on NULL to Oracle", "NUMBER", "0", true, oracle19, nil},
		{"on NULL to Oracle 11.2", "NUMBER", "0", true, oracle11, []string{"on_null"}},
		{"on NULL to OceanBase", "NUMBER", "0", true, tenant, []string{"on_null"}},
		{"on NULL to MySQL", "NUMBER", "0", true, checktest.MySQL97, []string{"on_null"}},
		{"a function to OceanBase", "DATE", "SYSDATE", false, tenant, nil},
		{"an unlisted function to OceanBase", "RAW", "STANDARD_HASH('x')", false, tenant, []string{"function_unknown"}},
		{"a sequence to OceanBase", "NUMBER", `"shop"."R"."NEXTVAL"`, false, tenant, []string{"sequence_needed"}},
		{"a number to MySQL", "NUMBER", "-1", false, checktest.MySQL57, nil},
		{"a string to MySQL", "VARCHAR2", "'x'", false, checktest.MySQL57, nil},
		{"NULL to MySQL", "VARCHAR2", "null", false, checktest.MySQL57, nil},
		{"an empty string to MySQL", "CLOB", "''", false, checktest.MySQL57, nil},
		{"a string of a CLOB to MySQL", "CLOB", "'x'", false, checktest.MySQL97, []string{"lob"}},
		{"a string of a CLOB to MariaDB", "CLOB", "'x'", false, checktest.MariaDB1011, nil},
		{"a date as a string to MySQL", "DATE", "'01-JAN-24'", false, checktest.MySQL97, []string{"date_text"}},
		{"a date to MySQL", "DATE", "DATE '2024-01-01'", false, checktest.MySQL57, []string{"translated"}},
		{"now to MySQL", "DATE", "SYSDATE", false, checktest.MySQL57, []string{"translated"}},
		{"now to OceanBase", "TIMESTAMP", "systimestamp", false, checktest.OB43, []string{"translated"}},
		{"now with digits to MySQL", "TIMESTAMP", "LOCALTIMESTAMP(6)", false, checktest.MySQL97,
			[]string{"translated"}},
		{"now as a string to MySQL", "VARCHAR2", "SYSDATE", false, checktest.MySQL97, []string{"function_differs"}},
		{"tomorrow to MySQL", "DATE", "SYSDATE+1", false, checktest.MySQL97, []string{"function_differs"}},
		{"tomorrow to MySQL 5.7", "DATE", "SYSDATE+1", false, checktest.MySQL57, []string{"expression"}},
		{"tomorrow to OceanBase", "DATE", "SYSDATE+1", false, checktest.OB43, []string{"expression"}},
		{"tomorrow to TiDB", "DATE", "SYSDATE+1", false, checktest.ServerAt(datasource.FlavorTiDB, "8.5.0"),
			[]string{"function_unknown"}},
		{"SYS_GUID to MySQL", "RAW", "SYS_GUID()", false, checktest.MySQL97, []string{"function_refused"}},
		{"SYS_GUID to MariaDB", "RAW", "SYS_GUID()", false, checktest.MariaDB1011, nil},
		{"the current user to MySQL", "VARCHAR2", "USER", false, checktest.MySQL97, []string{"function_differs"}},
		{"joined strings to MySQL", "VARCHAR2", "'a'||'b'", false, checktest.MySQL97, []string{"joins"}},
		{"arithmetic to MySQL", "NUMBER", "60*60", false, checktest.MySQL97, []string{"parentheses"}},
		{"arithmetic in parentheses to MySQL", "NUMBER", "(60*60)", false, checktest.MySQL97, nil},
		{"arithmetic to MariaDB", "NUMBER", "60*60", false, checktest.MariaDB1011, []string{"parentheses"}},
		{"a sum of functions to MariaDB", "NUMBER", "NVL(1,0)+NVL(1,0)", false, checktest.MariaDB1011,
			[]string{"parentheses"}},
		{"an interval to MySQL", "INTERVAL DAY TO SECOND", "INTERVAL '1' DAY", false, checktest.MySQL97,
			[]string{"function_unknown"}},
		{"a sequence to MySQL", "NUMBER", `"shop"."Q"."NEXTVAL"`, false, checktest.MySQL97, []string{"sequence"}},
		{"a sequence to OceanBase", "NUMBER", `"shop"."Q"."NEXTVAL"`, false, checktest.OB43, []string{"sequence"}},
		{"an existing sequence to MariaDB", "NUMBER", `"shop"."Q"."NEXTVAL"`, false, checktest.MariaDB1011, nil},
		{"a missing sequence to MariaDB", "NUMBER", `"shop"."R"."NEXTVAL"`, false, checktest.MariaDB1011,
			[]string{"sequence_needed"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := checktest.ColumnOfType("C", tc.dataType)
			c.Default, c.Oracle = &tc.preset, &datasource.OracleColumn{DefaultOnNull: tc.onNull}
			q := datasource.TableName{Schema: "shop", Name: "Q"}
			f := checktest.Facts{Route: checktest.RouteTo(datasource.Oracle, tc.dest),
				Source: checktest.OneTable(oracle19, c),
				Dest: checktest.Snapshot(tc.dest, nil, nil,
					datasource.Snapshot{datasource.FactOracleSequences: datasource.OracleSequences{{TableName: q}},
						datasource.FactTables: datasource.Tables{{TableName: q, Kind: datasource.Sequence}}})}
			checktest.WantRules(t, f, expression.ColumnDefault, tc.want...)
		})
	}
	identity := checktest.ColumnOfType("C", "NUMBER")
	preset := `"shop"."ISEQ$$_1"."NEXTVAL"`
	identity.Default, identity.Oracle = &preset, &datasource.OracleColumn{Identity: true}
	checktest.WantRules(t, checktest.Facts{Route: checktest.RouteTo(datasource.Oracle, checktest.MySQL97),
		Source: checktest.OneTable(oracle19, identity), Dest: checktest.Snapshot(checktest.MySQL97, nil, nil, nil)},
		expression.ColumnDefault)
	identity.Oracle = nil
	f := checktest.Facts{Route: checktest.RouteTo(datasource.OceanBaseOracle, oracle19),
		Source: checktest.OneTable(tenant, identity), Dest: checktest.Snapshot(oracle19, nil, nil, nil)}
	if findings, _, err := f.Run(t, expression.ColumnDefault); err == nil {
		t.Errorf("with unreadable sequences of the destination: got %v", findings)
	}
}

// preset returns a column with a default in the notation of the catalog; expression marks it as MySQL does.
func preset(name, dataType, text string, expression ...bool) datasource.Column {
	c := checktest.ColumnOfType(name, dataType)
	c.Default = &text
	if len(expression) > 0 && expression[0] {
		c.Extra = "default_generated"
	}
	return c
}

const mysqlMode = "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE"

func TestColumnDefault(t *testing.T) {
	t.Parallel()
	maria103, maria102 := checktest.ServerAt(datasource.FlavorMariaDB, "10.3.9"),
		checktest.ServerAt(datasource.FlavorMariaDB, "10.1.48")
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		mode         string
		column       datasource.Column
		want         []string
	}{
		{"no default", checktest.MariaDB1011, checktest.MySQL97, mysqlMode, checktest.ColumnOfType("c", "int"), nil},
		{"NULL of MariaDB", checktest.MariaDB1011, checktest.MySQL97, mysqlMode, preset("c", "text", "NULL"), nil},
		{"a number", checktest.MariaDB1011, checktest.MySQL97, mysqlMode, preset("c", "int", "-1"), nil},
		{"bits", checktest.MariaDB1011, checktest.MySQL97, mysqlMode, preset("c", "bit", "b'101'"), nil},
		{"a string that looks like a function", checktest.MariaDB1011, checktest.MySQL57, mysqlMode,
			preset("c", "varchar", "'uuid()'"), nil},
		{"now", checktest.MariaDB1011, checktest.MySQL57, mysqlMode, preset("c", "datetime", "current_timestamp()"),
			nil},
		{"now in a string", checktest.MariaDB1011, checktest.MySQL57, mysqlMode,
			preset("c", "varchar", "current_timestamp()"), []string{"expression"}},
		{"a literal of MySQL that looks like a function", checktest.MySQL97, checktest.MySQL57, mysqlMode,
			preset("c", "varchar", "uuid()"), nil},
		{"an expression on MySQL 5.7", checktest.MySQL97, checktest.MySQL57, mysqlMode,
			preset("c", "varchar", "uuid()", true), []string{"expression"}},
		{"an expression on OceanBase", checktest.MySQL97, checktest.OB43, mysqlMode,
			preset("c", "varchar", "uuid()", true),
			[]string{"expression"}},
		{"an expression on MariaDB 10.1", checktest.MySQL97, maria102, "", preset("c", "varchar", "uuid()", true),
			[]string{"expression"}},
		{"an expression of MySQL on MariaDB", checktest.MySQL97, maria103, "",
			preset("c", "varchar", `concat(uuid(),_utf8mb4\'bin_to_uuid(1)\')`, true), nil},
		{"a function missing in MariaDB", checktest.MySQL97, checktest.MariaDB1011, "",
			preset("c", "varbinary", "uuid_to_bin(uuid())", true), []string{"function_refused"}},
		{"a function missing in MariaDB 10.5", checktest.MySQL97, mariadb105, "",
			preset("c", "varbinary", "random_bytes(4)", true), []string{"function_refused"}},
		{"a function added in MariaDB", checktest.MySQL97, checktest.MariaDB118, "",
			preset("c", "varbinary", "random_bytes(4)", true), nil},
		{"an expression in parentheses", checktest.MariaDB1011, checktest.MySQL97, mysqlMode,
			preset("c", "int", "(1 + (2))"),
			nil},
		{"an expression that starts and ends with parentheses", checktest.MariaDB1011, checktest.MySQL97, mysqlMode,
			preset("c", "int", "(1) + (2)"), []string{"parentheses"}},
		{"an expression without parentheses", checktest.MariaDB1011, checktest.MySQL97, mysqlMode,
			preset("c", "varchar", "uuid()"), []string{"parentheses"}},
		{"a function missing in MySQL", checktest.MariaDB1011, checktest.MySQL97, mysqlMode,
			preset("c", "varchar", "nvl(1,2)"), []string{"function_refused"}},
		{"a function that MySQL refuses", checktest.MariaDB1011, checktest.MySQL97, mysqlMode,
			preset("c", "varchar", "version()"), []string{"function_refused"}},
		{"a function of an older MySQL", checktest.MariaDB1011, checktest.MySQL80, mysqlMode,
			preset("c", "varchar", "(md5('a'))"), nil},
		{"an unknown function", checktest.MariaDB1011, checktest.MySQL97, mysqlMode,
			preset("c", "varchar", "frobnicate()"),
			[]string{"function_unknown"}},
		{"a collation", checktest.MySQL97, checktest.MariaDB1011, "",
			preset("c", "varchar", `(_utf8mb4\'a\' collate utf8mb4_0900_bin)`, true), []string{"collation_missing"}},
		{"a collation of both", checktest.MySQL97, checktest.MariaDB1011, "",
			preset("c", "varchar", `(_utf8mb4\'a\' collate utf8mb4_bin)`, true), nil},
		{"a clause of MySQL", checktest.MySQL97, checktest.MariaDB1011, "",
			preset("c", "json", `cast(_utf8mb4\'[]\' as json)`, true), []string{"clause_missing"}},
		{"a clause in a string", checktest.MySQL97, checktest.MariaDB1011, "",
			preset("c", "varchar", `concat(_utf8mb4\'cast(a as json)\',1)`, true), nil},
		{"fewer arguments than MySQL accepts", checktest.MariaDB1011, checktest.MySQL97, mysqlMode,
			preset("c", "varchar", "(lpad('a',2))"), []string{"clause_missing"}},
		{"a sequence", checktest.MariaDB1011, checktest.MySQL97, mysqlMode,
			preset("c", "bigint", "nextval(`shop`.`s`)"),
			[]string{"sequence"}},
		{"a sequence on MariaDB", checktest.MariaDB1011, checktest.MariaDB1011, "",
			preset("c", "bigint", "nextval(`shop`.`s`)"), []string{"sequence_needed"}},
		{"a constant of TEXT", checktest.MariaDB1011, checktest.MySQL97, "", preset("c", "text", "'a'"),
			[]string{"lob"}},
		{"a constant of BLOB", checktest.MariaDB1011, checktest.MySQL97, "", preset("c", "blob", "0x6162"),
			[]string{"lob"}},
		{"a constant of TEXT on MariaDB", checktest.MariaDB1011, maria103, "", preset("c", "text", "'a'"), nil},
		{"a constant of TEXT on MariaDB 10.1", checktest.MariaDB1011, maria102, "", preset("c", "text", "'a'"),
			[]string{"lob"}},
		{"an expression of TEXT", checktest.MySQL97, checktest.MySQL97, mysqlMode,
			preset("c", "text", `_utf8mb4\'a\'`, true),
			nil},
		{"a zero date", checktest.MariaDB1011, checktest.MySQL97, mysqlMode, preset("c", "date", "'0000-00-00'"),
			[]string{"zero_date"}},
		{"a zero date, not strict", checktest.MariaDB1011, checktest.MySQL97, "NO_ZERO_DATE",
			preset("c", "date", "'0000-00-00'"), nil},
		{"a zero date, not strict, on MariaDB", checktest.MariaDB1011, checktest.MariaDB1011, "NO_ZERO_DATE",
			preset("c", "date", "'0000-00-00'"), []string{"zero_date"}},
		{"an allowed zero date", checktest.MySQL57, checktest.MySQL97, "STRICT_TRANS_TABLES,NO_ZERO_IN_DATE",
			preset("c", "timestamp", "0000-00-00 00:00:00"), nil},
		{"a zero month", checktest.MySQL57, checktest.MySQL97, "STRICT_ALL_TABLES,NO_ZERO_IN_DATE",
			preset("c", "datetime", "2024-00-10 00:00:00"), []string{"zero_date"}},
		{"a day that does not exist", checktest.MariaDB1011, checktest.MySQL97, "", preset("c", "date", "'2024-02-30'"),
			[]string{"no_day"}},
		{"an allowed invalid day", checktest.MariaDB1011, checktest.MySQL97, "ALLOW_INVALID_DATES",
			preset("c", "date", "'2024-02-30'"), nil},
		{"a leap day", checktest.MariaDB1011, checktest.MySQL97, mysqlMode, preset("c", "date", "'2024-02-29'"), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dest := datasource.Snapshot{datasource.FactServer: tc.dest,
				datasource.FactVariables: datasource.Variables{"sql_mode": tc.mode},
				datasource.FactCharsets:  checktest.Collations("utf8mb4", "bin")}
			checktest.WantRules(t, checktest.Facts{Source: checktest.OneTable(tc.source, tc.column), Dest: dest},
				expression.ColumnDefault, tc.want...)
		})
	}
}

func TestColumnDefaultUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	dest := func(s datasource.Server) datasource.Snapshot {
		return datasource.Snapshot{datasource.FactServer: s,
			datasource.FactVariables: datasource.Variables{"sql_mode": ""},
			datasource.FactCharsets:  checktest.Collations("utf8mb4", "bin")}
	}
	broken := checktest.OneTable(checktest.MySQL97)
	broken[datasource.FactColumns] = lost
	for name, facts := range map[string]checktest.Facts{
		"no columns": {Source: broken, Dest: dest(checktest.MySQL97)},
		"no sql_mode": {Source: checktest.OneTable(checktest.MySQL97),
			Dest: datasource.Snapshot{datasource.FactServer: checktest.MySQL97,
				datasource.FactVariables: datasource.Variables{},
				datasource.FactCharsets:  checktest.Collations("utf8mb4", "bin")}},
		"MariaDB that does not tell": {Source: checktest.OneTable(checktest.ServerAt(datasource.FlavorMariaDB,
			"10.2.6"),
			preset("c", "varchar", "uuid()")), Dest: dest(checktest.MySQL97)},
		"a destination of another kind": {Source: checktest.OneTable(checktest.MySQL97,
			preset("c", "varchar", "uuid()", true)), Dest: dest(checktest.ServerAt(datasource.FlavorTiDB, "8.5.0"))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if findings, _, err := facts.Run(t, expression.ColumnDefault); err == nil {
				t.Errorf("no error, and %d findings", len(findings))
			}
		})
	}
}
