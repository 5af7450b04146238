package common_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

type oracleRow = oracletest.Row

// emulatedColumns puts columns of a table into an emulated dictionary. A column is written as CREATE TABLE
// writes it; a final ! makes it NOT NULL.
func emulatedColumns(srv *oracletest.Server, table string, more oracleRow, columns ...string) {
	for i, text := range columns {
		text, strict := strings.CutSuffix(text, "!")
		name, dataType, _ := strings.Cut(text, " ")
		r := oracleRow{"OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": name, "COLUMN_ID": i + 1, "NULLABLE": "Y", "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO"}
		if strict {
			r["NULLABLE"] = "N"
		}
		for k, v := range emulatedType(dataType) {
			r[k] = v
		}
		for k, v := range more {
			r[k] = v
		}
		srv.Insert("DBA_TAB_COLS", r)
	}
}

// emulatedType gives what DBA_TAB_COLS of a database in AL32UTF8 says of a type.
func emulatedType(text string) oracleRow {
	name, args, _ := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	words := strings.Fields(args)
	number := func(s string) int {
		n := 0
		for _, d := range strings.TrimPrefix(s, "-") {
			n = 10*n + int(d-'0')
		}
		if strings.HasPrefix(s, "-") {
			return -n
		}
		return n
	}
	r := oracleRow{"DATA_TYPE": name, "DATA_LENGTH": 22}
	switch {
	case args == "" || strings.Contains(text, " "+"TO ") || strings.Contains(text, " WITH "):
		r["DATA_TYPE"] = text
	case name == "TIMESTAMP":
		r["DATA_TYPE"], r["DATA_SCALE"] = text, number(args)
	case name == "VARCHAR2" || name == "CHAR":
		n := number(words[0])
		r["CHAR_LENGTH"], r["DATA_LENGTH"], r["CHAR_USED"] = n, n, "B"
		if words[1] == "CHAR" {
			r["DATA_LENGTH"], r["CHAR_USED"] = min(4*n, 4000), "C"
		}
	case name == "NVARCHAR2" || name == "NCHAR":
		r["CHAR_LENGTH"], r["DATA_LENGTH"], r["CHAR_USED"] = number(args), 2*number(args), "C"
	case name == "RAW":
		r["DATA_LENGTH"] = number(args)
	case name == "FLOAT":
		r["DATA_PRECISION"] = number(args)
	case name == "NUMBER":
		p, s, scaled := strings.Cut(args, ",")
		r["DATA_SCALE"] = number(s)
		if p != "*" {
			r["DATA_PRECISION"] = number(p)
		}
		if !scaled {
			r["DATA_SCALE"] = 0
		}
	}
	return r
}

