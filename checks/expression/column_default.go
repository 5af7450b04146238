package expression

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/checks/internal/report"
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
		Source:  checks.Facts{datasource.FactColumns, datasource.FactServer},
		Dest:    checks.Facts{datasource.FactCharsets, datasource.FactOracleSequences, datasource.FactServer, datasource.FactTables, datasource.FactVariables},
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

// columnDefault is a column's default. The text of a string is without its quotes.
type columnDefault struct {
	kind defaultKind
	text string
}

var (
	numberOrBits = regexp.MustCompile(`^(-?[0-9.]+(e[-+]?[0-9]+)?|0x[0-9a-f]*|[bx]'[0-9a-f]*')$`)
	now          = regexp.MustCompile(`(?i)^current_timestamp(\([0-6]?\))?$`)

	unescapedLiteral = strings.NewReplacer(`\\`, `\`, `''`, `'`)
)

// readDefault tells what a default is from how the source's catalog writes it: MariaDB 10.2.7 and
// later quote strings and write expressions bare (MariaDB documentation, "Information Schema COLUMNS
// Table"), every other server writes constants bare and MySQL 8.0.13 and later mark expressions with
// DEFAULT_GENERATED (MySQL 8.4 Reference Manual, "The INFORMATION_SCHEMA COLUMNS Table"). ok is false
// for MariaDB 10.2.1 to 10.2.6, which have expressions and do not mark them.
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

// expressionDefaults tells whether a server takes any expression as a default (MySQL 8.4 Reference
// Manual, "Data Type Default Values": 8.0.13; MariaDB documentation, "CREATE TABLE": 10.2.1, both of
// which take TEXT and BLOB with it; OceanBase V4.3, "CREATE TABLE": a constant or the current time);
// known is false where that is not known.
func expressionDefaults(s datasource.Server) (has, known bool) {
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
	if p.Route.Source.OracleLike() {
		return runOracleDefault(ctx, p, mapping)
	}
	c := columnDefaultRun{Pass: p, refused: checks.Fail}
	if c.columns, err = p.Source().Columns(ctx); err != nil {
		return err
	}
	if c.source, err = p.Source().Server(ctx); err != nil {
		return err
	}
	if c.dest, err = p.Dest().Server(ctx); err != nil {
		return err
	}
	if c.charsets, err = p.Dest().Charsets(ctx); err != nil {
		return err
	}
	variables, err := p.Dest().Variables(ctx)
	if err != nil {
		return err
	}
	mode, ok := variables.Lookup("sql_mode")
	if !ok {
		return &datasource.Error{Class: datasource.ErrUnsupported, Cause: fmt.Sprintf("%s shows no variable sql_mode", c.dest)}
	}
	c.modes = strings.Split(strings.ToUpper(mode), ",")
	explicit, _ := variables.On("explicit_defaults_for_timestamp")
	c.implies = !explicit && (c.dest.IsMySQL() || c.dest.IsMariaDB())
	report.Newer(p, c.dest, "the rules for defaults")
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
		if c.implies && slices.Contains(c.modes, "NO_ZERO_DATE") {
			c.impliedZero(pair)
		}
	}
	return c.unread
}

type columnDefaultRun struct {
	*checks.Pass
	source, dest datasource.Server
	columns      datasource.ByTable[datasource.Column]
	charsets     datasource.Charsets // of the destination
	modes        []string            // of the destination
	implies      bool                // it gives a TIMESTAMP that says nothing of its default one
	refused      checks.Level        // of what the destination does not take: OceanBase's own rules are less known
	unread       error               // a default that could not be judged
	dates        []checks.Finding    // about dates of the table at hand
	undated      []string            // what takes these away
}

// reportDates reports the dates of a table. The server holds all of its defaults against the session's mode with each
// change: one statement takes all away.
func (c *columnDefaultRun) reportDates(pair checks.TablePair) {
	for _, f := range c.dates {
		f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(c.Route.Source, pair.Source) + " " + strings.Join(c.undated, ", ")}
		c.Report(f)
	}
	c.dates, c.undated = nil, nil
}

