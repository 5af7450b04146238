package redo

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
	"github.com/dbprecheck/precheck/datasource"
)

// LogMinerTable is ORACLE_LOGMINER_TABLE.
var LogMinerTable = &checks.Check{
	Type:     "ORACLE_LOGMINER_TABLE",
	Page:     checks.ReadPage(pages, "logminer_table.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Phases:   checks.Incremental | checks.Reverse,
	LogOf:    checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{
			datasource.FactCollectionColumns, datasource.FactColumns, datasource.FactIndexes, datasource.FactNLS,
			datasource.FactOracleTables, datasource.FactServer, datasource.FactTables, datasource.FactUncapturedTables,
			datasource.FactVariables,
		},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_DATA_TYPE"}, {Name: "DB_TABLE_TYPE"}},
	Run: runLogMinerTable,
}

// longestMinedName is the longest name in bytes of a table or column whose changes LogMiner returns.
const longestMinedName = 30

func runLogMinerTable(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	nls, err := datasource.FactNLS.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	tables, err := datasource.FactTables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	collections, err := datasource.FactCollectionColumns.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	uncaptured, err := datasource.FactUncapturedTables.Of(ctx, p.Facts())
	switch {
	case err != nil && !datasource.NotShown(err):
		return err
	case err != nil:
		p.Note("capture_not_read", "cause", err)
	}
	kinds, err := datasource.FactOracleTables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	var doubt error
	seen := map[datasource.TableName]bool{}
	for _, pair := range mapping.BaseTables() {
		table := p.Name(pair)
		if seen[table] || tables.Find(table) == nil { // a table of the destination may not exist yet
			continue
		}
		seen[table] = true
		m := mined{server: server, charset: nls["NLS_CHARACTERSET"], table: table, columns: columns.Of(table)}
		compatible, err := m.compatible(ctx, p, kinds.Of(table))
		if err != nil {
			doubt = err
		}
		findings := slices.Concat(m.longNames(), m.ignored(collections.Of(table)), m.extendedKeys(indexes.Of(table)),
			compatible)
		if len(findings) == 0 && uncaptured[table] {
			findings = []checks.Finding{{Rule: "not_captured", Level: checks.Warn, Object: checks.TableObject(table),
				Actual: "SUPPORT_MODE=NONE", Expected: "SUPPORT_MODE=FULL"}}
		}
		for _, f := range findings {
			p.Report(f)
		}
	}
	return doubt
}

// mined is a table whose changes LogMiner must return.
type mined struct {
	server  datasource.Server
	charset string
	table   datasource.TableName
	columns []datasource.Column
}

// longNames returns the findings about the names of the table and its columns that are too long for LogMiner.
func (m mined) longNames() []checks.Finding {
	var found []checks.Finding
	judge := func(name string, f checks.Finding) {
		if length := limits.OracleBytes(name, m.charset); length > longestMinedName {
			f.Level, f.Args = checks.Fail, checks.Args{"length": length, "limit": longestMinedName}
			found = append(found, f)
		}
	}
	judge(m.table.Name, checks.Finding{Rule: "long_table_name", Object: checks.TableObject(m.table)})
	for _, c := range m.columns {
		judge(c.Name, checks.Finding{Rule: "long_column_name", Object: checks.ColumnObject(m.table, c.Name)})
	}
	return found
}

// suppliedOwners own object types with collections that LogMiner supports: those of Oracle, such as SDO_GEOMETRY.
var suppliedOwners = []string{"MDSYS", "ORDSYS"}

// ignored returns the findings about the columns because of which LogMiner ignores the whole table (Oracle Database
// Utilities 12.1, "Unsupported Data Types and Table Storage Attributes"; before 12.1 it supports no object types).
func (m mined) ignored(collections []datasource.CollectionColumn) []checks.Finding {
	var found []checks.Finding
	for _, c := range m.columns {
		kind := m.kind(c, collections)
		if kind == "" {
			continue
		}
		found = append(found, checks.Finding{Rule: "ignored", Level: checks.Fail,
			Object: checks.ColumnObject(m.table, c.Name), Actual: kind})
	}
	return found
}

// kind returns the unsupported kind of data type of a column, empty if LogMiner supports the column.
func (m mined) kind(c datasource.Column, collections []datasource.CollectionColumn) string {
	xml := c.DataType == "XMLTYPE"
	if c.DataType == "BFILE" {
		return c.DataType
	}
	for _, part := range collections {
		supplied := xml || c.Oracle != nil && slices.Contains(suppliedOwners, c.Oracle.TypeOwner)
		if part.Path == c.Name || !supplied && startsWith(part.Path, c.Name) {
			return part.Kind
		}
	}
	if m.server.Version.Before(12, 1) && c.Oracle != nil && c.Oracle.TypeOwner != "" && !xml {
		return c.ColumnType.ColumnType
	}
	return ""
}

// startsWith reports whether a column, with or without quotes, is the first part of a path.
func startsWith(path, column string) bool {
	quoted := `"` + column + `"`
	return path == quoted || strings.HasPrefix(path, column+".") || strings.HasPrefix(path, quoted+".")
}

// extendedKeys returns the finding that all keys of the table have a column of an extended data type, which no log
// group can log with every change (Oracle Database Utilities 12.1, "Supported Data Types and Table Storage
// Attributes").
func (m mined) extendedKeys(indexes []datasource.Index) []checks.Finding {
	isExtended := func(ic datasource.IndexColumn) bool {
		return slices.ContainsFunc(m.columns, func(c datasource.Column) bool {
			return c.Name == ic.Name && c.Extended()
		})
	}
	keys := slices.DeleteFunc(slices.Clone(indexes), func(i datasource.Index) bool { return !i.Key() })
	if len(keys) > 0 && keys[0].Primary {
		keys = keys[:1]
	}
	var found []checks.Finding
	for _, key := range keys {
		at := slices.IndexFunc(key.Columns, isExtended)
		if at < 0 {
			return nil
		}
		if found == nil {
			found = []checks.Finding{{Rule: "extended_key", Level: checks.Fail,
				Object: checks.IndexObject(m.table, key.Name), Args: checks.Args{"column": key.Columns[at].Name}}}
		}
	}
	return found
}
