package column

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/charset"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// ColumnDiff is RDB_COLUMN_DIFF.
var ColumnDiff = &checks.Check{
	Type:     "RDB_COLUMN_DIFF",
	Page:     checks.ReadPage(pages, "column_diff.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Full | checks.Incremental | checks.Reverse,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactCheckConstraints, datasource.FactColumns, datasource.FactNLS, datasource.FactServer},
		Dest:    checks.Facts{datasource.FactCheckConstraints, datasource.FactColumns, datasource.FactGrants, datasource.FactIdentityColumns, datasource.FactIndexes, datasource.FactNLS, datasource.FactOraclePrivileges, datasource.FactServer, datasource.FactTables},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "SYNC_SCHEMA_CONSISTENCY"}},
	Run: runColumnDiff,
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
	d := columnDiffRun{Pass: p, always: map[checks.Object]bool{}}
	if d.source, err = p.Source().Columns(ctx); err != nil {
		return err
	}
	if d.dest, err = p.Dest().Columns(ctx); err != nil {
		return err
	}
	if d.types, err = columnTypes(ctx, p); err != nil {
		return err
	}
	if p.Route.Dest.OracleLike() {
		if err := d.readNumbered(ctx); err != nil {
			return err
		}
	}
	compared := 0
	var absent []datasource.TableName
	for _, pair := range mapping.BaseTables() {
		switch there := present.Find(pair.Dest); {
		case there == nil:
			absent = append(absent, pair.Dest)
		case there.HoldsRows():
			compared++
			if err := d.table(ctx, pair); err != nil {
				return err
			}
			if p.Route.Source.OracleLike() {
				continue
			}
			if err := d.rules(ctx, pair); err != nil {
				return err
			}
		}
	}
	if compared == 0 {
		p.Inform("none of the tables is on the destination yet: there was nothing to compare")
	}
	return access.HiddenOnDest(ctx, p, absent)
}

type columnDiffRun struct {
	*checks.Pass
	source, dest datasource.ByTable[datasource.Column]
	types        typeRules
	always       map[checks.Object]bool // columns of an Oracle destination that take no values
}

// typeRules say how the columns of two databases compare.
type typeRules struct {
	// fit tells what becomes of the values of a column of the source in one of the destination.
	fit func(s, d datasource.Column) coltype.Fit
	// wide gives a type of the destination that holds all of a column of the source, nil where none
	// is known; there is the destination's column, nil where it is missing.
	wide func(s datasource.Column, there *datasource.Column) *datasource.ColumnType
}

// columnTypes gives the rules of a route.
func columnTypes(ctx context.Context, p *checks.Pass) (rules typeRules, err error) {
	if !p.Route.Source.OracleLike() {
		return typeRules{func(s, d datasource.Column) coltype.Fit { return coltype.FitOf(s.ColumnType, d.ColumnType) }, sameType}, nil
	}
	var sets coltype.OracleCharsets
	if sets.Source, err = characterSets(ctx, p.Source()); err != nil {
		return rules, err
	}
	if !p.Route.Dest.OracleLike() {
		set := sets.Source["NLS_CHARACTERSET"]
		return typeRules{func(s, d datasource.Column) coltype.Fit { return coltype.FitOracleToMySQL(s, d, set) }, coltype.WideMySQL}, nil
	}
	if sets.Dest, err = characterSets(ctx, p.Dest()); err != nil {
		return rules, err
	}
	source, err := p.Source().Server(ctx)
	if err != nil {
		return rules, err
	}
	dest, err := p.Dest().Server(ctx)
	return typeRules{sets.Fit, sets.Wide(source, dest)}, err
}

// characterSets reads the character sets of an Oracle-like database.
func characterSets(ctx context.Context, of *datasource.Facts) (datasource.NLS, error) {
	for _, parameter := range []string{"NLS_CHARACTERSET", "NLS_NCHAR_CHARACTERSET"} {
		if _, err := charset.CharacterSet(ctx, of, parameter); err != nil {
			return nil, err
		}
	}
	return of.NLS(ctx)
}

// sameType gives the type of the source where every server of the MySQL protocol has it.
func sameType(s datasource.Column, _ *datasource.Column) *datasource.ColumnType {
	if !slices.Contains(coltype.Everywhere, s.DataType) {
		return nil
	}
	return s.ColumnType
}