// impliedZero reports TIMESTAMP columns to which a destination without explicit_defaults_for_timestamp gives a zero date: those that are
// NOT NULL without a default, but for the first TIMESTAMP of the table, which gets the current time unless it has ON UPDATE
// (MySQL 8.4 Reference Manual, "Server System Variables"; tried on MySQL 9.7 and MariaDB 10.11, which refuse it in either
// mode, strict or not).
func (c *columnDefaultRun) impliedZero(pair checks.TablePair) {
	first := true
	for _, column := range c.columns.Of(pair.Source) {
		if column.DataType != "timestamp" {
			continue
		}
		if !column.Generated() && !column.Nullable && column.Default == nil && (!first || strings.Contains(column.Extra, "on update")) {
			c.Report(checks.Finding{Rule: "implied_zero", Level: checks.Fail, Object: checks.ColumnObject(pair.Source, column.Name), Actual: "NOT NULL without a default",
				Expected: "explicit_defaults_for_timestamp=ON at the destination, or a default", Args: checks.Args{"dest": c.dest.String()}})
		}
		first = false
	}
}

// report adds a finding with the statement that takes the default away.
func (c *columnDefaultRun) report(pair checks.TablePair, column datasource.Column, rule string, level checks.Level, want string) {
	take := " DROP DEFAULT"
	if rule == "precision" {
		take = " SET DEFAULT " + want
	} else if column.Nullable && (c.source.IsMariaDB() || !column.LOB()) { // MySQL refuses even NULL for a LOB (error 1101)
		take = " SET DEFAULT NULL"
	}
	f := checks.Finding{Rule: rule, Level: level, Object: checks.ColumnObject(pair.Source, column.Name), Actual: "DEFAULT " + *column.Default, Expected: want,
		Args: checks.Args{"dest": c.dest.String()}}
	take = "ALTER COLUMN " + checks.Quote(c.Route.Source, column.Name) + take
	switch rule {
	case "zero_date", "no_day":
		c.dates, c.undated = append(c.dates, f), append(c.undated, take)
		return
	case "parentheses":
	default:
		f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(c.Route.Source, pair.Source) + " " + take}
	}
	c.Report(f)
}

func (c *columnDefaultRun) column(pair checks.TablePair, column datasource.Column) {
	d, ok := readDefault(c.source, column)
	expressions, known := expressionDefaults(c.dest)
	object := checks.ColumnObject(pair.Source, column.Name)
	switch {
	case !ok && c.unread == nil:
		c.unread = fmt.Errorf("%s does not tell whether the default of %s is a constant or an expression", c.source, object)
	case d.kind == literalDefault && column.LOB():
		c.ofLOB(pair, column, d.text)
	case d.kind == literalDefault && slices.Contains([]string{"date", "datetime", "timestamp"}, column.DataType):
		c.ofDate(pair, column, d.text)
	case d.kind == nowDefault && c.source.IsMariaDB() && c.dest.IsMySQL() && fraction(d.text) != column.Precision:
		c.report(pair, column, "precision", checks.Fail, fmt.Sprintf("CURRENT_TIMESTAMP(%d)", column.Precision))
	case d.kind == expressionDefault && !known && c.unread == nil:
		c.unread = fmt.Errorf("it is not known whether %s takes the default of %s, an expression", c.dest, object)
	case d.kind == expressionDefault && known && !expressions:
		c.report(pair, column, "expression", c.refused, "a constant")
	case d.kind == expressionDefault && known:
		c.ofExpression(pair, column, d.text)
	}
}

// fraction gives the digits of a second that CURRENT_TIMESTAMP is written with: MySQL wants those of the column (error
// 1067; MySQL 8.4 Reference Manual, "Automatic Initialization and Updating for TIMESTAMP and DATETIME"), MariaDB takes fewer.
func fraction(text string) int {
	_, digits, _ := strings.Cut(text, "(")
	n, _ := strconv.Atoi(strings.TrimSuffix(digits, ")")) // none is 0
	return n
}

// ofLOB judges a constant of a TEXT, BLOB, JSON or spatial column: MariaDB takes it with expressions, MySQL never
// (error 1101), but for an empty string outside the strict mode, which it forgets with a warning.
func (c *columnDefaultRun) ofLOB(pair checks.TablePair, column datasource.Column, text string) {
	if expressions, _ := expressionDefaults(c.dest); expressions && c.dest.IsMariaDB() {
		return
	}
	level := c.refused
	if text == "" && !c.strict() {
		level = checks.Warn
	}
	c.report(pair, column, "lob", level, "no default, or an expression in parentheses where the destination takes those")
}

func (c *columnDefaultRun) strict() bool {
	return slices.Contains(c.modes, "STRICT_TRANS_TABLES") || slices.Contains(c.modes, "STRICT_ALL_TABLES")
}

