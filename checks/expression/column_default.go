package expression

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// ColumnDefault is RDB_COLUMN_DEFAULT.
var ColumnDefault = &checks.Check{
	Type:     "RDB_COLUMN_DEFAULT",
	Page:     checks.ReadPage(pages, "column_default.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactColumns, datasource.FactServer},
		Dest: checks.Facts{datasource.FactCharsets, datasource.FactOracleSequences, datasource.FactServer,
			datasource.FactTables, datasource.FactVariables},
		Mapping: true,
	},
	Run: runColumnDefault,
}

type defaultKind int

const (
	noDefault         defaultKind = iota // none, or NULL
	literalDefault                       // a constant
	nowDefault                           // CURRENT_TIMESTAMP of a DATETIME or TIMESTAMP
	expressionDefault                    // anything else
)

// columnDefault is the default of a column. The text of a string has no quotes.
type columnDefault struct {
	kind defaultKind
	text string
}

var (
	numberOrBits = regexp.MustCompile(`^(-?[0-9.]+(e[-+]?[0-9]+)?|0x[0-9a-f]*|[bx]'[0-9a-f]*')$`)
	now          = regexp.MustCompile(`(?i)^current_timestamp(\([0-6]?\))?$`)

	unescapedLiteral = strings.NewReplacer(`\\`, `\`, `''`, `'`)
)

// readDefault returns the default of a column from the notation of the catalog. MariaDB 10.2.7 and later quote
// strings and do not quote expressions (MariaDB documentation, "Information Schema COLUMNS Table"). Every other
// server does not quote constants, and MySQL 8.0.13 and later mark expressions with DEFAULT_GENERATED (MySQL 8.4
// Reference Manual, "The INFORMATION_SCHEMA COLUMNS Table"). ok is false for MariaDB 10.2.1 to 10.2.6, which support
// expressions but do not mark them.
func readDefault(source datasource.Server, c datasource.Column) (d columnDefault, ok bool) {
	if c.Default == nil {
		return d, true
	}
	text := *c.Default
	quotes := source.IsMariaDB() && source.Version.AtLeast(10, 2, 7)
	timed := c.DataType == "datetime" || c.DataType == "timestamp"
	switch {
	case timed && now.MatchString(text):
		return columnDefault{nowDefault, text}, true
	case quotes && text == "NULL":
		return d, true
	case quotes && strings.HasPrefix(text, "'"):
		return columnDefault{literalDefault, unescapedLiteral.Replace(strings.TrimSuffix(text[1:], "'"))}, true
	case quotes && numberOrBits.MatchString(strings.ToLower(text)):
		return columnDefault{literalDefault, text}, true
	case quotes, strings.Contains(c.Extra, "default_generated"):
		return columnDefault{expressionDefault, text}, true
	}
	return columnDefault{literalDefault, text}, !source.IsMariaDB() || source.Version.Before(10, 2, 1)
}

// expressionDefaults reports whether a server accepts any expression as a default (MySQL 8.4 Reference Manual, "Data
// Type Default Values": 8.0.13; MariaDB documentation, "CREATE TABLE": 10.2.1, both also for TEXT and BLOB; OceanBase
// V4.3, "CREATE TABLE": a constant or the current time). known is false if that is not known.
func expressionDefaults(s datasource.Server) (accepted, known bool) {
	switch {
	case s.IsMySQL():
		return s.Version.AtLeast(8, 0, 13), true
	case s.IsMariaDB():
		return s.Version.AtLeast(10, 2, 1), true
	}
	return false, s.IsOceanBase()
}

func runColumnDefault(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	if p.Route.Source.Dialect() == datasource.OracleDialect {
		return runOracleDefault(ctx, p, mapping)
	}
	c := columnDefaultRun{Pass: p, refused: checks.Fail}
	if c.columns, err = datasource.FactColumns.Of(ctx, p.Source()); err != nil {
		return err
	}
	if c.source, err = datasource.FactServer.Of(ctx, p.Source()); err != nil {
		return err
	}
	if c.dest, err = datasource.FactServer.Of(ctx, p.Dest()); err != nil {
		return err
	}
	if c.charsets, err = datasource.FactCharsets.Of(ctx, p.Dest()); err != nil {
		return err
	}
	variables, err := datasource.FactVariables.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	mode, ok := variables.Lookup("sql_mode")
	if !ok {
		return sysvar.Missing(c.dest, "sql_mode")
	}
	c.modes = sysvar.SQLModes(mode)
	explicit, _ := variables.On("explicit_defaults_for_timestamp")
	c.implies = !explicit && (c.dest.IsMySQL() || c.dest.IsMariaDB())
	report.Newer(p, c.dest, p.Term("rules"))
	if !c.dest.IsMySQL() && !c.dest.IsMariaDB() {
		c.refused = checks.Warn
	}
	for _, pair := range mapping.BaseTables() {
		for _, column := range c.columns.Of(pair.Source) {
			if !column.Generated() {
				c.column(pair, column)
			}
		}
		c.reportDates(pair)
		if c.implies {
			c.implied(pair)
		}
	}
	return c.unreadable
}

type columnDefaultRun struct {
	*checks.Pass
	source, dest datasource.Server
	columns      datasource.TableRows[datasource.Column]
	charsets     datasource.Charsets // of the destination
	modes        []string            // of the destination
	implies      bool                // it sets a default for a TIMESTAMP without one
	refused      checks.Level        // of what the destination does not accept: the rules of OceanBase are less known
	unreadable   error               // of a default that could not be checked
	dates        []checks.Finding    // about dates of the current table
	dropDates    []string            // the clauses that remove these
}

// reportDates reports the dates of a table. The server checks all its defaults for the mode of the session with each
// change, so one statement removes all of them.
func (c *columnDefaultRun) reportDates(pair checks.TablePair) {
	for _, f := range c.dates {
		f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(c.Route.Source, pair.Source) + " " +
			strings.Join(c.dropDates, ", ")}
		c.Report(f)
	}
	c.dates, c.dropDates = nil, nil
}

