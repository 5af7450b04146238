package checks_test

import (
	"context"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message/visible"
)

func TestQuoteString(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{`it's`: `'it''s'`, `a\b`: `'a\\b'`,
		"a\nb\r\t\x00\b\x1a": `'a\nb\r\t\0\b\Z'`} {
		if got := checks.QuoteString(s); got != want {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	}
}

// A statement with a name that a terminal cannot show is a comment on one line; the finding's other texts have the
// name in quotes. Other statements stay as they are.
func TestStatementsWithHostileNames(t *testing.T) {
	t.Parallel()
	c := &checks.Check{Type: "RDB_X", Page: checks.ParsePage(samplePage),
		Run: func(context.Context, *checks.Pass) error { return nil }}
	p := checks.NewPass(checks.PassConfig{Check: c})
	name := datasource.TableName{Schema: "shop", Name: "t\n80 items: 0 failed\x1b[2J\u202e"}
	plain := "ALTER TABLE t ENGINE = InnoDB"
	p.Report(checks.Finding{Rule: "wrong", Level: checks.Fail, Object: checks.TableObject(name),
		SQL: []string{plain, "DROP TABLE " + checks.QuoteTable(datasource.MySQL, name)}})
	f := p.Findings()[0]
	want := `"DROP TABLE ` + "`shop`.`t" + `\n80 items: 0 failed\x1b[2J\u202e` + "`\""
	if len(f.SQL) != 2 || f.SQL[0] != plain || !strings.HasPrefix(f.SQL[1], "-- ") || !strings.HasSuffix(f.SQL[1],
		want) {
		t.Errorf("the statements are %q", f.SQL)
	}
	if want := `"shop.t\n80 items: 0 failed\x1b[2J\u202e" is wrong.`; f.Message != want {
		t.Errorf("the message is %q, want %q", f.Message, want)
	}
	if !visible.Safe(f.Message + f.Remedy + f.SQL[1]) {
		t.Errorf("a text is not safe: %+v", f)
	}
}