// ofDate judges a constant date against the destination's mode. MySQL refuses zeroes in the strict
// mode alone, MariaDB whenever the mode forbids them.
func (c *columnDefaultRun) ofDate(pair checks.TablePair, column datasource.Column, text string) {
	date, _, _ := strings.Cut(text, " ")
	var year, month, day int
	if n, err := fmt.Sscanf(date, "%d-%d-%d", &year, &month, &day); n != 3 || err != nil {
		return
	}
	mode := ""
	switch {
	case year == 0 && month == 0 && day == 0:
		mode = "NO_ZERO_DATE"
	case month == 0 || day == 0:
		mode = "NO_ZERO_IN_DATE"
	case time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() != day && !slices.Contains(c.modes, "ALLOW_INVALID_DATES"):
		c.report(pair, column, "no_day", c.refused, "a day that exists, or ALLOW_INVALID_DATES in the destination's sql_mode")
		return
	}
	if mode != "" && slices.Contains(c.modes, mode) && (c.dest.IsMariaDB() || c.strict()) {
		c.report(pair, column, "zero_date", c.refused, "a date without zeroes, or the destination's sql_mode without "+mode)
	}
}

func (c *columnDefaultRun) ofExpression(pair checks.TablePair, column datasource.Column, text string) {
	clause := mysqlexpr.ReadClause(text, c.source.IsMariaDB())
	if c.source.IsMariaDB() && (slices.Contains(clause.Functions, "nextval") || slices.Contains(clause.Functions, "lastval")) {
		if c.dest.IsMariaDB() {
			c.report(pair, column, "sequence_needed", checks.Warn, "the sequence on the destination, under that name")
		} else {
			c.report(pair, column, "sequence", c.refused, "no sequence")
		}
		return
	}
	for _, function := range clause.Functions {
		switch mysqlexpr.InDefault(c.source, c.dest, function) {
		case product.Refused:
			c.report(pair, column, "function_refused", checks.Fail, "functions that the destination accepts in DEFAULT, not "+strings.ToUpper(function)+"()")
			return
		case product.Unknown:
			c.report(pair, column, "function_unknown", checks.Warn, "functions that the destination is known to accept in DEFAULT, not "+strings.ToUpper(function)+"()")
			return
		}
	}
	plain := mysqlexpr.PlainText(c.source, text)
	if written, instead := mysqlexpr.Misread(c.source, c.dest, plain); written != "" && !mysqlexpr.IsLiteral(plain) {
		c.report(pair, column, "string_misread", mysqlexpr.RefusedBy(c.dest), instead+" in place of "+written)
		return
	}
	definition := mysqlexpr.ReadDefinition(plain)
	for _, collation := range definition.Collations {
		if !c.charsets.HasCollation(collation) {
			c.report(pair, column, "collation_missing", c.refused, "a collation that the destination has, not "+collation)
			return
		}
	}
	if absent, sure := mysqlexpr.Missing(c.dest, definition); len(absent) > 0 {
		level := c.refused
		if !sure {
			level = checks.Warn
		}
		c.report(pair, column, "clause_missing", level, "an expression without "+absent[0])
		return
	}
	if !c.dest.IsMySQL() || !c.source.IsMariaDB() {
		return
	}
	if definition.Variables {
		c.report(pair, column, "variable", checks.Fail, "an expression without variables")
		return
	}
	columns := c.columns.Of(pair.Source)
	for _, name := range clause.Names {
		at := slices.IndexFunc(columns, func(other datasource.Column) bool { return strings.EqualFold(other.Name, name) })
		if at < 0 || columns[at].Position <= column.Position {
			continue
		}
		if later, _ := readDefault(c.source, columns[at]); later.kind == expressionDefault || columns[at].Generated() {
			c.report(pair, column, "later_column", checks.Fail, "columns that stand before it, not "+columns[at].Name)
			return
		}
	}
	if !inParentheses(text) {
		c.report(pair, column, "parentheses", checks.Warn, "DEFAULT ("+text+")")
	}
}

// inParentheses tells whether one pair of parentheses holds the whole of an expression.
func inParentheses(text string) bool {
	depth := 0
	for i, t := range mysqlexpr.Tokenize(text) {
		switch {
		case i > 0 && depth == 0, i == 0 && t.Text != "(":
			return false
		case t.Quoted:
		case t.Text == "(":
			depth++
		case t.Text == ")":
			depth--
		}
	}
	return depth == 0
}
