package object

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Comment is RDB_COMMENT.
var Comment = &checks.Check{
	Type:     "RDB_COMMENT",
	Page:     checks.ReadPage(pages, "comment.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Source: checks.Facts{datasource.FactColumns}, Mapping: true},
	Run:      runComment,
}

// The maximum numbers of characters of a comment on MySQL and MariaDB. Source: MySQL 9.7 Reference Manual,
// "CREATE TABLE Statement"; tested on MySQL 9.7 and MariaDB 10.11.
const (
	tableCommentLimit  = 2048
	columnCommentLimit = 1024
)

func runComment(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	for pair := range mapping.SourceTables() {
		if f, wrong := judgeComment(p.Route.Dest, pair.Table.Comment, tableCommentLimit); wrong {
			f.Object = checks.TableObject(pair.Source)
			if f.Rule == "control_characters" && p.Route.Source.Dialect() == datasource.MySQLDialect {
				f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(p.Route.Source, pair.Source) + " COMMENT = " +
					checks.QuoteString(strings.Map(printable, pair.Table.Comment))}
			}
			p.Report(f)
		}
		for _, c := range columns.Of(pair.Source) {
			if c.Comment == nil {
				continue
			}
			if f, wrong := judgeComment(p.Route.Dest, *c.Comment, columnCommentLimit); wrong {
				f.Object = checks.ColumnObject(pair.Source, c.Name)
				p.Report(f)
			}
		}
	}
	return nil
}

// judgeComment returns the most severe finding about a comment; wrong reports whether there is one.
func judgeComment(dest datasource.Type, text string, limit int) (f checks.Finding, wrong bool) {
	mysql := dest == datasource.MySQL || dest == datasource.MariaDB
	f = checks.Finding{Level: checks.Warn, Actual: fmt.Sprintf("%q", firstRunes(text, 40))}
	switch length := utf8.RuneCountInString(text); {
	case mysql && length > limit:
		f = checks.Finding{Rule: "too_long", Level: checks.Fail, Args: checks.Args{"length": length, "limit": limit}}
	case strings.Map(printable, text) != text:
		f.Rule = "control_characters"
	case mysql && strings.ContainsFunc(text, func(r rune) bool { return r > 0xFFFF }):
		f.Rule = "four_bytes"
	case strings.ContainsAny(text, "\r\n"):
		f.Rule, f.Level = "line_break", checks.Info
	default:
		return f, false
	}
	return f, true
}

// printable returns -1 for control characters other than tabs and line breaks, and for invalid bytes.
func printable(r rune) rune {
	if r == utf8.RuneError || unicode.IsControl(r) && !strings.ContainsRune("\t\r\n", r) {
		return -1
	}
	return r
}

// firstRunes returns at most that many characters of a text, with an ellipsis if it is longer.
func firstRunes(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit]) + "…"
}
