package table

import (
	"context"
	"fmt"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// RowFormat is MYSQL_ROW_FORMAT.
var RowFormat = &checks.Check{
	Type:     "MYSQL_ROW_FORMAT",
	Page:     checks.ReadPage(pages, "row_format.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Schema,
	Sources:  checks.MySQLMode,
	Dests:    checks.MySQLFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactColumns, datasource.FactCreateOptions, datasource.FactIndexes,
			datasource.FactPlacements, datasource.FactRowFormats, datasource.FactSchemas, datasource.FactServer},
		Dest: checks.Facts{datasource.FactGeneralTablespaces, datasource.FactKeyring, datasource.FactSchemas,
			datasource.FactServer, datasource.FactStorageEngines, datasource.FactVariables},
		Mapping: true,
	},
	Run: runRowFormat,
}

// shortColumn is the maximum bytes of a column that an index holds in tables of row format REDUNDANT or COMPACT
// (MySQL 9 Reference Manual, "InnoDB Row Formats").
const shortColumn = 767

func runRowFormat(ctx context.Context, p *checks.Pass) error {
	source, err := datasource.FactServer.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	if source.IsMySQL() || source.IsMariaDB() {
		p.Source().Ahead(ctx, datasource.FactPlacements) // a list of the whole server
	}
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	server, settings, err := sysvar.WithServer(ctx, p.Dest())
	if err != nil {
		return err
	}
	formats, err := formatsOf(ctx, p, mapping)
	if err != nil {
		return err
	}
	if err := longColumns(ctx, p, mapping, formats, server, settings); err != nil {
		return err
	}
	if err := longRows(ctx, p, mapping, formats, server, settings); err != nil {
		return err
	}
	if err := compressed(ctx, p, mapping, settings); err != nil {
		return err
	}
	return tableOptions(ctx, p, mapping, formats, server, settings)
}

// formats holds what is known of the options of the tables.
type formats struct {
	options datasource.TableRows[string] // TABLES.create_options
	read    bool
}

// mostOpened is the number of tables up to which their options are read from a server that opens each table for it
// (100,000 tables on MariaDB 10.11: 108 s).
const mostOpened = 10_000

// formatsOf reads the options of the tables, unless they are too many.
func formatsOf(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) (f formats, err error) {
	source, err := datasource.FactServer.Of(ctx, p.Source())
	if err != nil {
		return f, err
	}
	opens := source.IsMariaDB() || source.IsMySQL() && source.Version.Before(8)
	if n := len(mapping.BaseTables()); opens && n > mostOpened && !p.Settings.Deep {
		p.Note("options_not_read", "count", n, "limit", mostOpened)
		return f, nil
	}
	f.read = true
	f.options, err = datasource.FactCreateOptions.Of(ctx, p.Source())
	return f, err
}

// explicit returns the ROW_FORMAT in the definition of a table, in upper case, empty if there is none.
func (f formats) explicit(table datasource.TableName) string {
	for _, all := range f.options.Of(table) {
		for _, m := range tableOption.FindAllStringSubmatch(all, -1) {
			if strings.EqualFold(m[1], "ROW_FORMAT") {
				return strings.ToUpper(m[2])
			}
		}
	}
	return ""
}