func TestColumnTypesOfOracleEmulated(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		set  string // of the destination
		rows [][3]string
	}{
		"one set": {"AL32UTF8", [][3]string{
			{"NUMBER(10,2)", "NUMBER(10,2)", ""},
			{"NUMBER(10,2)", "NUMBER(12,2)", ""},
			{"NUMBER(10,2)", "NUMBER(10,3)", "narrower"},
			{"NUMBER(10,2)", "NUMBER(12,1)", "narrower"},
			{"NUMBER(5,-2)", "NUMBER(7)", ""},
			{"NUMBER(5,-2)", "NUMBER(6)", "narrower"},
			{"NUMBER(*,2)", "NUMBER(38,2)", ""},
			{"NUMBER(10)", "NUMBER", ""},
			{"NUMBER", "NUMBER(38)", "narrower"},
			{"NUMBER", "NUMBER", ""},
			{"NUMBER(10)", "FLOAT(126)", ""},
			{"NUMBER(10)", "FLOAT(10)", "changed"},
			{"FLOAT(50)", "FLOAT(63)", ""},
			{"FLOAT(126)", "FLOAT(63)", "narrower"},
			{"FLOAT(126)", "NUMBER", ""},
			{"FLOAT(126)", "NUMBER(38,10)", "narrower"},
			{"BINARY_FLOAT", "BINARY_DOUBLE", ""},
			{"BINARY_DOUBLE", "BINARY_FLOAT", "narrower"},
			{"BINARY_DOUBLE", "NUMBER", "changed"},
			{"VARCHAR2(20 BYTE)", "VARCHAR2(20 BYTE)", ""},
			{"VARCHAR2(20 BYTE)", "VARCHAR2(20 CHAR)", ""},
			{"VARCHAR2(20 CHAR)", "VARCHAR2(20 BYTE)", "narrower"},
			{"VARCHAR2(20 CHAR)", "VARCHAR2(80 BYTE)", ""},
			{"VARCHAR2(20 CHAR)", "VARCHAR2(19 CHAR)", "narrower"},
			{"VARCHAR2(20 CHAR)", "NVARCHAR2(20)", ""},
			{"NVARCHAR2(20)", "VARCHAR2(20 CHAR)", ""},
			{"NVARCHAR2(20)", "VARCHAR2(20 BYTE)", "changed"},
			{"VARCHAR2(20 BYTE)", "CHAR(20 BYTE)", "changed"},
			{"CHAR(20 BYTE)", "VARCHAR2(20 BYTE)", ""},
			{"VARCHAR2(20 BYTE)", "CLOB", ""},
			{"CLOB", "VARCHAR2(4000 BYTE)", "narrower"},
			{"LONG", "CLOB", ""},
			{"NCLOB", "CLOB", ""},
			{"RAW(16)", "RAW(16)", ""},
			{"RAW(16)", "RAW(15)", "narrower"},
			{"RAW(16)", "BLOB", ""},
			{"BLOB", "RAW(2000)", "narrower"},
			{"DATE", "DATE", ""},
			{"DATE", "TIMESTAMP(0)", ""},
			{"TIMESTAMP(6)", "TIMESTAMP(9)", ""},
			{"TIMESTAMP(6)", "TIMESTAMP(3)", "narrower"},
			{"TIMESTAMP(6)", "DATE", "narrower"},
			{"TIMESTAMP(6)", "TIMESTAMP(6) WITH TIME ZONE", "changed"},
			{"XMLTYPE", "XMLTYPE", ""},
			{"XMLTYPE", "CLOB", "changed"},
			{"DATE", "VARCHAR2(30 CHAR)", "changed"},
			{"MLSLABEL", "MLSLABEL", "changed"},
		}},
		"other sets": {"ZHS16GBK", [][3]string{
			{"VARCHAR2(20 BYTE)", "VARCHAR2(20 BYTE)", "changed"},
			{"NVARCHAR2(20)", "NVARCHAR2(20)", ""},
			{"NVARCHAR2(20)", "CLOB", "changed"},
			{"NUMBER(10)", "NUMBER(10)", ""},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, from := emulatedOracle(t, oracletest.Release19c, "T")
			other, to := emulatedOracle(t, oracletest.Release19c, "T")
			other.Clear("NLS_DATABASE_PARAMETERS")
			other.Insert("NLS_DATABASE_PARAMETERS", oracleRow{"PARAMETER": "NLS_CHARACTERSET", "VALUE": tc.set}, oracleRow{"PARAMETER": "NLS_NCHAR_CHARACTERSET", "VALUE": "AL16UTF16"})
			var sources, dests, want []string
			for i, row := range tc.rows {
				column := "C" + string(rune('A'+i/26)) + string(rune('A'+i%26))
				sources, dests = append(sources, column+" "+row[0]), append(dests, column+" "+row[1])
				if row[2] != "" {
					want = append(want, row[2]+" SHOP.T."+column)
				}
			}
			emulatedColumns(srv, "T", nil, sources...)
			emulatedColumns(other, "T", nil, dests...)
			got := checktest.Real{Source: from, Dest: to}.Run(t, common.ColumnDiff)
			if diff := cmp.Diff(sorted(want), sorted(rulesAndObjects(got.Findings))); diff != "" {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(100))
			}
		})
	}
}

func TestColumnDiffOfOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := emulatedOracle(t, release, "SAME", "LESS", "MORE", "TIGHT", "TURNED", "ABSENT")
			other, to := emulatedOracle(t, release, "SAME", "LESS", "MORE", "TIGHT", "TURNED")
			emulatedColumns(srv, "SAME", nil, "ID NUMBER(10)!", "Id NUMBER(10)", "N VARCHAR2(20 CHAR)")
			emulatedColumns(other, "SAME", nil, "ID NUMBER(10)!", "Id NUMBER(10)", "N VARCHAR2(20 CHAR)")
			emulatedColumns(srv, "LESS", nil, "ID NUMBER(10)!", "GONE NUMBER(8,2)!", "NAME VARCHAR2(20 BYTE)")
			emulatedColumns(other, "LESS", nil, "ID NUMBER(10)!", "name VARCHAR2(20 BYTE)")
			emulatedColumns(srv, "MORE", nil, "ID NUMBER(10)!")
			emulatedColumns(other, "MORE", nil, "ID NUMBER(10)!", "MAY DATE", "NEED DATE!")
			emulatedColumns(srv, "TIGHT", nil, "ID NUMBER(10)", "A NUMBER(10,2)", "B VARCHAR2(30 CHAR)", "C DATE")
			emulatedColumns(other, "TIGHT", nil, "ID NUMBER(10)!", "A NUMBER(12,1)", "B VARCHAR2(40 BYTE)!", "C DATE!")
			other.Insert("DBA_CONSTRAINTS", oracleRow{"OWNER": "SHOP", "TABLE_NAME": "TIGHT", "CONSTRAINT_NAME": "TIGHT_PK", "CONSTRAINT_TYPE": "P", "STATUS": "ENABLED"})
			other.Insert("DBA_CONS_COLUMNS", oracleRow{"OWNER": "SHOP", "TABLE_NAME": "TIGHT", "CONSTRAINT_NAME": "TIGHT_PK", "COLUMN_NAME": "ID", "POSITION": 1})
			emulatedColumns(srv, "TURNED", nil, "ID NUMBER(10)", "A DATE")
			emulatedColumns(other, "TURNED", nil, "A DATE", "ID NUMBER(10)")
			got := checktest.Real{Source: from, Dest: to}.Run(t, common.ColumnDiff)
			want := []string{"extra_required SHOP.MORE.NEED", "missing SHOP.LESS.GONE", "missing SHOP.LESS.NAME", "narrower SHOP.TIGHT.A", "narrower SHOP.TIGHT.B",
				"not_null SHOP.TIGHT.B", "not_null SHOP.TIGHT.C", "not_null SHOP.TIGHT.ID", "extra SHOP.LESS.name", "extra SHOP.MORE.MAY", "order SHOP.TURNED"}
			if diff := cmp.Diff(want, rulesAndObjects(got.Findings)); diff != "" || got.Outcome != engine.Failed {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(20))
			}
			wantSQL := []string{`ALTER TABLE "SHOP"."LESS" ADD ("GONE" NUMBER(8,2) NOT NULL)`, `ALTER TABLE "SHOP"."LESS" ADD ("NAME" VARCHAR2(20 BYTE) NULL)`,
				`ALTER TABLE "SHOP"."MORE" MODIFY ("NEED" NULL)`, `ALTER TABLE "SHOP"."TIGHT" MODIFY ("A" NUMBER(13,2))`,
				`ALTER TABLE "SHOP"."TIGHT" MODIFY ("B" VARCHAR2(40 CHAR) NULL)`, `ALTER TABLE "SHOP"."TIGHT" MODIFY ("C" NULL)`}
			if diff := cmp.Diff(wantSQL, mending(got.Findings)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
			// What the statements do is what the check asks for.
			other.Clear("DBA_TAB_COLS")
			for _, table := range []string{"SAME", "LESS", "MORE", "TURNED"} {
				emulatedColumns(other, table, nil, map[string][]string{"SAME": {"ID NUMBER(10)!", "Id NUMBER(10)", "N VARCHAR2(20 CHAR)"}, "LESS": {"ID NUMBER(10)!", "GONE NUMBER(8,2)!", "NAME VARCHAR2(20 BYTE)"},
					"MORE": {"ID NUMBER(10)!", "NEED DATE"}, "TURNED": {"ID NUMBER(10)", "A DATE"}}[table]...)
			}
			emulatedColumns(other, "TIGHT", nil, "ID NUMBER(10)", "A NUMBER(13,2)", "B VARCHAR2(40 CHAR)", "C DATE")
			got = checktest.Real{Source: from, Dest: to}.Run(t, common.ColumnDiff)
			if diff := cmp.Diff([]string{"extra SHOP.MORE.NEED"}, rulesAndObjects(got.Findings)); diff != "" {
				t.Errorf("mended (-want +got):\n%s", diff)
			}
			other.Deny(942, "*_TAB_COLS")
			if got := (checktest.Real{Source: from, Dest: to}).Run(t, common.ColumnDiff); got.Outcome != engine.Unknown {
				t.Errorf("with the destination's columns unread it is %s", got.Outcome)
			}
		})
	}
}

