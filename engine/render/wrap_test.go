package render_test

import (
	"testing"

	"github.com/dbprecheck/precheck/engine/render"
)

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text    string
		column  int
		columns int
		want    string
	}{
		{"a table  has\nno key", 0, 0, `a table has\nno key`},
		{"a table has no key", 0, 10, "a table\n  has no\n  key"},
		{"a table", 8, 10, "a\n  table"},
		{"a_very_long_name_is_not_broken", 0, 10, "a_very_long_name_is_not_broken"},
		{"表没有主键，请添加。", 0, 10, "表没有主\n  键，请添\n  加。"},
		{"表 customer 没有", 0, 12, "表 customer\n  没有"},
		{"a\x1b[2Jb", 0, 0, `a\x1b[2Jb`},
	} {
		if got := render.Wrap(tc.text, tc.column, "  ", tc.columns); got != tc.want {
			t.Errorf("%q in %d columns: %q, want %q", tc.text, tc.columns, got, tc.want)
		}
	}
}