// longColumns reports index columns of more than 767 bytes if the default row format of the destination does not
// allow more. A server without innodb_default_row_format (before MySQL 5.7.9, MariaDB 10.2.2) uses COMPACT, and
// needs innodb_large_prefix for more even with DYNAMIC. On MariaDB 10.3 to 10.5 that variable exists but has no
// effect (MariaDB documentation, "innodb_large_prefix").
func longColumns(
	ctx context.Context, p *checks.Pass, mapping *checks.Mapping, formats formats, server datasource.Server,
	settings datasource.Variables,
) error {
	format, chosen := settings.Lookup("innodb_default_row_format")
	large, hasLarge := settings.On("innodb_large_prefix")
	hasLarge = hasLarge && !(server.IsMariaDB() && server.Version.AtLeast(10, 3))
	f := checks.Finding{Rule: "long_column", Level: checks.Fail}
	var byDefault string // why the default row format does not allow more, empty if it does
	switch {
	case hasLarge && !large:
	case !chosen:
		byDefault = p.Term("compact")
	case !strings.EqualFold(format, "dynamic"):
		byDefault = "innodb_default_row_format=" + strings.ToLower(format)
		f.SQL = []string{"SET GLOBAL innodb_default_row_format = DYNAMIC"}
	}
	if !formats.read {
		f.Level = checks.Warn
	}
	// reason returns why a table does not allow more, empty if it does.
	reason := func(table datasource.TableName) string {
		switch explicit := formats.explicit(table); {
		case hasLarge && !large:
			return "innodb_large_prefix=OFF"
		case explicit == "COMPACT" || explicit == "REDUNDANT":
			return "ROW_FORMAT=" + explicit
		case explicit == "DYNAMIC" || explicit == "COMPRESSED":
			return ""
		}
		return byDefault
	}
	if hasLarge && !large {
		f.SQL, f.Level = []string{"SET GLOBAL innodb_large_prefix = ON"}, checks.Fail
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	all, err := datasource.FactStorageEngines.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	engines := limits.Engines(all, settings)
	for _, pair := range mapping.BaseTables() {
		why := reason(pair.Source)
		if why == "" || !limits.BecomesInnoDB(pair.Table.Engine, engines) {
			continue
		}
		types := map[string]*datasource.ColumnType{}
		for _, c := range columns.Of(pair.Source) {
			types[c.Name] = c.ColumnType
		}
		for _, index := range indexes.Of(pair.Source) {
			if index.Unordered || index.Type == "FULLTEXT" || index.Type == "SPATIAL" {
				continue
			}
			for _, part := range index.Columns {
				if types[part.Name] == nil {
					continue // an expression
				}
				n, err := limits.KeyBytes(types[part.Name], part.Prefix)
				if err != nil {
					return p.NotChecked("index_size", "column", checks.ColumnObject(pair.Source, part.Name),
						"index", index.Name, "cause", err)
				}
				if n > shortColumn {
					found := f
					found.Object = checks.IndexObject(pair.Dest, index.Name)
					found.Args = checks.Args{"bytes": n, "column": part.Name, "limit": shortColumn, "why": why}
					p.Report(found)
				}
			}
		}
	}
	return nil
}

// longRows reports tables whose rows InnoDB stores only in the row format DYNAMIC or COMPRESSED (error 1118). Those
// that fit no format belong to RDB_TABLE_LIMIT.
func longRows(
	ctx context.Context, p *checks.Pass, mapping *checks.Mapping, formats formats, server datasource.Server,
	settings datasource.Variables,
) error {
	best, known := limits.RecordOf(server, settings)
	if !known {
		return nil
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	all, err := datasource.FactStorageEngines.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	engines := limits.Engines(all, settings)
	level := checks.Fail
	if strict, known := settings.On("innodb_strict_mode"); known && !strict || !formats.read {
		level = checks.Warn
	}
	byDefault, _ := settings.Lookup("innodb_default_row_format")
	for _, pair := range mapping.BaseTables() {
		f := checks.Finding{Rule: "long_row", Level: level, Object: checks.TableObject(pair.Dest)}
		format := formats.explicit(pair.Source)
		if format == "" || format == "DEFAULT" {
			format, f.Actual = strings.ToUpper(byDefault), "innodb_default_row_format="+strings.ToLower(byDefault)
			f.SQL = []string{"SET GLOBAL innodb_default_row_format = DYNAMIC"}
		} else {
			f.Actual = "ROW_FORMAT=" + format
			f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(p.Route.Source, pair.Source) + " ROW_FORMAT = DYNAMIC"}
			f.On = checks.Place{Side: checks.Source}
		}
		if format != "COMPACT" && format != "REDUNDANT" || !limits.BecomesInnoDB(pair.Table.Engine, engines) {
			continue
		}
		record, _ := limits.RecordIn(format, server, settings)
		n, err := record.RecordBytes(columns.Of(pair.Source), indexes.Of(pair.Source))
		if err != nil {
			continue // RDB_TABLE_LIMIT reports it
		}
		dynamic, _ := best.RecordBytes(columns.Of(pair.Source), indexes.Of(pair.Source))
		if n >= record.Page && dynamic < best.Page {
			f.Args = checks.Args{"bytes": n, "limit": record.Page, "dest": server}
			p.Report(f)
		}
	}
	return nil
}

// compressed reports tables of row format COMPRESSED if the destination does not accept them.
func compressed(ctx context.Context, p *checks.Pass, mapping *checks.Mapping, settings datasource.Variables) error {
	f := checks.Finding{Rule: "compressed", Level: checks.Fail, Actual: "ROW_FORMAT=COMPRESSED"}
	perTable, known := settings.On("innodb_file_per_table")
	readOnly, _ := settings.On("innodb_read_only_compressed")
	page, _ := settings.Int("innodb_page_size")
	switch {
	case page > 16384:
		f.Args = checks.Args{"why": fmt.Sprintf("innodb_page_size=%d", page)}
	case known && !perTable:
		f.Expected, f.Args = "innodb_file_per_table=ON", checks.Args{"why": "innodb_file_per_table=OFF"}
		f.SQL = []string{"SET GLOBAL innodb_file_per_table = ON"}
	case readOnly:
		f.Expected, f.Args = "innodb_read_only_compressed=OFF", checks.Args{"why": "innodb_read_only_compressed=ON"}
		f.SQL = []string{"SET GLOBAL innodb_read_only_compressed = OFF"}
	default:
		return nil
	}
	// Without strict mode InnoDB silently uses another row format, but it always refuses a compressed table that is
	// read-only.
	if strict, known := settings.On("innodb_strict_mode"); known && !strict && !readOnly {
		f.Level = checks.Warn
	}
	formats, err := datasource.FactRowFormats.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	for _, pair := range mapping.BaseTables() {
		if rows := formats.Of(pair.Source); len(rows) > 0 && rows[0] == "COMPRESSED" {
			found := f
			found.Object = checks.TableObject(pair.Dest)
			p.Report(found)
		}
	}
	return nil
}