// implied reports TIMESTAMP columns for which a destination without explicit_defaults_for_timestamp sets a default:
// those that are NOT NULL without one. The first TIMESTAMP of the table gets the current time, also with each UPDATE,
// unless it has ON UPDATE. The others get a zero date (MySQL 8.4 Reference Manual, "Server System Variables"; tried on
// MySQL 9.7 and MariaDB 10.11, which reject that with NO_ZERO_DATE, with and without strict mode).
func (c *columnDefaultRun) implied(pair checks.TablePair) {
	first := true
	for _, column := range c.columns.Of(pair.Source) {
		if column.DataType != "timestamp" {
			continue
		}
		if !column.Generated() && !column.Nullable && column.Default == nil {
			f := checks.Finding{Rule: "implied_time", Level: checks.Warn,
				Object: checks.ColumnObject(pair.Source, column.Name), Args: checks.Args{"dest": c.dest}}
			if !first || strings.Contains(column.Extra, "on update") {
				f.Rule = "implied_date"
				if slices.Contains(c.modes, "NO_ZERO_DATE") {
					f.Rule, f.Level = "implied_zero", checks.Fail
				}
			}
			c.Report(f)
		}
		first = false
	}
}

// report adds a finding with the statement that removes the default. An empty expected value is that of the page, with
// the arguments name, value, …
func (c *columnDefaultRun) report(
	pair checks.TablePair, column datasource.Column, rule string, level checks.Level, expected string, args ...any,
) {
	drop := " DROP DEFAULT"
	switch {
	case rule == "precision":
		drop = " SET DEFAULT " + expected
	case column.Nullable && (c.source.IsMariaDB() || !column.LOB()): // MySQL refuses even NULL for a LOB (error 1101)
		drop = " SET DEFAULT NULL"
	}
	f := defaultFinding(pair, column, rule, level, expected, c.dest, args)
	drop = "ALTER COLUMN " + checks.Quote(c.Route.Source, column.Name) + drop
	switch rule {
	case "parentheses": // MariaDB shows the parentheses of CASE, but not those of a function
		f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(c.Route.Source, pair.Source) + " ALTER COLUMN " +
			checks.Quote(c.Route.Source, column.Name) + " SET DEFAULT (CASE WHEN 1 THEN " + *column.Default + " END)"}
	case "zero_date", "no_day":
		c.dates, c.dropDates = append(c.dates, f), append(c.dropDates, drop)
		return
	default:
		f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(c.Route.Source, pair.Source) + " " + drop}
	}
	c.Report(f)
}

