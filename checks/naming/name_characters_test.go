package naming_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/naming"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestNameCharacters(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		dest   datasource.Type
		column string
		level  checks.Level
		want   []string
	}{
		{name: "plain", dest: datasource.OceanBaseMySQL, column: "order_No-1#"},
		{name: "a quote", dest: datasource.MySQL, column: "o'clock", level: checks.Warn,
			want: []string{"odd_characters s.t.o'clock"}},
		{name: "a quote to OceanBase", dest: datasource.OceanBaseMySQL, column: "o'clock", level: checks.Fail,
			want: []string{"odd_characters s.t.o'clock"}},
		{name: "a control character", dest: datasource.MySQL, column: "a\x01", level: checks.Warn,
			want: []string{"odd_characters s.t.a\x01"}},
		{name: "not ASCII", dest: datasource.MySQL, column: "größe", level: checks.Warn,
			want: []string{"odd_characters s.t.größe"}},
		{name: "a final space", dest: datasource.MySQL, column: "a ", level: checks.Fail,
			want: []string{"name_refused s.t.a "}},
		{name: "a final space to Oracle", dest: datasource.Oracle, column: "a ", level: checks.Warn,
			want: []string{"odd_characters s.t.a "}},
		{name: "beyond U+FFFF", dest: datasource.MariaDB, column: "a😀", level: checks.Fail,
			want: []string{"name_refused s.t.a😀"}},
		{name: "a leading dollar", dest: datasource.MySQL, column: "$a", level: checks.Info,
			want: []string{"leading_dollar s.t.$a"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dest := datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 8, Patch: 32}}
			findings, _, err := checktest.Facts{Source: withNames("s", "t", tc.column, "", ""),
				Dest: datasource.Snapshot{datasource.FactServer: dest}, Route: checks.Route{Dest: tc.dest}}.Run(t,
				naming.NameCharacters)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.RulesAndObjects(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(findings) > 0 && findings[0].Level != tc.level {
				t.Errorf("level %s, want %s", findings[0].Level, tc.level)
			}
		})
	}
}