// mending gives what the findings would execute, each once, in order of the text.
func mending(findings []engine.Finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, f.SQL...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// A column of the destination that is always numbered takes no values.
func TestColumnDiffOfAlwaysNumberedColumns(t *testing.T) {
	t.Parallel()
	srv, from := emulatedOracle(t, oracletest.Release19c, "T", "U")
	other, to := emulatedOracle(t, oracletest.Release19c, "T", "U")
	for _, s := range []*oracletest.Server{srv, other} {
		emulatedColumns(s, "T", oracleRow{"IDENTITY_COLUMN": "YES"}, "ID NUMBER(10)!")
		emulatedColumns(s, "U", oracleRow{"IDENTITY_COLUMN": "YES"}, "ID NUMBER(10)!")
	}
	other.Insert("DBA_TAB_IDENTITY_COLS", oracleRow{"OWNER": "SHOP", "TABLE_NAME": "T", "COLUMN_NAME": "ID", "GENERATION_TYPE": "ALWAYS", "SEQUENCE_NAME": "ISEQ$$_1"},
		oracleRow{"OWNER": "SHOP", "TABLE_NAME": "U", "COLUMN_NAME": "ID", "GENERATION_TYPE": "BY DEFAULT", "SEQUENCE_NAME": "ISEQ$$_2"})
	task := checktest.Real{Source: from, Dest: to}
	got := task.Run(t, common.ColumnDiff)
	if diff := cmp.Diff([]string{"always SHOP.T.ID"}, rulesAndObjects(got.Findings)); diff != "" || got.Outcome != engine.Failed {
		t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
	}
	if diff := cmp.Diff([]string{`ALTER TABLE "SHOP"."T" MODIFY ("ID" GENERATED BY DEFAULT AS IDENTITY)`}, mending(got.Findings)); diff != "" {
		t.Errorf("statements (-want +got):\n%s", diff)
	}
	other.Set("DBA_TAB_IDENTITY_COLS", oracleRow{"GENERATION_TYPE": "BY DEFAULT"})
	if got := task.Run(t, common.ColumnDiff); got.Outcome != engine.Passed {
		t.Errorf("mended it is %s: %s", got.Outcome, got.Message(5))
	}
	other.Deny(942, "*_TAB_IDENTITY_COLS")
	if got := task.Run(t, common.ColumnDiff); got.Outcome != engine.Unknown {
		t.Errorf("where the view cannot be read it is %s", got.Outcome)
	}
}

// A tenant does not say which of its columns are numbered.
func TestColumnDiffOfATenant(t *testing.T) {
	t.Parallel()
	number := column("C", "NUMBER")
	tenant := server(datasource.FlavorOceanBase, "4.3.3")
	tenant.Mode = "ORACLE"
	nls := datasource.NLS{"NLS_CHARACTERSET": "AL32UTF8", "NLS_NCHAR_CHARACTERSET": "AL16UTF16"}
	end := func(more datasource.Snapshot) datasource.Snapshot {
		return snapshot(tenant, []datasource.Column{number}, nil, more)
	}
	unlisted := &datasource.Error{Class: datasource.ErrUnsupported, Cause: "not listed"}
	f := checktest.Facts{Source: end(datasource.Snapshot{datasource.FactNLS: nls}), Dest: end(datasource.Snapshot{datasource.FactNLS: nls, datasource.FactIdentityColumns: unlisted}),
		Route: checks.Route{Source: datasource.OceanBaseOracle, Dest: datasource.OceanBaseOracle}}
	wantRules(t, f, common.ColumnDiff)
	if _, notes, _ := f.Run(t, common.ColumnDiff); len(notes) != 1 {
		t.Errorf("remarks %q", notes)
	}
	for _, lacking := range []any{unlisted, datasource.NLS{"NLS_CHARACTERSET": "AL32UTF8"}} {
		f.Dest[datasource.FactNLS] = lacking
		if _, _, err := f.Run(t, common.ColumnDiff); err == nil {
			t.Error("it is judged without the destination's character sets")
		}
	}
}

// Types of Oracle are compared with those that the real servers' catalogs give.
func TestColumnTypesOfOracleOnRealServers(t *testing.T) {
	t.Parallel()
	rows := [][3]string{
		{"NUMBER(10,2)", "DECIMAL(10,2)", ""},
		{"NUMBER(10,2)", "DECIMAL(10,3)", "narrower"},
		{"NUMBER(10,2)", "DECIMAL(12,2) UNSIGNED", "changed"},
		{"NUMBER(5,-2)", "DECIMAL(7,0)", ""},
		{"NUMBER(2,5)", "DECIMAL(5,5)", ""},
		{"NUMBER", "DECIMAL(65,30)", "changed"},
		{"NUMBER", "BIGINT", "changed"},
		{"NUMBER(9)", "INT", ""},
		{"NUMBER(10)", "INT", "narrower"},
		{"NUMBER(18)", "BIGINT", ""},
		{"NUMBER(19)", "BIGINT", "narrower"},
		{"NUMBER(2)", "TINYINT", ""},
		{"NUMBER(3)", "TINYINT", "narrower"},
		{"NUMBER(5,1)", "INT", "narrower"},
		{"NUMBER(15)", "DOUBLE", ""},
		{"NUMBER(16)", "DOUBLE", "changed"},
		{"FLOAT(53)", "DOUBLE", ""},
		{"FLOAT(126)", "DOUBLE", "changed"},
		{"BINARY_FLOAT", "FLOAT", ""},
		{"BINARY_DOUBLE", "DOUBLE", ""},
		{"BINARY_DOUBLE", "FLOAT", "narrower"},
		{"VARCHAR2(20 BYTE)", "VARCHAR(20) CHARACTER SET utf8mb4", ""},
		{"VARCHAR2(20 CHAR)", "VARCHAR(19) CHARACTER SET utf8mb4", "narrower"},
		{"VARCHAR2(20 CHAR)", "VARCHAR(20) CHARACTER SET latin1", "changed"},
		{"VARCHAR2(20 CHAR)", "VARCHAR(20) CHARACTER SET utf8mb3", "changed"},
		{"VARCHAR2(20 CHAR)", "CHAR(20) CHARACTER SET utf8mb4", "changed"},
		{"CHAR(20 CHAR)", "CHAR(20) CHARACTER SET utf8mb4", ""},
		{"NVARCHAR2(20)", "VARCHAR(20) CHARACTER SET utf8mb4", ""},
		{"VARCHAR2(4000 BYTE)", "TEXT CHARACTER SET utf8mb4", ""},
		{"VARCHAR2(300 CHAR)", "TINYTEXT CHARACTER SET utf8mb4", "narrower"},
		{"VARCHAR2(255 BYTE)", "TINYTEXT CHARACTER SET utf8mb4", ""},
		{"VARCHAR2(20 CHAR)", "JSON", "changed"},
		{"CLOB", "LONGTEXT CHARACTER SET utf8mb4", ""},
		{"CLOB", "MEDIUMTEXT CHARACTER SET utf8mb4", "narrower"},
		{"CLOB", "LONGTEXT CHARACTER SET latin1", "changed"},
		{"RAW(16)", "VARBINARY(16)", ""},
		{"RAW(16)", "VARBINARY(15)", "narrower"},
		{"RAW(16)", "BINARY(16)", "changed"},
		{"RAW(16)", "BLOB", ""},
		{"RAW(16)", "VARCHAR(32)", "changed"},
		{"BLOB", "LONGBLOB", ""},
		{"BLOB", "BLOB", "narrower"},
		{"DATE", "DATETIME", ""},
		{"DATE", "DATE", "narrower"},
		{"DATE", "TIMESTAMP NULL", "changed"},
		{"TIMESTAMP(6)", "DATETIME(6)", ""},
		{"TIMESTAMP(6)", "DATETIME(3)", "narrower"},
		{"TIMESTAMP(9)", "DATETIME(6)", "changed"},
		{"TIMESTAMP(6) WITH TIME ZONE", "DATETIME(6)", "changed"},
		{"ROWID", "CHAR(18)", ""},
		{"XMLTYPE", "LONGTEXT", ""},
		{"XMLTYPE", "TEXT", "narrower"},
		{"MLSLABEL", "VARCHAR(20)", "changed"},
	}
	dbtest.Each(t, func(t *testing.T, to *dbtest.Server) {
		srv, from := emulatedOracle(t, oracletest.Release19c, "T")
		schema := to.Database(t)
		var sources, dests, want []string
		for i, row := range rows {
			if row[1] == "JSON" && to.Product == dbtest.MariaDB {
				continue
			}
			column := "C" + string(rune('A'+i/26)) + string(rune('A'+i%26))
			sources, dests = append(sources, column+" "+row[0]), append(dests, strings.ToLower(column)+" "+row[1])
			if row[2] != "" {
				want = append(want, row[2]+" "+schema+".T."+column)
			}
		}
		emulatedColumns(srv, "T", nil, sources...)
		to.Exec(t, "CREATE TABLE "+schema+".`T` ("+strings.Join(dests, ", ")+") CHARACTER SET utf8mb4")
		got := checktest.Real{Source: from, Dest: checktest.End{Server: to, Schema: schema}}.Run(t, common.ColumnDiff)
		if diff := cmp.Diff(sorted(want), sorted(rulesAndObjects(got.Findings))); diff != "" {
			t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(100))
		}
	})
}