// defaultFinding returns a finding about a default, with the arguments name, value, …
func defaultFinding(
	pair checks.TablePair, column datasource.Column, rule string, level checks.Level, expected string,
	dest datasource.Server, args []any,
) checks.Finding {
	f := checks.Finding{Rule: rule, Level: level, Object: checks.ColumnObject(pair.Source, column.Name),
		Actual: "DEFAULT " + *column.Default, Expected: expected, Args: checks.Args{"dest": dest}}
	for i := 0; i+1 < len(args); i += 2 {
		f.Args[args[i].(string)] = args[i+1]
	}
	return f
}

// column checks the default of a column.
func (c *columnDefaultRun) column(pair checks.TablePair, column datasource.Column) {
	d, ok := readDefault(c.source, column)
	expressions, known := expressionDefaults(c.dest)
	object := checks.ColumnObject(pair.Source, column.Name)
	switch {
	case !ok && c.unreadable == nil:
		c.unreadable = c.NotChecked("constant_or_expression", "source", c.source, "column", object)
	case d.kind == literalDefault && column.LOB():
		c.lobConstant(pair, column, d.text)
	case d.kind == literalDefault && slices.Contains([]string{"date", "datetime", "timestamp"}, column.DataType):
		c.dateConstant(pair, column, d.text)
	case d.kind == nowDefault && c.source.IsMariaDB() && c.dest.IsMySQL() && fraction(d.text) != column.Precision:
		c.report(pair, column, "precision", checks.Fail, fmt.Sprintf("CURRENT_TIMESTAMP(%d)", column.Precision))
	case d.kind == expressionDefault && !known && c.unreadable == nil:
		c.unreadable = c.NotChecked("expression_unknown", "dest", c.dest, "column", object)
	case d.kind == expressionDefault && known && !expressions:
		c.report(pair, column, "expression", c.refused, "")
	case d.kind == expressionDefault && known:
		c.expression(pair, column, d.text)
	}
}

// fraction returns the fractional second digits of CURRENT_TIMESTAMP. MySQL requires those of the column (error 1067;
// MySQL 8.4 Reference Manual, "Automatic Initialization and Updating for TIMESTAMP and DATETIME"), MariaDB accepts
// fewer.
func fraction(text string) int {
	_, digits, _ := strings.Cut(text, "(")
	n, _ := strconv.Atoi(strings.TrimSuffix(digits, ")")) // none is 0
	return n
}

// lobConstant checks a constant of a TEXT, BLOB, JSON or spatial column. MariaDB accepts it since it accepts
// expressions. MySQL rejects it (error 1101), except an empty string without strict mode, which it ignores with a
// warning.
func (c *columnDefaultRun) lobConstant(pair checks.TablePair, column datasource.Column, text string) {
	if expressions, _ := expressionDefaults(c.dest); expressions && c.dest.IsMariaDB() {
		return
	}
	level := c.refused
	if text == "" && !sysvar.IsStrict(c.modes) {
		level = checks.Warn
	}
	c.report(pair, column, "lob", level, "")
}

// lastTimestamp is the last one of 32 bits, in UTC (MySQL 8.4 Reference Manual, "The DATE, DATETIME, and TIMESTAMP
// Types").
const lastTimestamp = "2038-01-19 03:14:07"