// readNumbered reads which columns of an Oracle-like destination are GENERATED ALWAYS AS IDENTITY.
func (d *columnDiffRun) readNumbered(ctx context.Context) error {
	identities, err := d.Dest().IdentityColumns(ctx)
	if datasource.ClassOf(err) == datasource.ErrUnsupported {
		d.Inform("whether the destination has columns that are GENERATED ALWAYS AS IDENTITY, which take no values, was not seen: %v", err)
		return nil
	}
	for table, columns := range identities.All() {
		for _, c := range columns {
			d.always[checks.ColumnObject(table, c.Column)] = c.Always
		}
	}
	return err
}

func (d *columnDiffRun) differs(rule string, level checks.Level, o checks.Object, actual, want string, sql ...string) {
	d.Report(checks.Finding{Rule: rule, Level: level, Object: o, Actual: actual, Expected: want, SQL: sql})
}

func (d *columnDiffRun) table(ctx context.Context, pair checks.TablePair) error {
	from, to := d.source.Of(pair.Source), d.dest.Of(pair.Dest)
	fold := datasource.CaseFolded.Fold
	if d.Route.Dest.OracleLike() {
		fold = datasource.CaseSensitive.Fold
	}
	at := make(map[string]int, len(to))
	for i, c := range to {
		at[fold(c.Name)] = i
	}
	last, ordered := -1, true
	matched := make([]bool, len(to))
	for _, s := range from {
		object := checks.ColumnObject(pair.Dest, s.Name)
		i, found := at[fold(s.Name)]
		if !found || matched[i] { // two names of the source can be one to the destination
			d.missing(pair, object, s, !found)
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
			if err := d.extra(ctx, pair, c); err != nil {
				return err
			}
		}
	}
	if !ordered {
		d.differs("order", checks.Info, checks.TableObject(pair.Dest), "columns "+names(to), "columns "+names(from))
	}
	return nil
}

// missing reports a column that the destination lacks; free says that it has none of that name.
func (d *columnDiffRun) missing(pair checks.TablePair, object checks.Object, s datasource.Column, free bool) {
	level := checks.Fail
	if s.Generated() {
		level = checks.Warn
	}
	var sql []string
	if as := d.types.wide(s, nil); as != nil && free && !s.Generated() && !numbered(s) {
		sql = []string{d.alter(pair, "ADD", s.Name, as, as.Charset, "", null(s.Nullable))}
	}
	d.differs("missing", level, object, "no such column", s.ColumnType.ColumnType, sql...)
}

// numbered tells whether the database numbers the column by itself.
func numbered(c datasource.Column) bool {
	return c.AutoIncrement() || c.Oracle != nil && c.Oracle.Identity
}

func (d *columnDiffRun) extra(ctx context.Context, pair checks.TablePair, c datasource.Column) error {
	object := checks.ColumnObject(pair.Dest, c.Name)
	if c.Nullable || c.Default != nil || numbered(c) || c.Generated() || strings.Contains(c.Extra, "default_generated") {
		d.differs("extra", checks.Info, object, c.ColumnType.ColumnType, "no such column")
		return nil
	}
	mend, err := d.modify(ctx, pair, c, nil, true)
	d.differs("extra_required", checks.Fail, object, c.ColumnType.ColumnType+" NOT NULL without a default", "a default, or NULL allowed", mend...)
	return err
}

func (d *columnDiffRun) column(ctx context.Context, pair checks.TablePair, object checks.Object, s, t datasource.Column) error {
	switch {
	case t.Generated() && !s.Generated():
		d.differs("generated", checks.Fail, object, "generated: "+t.Generation, "a column that takes values")
		return nil
	case d.always[checks.ColumnObject(pair.Dest, t.Name)]:
		d.differs("always", checks.Fail, object, "GENERATED ALWAYS AS IDENTITY", "GENERATED BY DEFAULT AS IDENTITY",
			"ALTER TABLE "+checks.QuoteTable(d.Route.Dest, pair.Dest)+" MODIFY ("+checks.Quote(d.Route.Dest, t.Name)+" GENERATED BY DEFAULT AS IDENTITY)")
	}
	verdict := d.types.fit(s, t)
	if s.DataType == "longtext" && t.DataType == "json" {
		valid, err := holdsJSON(ctx, d.Source(), pair.Source, s.Name)
		if err != nil {
			return err
		}
		if valid {
			verdict = coltype.Holds
		}
	}
	if d.Route.Dest == datasource.MariaDB && t.DataType == "longtext" && verdict == coltype.Holds && mayBeText(s) {
		stays, err := d.staysJSON(ctx, pair, s, t)
		if err != nil {
			return err
		}
		if !stays {
			verdict = coltype.Changes
		}
	}
	strict := s.Nullable && !t.Nullable && !numbered(t) && !(t.Oracle != nil && t.Oracle.DefaultOnNull)
	var wanted *datasource.ColumnType
	if verdict == coltype.Narrower {
		wanted = d.types.wide(s, &t)
	}
	var mend []string // one statement mends all that is wrong with the column
	var err error
	if wanted != nil || strict {
		mend, err = d.modify(ctx, pair, t, wanted, strict)
	}
	switch {
	case verdict == coltype.Narrower && wanted == nil:
		d.differs("narrower", checks.Fail, object, described(t), described(s))
	case verdict == coltype.Narrower:
		d.differs("narrower", checks.Fail, object, described(t), described(s), mend...)
	case verdict == coltype.Changes:
		d.differs("changed", checks.Warn, object, described(t), described(s))
	}
	if strict {
		d.differs("not_null", checks.Warn, object, "NOT NULL", "NULL allowed, as on the source", mend...)
	}
	return err
}

