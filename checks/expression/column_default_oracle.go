package expression

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/compat/oracleexpr"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

// runOracleDefault checks the defaults of an Oracle-like source. A database with the MySQL dialect accepts no
// expression unchanged, and it is not known whether a migration translates it: findings are warnings.
func runOracleDefault(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) error {
	d := oracleDefaultRun{Pass: p}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	if d.source, err = datasource.FactServer.Of(ctx, p.Source()); err != nil {
		return err
	}
	if d.dest, err = datasource.FactServer.Of(ctx, p.Dest()); err != nil {
		return err
	}
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			if c.Default == nil || c.Generated() || c.Oracle != nil && c.Oracle.Identity {
				continue
			}
			if err := d.column(ctx, pair, c); err != nil {
				return err
			}
		}
	}
	return nil
}

type oracleDefaultRun struct {
	*checks.Pass
	source, dest datasource.Server
}

// keepDefault lists the rules of defaults that must not be removed on the source.
var keepDefault = []string{"sequence", "sequence_needed", "on_null", "date_text", "parentheses"}

// report adds a finding with the statement that removes the default, unless the rule is in keepDefault. An empty
// expected value is that of the page, with the arguments name, value, …
func (d *oracleDefaultRun) report(
	pair checks.TablePair, c datasource.Column, rule string, level checks.Level, expected string, args ...any,
) {
	f := defaultFinding(pair, c, rule, level, expected, d.dest, args)
	if level > checks.Info && !slices.Contains(keepDefault, rule) {
		t := d.Route.Source
		f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(t, pair.Source) +
			" MODIFY (" + checks.Quote(t, c.Name) + " DEFAULT NULL)"}
	}
	d.Report(f)
}

// column checks the default of a column.
func (d *oracleDefaultRun) column(ctx context.Context, pair checks.TablePair, c datasource.Column) error {
	if c.Oracle != nil && c.Oracle.DefaultOnNull {
		d.onNull(pair, c)
	}
	if d.Route.Dest.Dialect() == datasource.OracleDialect {
		return d.toOracle(ctx, pair, c, oracleexpr.Read(*c.Default))
	}
	return d.toMySQL(ctx, pair, c, oracleexpr.Read(*c.Default))
}

// onNull checks DEFAULT ON NULL, which Oracle supports since 12.1 (Oracle Database SQL Language Reference, "CREATE
// TABLE") and OceanBase Migration Service ignores ("Regular columns").
func (d *oracleDefaultRun) onNull(pair checks.TablePair, c datasource.Column) {
	if d.dest.Flavor == datasource.FlavorOracle && d.dest.Version.AtLeast(12, 1) {
		return
	}
	level := checks.Warn
	if d.dest.Flavor == datasource.FlavorOracle {
		level = checks.Fail
	}
	d.report(pair, c, "on_null", level, "")
}

// toOracle checks a default for Oracle or OceanBase Oracle mode. Sources: Oracle Database SQL Language Reference,
// "CREATE TABLE" (sequences in DEFAULT since 12.1); OceanBase V4.3, "CREATE TABLE" of Oracle mode (an expression,
// also sequences).
func (d *oracleDefaultRun) toOracle(
	ctx context.Context, pair checks.TablePair, c datasource.Column, e oracleexpr.Expression,
) error {
	if e.Sequence != nil {
		if err := d.sequenceToOracle(ctx, pair, c, *e.Sequence); err != nil {
			return err
		}
	}
	for _, function := range slices.Concat(e.Functions, e.Written) {
		if oracleexpr.Function(d.source, d.dest, function) != product.Accepted {
			d.report(pair, c, "function_unknown", checks.Warn, "", "function", strings.ToUpper(function)+"()")
			return nil
		}
	}
	return nil
}

// sequenceToOracle checks a default from a sequence for Oracle or OceanBase Oracle mode.
func (d *oracleDefaultRun) sequenceToOracle(
	ctx context.Context, pair checks.TablePair, c datasource.Column, sequence datasource.TableName,
) error {
	if d.dest.Flavor == datasource.FlavorOracle && d.dest.Version.Before(12, 1) {
		d.report(pair, c, "sequence", checks.Fail, d.Term("trigger"))
		return nil
	}
	if sequence.Schema == "" || sequence.Schema == pair.Source.Schema {
		sequence.Schema = pair.Dest.Schema
	}
	there, err := datasource.FactOracleSequences.Of(ctx, d.Dest())
	if err != nil {
		return err
	}
	if there.Find(sequence) == nil {
		d.report(pair, c, "sequence_needed", checks.Warn, sequence.String())
	}
	return nil
}

