package expression

import (
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/oracleexpr"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// oracle checks a constraint of an Oracle-like source.
func (c *checkConstraintRun) oracle(pair checks.TablePair, k datasource.CheckConstraint) {
	toMySQL := c.Route.Dest.Dialect() == datasource.MySQLDialect
	if toMySQL && product.IgnoresCheck(c.dest) {
		if k.Enforced {
			c.report(pair, k, "ignored", checks.Warn, "CHECK ("+k.Clause+")", "")
		}
		return
	}
	switch {
	case !k.Enforced && c.dest.IsMariaDB():
		t := c.Route.Source
		c.report(pair, k, "becomes_enforced", checks.Warn, "DISABLE", "ENABLE",
			"ALTER TABLE "+checks.QuoteTable(t, pair.Source)+" ENABLE CONSTRAINT "+checks.Quote(t, k.Name))
	case k.Enforced && k.Unchecked:
		c.report(pair, k, "not_validated", checks.Warn, "ENABLE NOVALIDATE", "ENABLE VALIDATE",
			report.ValidateConstraint(c.Route.Source, pair.Source, k.Name)...)
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
			c.report(pair, k, "function_refused", checks.Fail, name, "")
		case verdict == product.Unknown && !call.Cast:
			c.report(pair, k, "function_unknown", checks.Warn, name, "")
		case call.Name == "length":
			c.report(pair, k, "counts_bytes", checks.Warn, name, "CHAR_LENGTH()")
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
	if k.Cut && c.unreadable == nil {
		c.unreadable = c.NotChecked("condition_cut", "constraint", report.ConstraintObject(pair.Source, k.Name))
	}
}

// oracleName reports a constraint whose name another one has in the same schema of the destination, if that is an
// error: on MariaDB a name is unique in its table. Oracle generates its own names again.
func (c *checkConstraintRun) oracleName(pair checks.TablePair, k datasource.CheckConstraint) {
	if k.Generated || c.dest.IsMariaDB() {
		return
	}
	level := checks.Fail
	if c.dest.IsOceanBase() {
		level = checks.Warn
	}
	if other, taken := c.reserveName(pair, k); taken {
		c.nameTaken(pair, k, level, other, c.Term("unique_in_schema", "schema", pair.Dest.Schema))
	}
}
