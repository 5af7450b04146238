package expression

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// GeneratedColumn is RDB_GENERATED_COLUMN.
var GeneratedColumn = &checks.Check{
	Type:     "RDB_GENERATED_COLUMN",
	Page:     checks.ReadPage(pages, "generated_column.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactColumns, datasource.FactIndexes, datasource.FactServer},
		Dest:    checks.Facts{datasource.FactCharsets, datasource.FactServer, datasource.FactVariables},
		Mapping: true,
	},
	Run: runGeneratedColumn,
}

func runGeneratedColumn(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	if p.Route.Source.Dialect() == datasource.OracleDialect {
		return runOracleGenerated(ctx, p, mapping)
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	var generated []checks.TablePair
	for _, pair := range mapping.BaseTables() {
		if slices.ContainsFunc(columns.Of(pair.Source), func(c datasource.Column) bool { return c.Generated() }) {
			generated = append(generated, pair)
		}
	}
	if len(generated) == 0 {
		return nil
	}
	g := generatedColumnRun{Pass: p}
	if g.source, err = datasource.FactServer.Of(ctx, p.Source()); err != nil {
		return err
	}
	if g.dest, err = datasource.FactServer.Of(ctx, p.Dest()); err != nil {
		return err
	}
	if g.charsets, err = datasource.FactCharsets.Of(ctx, p.Dest()); err != nil {
		return err
	}
	if g.modes, err = modesOfDest(ctx, p, g.dest); err != nil {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	report.Newer(p, g.dest, p.Term("rules"))
	for _, pair := range generated {
		g.table(pair, columns.Of(pair.Source), indexes.Of(pair.Source))
	}
	return nil
}

type generatedColumnRun struct {
	*checks.Pass
	source, dest datasource.Server
	charsets     datasource.Charsets
	modes        []string // those of sql_mode of the destination
}

// report adds a finding; an empty actual or expected value is that of the page.
func (g *generatedColumnRun) report(
	pair checks.TablePair, column datasource.Column, rule string, level checks.Level, actual, expected string,
	sql ...string,
) {
	g.Report(checks.Finding{Rule: rule, Level: level, Object: checks.ColumnObject(pair.Source, column.Name),
		Actual: actual, Expected: expected, SQL: sql, Args: checks.Args{"dest": g.dest}})
}

// table checks the generated columns of a table.
func (g *generatedColumnRun) table(pair checks.TablePair, columns []datasource.Column, indexes []datasource.Index) {
	for _, c := range columns {
		switch {
		case !c.Generated():
		case isRowTime(c):
			if !g.dest.IsMariaDB() {
				g.report(pair, c, "row_time", g.refused(), c.Generation, "")
			}
		case g.dest.IsMySQL() && g.dest.Version.Before(5, 7, 6):
			g.report(pair, c, "unsupported", checks.Fail, "", "")
		default:
			g.column(pair, c, columns, indexes)
		}
	}
}

// refused returns the level of what the destination does not accept: the rules of OceanBase are less known.
func (g *generatedColumnRun) refused() checks.Level {
	if g.dest.IsMySQL() || g.dest.IsMariaDB() {
		return checks.Fail
	}
	return checks.Warn
}

// isRowTime reports whether a column holds the time from or to which a row of a system-versioned table is valid.
func isRowTime(c datasource.Column) bool {
	return c.Generation == "ROW START" || c.Generation == "ROW END"
}

// column checks a generated column.
func (g *generatedColumnRun) column(
	pair checks.TablePair, c datasource.Column, columns []datasource.Column, indexes []datasource.Index,
) {
	covers := func(i datasource.Index) bool {
		return slices.ContainsFunc(i.Columns, func(part datasource.IndexColumn) bool { return part.Name == c.Name })
	}
	text := mysqlexpr.PlainText(g.source, c.Generation)
	expression := mysqlexpr.Read(text)
	names := func(other datasource.Column) bool {
		return slices.ContainsFunc(expression.Names, func(n string) bool { return strings.EqualFold(n, other.Name) })
	}
	stored := c.Stored || slices.ContainsFunc(indexes, covers)
	for _, function := range expression.Functions {
		switch mysqlexpr.InGenerated(g.source, g.dest, function, stored) {
		case product.Refused:
			g.report(pair, c, "function_refused", g.refused(), strings.ToUpper(function)+"()", "")
		case product.Unknown:
			g.report(pair, c, "function_unknown", checks.Warn, strings.ToUpper(function)+"()", "")
		}
	}
	if stored && g.dest.IsMariaDB() && !g.source.IsMariaDB() {
		text = g.sessionDependent(pair, c, columns, text)
	}
	level := g.refused()
	absent, sure := mysqlexpr.Missing(g.dest, expression)
	if !sure {
		level = checks.Warn
	}
	for _, missing := range absent {
		if !slices.Contains(expression.Functions, missing) {
			g.report(pair, c, "clause_missing", level, missing, "")
		}
	}
	for _, collation := range expression.Collations {
		if !g.charsets.HasCollation(collation) {
			g.report(pair, c, "collation_missing", g.refused(), collation, "")
		}
	}
	if s := mysqlexpr.Misread(g.source, g.dest, text); s.Written != "" {
		rule, level := misread(s, g.dest)
		g.report(pair, c, rule, level, s.Written, cmp.Or(s.Instead, g.Term("ascii")))
	}
	for _, f := range comparisons(g.source, g.dest, g.modes, pair, columns, text) {
		f.Object = checks.ColumnObject(pair.Source, c.Name)
		g.Report(f)
	}
	if g.dest.IsMySQL() {
		if expression.Variables {
			g.report(pair, c, "variable", checks.Fail, "", "")
		}
		for _, other := range columns {
			if other.AutoIncrement() && names(other) {
				g.report(pair, c, "auto_increment", checks.Fail, other.Name, "")
			}
		}
	}
	if g.dest.IsOceanBase() { // OceanBase Migration Service, incompatibilities of CREATE TABLE from MySQL
		for _, other := range columns {
			if other.Generated() && names(other) {
				g.report(pair, c, "other_generated", g.refused(), other.Name, "")
			}
		}
	}
	if !g.dest.IsMariaDB() || g.source.IsMariaDB() {
		return
	}
	primary := slices.ContainsFunc(indexes, func(i datasource.Index) bool { return i.Primary && covers(i) })
	switch {
	case primary:
		g.report(pair, c, "in_primary_key", checks.Fail, "", "")
	case c.DataType == "timestamp" && c.Nullable: // MySQL writes NULL only for a TIMESTAMP
		g.report(pair, c, "null", checks.Fail, "TIMESTAMP … NULL", "DATETIME")
	case !c.Nullable:
		g.report(pair, c, "not_null", checks.Fail, "NOT NULL", "NULL", g.allowNull(pair, c, text)...)
	}
}

// insteadOf holds the keys of the terms for what does not depend on the session.
var insteadOf = map[string]string{mysqlexpr.OnSubtraction: "instead_subtraction",
	mysqlexpr.OnRounding: "instead_rounding", mysqlexpr.OnLanguage: "instead_language",
	mysqlexpr.OnWeeks: "instead_weeks"}

// sessionDependent reports the parts of a stored expression whose value depends on the session. It returns the
// expression with those rewritten that have one meaning on MySQL.
func (g *generatedColumnRun) sessionDependent(
	pair checks.TablePair, c datasource.Column, columns []datasource.Column, text string,
) string {
	found := mysqlexpr.StoredDependences(text, c.ColumnType, columns)
	fixed := mysqlexpr.TrimChars(text, found)
	for _, d := range found {
		f := checks.Finding{Rule: "session_dependent", Level: checks.Fail,
			Object: checks.ColumnObject(pair.Source, c.Name), Actual: d.Part, Expected: "RTRIM(" + d.Part + ")",
			Args: checks.Args{"dest": g.dest, "on": g.Term(d.On)}}
		switch {
		case d.On != mysqlexpr.OnPadding:
			f.Expected = g.Term(insteadOf[d.On])
		case len(found) == 1 && c.Nullable:
			f.SQL = g.allowNull(pair, c, fixed)
		}
		g.Report(f)
	}
	return fixed
}

// allowNull returns the statement that defines the column again without NOT NULL, if it can define the whole column.
func (g *generatedColumnRun) allowNull(pair checks.TablePair, c datasource.Column, expression string) []string {
	if c.Invisible() || c.DataType == "timestamp" || coltype.KindOf(c.ColumnType) == "" ||
		slices.Contains(coltype.Spatial, c.DataType) {
		return nil
	}
	t := g.Route.Source
	sql := "ALTER TABLE " + checks.QuoteTable(t, pair.Source) + " MODIFY " + checks.Quote(t, c.Name) + " " +
		c.ColumnType.ColumnType
	if c.Collation != "" {
		sql += " CHARACTER SET " + c.Charset + " COLLATE " + c.Collation
	}
	kind := " VIRTUAL"
	if c.Stored {
		kind = " STORED"
	}
	sql += " GENERATED ALWAYS AS (" + expression + ")" + kind + " NULL"
	if c.Comment != nil {
		sql += " COMMENT " + checks.QuoteString(*c.Comment)
	}
	return []string{sql}
}
