package common

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// ColumnDiff is RDB_COLUMN_DIFF between databases of the MySQL protocol.
var ColumnDiff = &checks.Check{
	Type:     "RDB_COLUMN_DIFF",
	Page:     checks.ReadPage(pages, "column_diff.md"),
	Level:    checks.Fail,
	On:       []checks.Side{checks.Dest},
	Phases:   checks.Full | checks.Incremental | checks.Reverse,
	Sources:  checks.MySQLMode,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Compares: true,
	Run:      runColumnDiff,
}

func runColumnDiff(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	present, err := p.Dest().Tables(ctx)
	if err != nil {
		return err
	}
	d := columnDiffRun{Pass: p}
	if d.source, err = p.Source().Columns(ctx); err != nil {
		return err
	}
	if d.dest, err = p.Dest().Columns(ctx); err != nil {
		return err
	}
	compared := 0
	for _, pair := range mapping.HoldingRows() {
		if there := present.Find(pair.Dest); there != nil && there.HoldsRows() {
			compared++
			if err := d.table(ctx, pair); err != nil {
				return err
			}
			if err := d.rules(ctx, pair); err != nil {
				return err
			}
		}
	}
	if compared == 0 {
		p.Inform("none of the tables is on the destination yet: there was nothing to compare")
	}
	return nil
}

type columnDiffRun struct {
	*checks.Pass
	source, dest datasource.ByTable[datasource.Column]
}

func (d *columnDiffRun) differs(rule string, level checks.Level, o checks.Object, actual, want string, sql ...string) {
	d.Report(checks.Finding{Rule: rule, Level: level, Object: o, Actual: actual, Want: want, SQL: sql})
}

func (d *columnDiffRun) table(ctx context.Context, pair checks.TablePair) error {
	from, to := d.source.Of(pair.Source), d.dest.Of(pair.Dest)
	at := make(map[string]int, len(to))
	for i, c := range to {
		at[strings.ToLower(c.Name)] = i
	}
	last, ordered := -1, true
	matched := make([]bool, len(to))
	for _, s := range from {
		object := checks.ColumnObject(pair.Dest, s.Name)
		i, found := at[strings.ToLower(s.Name)]
		if !found {
			d.missing(pair, object, s)
			continue
		}
		matched[i] = true
		ordered = ordered && i > last
		last = i
		if err := d.column(ctx, pair, object, s, to[i]); err != nil {
			return err
		}
	}
	for i, c := range to {
		if !matched[i] {
			d.extra(pair, c)
		}
	}
	if !ordered {
		d.differs("order", checks.Info, checks.TableObject(pair.Dest), "columns "+names(to), "columns "+names(from))
	}
	return nil
}

func (d *columnDiffRun) missing(pair checks.TablePair, object checks.Object, s datasource.Column) {
	level := checks.Fail
	if s.Generated() {
		level = checks.Warn
	}
	var sql []string
	if slices.Contains(everywhere, s.DataType) && !s.Generated() && !s.AutoIncrement() {
		sql = []string{d.alter(pair, "ADD COLUMN", s.Name, s.ColumnType, s.ColumnType.Charset, "", s.Nullable)}
	}
	d.differs("missing", level, object, "no such column", s.ColumnType.ColumnType, sql...)
}

func (d *columnDiffRun) extra(pair checks.TablePair, c datasource.Column) {
	object := checks.ColumnObject(pair.Dest, c.Name)
	if c.Nullable || c.Default != nil || c.AutoIncrement() || c.Generated() || strings.Contains(c.Extra, "default_generated") {
		d.differs("extra", checks.Info, object, c.ColumnType.ColumnType, "no such column")
		return
	}
	d.differs("extra_required", checks.Fail, object, c.ColumnType.ColumnType+" NOT NULL without a default", "a default, or NULL allowed", d.modify(pair, c, c.ColumnType, true)...)
}

func (d *columnDiffRun) column(ctx context.Context, pair checks.TablePair, object checks.Object, s, t datasource.Column) error {
	if t.Generated() && !s.Generated() {
		d.differs("generated", checks.Fail, object, "generated: "+t.Generation, "a column that takes values")
		return nil
	}
	verdict := fitOf(s.ColumnType, t.ColumnType)
	if s.DataType == "longtext" && t.DataType == "json" {
		valid, err := holdsJSON(ctx, d.Source(), pair.Source, s.Name)
		if err != nil {
			return err
		}
		if valid {
			verdict = holds
		}
	}
	if d.Route.Dest == datasource.MariaDB && t.DataType == "longtext" && verdict == holds && (kindOf(s.ColumnType) == "text" || kindOf(s.ColumnType) == "list") {
		stays, err := d.staysJSON(ctx, pair, s, t)
		if err != nil {
			return err
		}
		if !stays {
			verdict = changes
		}
	}
	wanted := t.ColumnType // one statement mends all that is wrong with the column
	if verdict == narrower {
		wanted = s.ColumnType
	}
	strict := s.Nullable && !t.Nullable && !t.AutoIncrement()
	mend := d.modify(pair, t, wanted, t.Nullable || strict)
	switch verdict {
	case narrower:
		d.differs("narrower", checks.Fail, object, described(t), described(s), mend...)
	case changes:
		d.differs("changed", checks.Warn, object, described(t), described(s))
	}
	if strict {
		d.differs("not_null", checks.Warn, object, "NOT NULL", "NULL allowed, as on the source", mend...)
	}
	return nil
}

