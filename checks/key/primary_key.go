package key

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// PrimaryKey is RDB_PRIMARY_KEY.
var PrimaryKey = &checks.Check{
	Type:     "RDB_PRIMARY_KEY",
	Page:     checks.ReadPage(pages, "primary_key.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Full | checks.Incremental | checks.Reverse,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{
			datasource.FactColumns, datasource.FactIndexes, datasource.FactPartitions, datasource.FactServer,
			datasource.FactUnusableIndexes, datasource.FactVariables,
		},
		DestOptional: checks.Facts{datasource.FactServer},
		Mapping:      true,
	},
	OMS: []checks.OMSItem{
		{Name: "DB_UK_INDEX"},
		{Name: "DB_REVERSE_LIMIT", Phases: checks.Reverse},
		{Name: "DB_ORACLE_REVERSE_LIMIT", Phases: checks.Reverse, Types: checks.OracleOnly},
	},
	Run: runPrimaryKey,
}

func runPrimaryKey(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	var bare []checks.TablePair
	for _, pair := range mapping.BaseTables() {
		own := indexes.Of(pair.Source)
		keyed := slices.ContainsFunc(own, datasource.Index.Key)
		if !reportNotValidated(p, pair, own, keyed) && !keyed {
			bare = append(bare, pair)
		}
	}
	var unknown error // whether an index is usable
	if p.Route.Source == datasource.Oracle {
		var tables []datasource.TableName
		for _, pair := range mapping.BaseTables() {
			tables = append(tables, pair.Source)
		}
		f := checks.Finding{Rule: "unusable", Level: checks.Warn}
		unknown = reportUnusable(ctx, p, p.Facts(), tables, f)
	}
	if len(bare) == 0 {
		return unknown
	}
	statements, noStatement := newKeyStatements(ctx, p)
	hides := false
	for _, pair := range bare {
		own := indexes.Of(pair.Source)
		f := checks.Finding{Rule: "no_key", Level: checks.Warn, Object: checks.TableObject(pair.Source)}
		if noStatement == nil { // without statements the finding is still right
			f.SQL = statements.addKey(pair, own)
			hides = hides || strings.Contains(strings.Join(f.SQL, ""), invisible)
		}
		if p.Route.Phases&(checks.Incremental|checks.Reverse) != 0 {
			f.Rule, f.Level = "no_key_incremental", checks.Fail
		}
		if at := slices.IndexFunc(own, func(i datasource.Index) bool { return i.Unique }); at >= 0 {
			f.Actual = p.Term("nullable", "index", own[at].Name)
		}
		p.Report(f)
	}
	if hides {
		p.Note("invisible_column")
	}
	return unknown
}

// reportNotValidated reports the keys of a table that are not validated. identifies reports whether one of them would
// be a key of the table if no row violated it.
func reportNotValidated(
	p *checks.Pass, pair checks.TablePair, indexes []datasource.Index, keyed bool,
) (identifies bool) {
	for _, i := range indexes {
		if !i.Unchecked {
			continue
		}
		f := checks.Finding{Rule: "not_validated", Level: checks.Warn, Object: checks.IndexObject(pair.Source, i.Name),
			Actual: "ENABLE NOVALIDATE", Expected: "ENABLE VALIDATE",
			SQL: report.ValidateConstraint(p.Route.Source, pair.Source, i.Name)}
		i.Unchecked = false
		if i.Key() {
			identifies = true
			if !keyed && p.Route.Phases&(checks.Incremental|checks.Reverse) != 0 {
				f.Level = checks.Fail
			}
		}
		p.Report(f)
	}
	return identifies
}

// keyStatements makes the statements that add keys to tables without one.
type keyStatements struct {
	source     datasource.Type
	server     datasource.Server
	columns    datasource.TableRows[datasource.Column]
	partitions datasource.TableRows[datasource.Partitioning]
	limits     limits.Table
	hidden     bool // source and destination support invisible columns
}

