package object

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// program is a trigger, a routine or an event of a source with the MySQL protocol.
type program struct {
	kind                  string
	object                checks.Object
	body, mode, collation string
}

// programs reports what a destination with the MySQL protocol refuses when the definitions of these are run there as a
// dump has them: each after SET sql_mode and SET collation_connection. They are warnings if the task does not migrate
// these objects.
func programs(ctx context.Context, p *checks.Pass, list []program) error {
	if len(list) == 0 || p.Route.Dest.Dialect() != datasource.MySQLDialect {
		return nil
	}
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	modes, err := datasource.FactSQLModes.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	charsets, err := datasource.FactCharsets.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	level := checks.Warn
	if p.Settings.Routines {
		level = p.OfOriginalDDL()
	}
	for _, g := range list {
		var unknown []string
		for _, mode := range sysvar.SQLModes(g.mode) {
			if accepted, tried := modes[mode]; tried && !accepted {
				unknown = append(unknown, mode)
			}
		}
		if unknown != nil {
			g.report(p, dest, "unknown_mode_of_creation", level, strings.Join(unknown, ","))
		}
		if g.collation != "" && !charsets.HasCollation(g.collation) {
			g.report(p, dest, "unknown_collation_of_creation", level, g.collation)
		}
		if !p.Settings.Routines {
			continue
		}
		if syntax := mariadbSyntax(g.body); syntax != "" && !dest.IsMariaDB() {
			g.report(p, dest, "mariadb_syntax", level, syntax)
		}
		missing, _ := mysqlexpr.Missing(dest, mysqlexpr.Read(g.body))
		for _, name := range missing {
			g.report(p, dest, "function_missing", checks.Warn, name)
		}
	}
	return nil
}

func (g program) report(p *checks.Pass, dest datasource.Server, rule string, level checks.Level, actual string) {
	p.Report(checks.Finding{Rule: rule, Level: level, Object: g.object, Actual: actual,
		Args: checks.Args{"dest": dest, "kind": g.kind}})
}

// mariadbSyntax returns what only MariaDB has of a body's syntax (MariaDB documentation, "Programmatic & Compound
// Statements", "EXECUTE IMMEDIATE"; MySQL 9.7 refuses each with error 1064).
func mariadbSyntax(body string) string {
	tokens := mysqlexpr.Tokenize(body)
	word := func(i int, texts ...string) bool {
		return i >= 0 && i < len(tokens) && !tokens[i].Quoted && slices.Contains(texts, tokens[i].Text)
	}
	for i := range tokens {
		switch {
		case word(i, "type") && word(i+1, "of"):
			return "TYPE OF"
		case word(i, "row") && word(i+1, "(") && word(i-2, "declare"):
			return "ROW"
		case word(i, "for") && word(i+2, "in"):
			return "FOR"
		case word(i, "execute") && word(i+1, "immediate"):
			return "EXECUTE IMMEDIATE"
		case word(i, "cursor") && word(i+1, "("):
			return "CURSOR with parameters"
		case word(i, "elsif"):
			return "ELSIF"
		}
	}
	return ""
}
