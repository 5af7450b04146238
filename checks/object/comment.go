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

// Most characters of a comment on MySQL and MariaDB (MySQL 9.7 Reference Manual, "CREATE TABLE
// Statement"; both were tried on MySQL 9.7 and MariaDB 10.11).
const (
	tableComment  = 2048
	columnComment = 1024
)

func runComment(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := p.Source().Columns(ctx)
	if err != nil {
		return err
	}
	seen := map[datasource.TableName]bool{}
	for _, pair := range mapping.BaseTables() {
		if seen[pair.Source] {
			continue
		}
		seen[pair.Source] = true
		if f, wrong := judgeComment(p.Route.Dest, pair.Table.Comment, tableComment); wrong {
			f.Object = checks.TableObject(pair.Source)
			if f.Rule == "control_characters" && !p.Route.Source.OracleLike() {
				f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(p.Route.Source, pair.Source) + " COMMENT = " + checks.QuoteString(strings.Map(printable, pair.Table.Comment))}
			}
			p.Report(f)
		}
		for _, c := range columns.Of(pair.Source) {
			if c.Comment == nil {
				continue
			}
			if f, wrong := judgeComment(p.Route.Dest, *c.Comment, columnComment); wrong {
				f.Object = checks.ColumnObject(pair.Source, c.Name)
				p.Report(f)
			}
		}
	}
	return nil
}

// judgeComment gives what is wrong with a comment, the heaviest alone.
func judgeComment(dest datasource.Type, text string, most int) (checks.Finding, bool) {
	mysql := dest == datasource.MySQL || dest == datasource.MariaDB
	f := checks.Finding{Level: checks.Warn, Actual: fmt.Sprintf("%q", firstRunes(text, 40))}
	switch {
	case mysql && utf8.RuneCountInString(text) > most:
		f.Rule, f.Level = "too_long", checks.Fail
		f.Actual, f.Expected = fmt.Sprintf("%d characters", utf8.RuneCountInString(text)), fmt.Sprintf("at most %d characters", most)
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

// printable drops control characters but for tabs and line breaks, and what stands for bytes that
// are no characters.
func printable(r rune) rune {
	if r == utf8.RuneError || unicode.IsControl(r) && !strings.ContainsRune("\t\r\n", r) {
		return -1
	}
	return r
}

func firstRunes(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}
