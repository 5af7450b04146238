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

// runOracleDefault judges the defaults of an Oracle-like source. None goes to a database of the MySQL
// protocol as it stands, and whether a migration translates it is not known: what is found is a warning.
func runOracleDefault(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) error {
	d := oracleDefaultRun{Pass: p}
	columns, err := p.Source().Columns(ctx)
	if err != nil {
		return err
	}
	if d.source, err = p.Source().Server(ctx); err != nil {
		return err
	}
	if d.dest, err = p.Dest().Server(ctx); err != nil {
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

// report adds a finding with the statement that takes the default away, where it computes something
// that can be done without.
func (d *oracleDefaultRun) report(pair checks.TablePair, c datasource.Column, rule string, level checks.Level, want string) {
	f := checks.Finding{Rule: rule, Level: level, Object: checks.ColumnObject(pair.Source, c.Name), Actual: "DEFAULT " + *c.Default, Expected: want,
		Args: checks.Args{"dest": d.dest.String()}}
	if level > checks.Info && !slices.Contains([]string{"sequence", "sequence_needed", "on_null", "date_text", "parentheses"}, rule) {
		f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(d.Route.Source, pair.Source) + " MODIFY (" + checks.Quote(d.Route.Source, c.Name) + " DEFAULT NULL)"}
	}
	d.Report(f)
}

func (d *oracleDefaultRun) column(ctx context.Context, pair checks.TablePair, c datasource.Column) error {
	if c.Oracle != nil && c.Oracle.DefaultOnNull {
		d.onNull(pair, c)
	}
	if d.Route.Dest.OracleLike() {
		return d.toOracle(ctx, pair, c, oracleexpr.Read(*c.Default))
	}
	return d.toMySQL(ctx, pair, c, oracleexpr.Read(*c.Default))
}

// onNull judges DEFAULT ON NULL, which came with Oracle 12.1 (Oracle Database SQL Language Reference,
// "CREATE TABLE"); OceanBase Migration Service ignores it ("Regular columns").
func (d *oracleDefaultRun) onNull(pair checks.TablePair, c datasource.Column) {
	if d.dest.Flavor == datasource.FlavorOracle && d.dest.Version.AtLeast(12, 1) {
		return
	}
	level := checks.Warn
	if d.dest.Flavor == datasource.FlavorOracle {
		level = checks.Fail
	}
	d.report(pair, c, "on_null", level, "values that are never NULL, or a trigger on the destination")
}

// toOracle judges a default for Oracle or a tenant in Oracle mode. Sources: Oracle Database SQL Language
// Reference, "CREATE TABLE" (sequences in DEFAULT from 12.1); OceanBase V4.3, "CREATE TABLE" of Oracle
// mode (an expression, sequences too).
func (d *oracleDefaultRun) toOracle(ctx context.Context, pair checks.TablePair, c datasource.Column, e oracleexpr.Expression) error {
	if e.Sequence != nil {
		if err := d.sequenceToOracle(ctx, pair, c, *e.Sequence); err != nil {
			return err
		}
	}
	for _, function := range slices.Concat(e.Functions, e.Written) {
		if oracleexpr.Function(d.source, d.dest, function) != product.Accepted {
			d.report(pair, c, "function_unknown", checks.Warn, "functions that the destination is known to accept in DEFAULT, not "+strings.ToUpper(function)+"()")
			return nil
		}
	}
	return nil
}

func (d *oracleDefaultRun) sequenceToOracle(ctx context.Context, pair checks.TablePair, c datasource.Column, sequence datasource.TableName) error {
	if d.dest.Flavor == datasource.FlavorOracle && d.dest.Version.Before(12, 1) {
		d.report(pair, c, "sequence", checks.Fail, "a trigger that takes the number")
		return nil
	}
	if sequence.Schema == "" || sequence.Schema == pair.Source.Schema {
		sequence.Schema = pair.Dest.Schema
	}
	there, err := d.Dest().OracleSequences(ctx)
	if err != nil {
		return err
	}
	if there.Find(sequence) == nil {
		d.report(pair, c, "sequence_needed", checks.Warn, "the sequence "+sequence.String()+" on the destination")
	}
	return nil
}

func (d *oracleDefaultRun) toMySQL(ctx context.Context, pair checks.TablePair, c datasource.Column, e oracleexpr.Expression) error {
	text := strings.TrimSpace(*c.Default)
	expressions, known := expressionDefaults(d.dest)
	timed := c.DataType == "DATE" || strings.HasPrefix(c.DataType, "TIMESTAMP")
	switch {
	case strings.EqualFold(text, "NULL"), text == "''": // which is NULL, too: ORACLE_EMPTY_STRING looks at it
	case e.Literal && c.LOB() && !(expressions && d.dest.IsMariaDB()):
		d.report(pair, c, "lob", checks.Warn, "no default, or an expression in parentheses where the destination takes those")
	case e.Literal && timed && strings.HasPrefix(text, "'"):
		d.report(pair, c, "date_text", checks.Warn, "a date as MySQL writes it, as in '2024-03-01 08:00:00'")
	case e.Literal && timed && strings.HasSuffix(text, "'"): // a date or a time with its type in front, which MySQL does not take
		d.report(pair, c, "translated", checks.Info, text[strings.Index(text, "'"):])
	case e.Literal:
	case timed && len(e.Functions) == 1 && isNow(text, e.Functions[0]):
		d.report(pair, c, "translated", checks.Info, currentTimestamp(c))
	case e.Sequence != nil && d.dest.IsMariaDB() && d.dest.Version.AtLeast(10, 3):
		return d.sequenceToMariaDB(ctx, pair, c, *e.Sequence)
	case e.Sequence != nil:
		d.report(pair, c, "sequence", checks.Warn, "AUTO_INCREMENT, or a number that the application gives")
	case !known:
		d.report(pair, c, "function_unknown", checks.Warn, "a constant")
	case !expressions:
		d.report(pair, c, "expression", checks.Warn, "a constant")
	default:
		d.functions(pair, c, e)
	}
	return nil
}

// isNow tells whether a default is the current time; Oracle's CURRENT_DATE has a time of day.
func isNow(text, function string) bool {
	name, digits, _ := strings.Cut(strings.ToLower(text), "(")
	return strings.TrimSpace(name) == function && strings.Trim(digits, "0123456789) ") == "" &&
		slices.Contains([]string{"sysdate", "systimestamp", "current_date", "current_timestamp", "localtimestamp"}, function)
}

// currentTimestamp writes MySQL's default of the current time for a column of a date.
func currentTimestamp(c datasource.Column) string {
	if digits := min(c.Scale, coltype.DatetimeDigits); c.DataType != "DATE" && digits > 0 {
		return fmt.Sprintf("CURRENT_TIMESTAMP(%d)", digits)
	}
	return "CURRENT_TIMESTAMP"
}

func (d *oracleDefaultRun) sequenceToMariaDB(ctx context.Context, pair checks.TablePair, c datasource.Column, sequence datasource.TableName) error {
	if sequence.Schema == "" || sequence.Schema == pair.Source.Schema {
		sequence.Schema = pair.Dest.Schema
	}
	tables, err := d.Dest().Tables(ctx)
	if err != nil {
		return err
	}
	fold := d.dest.NameCase.Fold
	if !slices.ContainsFunc(tables, func(t datasource.Table) bool {
		return t.Kind == datasource.Sequence && fold(t.Schema) == fold(sequence.Schema) && fold(t.Name) == fold(sequence.Name)
	}) {
		d.report(pair, c, "sequence_needed", checks.Warn, "the sequence "+sequence.String()+" on the destination")
	}
	return nil
}

// functions judges an expression by what it names.
func (d *oracleDefaultRun) functions(pair checks.TablePair, c datasource.Column, e oracleexpr.Expression) {
	if e.Joins {
		d.report(pair, c, "joins", checks.Warn, "CONCAT()")
	}
	for _, function := range slices.Concat(e.Functions, e.Written) {
		name := strings.ToUpper(function) + "()"
		switch oracleexpr.Function(d.source, d.dest, function) {
		case product.Refused:
			d.report(pair, c, "function_refused", checks.Warn, "functions that the destination accepts in DEFAULT, not "+name)
		case product.Differs:
			d.report(pair, c, "function_differs", checks.Warn, "an expression that does on the destination what "+name+" does on the source")
		case product.Unknown:
			d.report(pair, c, "function_unknown", checks.Warn, "functions that the destination is known to accept in DEFAULT, not "+name)
		default:
			continue
		}
		return
	}
	bare := *c.Default
	if d.dest.IsMariaDB() { // which takes a function as it is
		bare = strings.TrimLeftFunc(bare, mysqlexpr.IsWordRune)
	}
	switch {
	case e.Words != nil:
		d.report(pair, c, "function_unknown", checks.Warn, "an expression without "+strings.ToUpper(strings.Join(e.Words, ", ")))
	case !e.Joins && !inParentheses(bare):
		d.report(pair, c, "parentheses", checks.Warn, "DEFAULT ("+*c.Default+")")
	}
}
