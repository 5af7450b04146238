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
		compatible, charset                      string
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
			version: datasource.Version{Major: 4}, column: long(64), index: long(32), constraint: long(32)},
		{name: "beyond OceanBase's limits", dest: datasource.OceanBaseMySQL, schema: long(65), table: long(65),
			version: datasource.Version{Major: 4}, column: long(65), index: long(33), constraint: long(33),
			want: []string{"COLUMN", "CONSTRAINT", "INDEX", "SCHEMA", "TABLE"}},
		{name: "constraints of OceanBase before 4.0", dest: datasource.OceanBaseMySQL, schema: "s", table: "t",
			version: datasource.Version{Major: 3, Minor: 2}, constraint: long(64)},
		{name: "a schema of OceanBase in Oracle mode is a user", dest: datasource.OceanBaseOracle, schema: long(33),
			table: long(64), want: []string{"SCHEMA"}},
		{name: "an account's longest name in Oracle mode", dest: datasource.OceanBaseOracle,
			schema: long(32), table: "T"},
		{name: "Oracle 12.2", dest: datasource.Oracle, version: datasource.Version{Major: 12, Minor: 2}, schema: "S",
			table: long(64), column: long(65), want: []string{"COLUMN"}},
		{name: "Oracle 12.1", dest: datasource.Oracle, version: datasource.Version{Major: 12, Minor: 1}, schema: "S",
			table: long(16), column: long(15), want: []string{"TABLE"}},
		{name: "19c with an earlier COMPATIBLE", dest: datasource.Oracle, version: datasource.Version{Major: 19},
			compatible: "12.1.0.2", schema: "S", table: long(16), column: long(15), want: []string{"TABLE"}},
		{name: "19c with its own COMPATIBLE", dest: datasource.Oracle, version: datasource.Version{Major: 19},
			compatible: "19.0.0", schema: "S", table: long(64)},
		{name: "two bytes of GBK", dest: datasource.Oracle, version: datasource.Version{Major: 12, Minor: 1},
			charset: "ZHS16GBK", schema: "S", table: strings.Repeat("\u8ba2", 15), column: strings.Repeat("\u8ba2", 16),
			want: []string{"COLUMN"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{Source: withNames(tc.schema, tc.table, tc.column, tc.index,
				tc.constraint),
				Dest: datasource.Snapshot{datasource.FactServer: datasource.Server{Version: tc.version},
					datasource.FactVariables: datasource.Variables{"compatible": tc.compatible},
					datasource.FactNLS:       datasource.NLS{"NLS_CHARACTERSET": tc.charset}},
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

// TestNameLengthWithoutCompatible cannot read the parameters of an Oracle destination.
func TestNameLengthWithoutCompatible(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		length  int
		unknown bool
		want    []string
	}{{30, false, nil}, {31, true, nil}, {129, false, []string{"name_too_long"}}} {
		facts := checktest.Facts{Source: withNames("S", strings.Repeat("A", tc.length), "C", "I", "K"),
			Dest: checktest.Oracle19With(datasource.Snapshot{datasource.FactNLS: datasource.NLS{},
				datasource.FactVariables: checktest.ErrRefusedView}),
			Route: checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle, Phases: checks.Schema}}
		checktest.WantOutcome(t, facts, naming.NameLength, tc.unknown, tc.want...)
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
