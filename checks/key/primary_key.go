package key

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
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
		Own:          checks.Facts{datasource.FactColumns, datasource.FactIndexes, datasource.FactPartitions, datasource.FactServer, datasource.FactVariables},
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
		if !unchecked(p, pair, own, keyed) && !keyed {
			bare = append(bare, pair)
		}
	}
	if len(bare) == 0 {
		return nil
	}
	keyed, noStatement := newKeyMaker(ctx, p)
	for _, pair := range bare {
		own := indexes.Of(pair.Source)
		f := checks.Finding{Rule: "no_key", Level: checks.Warn, Object: checks.TableObject(pair.Source), Actual: "no unique index",
			Expected: "a primary key, or a unique index whose columns are all NOT NULL"}
		if noStatement == nil { // else the finding stands all the same
			f.SQL = keyed.add(pair, own)
		}
		if p.Route.Phases&(checks.Incremental|checks.Reverse) != 0 {
			f.Rule, f.Level = "no_key_incremental", checks.Fail
		}
		if at := slices.IndexFunc(own, func(i datasource.Index) bool { return i.Unique }); at >= 0 {
			f.Actual = "unique index " + own[at].Name + ", which has a nullable column"
		}
		p.Report(f)
	}
	return nil
}

// unchecked reports the keys of a table that its rows may break, and tells whether one would identify
// them if none did.
func unchecked(p *checks.Pass, pair checks.TablePair, indexes []datasource.Index, keyed bool) (would bool) {
	for _, i := range indexes {
		if !i.Unchecked {
			continue
		}
		f := checks.Finding{Rule: "not_validated", Level: checks.Warn, Object: checks.IndexObject(pair.Source, i.Name), Actual: "ENABLE NOVALIDATE", Expected: "ENABLE VALIDATE",
			SQL: report.ValidateConstraint(p.Route.Source, pair.Source, i.Name)}
		i.Unchecked = false
		if i.Key() {
			would = true
			if !keyed && p.Route.Phases&(checks.Incremental|checks.Reverse) != 0 {
				f.Level = checks.Fail
			}
		}
		p.Report(f)
	}
	return would
}

// keyMaker gives the statements that add keys to tables without one.
type keyMaker struct {
	source     datasource.Type
	server     datasource.Server
	columns    datasource.ByTable[datasource.Column]
	partitions datasource.ByTable[datasource.Partitioning]
	limits     limits.Table
	hidden     bool // the added column can be invisible on both ends
}

// newKeyMaker reads what the statements depend on. They are no statements but MySQL's; for other
// sources it makes none.
func newKeyMaker(ctx context.Context, p *checks.Pass) (*keyMaker, error) {
	m := &keyMaker{source: p.Route.Source}
	if m.source.Dialect() == datasource.OracleDialect {
		return m, nil
	}
	var err error
	if m.server, err = datasource.FactServer.Of(ctx, p.Facts()); err != nil {
		return nil, err
	}
	if m.columns, err = datasource.FactColumns.Of(ctx, p.Facts()); err != nil {
		return nil, err
	}
	if m.partitions, err = datasource.FactPartitions.Of(ctx, p.Facts()); err != nil {
		return nil, err
	}
	settings, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return nil, err
	}
	m.limits, _ = limits.TableOf(m.server, settings)
	// A destination that cannot be asked is taken for one without invisible columns.
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	m.hidden = err == nil && hidesColumns(m.server) && hidesColumns(dest)
	return m, nil
}

// hidesColumns tells whether the server is known to have invisible columns.
func hidesColumns(s datasource.Server) bool {
	has, _ := product.InvisibleColumns(s)
	return has
}

// keyEngines are the engines whose tables take a key of their own by ALTER TABLE.
var keyEngines = []string{"InnoDB", "MyISAM", "Aria", "MEMORY"}

// add gives the statement that adds a key to the table: over its AUTO_INCREMENT column where it
// has one, else a numbered column. It gives none for a table whose key has to hold more than
// that, such as the columns by which it is partitioned, and for one that has no room.
func (m *keyMaker) add(pair checks.TablePair, indexes []datasource.Index) []string {
	if pair.Table.Kind != datasource.BaseTable || m.partitions.Of(pair.Source) != nil || m.source.Dialect() == datasource.OracleDialect ||
		!m.server.IsOceanBase() && !slices.Contains(keyEngines, pair.Table.Engine) {
		return nil
	}
	alter := "ALTER TABLE " + checks.QuoteTable(m.source, pair.Source) + " ADD "
	columns := m.columns.Of(pair.Source)
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
		return []string{alter + "PRIMARY KEY (" + checks.Quote(m.source, c.Name) + ")"}
	}
	row, err := limits.RowBytes(columns)
	if err != nil || len(columns)+1 > m.limits.Columns || row+8 > m.limits.RowBytes || len(indexes)+1 > m.limits.Indexes {
		return nil
	}
	name := "precheck_id"
	for n := 2; taken[name]; n++ {
		name = fmt.Sprintf("precheck_id%d", n)
	}
	hidden := ""
	if m.hidden {
		hidden = " INVISIBLE"
	}
	return []string{alter + "COLUMN " + checks.Quote(m.source, name) + " BIGINT UNSIGNED NOT NULL AUTO_INCREMENT" + hidden + " PRIMARY KEY"}
}
