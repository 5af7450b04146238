package rehearsal_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
	"github.com/dbprecheck/precheck/engine/rehearsal"
)

// oracleShop is a schema with tables that a destination accepts, and with some that it refuses.
func oracleShop(t *testing.T) checktest.Endpoint {
	t.Helper()
	srv, end := checktest.EmulatedOracle(t, oracletest.Release19c, "CUSTOMER", "ORDERS", "FILES", "WORDS", "PARTS")
	checktest.InsertColumns(srv, "CUSTOMER", nil, "ID NUMBER(10)!", "NAME VARCHAR2(40 CHAR)!", "BORN DATE",
		"PHOTO BLOB", "RATE BINARY_DOUBLE", "SINCE TIMESTAMP(6)", "PERIOD INTERVAL YEAR(2) TO MONTH", "NOTE CLOB")
	checktest.InsertKey(srv, "CUSTOMER", "CUSTOMER_PK", "P", "ID")
	checktest.InsertIndex(srv, "CUSTOMER", "CUSTOMER_NAME", oracletest.Row{"INDEX_TYPE": "BITMAP"}, "NAME")
	checktest.InsertColumns(srv, "ORDERS", nil, "ID NUMBER(10)!", "CUSTOMER_ID NUMBER(10)", "AMOUNT NUMBER(12,2)")
	checktest.InsertKey(srv, "ORDERS", "ORDERS_PK", "P", "ID")
	checktest.InsertConstraint(srv, "ORDERS", "ORDERS_CUSTOMER", "R", oracletest.Row{"R_OWNER": "SHOP",
		"R_CONSTRAINT_NAME": "CUSTOMER_PK", "DELETE_RULE": "CASCADE", "VALIDATED": "VALIDATED"}, "CUSTOMER_ID")
	srv.Insert("DBA_TAB_COMMENTS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "TABLE_TYPE": "TABLE",
		"COMMENTS": "it's\nall"})
	checktest.InsertColumns(srv, "FILES", nil, "ID NUMBER(10)!", "CONTENT BFILE")
	checktest.InsertKey(srv, "FILES", "FILES_PK", "P", "ID")
	for i, preset := range map[int]string{1: "'O''Brien\\'", 2: "SYSDATE", 3: "F(1)", 4: "-1.5"} {
		names := map[int]string{1: "NAME", 2: "AT", 3: "CALLED", 4: "AMOUNT"}
		types := map[int]string{1: "VARCHAR2", 2: "DATE", 3: "NUMBER", 4: "NUMBER"}
		checktest.InsertColumnAt(srv, "WORDS", i, names[i], types[i], oracletest.Row{"DATA_DEFAULT": preset,
			"DEFAULT_LENGTH": len(preset), "CHAR_LENGTH": 20, "CHAR_USED": "B"})
	}
	srv.Insert("DBA_VIEWS", oracletest.Row{"OWNER": "SHOP", "VIEW_NAME": "SEEN", "TEXT_LENGTH": 10})
	checktest.InsertColumns(srv, "PARTS", nil, "ID NUMBER(10)!", "DAY DATE!")
	checktest.InsertKey(srv, "PARTS", "PARTS_PK", "P", "ID")
	return end
}

