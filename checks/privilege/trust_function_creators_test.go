package privilege_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestTrustFunctionCreators(t *testing.T) {
	t.Parallel()
	function := datasource.Routine{TableName: datasource.TableName{Schema: "shop", Name: "f"}, Kind: "FUNCTION",
		Definer: "pre@%", DataAccess: "CONTAINS SQL"}
	safe := function
	safe.Deterministic = true
	for _, tc := range []struct {
		name    string
		routine datasource.Routine
		log     string
		trust   string
		grants  datasource.Grants
		want    []string
		fails   bool
	}{
		{"an administrator", safe, "ON", "OFF", held("SUPER"), nil, false},
		{"an administrator, a function that declares nothing", function, "ON", "OFF", held("SUPER"),
			[]string{"unsafe_function"}, false},
		{"another account", safe, "ON", "OFF", held("CREATE ROUTINE"), []string{"creator_not_trusted"}, false},
		{"trusted", function, "ON", "ON", held("CREATE ROUTINE"), nil, false},
		{"no log", function, "OFF", "OFF", held("CREATE ROUTINE"), nil, false},
		{"grants that are not understood", safe, "ON", "OFF",
			datasource.Grants{Rights: datasource.Rights{NotUnderstood: []string{"?"}}}, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dest := datasource.Snapshot{datasource.FactServer: product(datasource.FlavorMySQL, 8, 4),
				datasource.FactGrants: tc.grants,
				datasource.FactVariables: datasource.Variables{"log_bin": tc.log,
					"log_bin_trust_function_creators": tc.trust}}
			findings, _, err := checktest.Facts{Source: programs(tc.routine), Dest: dest}.Run(t,
				privilege.TrustFunctionCreators)
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}