// toMySQL checks a default for a destination with the MySQL dialect.
func (d *oracleDefaultRun) toMySQL(
	ctx context.Context, pair checks.TablePair, c datasource.Column, e oracleexpr.Expression,
) error {
	text := strings.TrimSpace(*c.Default)
	expressions, known := expressionDefaults(d.dest)
	timed := c.DataType == "DATE" || strings.HasPrefix(c.DataType, "TIMESTAMP")
	switch {
	case strings.EqualFold(text, "NULL"), text == "''": // also NULL: ORACLE_EMPTY_STRING checks it
	case e.Literal && c.LOB() && !(expressions && d.dest.IsMariaDB()):
		d.report(pair, c, "lob", checks.Warn, "")
	case e.Literal && timed && strings.HasPrefix(text, "'"):
		d.report(pair, c, "date_text", checks.Warn, "")
	case e.Literal && timed && strings.HasSuffix(text, "'"): // it starts with its type, which MySQL does not accept
		d.report(pair, c, "translated", checks.Info, text[strings.Index(text, "'"):])
	case e.Literal:
	case timed && len(e.Functions) == 1 && isNow(text, e.Functions[0]):
		d.report(pair, c, "translated", checks.Info, currentTimestamp(c))
	case e.Sequence != nil && d.dest.IsMariaDB() && d.dest.Version.AtLeast(10, 3):
		return d.sequenceToMariaDB(ctx, pair, c, *e.Sequence)
	case e.Sequence != nil:
		d.report(pair, c, "sequence", checks.Warn, d.Term("no_sequence"))
	case !known:
		d.report(pair, c, "function_unknown", checks.Warn, d.Term("constant"))
	case !expressions:
		d.report(pair, c, "expression", checks.Warn, "")
	default:
		d.functions(pair, c, e)
	}
	return nil
}

// nowFunctions lists the functions of Oracle that return the current time; its CURRENT_DATE has a time of day.
var nowFunctions = []string{"sysdate", "systimestamp", "current_date", "current_timestamp", "localtimestamp"}

// isNow reports whether a default is the current time.
func isNow(text, function string) bool {
	name, digits, _ := strings.Cut(strings.ToLower(text), "(")
	return strings.TrimSpace(name) == function && strings.Trim(digits, "0123456789) ") == "" &&
		slices.Contains(nowFunctions, function)
}

// currentTimestamp returns the default of MySQL for the current time in a date column.
func currentTimestamp(c datasource.Column) string {
	if digits := min(c.Scale, coltype.DatetimeDigits); c.DataType != "DATE" && digits > 0 {
		return fmt.Sprintf("CURRENT_TIMESTAMP(%d)", digits)
	}
	return "CURRENT_TIMESTAMP"
}

// sequenceToMariaDB checks a default from a sequence for MariaDB.
func (d *oracleDefaultRun) sequenceToMariaDB(
	ctx context.Context, pair checks.TablePair, c datasource.Column, sequence datasource.TableName,
) error {
	if sequence.Schema == "" || sequence.Schema == pair.Source.Schema {
		sequence.Schema = pair.Dest.Schema
	}
	tables, err := datasource.FactTables.Of(ctx, d.Dest())
	if err != nil {
		return err
	}
	fold := d.dest.NameCase.Fold
	if !slices.ContainsFunc(tables, func(t datasource.Table) bool {
		return t.Kind == datasource.Sequence &&
			fold(t.Schema) == fold(sequence.Schema) && fold(t.Name) == fold(sequence.Name)
	}) {
		d.report(pair, c, "sequence_needed", checks.Warn, sequence.String())
	}
	return nil
}

// functions checks the functions of an expression.
func (d *oracleDefaultRun) functions(pair checks.TablePair, c datasource.Column, e oracleexpr.Expression) {
	if e.Joins {
		d.report(pair, c, "joins", checks.Warn, "CONCAT()")
	}
	for _, function := range slices.Concat(e.Functions, e.Written) {
		name := strings.ToUpper(function) + "()"
		switch oracleexpr.Function(d.source, d.dest, function) {
		case product.Refused:
			d.report(pair, c, "function_refused", checks.Warn, "", "function", name)
		case product.Differs:
			d.report(pair, c, "function_differs", checks.Warn, "", "function", name)
		case product.Unknown:
			d.report(pair, c, "function_unknown", checks.Warn, "", "function", name)
		default:
			continue
		}
		return
	}
	text := *c.Default
	if d.dest.IsMariaDB() { // which accepts a function without parentheses
		text = strings.TrimLeftFunc(text, mysqlexpr.IsWordRune)
	}
	switch {
	case e.Words != nil:
		d.report(pair, c, "function_unknown", checks.Warn, "", "function", strings.ToUpper(strings.Join(e.Words, ", ")))
	case !e.Joins && !mysqlexpr.InParentheses(text):
		d.report(pair, c, "parentheses", checks.Warn, "DEFAULT ("+*c.Default+")")
	}
}
