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

// specialCharacters are ASCII characters that OceanBase Migration Service does not accept in the names of databases,
// tables and columns. It does not accept non-ASCII characters either (its manual, "Limitations" of MySQL sources).
const specialCharacters = "\n\r\t .|\"'`()=;/&\\"

func runNameCharacters(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	server, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	names, err := schemaNames(ctx, p, mapping)
	if err != nil {
		return err
	}
	level := checks.Warn
	for _, endpoint := range []datasource.Type{p.Route.Source, p.Route.Dest} {
		if endpoint == datasource.OceanBaseMySQL || endpoint == datasource.OceanBaseOracle {
			level = checks.Fail
		}
	}
	mysqlDialect := p.Route.Dest.Dialect() == datasource.MySQLDialect
	for n := range names {
		f := checks.Finding{Object: n.Object}
		odd, nonASCII := oddCharacters(n.name)
		switch {
		case mysqlDialect && strings.HasSuffix(n.name, " "):
			f.Rule, f.Level, f.Actual = "name_refused", checks.Fail, p.Term("final_space")
		case mysqlDialect && refusedCharacter(n.name) != "":
			f.Rule, f.Level, f.Actual = "name_refused", checks.Fail, refusedCharacter(n.name)
		case odd != nil || nonASCII:
			if nonASCII {
				odd = append(odd, p.Term("non_ascii"))
			}
			f.Rule, f.Level, f.Actual = "odd_characters", level, strings.Join(odd, ", ")
		case strings.HasPrefix(n.name, "$") && server.IsMySQL() && server.Version.AtLeast(8, 0, 32):
			f.Rule, f.Level = "leading_dollar", checks.Info
		default:
			continue
		}
		f.Args = checks.Args{"kind": p.Term(kindTerms[n.Kind])}
		p.Report(f)
	}
	return nil
}

// refusedCharacter returns the first character of a name that MySQL and related products do not accept even in quotes,
// as in U+0000, or an empty string. These are NUL and characters beyond U+FFFF (MySQL 9.7 Reference Manual, "Schema
// Object Names"): MariaDB refuses the latter, and MySQL replaces them with a question mark.
func refusedCharacter(name string) string {
	for _, r := range name {
		if r == 0 || r > 0xFFFF {
			return fmt.Sprintf("%U", r)
		}
	}
	return ""
}

// oddCharacters returns the ASCII characters of a name that tools do not accept, quoted, and reports whether it has
// non-ASCII characters.
func oddCharacters(name string) (odd []string, nonASCII bool) {
	for _, r := range name {
		switch {
		case r > unicode.MaxASCII:
			nonASCII = true
		case strings.ContainsRune(specialCharacters, r), unicode.IsControl(r):
			if quoted := fmt.Sprintf("%q", r); !slices.Contains(odd, quoted) {
				odd = append(odd, quoted)
			}
		}
	}
	return odd, nonASCII
}
