package expression

import (
	"fmt"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/oracleexpr"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// oracle judges a constraint of an Oracle-like source.
func (c *checkConstraintRun) oracle(pair checks.TablePair, k datasource.CheckConstraint) {
	toMySQL := !c.Route.Dest.OracleLike()
	if toMySQL && ignoresCheck(c.dest) {
		if k.Enforced {
			c.report(pair, k, "ignored", checks.Warn, "CHECK ("+k.Clause+")", "a destination that enforces it")
		}
		return
	}
	switch {
	case !k.Enforced && c.dest.IsMariaDB():
		c.report(pair, k, "becomes_enforced", checks.Warn, "DISABLE", "ENABLE, as it will be on the destination",
			"ALTER TABLE "+checks.QuoteTable(c.Route.Source, pair.Source)+" ENABLE CONSTRAINT "+checks.Quote(c.Route.Source, k.Name))
	case k.Enforced && k.Unchecked:
		c.report(pair, k, "not_validated", checks.Warn, "ENABLE NOVALIDATE", "ENABLE VALIDATE", report.ValidateConstraint(c.Route.Source, pair.Source, k.Name)...)
	}
	c.oracleName(pair, k)
	if !toMySQL {
		return
	}
	clause := oracleexpr.ReadClause(k.Clause)
	seen := map[string]bool{}
	for _, call := range clause.Calls {
		name := strings.ToUpper(call.Name) + "()"
		if call.Cast {
			name = "CAST AS " + strings.ToUpper(call.Name)
		}
		if seen[name] {
			continue
		}
		switch verdict := oracleexpr.InCheck(c.dest, call); {
		case verdict == product.Refused:
			c.report(pair, k, "function_refused", checks.Fail, name, "functions that the destination accepts in CHECK")
		case verdict == product.Unknown && !call.Cast:
			c.report(pair, k, "function_unknown", checks.Warn, name, "functions that the destination is known to accept in CHECK")
		case call.Name == "length":
			c.report(pair, k, "counts_bytes", checks.Warn, name, "CHAR_LENGTH(), which counts characters")
		default:
			continue
		}
		seen[name] = true
	}
	if clause.Concatenates {
		c.report(pair, k, "concatenation", checks.Warn, "||", "CONCAT()")
	}
	if clause.Json {
		level := checks.Fail
		if !c.dest.IsMySQL() && !c.dest.IsMariaDB() {
			level = checks.Warn
		}
		c.report(pair, k, "is_json", level, "IS JSON", "JSON_VALID()")
	}
	if k.Cut && c.unread == nil {
		c.unread = fmt.Errorf("the condition of %s is longer than the dictionary shows", report.ConstraintObject(pair.Source, k.Name))
	}
}

// oracleName reports a constraint whose name another one gets in the same schema of the destination,
// where that is an error: on MariaDB a name is unique in its table. Names that Oracle made it makes anew.
func (c *checkConstraintRun) oracleName(pair checks.TablePair, k datasource.CheckConstraint) {
	if k.Generated || c.dest.IsMariaDB() {
		return
	}
	level := checks.Fail
	if c.dest.IsOceanBase() {
		level = checks.Warn
	}
	if other, taken := c.take(pair, k); taken {
		c.report(pair, k, "name_taken", level, "the name "+k.Name+", which "+other+" has too", "a name of its own in schema "+pair.Dest.Schema)
	}
}
