package column

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
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
		Source: checks.Facts{datasource.FactCheckConstraints, datasource.FactColumns, datasource.FactNLS,
			datasource.FactServer, datasource.FactSpatialReferences},
		Dest: checks.Facts{datasource.FactCheckConstraints, datasource.FactColumns, datasource.FactGrants,
			datasource.FactIdentityColumns, datasource.FactIndexes, datasource.FactNLS, datasource.FactOraclePrivileges,
			datasource.FactServer, datasource.FactSpatialReferences, datasource.FactTables},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "SYNC_SCHEMA_CONSISTENCY"}},
	Run: runColumnDiff,
}

func runColumnDiff(ctx context.Context, p *checks.Pass) error {
	p.Dest().Ahead(ctx, datasource.FactTables) // while the source lists its own
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	present, err := datasource.FactTables.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	pairs, absent := mapping.OnDest(present)
	if len(pairs) == 0 {
		p.Note("nothing_to_compare")
		return access.HiddenOnDest(ctx, p, absent)
	}
	d := columnDiffRun{Pass: p, always: map[checks.Object]bool{}}
	d.readAhead(ctx)
	if d.source, err = datasource.FactColumns.Of(ctx, p.Source()); err != nil {
		return err
	}
	if d.dest, err = datasource.FactColumns.Of(ctx, p.Dest()); err != nil {
		return err
	}
	if d.types, err = columnTypes(ctx, p); err != nil {
		return err
	}
	if p.Route.Dest.Dialect() == datasource.OracleDialect {
		if err := d.readIdentities(ctx); err != nil {
			return err
		}
	}
	for _, pair := range pairs {
		if err := d.table(ctx, pair); err != nil {
			return err
		}
		if p.Route.Source.Dialect() == datasource.OracleDialect {
			continue
		}
		if err := d.checkConstraints(ctx, pair); err != nil {
			return err
		}
		if err := d.references(ctx, pair); err != nil {
			return err
		}
	}
	return access.HiddenOnDest(ctx, p, absent)
}

// readAhead starts to read what every comparison needs. MariaDB then opens each table once for its CHECK constraints
// and for the look for rows of RDB_TABLE_CONFLICT, not at two times.
func (d *columnDiffRun) readAhead(ctx context.Context) {
	if d.Route.Source.Dialect() == datasource.MySQLDialect {
		d.Dest().Ahead(ctx, datasource.FactCheckConstraints)
	}
	d.Source().Ahead(ctx, datasource.FactColumns)
	d.Dest().Ahead(ctx, datasource.FactColumns)
}

type columnDiffRun struct {
	*checks.Pass
	source, dest datasource.TableRows[datasource.Column]
	types        typeRules
	always       map[checks.Object]bool // columns of an Oracle destination that reject values
}

// typeRules compare the columns of two databases.
type typeRules struct {
	// fit returns how the values of a column of the source fit one of the destination.
	fit func(s, d datasource.Column) coltype.Fit
	// wide returns a type of the destination that holds all values of a column of the source, nil if none is known;
	// there is the column of the destination, nil if it is missing.
	wide func(s datasource.Column, there *datasource.Column) *datasource.ColumnType
}

// columnTypes returns the rules of a route.
func columnTypes(ctx context.Context, p *checks.Pass) (rules typeRules, err error) {
	if p.Route.Source.Dialect() == datasource.MySQLDialect {
		fit := func(s, d datasource.Column) coltype.Fit { return coltype.FitOf(s.ColumnType, d.ColumnType) }
		return typeRules{fit, sameType}, nil
	}
	var sets coltype.OracleCharsets
	if sets.Source, err = characterSets(ctx, p.Source()); err != nil {
		return rules, err
	}
	if p.Route.Dest.Dialect() == datasource.MySQLDialect {
		set := sets.Source["NLS_CHARACTERSET"]
		fit := func(s, d datasource.Column) coltype.Fit { return coltype.FitOracleToMySQL(s, d, set) }
		return typeRules{fit, coltype.WideMySQL}, nil
	}
	if sets.Dest, err = characterSets(ctx, p.Dest()); err != nil {
		return rules, err
	}
	source, err := datasource.FactServer.Of(ctx, p.Source())
	if err != nil {
		return rules, err
	}
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	return typeRules{sets.Fit, sets.Wide(source, dest)}, err
}

