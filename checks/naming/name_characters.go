package naming

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// NameCharacters is RDB_NAME_CHARACTERS.
var NameCharacters = &checks.Check{
	Type:     "RDB_NAME_CHARACTERS",
	Page:     checks.ReadPage(pages, "name_characters.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.AllPhases,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactColumns},
		Dest:    checks.Facts{datasource.FactServer},
		Mapping: true,
	},
	Run: runNameCharacters,
}

// specialCharacters are those that OceanBase Migration Service does not take in the names of
// databases, tables and columns, besides what is not ASCII (its manual, "Limitations" of MySQL sources).
const specialCharacters = "\n\r\t .|\"'`()=;/&\\"

func runNameCharacters(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	server, err := p.Dest().Server(ctx)
	if err != nil {
		return err
	}
	names, err := schemaNames(ctx, p, mapping)
	if err != nil {
		return err
	}
	level := checks.Warn
	for _, end := range []datasource.Type{p.Route.Source, p.Route.Dest} {
		if end == datasource.OceanBaseMySQL || end == datasource.OceanBaseOracle {
			level = checks.Fail
		}
	}
	for n := range names {
		f := checks.Finding{Object: n.Object}
		switch {
		case p.Route.Dest.SpeaksMySQL() && !p.Route.Dest.OracleLike() && refusedName(n.name) != "":
			f.Rule, f.Level, f.Actual = "name_refused", checks.Fail, refusedName(n.name)
		case oddCharacters(n.name) != "":
			f.Rule, f.Level, f.Actual = "odd_characters", level, oddCharacters(n.name)
		case strings.HasPrefix(n.name, "$") && server.IsMySQL() && server.Version.AtLeast(8, 0, 32):
			f.Rule, f.Level = "leading_dollar", checks.Info
		default:
			continue
		}
		f.Args = checks.Args{"kind": kindWords[n.Kind]}
		p.Report(f)
	}
	return nil
}

// refusedName says what in a name MySQL and its relations do not take, quoted or not: a final
// space, NUL, and what lies beyond U+FFFF (MySQL 9.7 Reference Manual, "Schema Object Names").
// Given the last, MariaDB refuses the name and MySQL puts a question mark.
func refusedName(name string) string {
	switch {
	case strings.HasSuffix(name, " "):
		return "a space at the end"
	case strings.ContainsRune(name, 0):
		return "the character NUL"
	}
	if i := strings.IndexFunc(name, func(r rune) bool { return r > 0xFFFF }); i >= 0 {
		return fmt.Sprintf("the character %U", []rune(name[i:])[0])
	}
	return ""
}

// oddCharacters lists the characters of a name that tools are known to stumble over.
func oddCharacters(name string) string {
	var odd []string
	beyond := false
	for _, r := range name {
		switch {
		case r > unicode.MaxASCII:
			beyond = true
		case strings.ContainsRune(specialCharacters, r), unicode.IsControl(r):
			if quoted := fmt.Sprintf("%q", r); !slices.Contains(odd, quoted) {
				odd = append(odd, quoted)
			}
		}
	}
	if beyond {
		odd = append(odd, "characters that are not ASCII")
	}
	return strings.Join(odd, " ")
}
