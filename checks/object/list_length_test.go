package object_test

import (
	"fmt"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestListLength(t *testing.T) {
	t.Parallel()
	named := func(n int) checks.Selection {
		tables := []checks.SelectedTable{{Name: "t"}}
		for i := range n { // each is 16 bytes long with its schema and separator
			tables = append(tables, checks.SelectedTable{Name: fmt.Sprintf("order_%04d", i)})
		}
		return checks.Selection{Databases: []checks.SelectedDatabase{{Name: "shop", Tables: tables}}}
	}
	for _, tc := range []struct {
		name      string
		selection checks.Selection
		want      []string
	}{
		{"the whole schema", checks.Selection{Databases: []checks.SelectedDatabase{{Name: "shop"}}}, nil},
		{"as many tables as fit", named(4095), nil},
		{"one more", named(4096), []string{"too_long"}},
		{"patterns", checks.Selection{Include: []string{"shop.*"}}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.OneTable(checktest.MySQL97, checktest.ColumnOfType("id", "int"))
			facts := checktest.Facts{Source: source, Selection: tc.selection}
			checktest.WantRules(t, facts, object.ListLength, tc.want...)
		})
	}
}