// characterSets reads the character sets of an Oracle-like database.
func characterSets(ctx context.Context, of *datasource.Facts) (datasource.NLS, error) {
	for _, parameter := range []string{"NLS_CHARACTERSET", "NLS_NCHAR_CHARACTERSET"} {
		if _, err := sysvar.CharacterSet(ctx, of, parameter); err != nil {
			return nil, err
		}
	}
	return datasource.FactNLS.Of(ctx, of)
}

// sameType returns the type of the source if every server with the MySQL protocol has it.
func sameType(s datasource.Column, _ *datasource.Column) *datasource.ColumnType {
	if !slices.Contains(coltype.Everywhere, s.DataType) {
		return nil
	}
	return s.ColumnType
}

// readIdentities reads which columns of an Oracle-like destination are GENERATED ALWAYS AS IDENTITY.
func (d *columnDiffRun) readIdentities(ctx context.Context) error {
	identities, err := datasource.FactIdentityColumns.Of(ctx, d.Dest())
	if datasource.ClassOf(err) == datasource.ErrUnsupported {
		d.Note("identities_not_read", "cause", err)
		return nil
	}
	for table, columns := range identities.All() {
		for _, c := range columns {
			d.always[checks.ColumnObject(table, c.Column)] = c.Always
		}
	}
	return err
}

// differs reports a difference; an empty actual or expected value is that of the page.
func (d *columnDiffRun) differs(
	rule string, level checks.Level, o checks.Object, actual, expected string, sql ...string,
) {
	d.Report(checks.Finding{Rule: rule, Level: level, Object: o, Actual: actual, Expected: expected, SQL: sql})
}

