package table

import (
	"context"
	"fmt"
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
		Source:  checks.Facts{datasource.FactColumns, datasource.FactIndexes, datasource.FactVariables},
		Dest:    checks.Facts{datasource.FactSchemas, datasource.FactServer, datasource.FactStorageEngines, datasource.FactVariables},
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
	columns, err := p.Source().Columns(ctx)
	if err != nil {
		return err
	}
	indexes, err := p.Source().Indexes(ctx)
	if err != nil {
		return err
	}
	dest, err := p.Dest().Server(ctx)
	if err != nil {
		return err
	}
	settings, err := p.Dest().Variables(ctx)
	if err != nil {
		return err
	}
	t := tableLimitRun{Pass: p, level: checks.Fail, soft: checks.Fail, dest: dest}
	if !p.Route.Dest.OracleLike() {
		if t.engines, err = p.Dest().StorageEngines(ctx); err != nil {
			return err
		}
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
		p.Inform("the limits of %s are not known: those of MySQL were taken", dest)
	}
	report.Newer(p, dest, "the limits")
	if p.Route.Source.OracleLike() {
		return t.oracle(ctx, mapping, columns, indexes)
	}
	for _, pair := range mapping.BaseTables() {
		t.table(pair, columns.Of(pair.Source), indexes.Of(pair.Source))
	}
	return t.unknown()
}

type tableLimitRun struct {
	*checks.Pass
	level  checks.Level // of what is over a limit
	soft   checks.Level // of what is within it where strings are made large objects
	limits limits.Table
	dest   datasource.Server

	engines     datasource.StorageEngines // of the destination
	record      limits.Record
	recordKnown bool
	recordLevel checks.Level // without strict mode InnoDB takes the table with a warning

	unsized int   // tables whose rows' size could not be told
	why     error // of the first of them
}

func (t *tableLimitRun) unknown() error {
	if t.unsized == 0 {
		return nil
	}
	return fmt.Errorf("the size of a row cannot be told for %d tables, as of %w", t.unsized, t.why)
}

// over reports what is more than most; a most of 0 is no limit.
func (t *tableLimitRun) over(rule string, o checks.Object, n, most int64, unit string) {
	level := t.level
	switch {
	case rule == "row" || rule == "varchar":
		level = t.soft
	case rule == "key" && t.Route.Dest == datasource.Oracle: // whose limit is an approximate one
		level = checks.Warn
	}
	if most > 0 && n > most {
		t.Report(checks.Finding{Rule: rule, Level: level, Object: o, Actual: fmt.Sprintf("%d %s", n, unit), Expected: fmt.Sprintf("at most %d", most),
			Args: checks.Args{"dest": t.dest.String()}})
	}
}

func (t *tableLimitRun) table(pair checks.TablePair, columns []datasource.Column, indexes []datasource.Index) {
	table := checks.TableObject(pair.Source)
	columns = limits.VectorsAsBytes(columns, t.dest)
	innoDB := limits.BecomesInnoDB(pair.Table.Engine, t.engines)
	if innoDB {
		t.over("columns", table, int64(len(columns)), int64(t.limits.Columns), "columns")
		t.page(table, columns, indexes)
	}
	t.over("definition", table, limits.DefinitionBytes(columns), t.limits.Definition, "bytes")
	t.over("indexes", table, int64(len(indexes)), int64(t.limits.Indexes), "indexes")
	if row, err := limits.RowBytes(columns); err != nil {
		if t.unsized++; t.unsized == 1 {
			t.why = fmt.Errorf("%s: %w", pair.Source, err)
		}
	} else {
		t.over("row", table, row, t.limits.RowBytes, "bytes")
	}
	byName := map[string]*datasource.ColumnType{}
	for _, c := range columns {
		byName[c.Name] = c.ColumnType
		if c.DataType == "varchar" || c.DataType == "varbinary" {
			t.over("varchar", checks.ColumnObject(pair.Source, c.Name), c.ByteLength, t.limits.VarcharBytes, "bytes")
		}
	}
	indexed := 0
	for _, index := range indexes {
		indexed += len(index.Columns)
		object := checks.IndexObject(pair.Source, index.Name)
		t.over("index_columns", object, int64(len(index.Columns)), int64(t.limits.IndexColumns), "columns")
		if index.Primary {
			t.over("index_columns", object, int64(len(index.Columns)), int64(t.limits.PrimaryColumns), "columns")
		}
		if innoDB {
			t.key(object, index, byName)
		}
	}
	t.over("indexed_columns", table, int64(indexed), int64(t.limits.IndexedInAll), "columns in all indexes together")
}

// ToInnoDB is what ALTER TABLE does to make a table of another engine one of InnoDB, which refuses the row
// formats of others.
const ToInnoDB = "ENGINE = InnoDB, ROW_FORMAT = DEFAULT"

// page looks at what InnoDB cannot store outside of its page.
func (t *tableLimitRun) page(table checks.Object, columns []datasource.Column, indexes []datasource.Index) {
	if !t.recordKnown {
		return
	}
	n, err := t.record.RecordBytes(columns, indexes)
	if err == nil && n >= t.record.Page { // what is wrong with its size, the whole row says, too
		t.Report(checks.Finding{Rule: "page", Level: t.recordLevel, Object: table, Actual: fmt.Sprintf("%d bytes", n), Expected: fmt.Sprintf("less than %d", t.record.Page),
			Args: checks.Args{"dest": t.dest.String()}})
	}
}

// key looks at what an index's entries take. A part that is an expression has no known size;
// FULLTEXT and SPATIAL have no limit.
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
				t.Report(checks.Finding{Rule: "whole_lob", Level: t.level, Object: object, Actual: "the whole of " + part.Name + ", a " + strings.ToUpper(c.DataType),
					Expected: "a prefix of it", Args: checks.Args{"dest": t.dest.String()}})
			}
			return
		}
		n, err := limits.KeyBytes(c, part.Prefix)
		if err != nil {
			return // the row's size says so
		}
		if part.Prefix > 0 && c.LOB() && n > c.ByteLength && t.dest.IsMySQL() {
			t.Report(checks.Finding{Rule: "prefix", Level: t.level, Object: object, Actual: fmt.Sprintf("%d bytes of %s", n, part.Name),
				Expected: fmt.Sprintf("at most %d", c.ByteLength), Args: checks.Args{"dest": t.dest.String()}})
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
	t.over("key", object, sum, t.limits.KeyBytes, "bytes")
}
