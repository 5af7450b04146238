package main

import (
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
)

func TestMarkdownOnATerminal(t *testing.T) {
	t.Parallel()
	const page = "# RDB_X: A check\n\nIt reads `information_schema` and\nnothing else at all.\n\n- one case that is " +
		"long\n  and goes on\n    - inner\n\n```sql\nSELECT 1 FROM a_table_with_a_name;\n```\n"
	const want = "RDB_X: A check\n\nIt reads\ninformation_schema\nand nothing else at\nall.\n\n- one case that is\n" +
		"  long and goes on\n    - inner\n\nSELECT 1 FROM a_table_with_a_name;\n"
	if got := forTerminal(page, 20, false); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	coloured := forTerminal(page, 20, true)
	for _, part := range []string{"\x1b[1mRDB_X: A check\x1b[0m", "\x1b[1minformation_schema\x1b[0m"} {
		if !strings.Contains(coloured, part) {
			t.Errorf("%q is missing in %q", part, coloured)
		}
	}
	var b strings.Builder
	if err := writeMarkdown(&b, page, 0, false); err != nil || b.String() != page {
		t.Errorf("not on a terminal it is changed: %v\n%s", err, &b)
	}
}

// The list of checks fits a terminal, whatever its width. The types are always shown.
func TestListFits(t *testing.T) {
	t.Parallel()
	_, all, _ := command("list")
	g := grid{drop: []int{1}}
	g.add("TYPE", "LEVEL", "TITLE")
	g.add("RDB_X", "failure", "主键检查，很长的标题")
	for columns, want := range map[int]string{
		0:  "TYPE   LEVEL    TITLE\nRDB_X  failure  主键检查，很长的标题\n",
		27: "TYPE   TITLE\nRDB_X  主键检查，很长的标题\n",
		15: "TYPE   TITLE\nRDB_X  主键检…\n",
	} {
		got := g.fit(columns)
		if got != want {
			t.Errorf("%d columns:\n%s", columns, got)
		}
		for line := range strings.SplitSeq(got, "\n") {
			if columns > 0 && runewidth.StringWidth(line) > columns {
				t.Errorf("%d columns: %q", columns, line)
			}
		}
	}
	if !strings.Contains(all, "RDB_PRIMARY_KEY") || !strings.Contains(all, "OMS ITEMS") {
		t.Errorf("not on a terminal something is left off:\n%.500s", all)
	}
}
