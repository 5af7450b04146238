package column_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestZeroDate(t *testing.T) {
	t.Parallel()
	const forbids = "STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE"
	held := datasource.ZeroDates{Rows: 10,
		Holding: []datasource.TableColumns{{Table: datasource.TableName{Schema: "shop", Name: "t"},
			Columns: []string{"c"}}}}
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
		{"both reject them", forbids, forbids, "date", false, lost, nil, 0, nil},
		{"both allow them", "", "", "date", true, lost, nil, 0, nil},
		{"the destination is not strict", "", "NO_ZERO_DATE", "date", true, lost, nil, 0, nil},
		{"the source is not strict", "NO_ZERO_DATE,NO_ZERO_IN_DATE", forbids, "date", false, lost, nil, 1, nil},
		{"the source allows zero parts", "STRICT_ALL_TABLES,NO_ZERO_DATE", forbids, "datetime", false, lost, nil, 1,
			nil},
		{"no date column", "", forbids, "time", true, lost, nil, 0, nil},
		{"deep, found", "", forbids, "timestamp", true, held, []string{"zero_dates"}, 1, nil},
		{"deep, none", "", forbids, "timestamp", true, datasource.ZeroDates{Rows: 10}, nil, 1, nil},
		{"deep, failed", "", forbids, "timestamp", true, lost, nil, 0, lost},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.WithColumns(checktest.MariaDB1011, datasource.Variables{"sql_mode": tc.from},
				checktest.Typed(tc.dataType, ""))
			source[datasource.FactZeroDates] = tc.probe
			facts := checktest.Facts{Source: source,
				Dest: datasource.Snapshot{datasource.FactServer: checktest.MySQL97,
					datasource.FactVariables: datasource.Variables{"sql_mode": tc.to}},
				Settings: checks.Settings{Deep: tc.deep}}
			findings, notes, err := facts.Run(t, column.ZeroDate)
			if !errors.Is(err, tc.err) || len(notes) != tc.notes {
				t.Errorf("error %v, want %v; notes %q, want %d", err, tc.err, notes, tc.notes)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}