// newKeyStatements reads the facts that the statements depend on. The statements are in the syntax of MySQL; for an
// Oracle-like source there are none.
func newKeyStatements(ctx context.Context, p *checks.Pass) (*keyStatements, error) {
	s := &keyStatements{source: p.Route.Source}
	if s.source.Dialect() == datasource.OracleDialect {
		return s, nil
	}
	var err error
	if s.server, err = datasource.FactServer.Of(ctx, p.Facts()); err != nil {
		return nil, err
	}
	if s.columns, err = datasource.FactColumns.Of(ctx, p.Facts()); err != nil {
		return nil, err
	}
	if s.partitions, err = datasource.FactPartitions.Of(ctx, p.Facts()); err != nil {
		return nil, err
	}
	settings, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return nil, err
	}
	s.limits, _ = limits.TableOf(s.server, settings)
	// If the destination cannot be read, the added column is visible.
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	s.hidden = err == nil && hasInvisibleColumns(s.server) && hasInvisibleColumns(dest)
	return s, nil
}

// hasInvisibleColumns reports whether the server is known to support invisible columns.
func hasInvisibleColumns(s datasource.Server) bool {
	has, _ := product.InvisibleColumns(s)
	return has
}

// keyEngines are the engines for whose tables ALTER TABLE can add a key.
var keyEngines = []string{"InnoDB", "MyISAM", "Aria", "MEMORY"}

// invisible is the attribute of a column that SELECT * and INSERT without column names omit.
const invisible = " INVISIBLE"

// addKey returns the statement that adds a key to the table: over its AUTO_INCREMENT column if it has one, else over a
// new numbered column, and over the partitioning columns. It returns none for a table whose partitioning columns cannot
// be in a primary key, and for one that has no space for a column.
func (s *keyStatements) addKey(pair checks.TablePair, indexes []datasource.Index) []string {
	if s.source.Dialect() == datasource.OracleDialect ||
		pair.Table.Kind != datasource.BaseTable ||
		!s.server.IsOceanBase() && !slices.Contains(keyEngines, pair.Table.Engine) {
		return nil
	}
	alter := "ALTER TABLE " + checks.QuoteTable(s.source, pair.Source) + " ADD "
	columns := s.columns.Of(pair.Source)
	partitioning, ok := s.partitioningColumns(pair.Source, columns)
	if !ok {
		return nil
	}
	taken := map[string]bool{}
	for _, c := range columns {
		taken[strings.ToLower(c.Name)] = true
		if !c.AutoIncrement() {
			continue
		}
		leads := func(i datasource.Index) bool { return len(i.Columns) > 0 && i.Columns[0].Name == c.Name }
		if !slices.ContainsFunc(indexes, leads) { // numbered within each value of another column
			return nil
		}
		return []string{alter + s.primaryKey(c.Name, partitioning)}
	}
	row, err := limits.RowBytes(columns)
	if err != nil || len(columns)+1 > s.limits.Columns || row+8 > s.limits.RowBytes ||
		len(indexes)+1 > s.limits.Indexes {
		return nil
	}
	name := "precheck_id"
	for n := 2; taken[name]; n++ {
		name = fmt.Sprintf("precheck_id%d", n)
	}
	hidden := ""
	if s.hidden {
		hidden = invisible
	}
	alter += "COLUMN " + checks.Quote(s.source, name) + " BIGINT UNSIGNED NOT NULL AUTO_INCREMENT" + hidden
	if partitioning == nil {
		return []string{alter + " PRIMARY KEY"}
	}
	return []string{alter + ", ADD " + s.primaryKey(name, partitioning)}
}

// partitioningColumns returns the columns by which a table is partitioned, none if it is not. ok is false if they
// cannot be in a primary key as they are.
func (s *keyStatements) partitioningColumns(table datasource.TableName, columns []datasource.Column) (
	names []string, ok bool,
) {
	for _, how := range s.partitions.Of(table) {
		named := slices.Concat(mysqlexpr.Read(how.Expression).Names, mysqlexpr.Read(how.SubExpression).Names)
		for _, c := range columns {
			isNamed := func(name string) bool { return strings.EqualFold(name, c.Name) }
			switch {
			case !slices.ContainsFunc(named, isNamed):
			case c.Nullable, c.Generated():
				return nil, false
			default:
				names = append(names, c.Name)
			}
		}
		if names == nil {
			return nil, false
		}
	}
	return names, true
}

// primaryKey returns the clause of a primary key over a numbered column and the partitioning columns.
func (s *keyStatements) primaryKey(number string, partitioning []string) string {
	key := []string{checks.Quote(s.source, number)}
	for _, name := range partitioning {
		if name != number {
			key = append(key, checks.Quote(s.source, name))
		}
	}
	return "PRIMARY KEY (" + strings.Join(key, ", ") + ")"
}