// The tables of an Oracle source are created with the types of the destination, and what the precheck reports of them
// is true.
func TestOracleSource(t *testing.T) {
	t.Parallel()
	source := oracleShop(t)
	dbtest.Each(t, func(t *testing.T, to *dbtest.Server) {
		schema := to.Database(t)
		to.Exec(t, "ALTER DATABASE "+schema+" CHARACTER SET utf8mb4")
		selection := checks.Selection{Mode: checks.Specific, Databases: []checks.SelectedDatabase{
			{Name: "SHOP", MappedName: schema}}}
		task := checktest.Real{Source: source, Dest: checktest.Endpoint{Server: to}, Selection: &selection,
			Settings: checks.Settings{Routines: true}}.Task(checks.Schema)
		for _, on := range []rehearsal.On{rehearsal.Container, rehearsal.Scratch} {
			r, err := rehearsal.Run(t.Context(), task, rehearsal.Options{On: on, AllowWrites: true,
				Images: dbtest.Images(to.Product)})
			if err != nil {
				t.Fatal(err)
			}
			got := outcomes(r)
			want := map[string]string{"TABLE CUSTOMER": "created, agreed", "TABLE ORDERS": "created, agreed",
				"TABLE FILES": "refused, agreed", "TABLE WORDS": "created, agreed", "TABLE PARTS": "created, agreed",
				"VIEW SEEN": "not converted, not compared"}
			for name, outcome := range want {
				if got[name] != outcome {
					t.Errorf("%s: %s: %s, want %s", on, name, got[name], outcome)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%s: objects %v", on, got)
			}
			report := r.Report()
			if res := report.Results[0]; res.Outcome != engine.Failed ||
				!strings.Contains(strings.Join(res.Notes, "\n"), "SHOP.WORDS.CALLED") ||
				!strings.Contains(res.Reason, "SHOP.SEEN") {
				t.Errorf("%s: %s %q %q", on, res.Outcome, res.Notes, res.Reason)
			}
			if text := r.BugReport(); text != "" {
				t.Errorf("%s: %s", on, text)
			}
		}
	})
}

// The precheck and the server agree on every type, index and condition of Oracle.
func TestOracleTypes(t *testing.T) {
	t.Parallel()
	types := []string{"CHAR(10 BYTE)", "CHAR(300 BYTE)", "VARCHAR2(4000 BYTE)", "VARCHAR2(32767 BYTE)", "NCHAR(5)",
		"NVARCHAR2(2000)", "NUMBER", "NUMBER(38)", "NUMBER(5,-2)", "NUMBER(3,10)", "NUMBER(*,40)", "NUMBER(38,38)",
		"FLOAT(126)", "BINARY_FLOAT", "BINARY_DOUBLE", "DATE", "TIMESTAMP(9)", "TIMESTAMP(6) WITH TIME ZONE",
		"TIMESTAMP(6) WITH LOCAL TIME ZONE", "INTERVAL YEAR(2) TO MONTH", "INTERVAL DAY(2) TO SECOND(6)", "RAW(2000)",
		"RAW(32767)", "LONG", "LONG RAW", "CLOB", "NCLOB", "BLOB", "BFILE", "ROWID", "UROWID", "XMLTYPE",
		"SDO_GEOMETRY", "ANYDATA", "JSON"}
	srv, source := checktest.EmulatedOracle(t, oracletest.Release19c)
	for i, name := range types {
		table := fmt.Sprintf("T%02d", i)
		checktest.InsertTable(srv, table, nil)
		checktest.InsertColumns(srv, table, nil, "ID NUMBER(10)!", "C "+name)
		checktest.InsertKey(srv, table, table+"_PK", "P", "ID")
	}
	conditions := []string{`"ID" > 0`, "\"ID\" IN (1, 2) AND C <> 'a\\b''c'", "NVL(C, 'x') <> 'y'",
		"REGEXP_LIKE(C, 'a')", "TO_CHAR(C) = 'x'", "C IS JSON"}
	for i, condition := range conditions {
		table := fmt.Sprintf("K%02d", i)
		checktest.InsertTable(srv, table, nil)
		checktest.InsertColumns(srv, table, nil, "ID NUMBER(10)!", "C VARCHAR2(20 BYTE)")
		checktest.InsertConstraint(srv, table, table+"_C", "C", oracletest.Row{"SEARCH_CONDITION": condition,
			"SEARCH_CONDITION_VC": condition, "VALIDATED": "VALIDATED", "GENERATED": "USER NAME"}, "C")
	}
	for table, kind := range map[string]string{"I00": "NORMAL", "I01": "FUNCTION-BASED NORMAL"} {
		checktest.InsertTable(srv, table, nil)
		checktest.InsertColumns(srv, table, nil, "ID NUMBER(10)!", "C VARCHAR2(4000 BYTE)")
		checktest.InsertIndex(srv, table, table+"_I", oracletest.Row{"INDEX_TYPE": kind}, "C")
	}
	srv.Insert("DBA_IND_EXPRESSIONS", oracletest.Row{"INDEX_OWNER": "SHOP", "INDEX_NAME": "I01_I",
		"TABLE_OWNER": "SHOP", "TABLE_NAME": "I01", "COLUMN_POSITION": 1, "COLUMN_EXPRESSION": `UPPER("C")`})
	dbtest.Each(t, func(t *testing.T, to *dbtest.Server) {
		selection := checks.Selection{Mode: checks.Specific, Databases: []checks.SelectedDatabase{
			{Name: "SHOP", MappedName: to.Database(t)}}}
		task := checktest.Real{Source: source, Dest: checktest.Endpoint{Server: to},
			Selection: &selection}.Task(checks.Schema)
		r, err := rehearsal.Run(t.Context(), task, rehearsal.Options{On: rehearsal.Scratch, AllowWrites: true})
		if err != nil {
			t.Fatal(err)
		}
		refused := 0
		for _, o := range r.Objects {
			if o.Outcome == rehearsal.Refused {
				refused++
			}
			if o.Verdict != rehearsal.Agreed && o.Verdict != rehearsal.Warned || o.Outcome == rehearsal.NotShown {
				t.Errorf("%s %s: %s, %v: %v", o, o.Outcome, o.Verdict, o.Err, o.Reported)
			}
		}
		if refused < 4 || len(r.Objects) != len(types)+len(conditions)+2 {
			t.Errorf("%d of %d are refused", refused, len(r.Objects))
		}
	})
}