// dateConstant checks a constant date for the mode of the destination. MySQL rejects zero parts only in strict mode,
// MariaDB always if the mode does not allow them.
func (c *columnDefaultRun) dateConstant(pair checks.TablePair, column datasource.Column, text string) {
	date, _, _ := strings.Cut(text, " ")
	var year, month, day int
	if n, err := fmt.Sscanf(date, "%d-%d-%d", &year, &month, &day); n != 3 || err != nil {
		return
	}
	exists := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
	mode := ""
	switch {
	case year == 0 && month == 0 && day == 0:
		mode = "NO_ZERO_DATE"
	case month == 0 || day == 0:
		mode = "NO_ZERO_IN_DATE"
	case !exists && !slices.Contains(c.modes, "ALLOW_INVALID_DATES"):
		c.report(pair, column, "no_day", c.refused, "")
		return
	case column.DataType == "timestamp" && text > lastTimestamp && !coltype.WideTimestamp(c.dest):
		c.report(pair, column, "after_2038", c.refused, "≤ '"+lastTimestamp+"'")
		return
	}
	if mode != "" && slices.Contains(c.modes, mode) && (c.dest.IsMariaDB() || sysvar.IsStrict(c.modes)) {
		c.report(pair, column, "zero_date", c.refused, "", "mode", mode)
	}
}

// expression checks an expression.
func (c *columnDefaultRun) expression(pair checks.TablePair, column datasource.Column, text string) {
	plain := mysqlexpr.PlainText(c.source, text)
	expression := mysqlexpr.Read(plain)
	usesSequence := slices.Contains(expression.Functions, "nextval") || slices.Contains(expression.Functions, "lastval")
	if c.source.IsMariaDB() && usesSequence {
		if c.dest.IsMariaDB() {
			c.report(pair, column, "sequence_needed", checks.Warn, "")
		} else {
			c.report(pair, column, "sequence", c.refused, c.Term("no_sequence"))
		}
		return
	}
	for _, function := range expression.Functions {
		switch mysqlexpr.InDefault(c.source, c.dest, function) {
		case product.Refused:
			c.report(pair, column, "function_refused", checks.Fail, "", "function", strings.ToUpper(function)+"()")
			return
		case product.Unknown:
			c.report(pair, column, "function_unknown", checks.Warn, "", "function", strings.ToUpper(function)+"()")
			return
		}
	}
	if s := mysqlexpr.Misread(c.source, c.dest, plain); s.Written != "" && !mysqlexpr.IsLiteral(plain) {
		s.Refused = s.Refused || !mysqlexpr.Holds(column.Charset, s.Text)
		rule, level := misread(s, c.dest)
		c.report(pair, column, rule, level, cmp.Or(s.Instead, c.Term("ascii")), "string", s.Written)
		return
	}
	for _, collation := range expression.Collations {
		if !c.charsets.HasCollation(collation) {
			c.report(pair, column, "collation_missing", c.refused, "", "collation", collation)
			return
		}
	}
	if absent, sure := mysqlexpr.Missing(c.dest, expression); len(absent) > 0 {
		level := c.refused
		if !sure {
			level = checks.Warn
		}
		c.report(pair, column, "clause_missing", level, "", "clause", absent[0])
		return
	}
	for _, f := range comparisons(c.source, c.dest, c.modes, pair, c.columns.Of(pair.Source), plain) {
		f.Object = checks.ColumnObject(pair.Source, column.Name)
		c.Report(f)
	}
	if c.dest.IsMariaDB() && !c.source.IsMariaDB() && mysqlexpr.Unfit(plain, column.ColumnType) {
		c.report(pair, column, "unfit", checks.Fail, "")
	}
	if !c.dest.IsMySQL() || !c.source.IsMariaDB() {
		return
	}
	if expression.Variables {
		c.report(pair, column, "variable", checks.Fail, "")
		return
	}
	columns := c.columns.Of(pair.Source)
	for _, name := range expression.Names {
		named := func(other datasource.Column) bool { return strings.EqualFold(other.Name, name) }
		at := slices.IndexFunc(columns, named)
		if at < 0 || columns[at].Position <= column.Position {
			continue
		}
		if later, _ := readDefault(c.source, columns[at]); later.kind == expressionDefault || columns[at].Generated() {
			c.report(pair, column, "later_column", checks.Fail, "", "column", columns[at].Name)
			return
		}
	}
	if !mysqlexpr.InParentheses(text) {
		c.report(pair, column, "parentheses", c.OfOriginalDDL(), "DEFAULT ("+text+")")
	}
}
