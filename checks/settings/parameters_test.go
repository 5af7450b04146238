package settings_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestParameters(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name         string
		source, dest datasource.Variables
		want         []string
	}{
		{"equal", datasource.Variables{"max_string_size": "STANDARD", "compatible": "19.0.0"},
			datasource.Variables{"max_string_size": "STANDARD", "compatible": "19.0.0"}, nil},
		{"long strings on the source only", datasource.Variables{"max_string_size": "EXTENDED"},
			datasource.Variables{"max_string_size": "STANDARD"}, []string{"short_strings"}},
		{"long strings on the source only, destination before 12.1",
			datasource.Variables{"max_string_size": "EXTENDED"},
			datasource.Variables{}, []string{"short_strings"}},
		{"long strings on the destination only", datasource.Variables{"max_string_size": "STANDARD"},
			datasource.Variables{"max_string_size": "EXTENDED"}, nil},
		{"later COMPATIBLE", datasource.Variables{"compatible": "12.2.0"}, datasource.Variables{"compatible": "19.0.0"},
			nil},
		{"earlier COMPATIBLE", datasource.Variables{"compatible": "19.0.0"},
			datasource.Variables{"compatible": "12.2.0"},
			[]string{"older_compatible"}},
		{"hidden parameter", nil, datasource.Variables{"_serial_direct_read": "never"}, []string{"hidden_parameter"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.source == nil {
				tc.source = datasource.Variables{}
			}
			findings, _, err := checktest.Facts{
				Source: checktest.Oracle19With(datasource.Snapshot{datasource.FactVariables: tc.source}),
				Dest:   checktest.Oracle19With(datasource.Snapshot{datasource.FactVariables: tc.dest}),
				Side:   checks.Dest, Route: checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle,
					Phases: checks.Schema}}.Run(t, settings.Parameters)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
