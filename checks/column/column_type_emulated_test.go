package column_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/disposable"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// The types in the dictionary of an emulated Oracle, in a task to MySQL.
func TestColumnTypeOfOracleEmulated(t *testing.T) {
	t.Parallel()
	to := dbtest.Get(t, dbtest.MySQL)
	srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
	srv.Insert("DBA_USERS", oracletest.Row{"USERNAME": "SHOP", "USER_ID": 101})
	for _, table := range []string{"GOOD", "BAD"} {
		srv.Insert("DBA_ALL_TABLES", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "TEMPORARY": "N"})
	}
	insert := func(table, name, dataType string) {
		srv.Insert("DBA_TAB_COLS",
			oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": name, "COLUMN_ID": 1,
				"DATA_TYPE": dataType, "DATA_LENGTH": 22,
				"NULLABLE": "Y", "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO"})
	}
	insert("GOOD", "N", "NUMBER")
	insert("GOOD", "T", "TIMESTAMP(6)")
	insert("BAD", "F", "BFILE")
	insert("BAD", "I", "INTERVAL DAY(2) TO SECOND(6)")
	from := &dbtest.Server{Server: disposable.Server{Product: dbtest.OracleFree, Host: srv.Host, Port: srv.Port,
		User: srv.User, Password: srv.Password, Service: srv.Service}}
	got := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: "SHOP"},
		Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}.Run(t, column.ColumnType)
	var found []string
	for _, f := range got.Findings {
		found = append(found, f.Rule+" "+f.Object.String())
	}
	if diff := cmp.Diff([]string{"unsupported SHOP.BAD.F", "changed SHOP.BAD.I"},
		found); got.Outcome != engine.Failed ||
		diff != "" {
		t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
	}
}

func TestDomainOfOracleEmulated(t *testing.T) {
	t.Parallel()
	srv, from := checktest.EmulatedOracle(t, oracletest.Release23ai, "T")
	older, to := checktest.EmulatedOracle(t, oracletest.Release19c, "T")
	checktest.InsertColumnAt(older, "T", 1, "PLAIN", "NUMBER", nil)
	checktest.InsertColumnAt(srv, "T", 1, "PLAIN", "NUMBER", nil)
	checktest.InsertColumnAt(srv, "T", 2, "MAIL", "VARCHAR2", oracletest.Row{"DATA_LENGTH": 40})
	task := checktest.Real{Source: from, Dest: to, Phases: checks.Schema}
	checktest.WantFound(t, task, column.ColumnType)
	checktest.InsertColumnAt(srv, "T", 3, "MAIL2", "VARCHAR2",
		oracletest.Row{"DATA_LENGTH": 40, "DOMAIN_OWNER": "SHOP", "DOMAIN_NAME": "EMAIL"})
	checktest.WantFound(t, task, column.ColumnType, "domain T.MAIL2")
	task.Dest = from
	checktest.WantFound(t, task, column.ColumnType, "domain_needed T.MAIL2")
	task.Dest, task.Phases = to, checks.Full
	checktest.WantFound(t, task, column.ColumnType)
	checktest.WantFound(t, checktest.Real{Source: to, Dest: from, Phases: checks.Schema}, column.ColumnType)
}
