package settings_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// pairCase is the run of a check on the settings of two servers, and what the check must find.
type pairCase struct {
	name         string
	server, from datasource.Server // of the destination and of the source; default: MySQL 8
	source, dest datasource.Variables
	columns      []datasource.Column // of the source's only table
	accepted     datasource.SQLModes
	want         []string // level and rule
	sql          []string // of the first finding
	unknown      bool
}

func (tc pairCase) run(t *testing.T, c *checks.Check) {
	t.Helper()
	for _, s := range []*datasource.Server{&tc.server, &tc.from} {
		if s.Flavor == "" {
			*s = checktest.MySQL80
		}
	}
	table := datasource.TableName{Schema: "shop", Name: "t"}
	task := checktest.Facts{
		Source: datasource.Snapshot{datasource.FactServer: tc.from, datasource.FactVariables: tc.source,
			datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
			datasource.FactTables: datasource.Tables{{TableName: table, Kind: datasource.BaseTable,
				Collation: "utf8mb3_general_ci"}},
			datasource.FactColumns: datasource.GroupByTable(datasource.RowsOf[datasource.Column]{Table: table,
				Rows: tc.columns})},
		Dest: datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactVariables: tc.dest,
			datasource.FactSQLModes: tc.accepted},
	}
	findings, _, err := task.Run(t, c)
	if (err != nil) != tc.unknown {
		t.Fatalf("error %v, want an error: %v", err, tc.unknown)
	}
	var got []string
	for _, f := range findings {
		got = append(got, f.Level.String()+" "+f.Rule)
	}
	if diff := cmp.Diff(tc.want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if tc.sql != nil && len(findings) > 0 {
		if diff := cmp.Diff(tc.sql, findings[0].SQL); diff != "" {
			t.Errorf("SQL (-want +got):\n%s", diff)
		}
	}
}

// runPairs runs each case as a subtest, and the check on a destination whose connection is lost.
func runPairs(t *testing.T, c *checks.Check, cases []pairCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.run(t, c)
		})
	}
	t.Run("connection lost", func(t *testing.T) {
		t.Parallel()
		wantLost(t, c)
	})
}

// wantLost reports an error unless a check ends with the error of a destination whose connection is lost.
func wantLost(t *testing.T, c *checks.Check) {
	t.Helper()
	lost := errors.New("connection lost")
	facts := checktest.Facts{
		Source: datasource.Snapshot{datasource.FactServer: checktest.MySQL80,
			datasource.FactVariables: datasource.Variables{}},
		Dest: datasource.Snapshot{datasource.FactServer: lost, datasource.FactVariables: lost},
	}
	if _, _, err := facts.Run(t, c); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}
