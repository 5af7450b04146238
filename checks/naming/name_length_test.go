package naming_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/naming"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestNameLength(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("ä", n) }
	for _, tc := range []struct {
		name                                     string
		dest                                     datasource.Type
		version                                  datasource.Version
		schema, table, column, index, constraint string
		want                                     []string
	}{
		{name: "MySQL's limit", dest: datasource.MySQL, schema: long(64), table: long(64), column: long(64),
			index:      long(64),
			constraint: long(64)},
		{name: "beyond MySQL's limit", dest: datasource.MariaDB, schema: long(65), table: long(65), column: long(65),
			index: long(65), constraint: long(65),
			want: []string{"COLUMN", "CONSTRAINT", "INDEX", "SCHEMA", "TABLE"}},
		{name: "OceanBase's limits", dest: datasource.OceanBaseMySQL, schema: long(64), table: long(64),
			column: long(64),
			index:  long(32), constraint: long(99)},
		{name: "beyond OceanBase's limits", dest: datasource.OceanBaseMySQL, schema: long(65), table: long(65),
			column: long(65), index: long(33),
			want: []string{"COLUMN", "INDEX", "SCHEMA", "TABLE"}},
		{name: "Oracle 12.2", dest: datasource.Oracle, version: datasource.Version{Major: 12, Minor: 2}, schema: "S",
			table: long(64), column: long(65), want: []string{"COLUMN"}},
		{name: "Oracle 12.1", dest: datasource.Oracle, version: datasource.Version{Major: 12, Minor: 1}, schema: "S",
			table: long(16), column: long(15), want: []string{"TABLE"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{Source: withNames(tc.schema, tc.table, tc.column, tc.index,
				tc.constraint),
				Dest:  datasource.Snapshot{datasource.FactServer: datasource.Server{Version: tc.version}},
				Route: checks.Route{Dest: tc.dest}}.Run(t, naming.NameLength)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, kinds(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	source := withNames("s", "t", "c", "i", "k")
	source[datasource.FactIndexes] = errors.New("lost")
	if _, _, err := (checktest.Facts{Source: source,
		Dest: datasource.Snapshot{datasource.FactServer: datasource.Server{}}}).Run(t, naming.NameLength); err == nil {
		t.Error("the check passes although the indexes are unknown")
	}
}

// kinds returns the kinds of the objects, sorted.
func kinds(findings []checks.Finding) []string {
	var list []string
	for _, f := range findings {
		list = append(list, f.Object.Kind)
	}
	slices.Sort(list)
	return list
}
