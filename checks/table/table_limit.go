package table

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// TableLimit is RDB_TABLE_LIMIT.
var TableLimit = &checks.Check{
	Type:     "RDB_TABLE_LIMIT",
	Page:     checks.ReadPage(pages, "table_limit.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactColumns, datasource.FactIndexes, datasource.FactVariables},
		Dest: checks.Facts{datasource.FactSchemas, datasource.FactServer, datasource.FactStorageEngines,
			datasource.FactVariables},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_COLUMN_COUNT", Rules: []string{"columns"}}},
	Run: runTableLimit,
}

func runTableLimit(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	settings, err := datasource.FactVariables.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	t := tableLimitRun{Pass: p, level: checks.Fail, soft: checks.Fail, dest: dest}
	if p.Route.Dest.Dialect() == datasource.MySQLDialect {
		all, err := datasource.FactStorageEngines.Of(ctx, p.Dest())
		if err != nil {
			return err
		}
		t.engines = limits.Engines(all, settings)
	}
	t.record, t.recordKnown = limits.RecordOf(dest, settings)
	if strict, known := settings.On("innodb_strict_mode"); !known || !strict {
		t.recordLevel = checks.Warn
	} else {
		t.recordLevel = checks.Fail
	}
	var ok bool
	if t.limits, ok = limits.TableOf(dest, settings); !ok {
		t.level, t.soft = checks.Warn, checks.Warn
		t.limits, _ = limits.TableOf(datasource.Server{Flavor: datasource.FlavorMySQL}, settings)
		p.Note("limits_unknown", "dest", dest)
	}
	report.Newer(p, dest, p.Term("limits"))
	if p.Route.Source.Dialect() == datasource.OracleDialect {
		return t.oracle(ctx, mapping, columns, indexes)
	}
	for _, pair := range mapping.BaseTables() {
		t.table(pair, columns.Of(pair.Source), indexes.Of(pair.Source))
	}
	return t.unsizedError()
}

type tableLimitRun struct {
	*checks.Pass
	level  checks.Level // of what exceeds a limit
	soft   checks.Level // of what does not exceed it if strings become large objects
	limits limits.Table
	dest   datasource.Server

	engines     datasource.StorageEngines // of the destination
	record      limits.Record
	recordKnown bool
	recordLevel checks.Level // without strict mode InnoDB accepts the table with a warning

	unsized      int                  // tables whose row size is not known
	firstUnsized datasource.TableName // of them
	cause        error                // of the first of them
}

// unsizedError returns the reason why not all tables could be checked, nil if they could.
func (t *tableLimitRun) unsizedError() error {
	if t.unsized == 0 {
		return nil
	}
	return t.NotChecked("row_size", "count", t.unsized, "table", t.firstUnsized, "cause", t.cause)
}

// over reports n if it exceeds the limit; 0 is no limit.
func (t *tableLimitRun) over(rule string, o checks.Object, n, limit int64) {
	level := t.level
	switch {
	case rule == "row" || rule == "varchar":
		level = t.soft
	case rule == "key" && t.Route.Dest == datasource.Oracle: // whose limit is approximate
		level = checks.Warn
	}
	if limit > 0 && n > limit {
		t.Report(checks.Finding{Rule: rule, Level: level, Object: o,
			Args: checks.Args{"count": n, "limit": limit, "dest": t.dest}})
	}
}

func (t *tableLimitRun) table(pair checks.TablePair, columns []datasource.Column, indexes []datasource.Index) {
	table := checks.TableObject(pair.Source)
	columns = limits.VectorsAsBytes(columns, t.dest)
	innoDB := limits.BecomesInnoDB(pair.Table.Engine, t.engines)
	if innoDB {
		t.over("columns", table, int64(len(columns)), int64(t.limits.ColumnsOf(indexes)))
		t.page(table, columns, indexes)
	}
	t.over("definition", table, limits.DefinitionBytes(columns), t.limits.Definition)
	t.over("indexes", table, int64(len(indexes)), int64(t.limits.Indexes))
	if row, err := limits.RowBytes(columns); err != nil {
		if t.unsized++; t.unsized == 1 {
			t.firstUnsized, t.cause = pair.Source, err
		}
	} else {
		t.over("row", table, row, t.limits.RowBytes)
	}
	byName := map[string]*datasource.ColumnType{}
	for _, c := range columns {
		byName[c.Name] = c.ColumnType
		if c.DataType == "varchar" || c.DataType == "varbinary" {
			t.over("varchar", checks.ColumnObject(pair.Source, c.Name), c.ByteLength, t.limits.VarcharBytes)
		}
	}
	indexed := 0
	for _, index := range indexes {
		indexed += len(index.Columns)
		object := checks.IndexObject(pair.Source, index.Name)
		t.over("index_columns", object, int64(len(index.Columns)), int64(t.limits.IndexColumns))
		if index.Primary {
			t.over("index_columns", object, int64(len(index.Columns)), int64(t.limits.PrimaryColumns))
		}
		if innoDB {
			t.key(object, index, byName)
		}
	}
	t.over("indexed_columns", table, int64(indexed), int64(t.limits.IndexedInAll))
}

// ToInnoDB is the clause of ALTER TABLE that converts a table of another engine to InnoDB, which refuses the row
// formats of others.
const ToInnoDB = "ENGINE = InnoDB, ROW_FORMAT = DEFAULT"

// page checks the part of a row that InnoDB must store in its page.
func (t *tableLimitRun) page(table checks.Object, columns []datasource.Column, indexes []datasource.Index) {
	if !t.recordKnown {
		return
	}
	n, err := t.record.RecordBytes(columns, indexes)
	if err == nil && n >= t.record.Page { // an unknown size is reported for the whole row
		t.Report(checks.Finding{Rule: "page", Level: t.recordLevel, Object: table,
			Args: checks.Args{"count": n, "limit": t.record.Page, "dest": t.dest}})
	}
}

// key checks the size of an index entry. The size of an expression is not known; FULLTEXT and SPATIAL indexes have no
// limit.
func (t *tableLimitRun) key(object checks.Object, index datasource.Index, columns map[string]*datasource.ColumnType) {
	if index.Unordered || index.Type == "FULLTEXT" || index.Type == "SPATIAL" {
		return
	}
	var sum int64
	for _, part := range index.Columns {
		c := columns[part.Name]
		if c == nil || slices.Contains(coltype.Spatial, c.DataType) {
			return
		}
		if part.Prefix == 0 && limits.LobBytes[c.DataType] > 0 { // MariaDB's unique key over a large object
			if index.Unique && !t.limits.LongUnique {
				t.Report(checks.Finding{Rule: "whole_lob", Level: t.level, Object: object,
					Args: checks.Args{"column": part.Name, "type": strings.ToUpper(c.DataType), "dest": t.dest}})
			}
			return
		}
		n, err := limits.KeyBytes(c, part.Prefix)
		if err != nil {
			return // reported for the whole row
		}
		if part.Prefix > 0 && c.LOB() && n > c.ByteLength && t.dest.IsMySQL() {
			t.Report(checks.Finding{Rule: "prefix", Level: t.level, Object: object,
				Args: checks.Args{"count": n, "column": part.Name, "limit": c.ByteLength, "dest": t.dest}})
			return
		}
		if t.limits.LongUnique && !index.Unique {
			n = min(n, t.limits.KeyBytes) // MariaDB indexes as much of a column as it can
		}
		sum += n
	}
	if t.limits.LongUnique && index.Unique && !index.Primary {
		return
	}
	t.over("key", object, sum, t.limits.KeyBytes)
}
