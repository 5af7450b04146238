package column_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestZeroDateInRows(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	source, dest := from.Database(t), to.Database(t)
	from.Exec(t, "SET sql_mode = ''", "USE "+source,
		"CREATE TABLE a (id INT PRIMARY KEY, d DATE, e DATETIME(3), f TIMESTAMP NULL, g DATE)",
		"INSERT INTO a VALUES (1, '2024-01-01', NULL, NULL, '2024-02-02'), (2, '0000-00-00', '2024-00-10 01:02:03', "+
			"0, NULL)",
		"CREATE TABLE b (id INT, d DATE)", "INSERT INTO b VALUES (1, '2024-01-01')", "CREATE TABLE c (d DATE)")
	if _, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+dest+".a (d DATE)"); err != nil {
		t.Fatal(err)
	}
	if _, err := to.DB(t).ExecContext(t.Context(), "INSERT INTO "+dest+".a VALUES ('0000-00-00')"); err == nil {
		t.Error("MySQL accepts a zero date")
	}
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: source},
		Dest: checktest.Endpoint{Server: to, Schema: dest}, Settings: checks.Settings{Deep: true}}
	found := func() []string {
		var objects []string
		for _, f := range task.Run(t, column.ZeroDate).Findings {
			objects = append(objects, f.Rule+" "+f.Object.Table+"."+f.Object.Name)
		}
		return objects
	}
	if diff := cmp.Diff([]string{"zero_dates a.d", "zero_dates a.e", "zero_dates a.f"}, found()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	from.Exec(t, "UPDATE "+source+".a SET d = NULL, e = NULL, f = NULL WHERE id = 2")
	if diff := cmp.Diff([]string(nil), found()); diff != "" {
		t.Errorf("after the fix (-want +got):\n%s", diff)
	}
}
