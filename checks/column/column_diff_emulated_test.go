package column_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

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
			srv, from := checktest.EmulatedOracle(t, oracletest.Release19c, "T")
			other, to := checktest.EmulatedOracle(t, oracletest.Release19c, "T")
			other.Clear("NLS_DATABASE_PARAMETERS")
			other.Insert("NLS_DATABASE_PARAMETERS", oracletest.Row{"PARAMETER": "NLS_CHARACTERSET", "VALUE": tc.set},
				oracletest.Row{"PARAMETER": "NLS_NCHAR_CHARACTERSET", "VALUE": "AL16UTF16"})
			var sources, dests, want []string
			for i, row := range tc.rows {
				column := "C" + string(rune('A'+i/26)) + string(rune('A'+i%26))
				sources, dests = append(sources, column+" "+row[0]), append(dests, column+" "+row[1])
				if row[2] != "" {
					want = append(want, row[2]+" SHOP.T."+column)
				}
			}
			checktest.InsertColumns(srv, "T", nil, sources...)
			checktest.InsertColumns(other, "T", nil, dests...)
			got := checktest.Real{Source: from, Dest: to}.Run(t, column.ColumnDiff)
			if diff := cmp.Diff(checktest.Sorted(want),
				checktest.Sorted(checktest.RulesAndObjects(got.Findings))); diff != "" {
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
			srv, from := checktest.EmulatedOracle(t, release, "SAME", "LESS", "MORE", "TIGHT", "TURNED", "ABSENT")
			other, to := checktest.EmulatedOracle(t, release, "SAME", "LESS", "MORE", "TIGHT", "TURNED")
			checktest.InsertColumns(srv, "SAME", nil, "ID NUMBER(10)!", "Id NUMBER(10)", "N VARCHAR2(20 CHAR)")
			checktest.InsertColumns(other, "SAME", nil, "ID NUMBER(10)!", "Id NUMBER(10)", "N VARCHAR2(20 CHAR)")
			checktest.InsertColumns(srv, "LESS", nil, "ID NUMBER(10)!", "GONE NUMBER(8,2)!", "NAME VARCHAR2(20 BYTE)")
			checktest.InsertColumns(other, "LESS", nil, "ID NUMBER(10)!", "name VARCHAR2(20 BYTE)")
			checktest.InsertColumns(srv, "MORE", nil, "ID NUMBER(10)!")
			checktest.InsertColumns(other, "MORE", nil, "ID NUMBER(10)!", "MAY DATE", "NEED DATE!")
			checktest.InsertColumns(srv, "TIGHT", nil, "ID NUMBER(10)", "A NUMBER(10,2)", "B VARCHAR2(30 CHAR)",
				"C DATE")
			checktest.InsertColumns(other, "TIGHT", nil, "ID NUMBER(10)!", "A NUMBER(12,1)", "B VARCHAR2(40 BYTE)!",
				"C DATE!")
			other.Insert("DBA_CONSTRAINTS",
				oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "TIGHT", "CONSTRAINT_NAME": "TIGHT_PK",
					"CONSTRAINT_TYPE": "P",
					"STATUS":          "ENABLED"})
			other.Insert("DBA_CONS_COLUMNS",
				oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "TIGHT", "CONSTRAINT_NAME": "TIGHT_PK",
					"COLUMN_NAME": "ID",
					"POSITION":    1})
			checktest.InsertColumns(srv, "TURNED", nil, "ID NUMBER(10)", "A DATE")
			checktest.InsertColumns(other, "TURNED", nil, "A DATE", "ID NUMBER(10)")
			got := checktest.Real{Source: from, Dest: to}.Run(t, column.ColumnDiff)
			want := []string{"extra_required SHOP.MORE.NEED", "missing SHOP.LESS.GONE", "missing SHOP.LESS.NAME",
				"narrower SHOP.TIGHT.A", "narrower SHOP.TIGHT.B",
				"not_null SHOP.TIGHT.B", "not_null SHOP.TIGHT.C", "not_null SHOP.TIGHT.ID", "extra SHOP.LESS.name",
				"extra SHOP.MORE.MAY", "order SHOP.TURNED"}
			if diff := cmp.Diff(want, checktest.RulesAndObjects(got.Findings)); diff != "" ||
				got.Outcome != engine.Failed {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(20))
			}
			wantSQL := []string{`ALTER TABLE "SHOP"."LESS" ADD ("GONE" NUMBER(8,2) NOT NULL)`,
				`ALTER TABLE "SHOP"."LESS" ADD ("NAME" VARCHAR2(20 BYTE) NULL)`,
				`ALTER TABLE "SHOP"."MORE" MODIFY ("NEED" NULL)`,
				`ALTER TABLE "SHOP"."TIGHT" MODIFY ("A" NUMBER(13,2))`,
				`ALTER TABLE "SHOP"."TIGHT" MODIFY ("B" VARCHAR2(40 CHAR) NULL)`,
				`ALTER TABLE "SHOP"."TIGHT" MODIFY ("C" NULL)`}
			if diff := cmp.Diff(wantSQL, checktest.StatementsOf(got.Findings)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
			// What the statements do is what the check asks for.
			other.Clear("DBA_TAB_COLS")
			for _, table := range []string{"SAME", "LESS", "MORE", "TURNED"} {
				checktest.InsertColumns(other, table, nil,
					map[string][]string{"SAME": {"ID NUMBER(10)!", "Id NUMBER(10)", "N VARCHAR2(20 CHAR)"},
						"LESS": {"ID NUMBER(10)!", "GONE NUMBER(8,2)!", "NAME VARCHAR2(20 BYTE)"},
						"MORE": {"ID NUMBER(10)!", "NEED DATE"}, "TURNED": {"ID NUMBER(10)", "A DATE"}}[table]...)
			}
			checktest.InsertColumns(other, "TIGHT", nil, "ID NUMBER(10)", "A NUMBER(13,2)", "B VARCHAR2(40 CHAR)",
				"C DATE")
			got = checktest.Real{Source: from, Dest: to}.Run(t, column.ColumnDiff)
			if diff := cmp.Diff([]string{"extra SHOP.MORE.NEED"}, checktest.RulesAndObjects(got.Findings)); diff != "" {
				t.Errorf("after the fix (-want +got):\n%s", diff)
			}
			other.Deny(942, "*_TAB_COLS")
			if got := (checktest.Real{Source: from, Dest: to}).Run(t,
				column.ColumnDiff); got.Outcome != engine.Unknown {
				t.Errorf("with unreadable columns of the destination, got %s", got.Outcome)
			}
		})
	}
}