// staysJSON tells whether a text goes where text may be, or JSON where MariaDB's JSON is.
func (d *columnDiffRun) staysJSON(ctx context.Context, pair checks.TablePair, s, t datasource.Column) (bool, error) {
	there, err := holdsJSON(ctx, d.Dest(), pair.Dest, t.Name)
	if err != nil || !there {
		return err == nil, err
	}
	return holdsJSON(ctx, d.Source(), pair.Source, s.Name)
}

// rules looks at the CHECK constraints of the destination's table: one over columns that none of the source is over may
// refuse its rows. A check that a text is JSON belongs to the column's type.
func (d *columnDiffRun) rules(ctx context.Context, pair checks.TablePair) error {
	there, err := d.Dest().CheckConstraints(ctx)
	if err != nil || len(there.Of(pair.Dest)) == 0 {
		return err
	}
	here, err := d.Source().CheckConstraints(ctx)
	if err != nil {
		return err
	}
	columns := func(of datasource.Type, k datasource.CheckConstraint) string {
		names := readClause(k.Clause, of == datasource.MariaDB).names
		slices.Sort(names)
		return strings.ToLower(strings.Join(slices.Compact(names), ","))
	}
	for _, k := range there.Of(pair.Dest) {
		alike := slices.ContainsFunc(here.Of(pair.Source), func(other datasource.CheckConstraint) bool {
			return columns(d.Route.Source, other) == columns(d.Route.Dest, k)
		})
		if !k.Enforced || alike || strings.HasPrefix(strings.ToLower(k.Clause), "json_valid(") {
			continue
		}
		d.differs("check", checks.Warn, constraintObject(pair.Dest, k.Name), "CHECK ("+k.Clause+")", "no such rule, or the same on the source", d.dropCheck(pair, k)...)
	}
	return nil
}

// dropCheck gives the statement that drops a constraint of the destination; MariaDB has none for one in a column's definition.
func (d *columnDiffRun) dropCheck(pair checks.TablePair, k datasource.CheckConstraint) []string {
	drop := map[datasource.Type]string{datasource.MySQL: " DROP CHECK ", datasource.MariaDB: " DROP CONSTRAINT "}[d.Route.Dest]
	if drop == "" || k.Column {
		return nil
	}
	return []string{"ALTER TABLE " + checks.QuoteTable(d.Route.Dest, pair.Dest) + drop + checks.Quote(d.Route.Dest, k.Name)}
}

// holdsJSON tells whether a column is MariaDB's JSON: LONGTEXT with a check.
func holdsJSON(ctx context.Context, facts *datasource.Facts, table datasource.TableName, column string) (bool, error) {
	constraints, err := facts.CheckConstraints(ctx)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(constraints.Of(table), func(c datasource.CheckConstraint) bool {
		return strings.EqualFold(c.Clause, "json_valid("+checks.Quote(datasource.MariaDB, column)+")")
	}), nil
}

// modify gives the statement that gives a column of the destination the type of as, keeping
// its character set; none where it would drop a default, a numbering or an expression.
func (d *columnDiffRun) modify(pair checks.TablePair, c datasource.Column, as *datasource.ColumnType, nullable bool) []string {
	if c.Default != nil && *c.Default != "NULL" || c.Extra != "" || c.Generated() || !slices.Contains(everywhere, as.DataType) {
		return nil
	}
	statement := d.alter(pair, "MODIFY", c.Name, as, c.Charset, c.Collation, nullable)
	if c.Comment != nil {
		statement += " COMMENT " + checks.QuoteString(*c.Comment)
	}
	return []string{statement}
}

func (d *columnDiffRun) alter(pair checks.TablePair, verb, name string, as *datasource.ColumnType, charset, collation string, nullable bool) string {
	t := d.Route.Dest
	statement := fmt.Sprintf("ALTER TABLE %s %s %s %s", checks.QuoteTable(t, pair.Dest), verb, checks.Quote(t, name), as.ColumnType)
	if as.Charset != "" && charset != "" {
		statement += " CHARACTER SET " + charset
		if collation != "" {
			statement += " COLLATE " + collation
		}
	}
	if nullable {
		return statement + " NULL"
	}
	return statement + " NOT NULL"
}

// described writes a column's type, and its character set where it has one.
func described(c datasource.Column) string {
	if c.Charset == "" {
		return c.ColumnType.ColumnType
	}
	return c.ColumnType.ColumnType + " " + c.Charset
}

func names(columns []datasource.Column) string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = c.Name
	}
	return strings.Join(all, ", ")
}