// The statements that the findings carry give the destination columns that hold what Oracle's do.
func TestColumnDiffOfOracleMended(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, to *dbtest.Server) {
		srv, from := emulatedOracle(t, oracletest.Release19c, "T", "U", "TWINS")
		emulatedColumns(srv, "TWINS", nil, "ID NUMBER(9)", "Id NUMBER(9)")
		emulatedColumns(srv, "T", nil, "ID NUMBER(9)!", "N NUMBER(18)", "D NUMBER(12,4)", "BIG NUMBER(38)", "SMALL NUMBER(2,5)", "HUNDREDS NUMBER(5,-2)", "F FLOAT(53)", "BF BINARY_FLOAT", "BD BINARY_DOUBLE",
			"V VARCHAR2(40 CHAR)!", "NV NVARCHAR2(40)", "C CHAR(255 CHAR)", "LC CHAR(300 CHAR)", "T CLOB", "R RAW(16)", "B BLOB", "DT DATE", "TS TIMESTAMP(6)", "IV INTERVAL DAY(2) TO SECOND(6)", "RI ROWID", "X XMLTYPE", "XX NUMBER")
		emulatedColumns(srv, "U", nil, "ID NUMBER(9)", "N NUMBER(18)", "V VARCHAR2(40 CHAR)", "DT DATE", "TS TIMESTAMP(6)")
		schema := to.Database(t)
		to.Exec(t, "CREATE TABLE "+schema+".`T` (id INT NOT NULL) CHARACTER SET utf8mb4", "CREATE TABLE "+schema+".TWINS (id INT)",
			"CREATE TABLE "+schema+".`U` (id INT NOT NULL, n INT, v VARCHAR(10), dt DATE, ts DATETIME, need INT NOT NULL) CHARACTER SET utf8mb4")
		task := checktest.Real{Source: from, Dest: checktest.End{Server: to, Schema: schema}}
		got := task.Run(t, common.ColumnDiff)
		if n := len(got.Findings); n != 18+3+4+1+1+1 {
			t.Errorf("%d findings:\n%s", n, got.Message(40))
		}
		checktest.Mend(t, to, got.Findings)
		got = task.Run(t, common.ColumnDiff)
		want := []string{"missing T.XX", "missing TWINS.Id", "extra U.need", "order T"}
		if diff := cmp.Diff(want, found(got, schema)); diff != "" {
			t.Errorf("mended (-want +got):\n%s\n%s", diff, got.Message(40))
		}
	})
}