// table compares the columns of a table.
func (d *columnDiffRun) table(ctx context.Context, pair checks.TablePair) error {
	from, to := d.source.Of(pair.Source), d.dest.Of(pair.Dest)
	fold := datasource.CaseFolded.Fold
	if d.Route.Dest.Dialect() == datasource.OracleDialect {
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
		if !found || matched[i] { // two names of the source can be equal on the destination
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
		d.differs("order", checks.Info, checks.TableObject(pair.Dest), names(to), names(from))
	}
	return nil
}

// missing reports a column that is missing on the destination; nameFree says that the destination has no column of
// that name.
func (d *columnDiffRun) missing(pair checks.TablePair, object checks.Object, s datasource.Column, nameFree bool) {
	level := checks.Fail
	if s.Generated() {
		level = checks.Warn
	}
	var sql []string
	if as := d.types.wide(s, nil); as != nil && nameFree && !s.Generated() && !numbered(s) {
		sql = []string{d.alter(pair, "ADD", s.Name, as, as.Charset, "", null(s.Nullable))}
	}
	d.differs("missing", level, object, "", s.ColumnType.ColumnType, sql...)
}

// numbered reports whether the database numbers the column automatically.
func numbered(c datasource.Column) bool {
	return c.AutoIncrement() || c.Oracle != nil && c.Oracle.Identity
}

// extra reports a column that exists only on the destination.
func (d *columnDiffRun) extra(ctx context.Context, pair checks.TablePair, c datasource.Column) error {
	object := checks.ColumnObject(pair.Dest, c.Name)
	if c.Nullable || c.Default != nil || numbered(c) || c.Generated() ||
		strings.Contains(c.Extra, "default_generated") {
		d.differs("extra", checks.Info, object, c.ColumnType.ColumnType, "")
		return nil
	}
	sql, err := d.modify(ctx, pair, c, nil, true)
	d.differs("extra_required", checks.Fail, object, c.ColumnType.ColumnType+" NOT NULL", "", sql...)
	return err
}

// column compares the column t of the destination with the column s of the source.
func (d *columnDiffRun) column(
	ctx context.Context, pair checks.TablePair, object checks.Object, s, t datasource.Column,
) error {
	switch {
	case t.Generated() && !s.Generated():
		d.differs("generated", checks.Fail, object, t.Generation, "")
		return nil
	case d.always[checks.ColumnObject(pair.Dest, t.Name)]:
		d.differs("always", checks.Fail, object, "GENERATED ALWAYS AS IDENTITY", "GENERATED BY DEFAULT AS IDENTITY",
			d.alter(pair, "MODIFY", t.Name, &datasource.ColumnType{}, "", "", " GENERATED BY DEFAULT AS IDENTITY"))
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
		accepted, err := d.acceptsText(ctx, pair, s, t)
		if err != nil {
			return err
		}
		if !accepted {
			verdict = coltype.Changes
		}
	}
	strict := s.Nullable && !t.Nullable && !numbered(t) && !(t.Oracle != nil && t.Oracle.DefaultOnNull)
	var wide *datasource.ColumnType
	if verdict == coltype.Narrower {
		wide = d.types.wide(s, &t)
	}
	var sql []string // one statement fixes everything that is wrong with the column
	var err error
	if wide != nil || strict {
		sql, err = d.modify(ctx, pair, t, wide, strict)
	}
	switch {
	case verdict == coltype.Narrower && wide == nil:
		d.differs("narrower", checks.Fail, object, typeText(t), typeText(s))
	case verdict == coltype.Narrower:
		d.differs("narrower", checks.Fail, object, typeText(t), typeText(s), sql...)
	case verdict == coltype.Changes:
		d.differs("changed", checks.Warn, object, typeText(t), typeText(s))
	}
	if strict {
		d.differs("not_null", checks.Warn, object, "NOT NULL", "", sql...)
	}
	return err
}

// mayBeText reports whether a column holds texts that may not be JSON.
func mayBeText(c datasource.Column) bool {
	kind := coltype.KindOf(c.ColumnType)
	return kind == "text" || kind == "list" || c.Oracle != nil && c.DataType != "JSON"
}

// acceptsText reports whether the LONGTEXT of a MariaDB destination accepts the texts of the source: it has no JSON
// check, or the source has one, too.
func (d *columnDiffRun) acceptsText(ctx context.Context, pair checks.TablePair, s, t datasource.Column) (bool, error) {
	there, err := holdsJSON(ctx, d.Dest(), pair.Dest, t.Name)
	if err != nil || !there {
		return err == nil, err
	}
	return holdsJSON(ctx, d.Source(), pair.Source, s.Name)
}

// checkConstraints reports the CHECK constraints of the table on the destination over columns that none of the source
// covers: they may reject its rows. A check that a text is JSON belongs to the column type.
func (d *columnDiffRun) checkConstraints(ctx context.Context, pair checks.TablePair) error {
	there, err := datasource.FactCheckConstraints.Of(ctx, d.Dest())
	if err != nil || len(there.Of(pair.Dest)) == 0 {
		return err
	}
	here, err := datasource.FactCheckConstraints.Of(ctx, d.Source())
	if err != nil {
		return err
	}
	columns := func(of datasource.Type, k datasource.CheckConstraint) string {
		clause := k.Clause
		if of != datasource.MariaDB {
			clause = mysqlexpr.Unescape(clause)
		}
		names := mysqlexpr.Read(clause).Names
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
		d.differs("check", checks.Warn, report.ConstraintObject(pair.Dest, k.Name), "CHECK ("+k.Clause+")", "",
			d.dropCheck(pair, k)...)
	}
	return nil
}

// dropCheck returns the statement that drops a constraint of the destination. MariaDB has none for a constraint in the
// definition of a column.
func (d *columnDiffRun) dropCheck(pair checks.TablePair, k datasource.CheckConstraint) []string {
	t := d.Route.Dest
	drop := map[datasource.Type]string{datasource.MySQL: " DROP CHECK ", datasource.MariaDB: " DROP CONSTRAINT "}[t]
	if drop == "" || k.Column {
		return nil
	}
	return []string{"ALTER TABLE " + checks.QuoteTable(t, pair.Dest) + drop + checks.Quote(t, k.Name)}
}

// holdsJSON reports whether a column is a JSON of MariaDB: LONGTEXT with a check.
func holdsJSON(
	ctx context.Context, facts *datasource.Facts, table datasource.TableName, column string,
) (bool, error) {
	constraints, err := datasource.FactCheckConstraints.Of(ctx, facts)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(constraints.Of(table), func(c datasource.CheckConstraint) bool {
		return strings.EqualFold(c.Clause, "json_valid("+checks.Quote(datasource.MariaDB, column)+")")
	}), nil
}

// modify returns the statement that changes a column of the destination to the type as, or keeps its type if as is
// nil, and allows NULL if allowNull is set. There is none if it would drop a default, a numbering or an expression,
// or if a key forbids NULL.
func (d *columnDiffRun) modify(
	ctx context.Context, pair checks.TablePair, c datasource.Column, as *datasource.ColumnType, allowNull bool,
) ([]string, error) {
	if d.Route.Dest.Dialect() == datasource.OracleDialect {
		return d.modifyOracle(ctx, pair, c, as, allowNull)
	}
	if as == nil {
		as = sameType(c, nil)
	}
	if as == nil || c.Default != nil && *c.Default != "NULL" || c.Extra != "" || c.Generated() {
		return nil, nil
	}
	statement := d.alter(pair, "MODIFY", c.Name, as, c.Charset, c.Collation, null(c.Nullable || allowNull))
	if c.Comment != nil {
		statement += " COMMENT " + checks.QuoteString(*c.Comment)
	}
	return []string{statement}, nil
}

// modifyOracle is modify for an Oracle-like destination, which changes what is named and keeps the rest.
func (d *columnDiffRun) modifyOracle(
	ctx context.Context, pair checks.TablePair, c datasource.Column, as *datasource.ColumnType, allowNull bool,
) ([]string, error) {
	change := ""
	if allowNull {
		indexes, err := datasource.FactIndexes.Of(ctx, d.Dest())
		if err != nil {
			return nil, err
		}
		isColumn := func(part datasource.IndexColumn) bool { return part.Name == c.Name }
		if slices.ContainsFunc(indexes.Of(pair.Dest), func(i datasource.Index) bool {
			return i.Primary && slices.ContainsFunc(i.Columns, isColumn)
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

// null returns the NULL clause of a column.
func null(allowed bool) string {
	if allowed {
		return " NULL"
	}
	return " NOT NULL"
}

// alter returns the statement that adds or changes a column; an empty type keeps its type.
func (d *columnDiffRun) alter(
	pair checks.TablePair, verb, name string, as *datasource.ColumnType, charset, collation, null string,
) string {
	t := d.Route.Dest
	definition := strings.TrimSpace(checks.Quote(t, name) + " " + as.ColumnType)
	if t.Dialect() == datasource.OracleDialect {
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

// typeText returns the type of a column with its character set, if it has one.
func typeText(c datasource.Column) string {
	if c.Charset == "" || c.Oracle != nil {
		return c.ColumnType.ColumnType
	}
	return c.ColumnType.ColumnType + " " + c.Charset
}

// names returns the names of columns, separated by commas.
func names(columns []datasource.Column) string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = c.Name
	}
	return strings.Join(all, ", ")
}
