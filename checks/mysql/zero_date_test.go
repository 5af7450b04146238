package mysql_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/mysql"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func TestZeroDate(t *testing.T) {
	t.Parallel()
	const forbids = "STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE"
	held := datasource.ZeroDates{Rows: 10, Holding: []datasource.TableColumns{{Table: datasource.TableName{Schema: "shop", Name: "t"}, Columns: []string{"c"}}}}
	lost := errors.New("connection lost")
	for _, tc := range []struct {
		name     string
		from, to string
		dataType string
		deep     bool
		probe    any
		want     []string
		notes    int
		err      error
	}{
		{"both forbid them", forbids, forbids, "date", false, lost, nil, 0, nil},
		{"both allow them", "", "", "date", true, lost, nil, 0, nil},
		{"the destination is not strict", "", "NO_ZERO_DATE", "date", true, lost, nil, 0, nil},
		{"the source is not strict", "NO_ZERO_DATE,NO_ZERO_IN_DATE", forbids, "date", false, lost, nil, 1, nil},
		{"the source allows zeroes in dates", "STRICT_ALL_TABLES,NO_ZERO_DATE", forbids, "datetime", false, lost, nil, 1, nil},
		{"no column of dates", "", forbids, "time", true, lost, nil, 0, nil},
		{"deep, and found", "", forbids, "timestamp", true, held, []string{"zero_dates"}, 1, nil},
		{"deep, and none", "", forbids, "timestamp", true, datasource.ZeroDates{Rows: 10}, nil, 1, nil},
		{"deep, and failed", "", forbids, "timestamp", true, lost, nil, 0, lost},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := withColumns(mariadb10, variables{"sql_mode": tc.from}, typed(tc.dataType, ""))
			source[datasource.FactZeroDates] = tc.probe
			facts := checktest.Facts{Source: source, Dest: datasource.Snapshot{datasource.FactServer: mysql97, datasource.FactVariables: variables{"sql_mode": tc.to}},
				Settings: checks.Settings{Deep: tc.deep}}
			findings, notes, err := facts.Run(t, mysql.ZeroDate)
			if !errors.Is(err, tc.err) || len(notes) != tc.notes {
				t.Errorf("error %v, want %v; remarks %q, want %d", err, tc.err, notes, tc.notes)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestZeroDateInRows(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	source, dest := from.Database(t), to.Database(t)
	from.Exec(t, "SET sql_mode = ''", "USE "+source,
		"CREATE TABLE a (id INT PRIMARY KEY, d DATE, e DATETIME(3), f TIMESTAMP NULL, g DATE)", "INSERT INTO a VALUES (1, '2024-01-01', NULL, NULL, '2024-02-02'), (2, '0000-00-00', '2024-00-10 01:02:03', 0, NULL)",
		"CREATE TABLE b (id INT, d DATE)", "INSERT INTO b VALUES (1, '2024-01-01')", "CREATE TABLE c (d DATE)")
	if _, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+dest+".a (d DATE)"); err != nil {
		t.Fatal(err)
	}
	if _, err := to.DB(t).ExecContext(t.Context(), "INSERT INTO "+dest+".a VALUES ('0000-00-00')"); err == nil {
		t.Error("MySQL takes a zero date")
	}
	task := checktest.Real{Source: checktest.End{Server: from, Schema: source}, Dest: checktest.End{Server: to, Schema: dest}, Settings: checks.Settings{Deep: true}}
	found := func() []string {
		var objects []string
		for _, f := range task.Run(t, mysql.ZeroDate).Findings {
			objects = append(objects, f.Rule+" "+f.Object.Table+"."+f.Object.Name)
		}
		return objects
	}
	if diff := cmp.Diff([]string{"zero_dates a.d", "zero_dates a.e", "zero_dates a.f"}, found()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	from.Exec(t, "UPDATE "+source+".a SET d = NULL, e = NULL, f = NULL WHERE id = 2")
	if diff := cmp.Diff([]string(nil), found()); diff != "" {
		t.Errorf("mended (-want +got):\n%s", diff)
	}
}