// mayBeText tells whether a column holds texts that need not be JSON.
func mayBeText(c datasource.Column) bool {
	kind := coltype.KindOf(c.ColumnType)
	return kind == "text" || kind == "list" || c.Oracle != nil && c.DataType != "JSON"
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
		names := mysqlexpr.ReadClause(k.Clause, of == datasource.MariaDB).Names
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
		d.differs("check", checks.Warn, report.ConstraintObject(pair.Dest, k.Name), "CHECK ("+k.Clause+")", "no such rule, or the same on the source", d.dropCheck(pair, k)...)
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

// modify gives the statement that gives a column of the destination the type of as, or leaves it
// its own where as is nil, and allows NULL where allow says so. It gives none where that would drop a
// default, a numbering or an expression, or where a key forbids NULL.
func (d *columnDiffRun) modify(ctx context.Context, pair checks.TablePair, c datasource.Column, as *datasource.ColumnType, allow bool) ([]string, error) {
	if d.Route.Dest.OracleLike() {
		return d.modifyOracle(ctx, pair, c, as, allow)
	}
	if as == nil {
		as = sameType(c, nil)
	}
	if as == nil || c.Default != nil && *c.Default != "NULL" || c.Extra != "" || c.Generated() {
		return nil, nil
	}
	statement := d.alter(pair, "MODIFY", c.Name, as, c.Charset, c.Collation, null(c.Nullable || allow))
	if c.Comment != nil {
		statement += " COMMENT " + checks.QuoteString(*c.Comment)
	}
	return []string{statement}, nil
}

// modifyOracle is modify for a destination like Oracle, which changes what is named and keeps the rest.
func (d *columnDiffRun) modifyOracle(ctx context.Context, pair checks.TablePair, c datasource.Column, as *datasource.ColumnType, allow bool) ([]string, error) {
	change := ""
	if allow {
		indexes, err := d.Dest().Indexes(ctx)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(indexes.Of(pair.Dest), func(i datasource.Index) bool {
			return i.Primary && slices.ContainsFunc(i.Columns, func(part datasource.IndexColumn) bool { return part.Name == c.Name })
		}) {
			return nil, nil
		}
		change = " NULL"
	}
	if as == nil {
		as = &datasource.ColumnType{}
	}
	return []string{d.alter(pair, "MODIFY", c.Name, as, "", "", change)}, nil
}

func null(allowed bool) string {
	if allowed {
		return " NULL"
	}
	return " NOT NULL"
}

// alter writes the statement that adds or changes a column; no type leaves it its own.
func (d *columnDiffRun) alter(pair checks.TablePair, verb, name string, as *datasource.ColumnType, charset, collation, null string) string {
	t := d.Route.Dest
	definition := strings.TrimSpace(checks.Quote(t, name) + " " + as.ColumnType)
	if t.OracleLike() {
		return "ALTER TABLE " + checks.QuoteTable(t, pair.Dest) + " " + verb + " (" + definition + null + ")"
	}
	if as.Charset != "" && charset != "" {
		definition += " CHARACTER SET " + charset
		if collation != "" {
			definition += " COLLATE " + collation
		}
	}
	return "ALTER TABLE " + checks.QuoteTable(t, pair.Dest) + " " + verb + " " + definition + null
}

// described writes a column's type, and its character set where it has one.
func described(c datasource.Column) string {
	if c.Charset == "" || c.Oracle != nil {
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
