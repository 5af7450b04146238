package column

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// ColumnLength is ORACLE_COLUMN_LENGTH.
var ColumnLength = &checks.Check{
	Type:     "ORACLE_COLUMN_LENGTH",
	Page:     checks.ReadPage(pages, "column_length.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema | checks.Full,
	Sources:  checks.OracleFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactColumns, datasource.FactNLS},
		Dest:    checks.Facts{datasource.FactNLS, datasource.FactVariables},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_DATA_TYPE"}},
	Run: runColumnLength,
}

const (
	mysqlChar    = 255  // characters of a CHAR (MySQL 9 Reference Manual, "The CHAR and VARCHAR Types")
	oceanChar    = 256  // OceanBase V4, "Constraints on product specifications"
	oceanRaw     = 2000 // bytes of a RAW (OceanBase Migration Service, "Data type conversion")
	standardText = 4000 // bytes of VARCHAR2 if MAX_STRING_SIZE is STANDARD (Oracle Database Reference)
	standardRaw  = 2000
	// nationalChar is the maximum of characters of an NCHAR in AL16UTF16, 2,000 bytes (Oracle Database SQL Language
	// Reference, "NCHAR Data Type").
	nationalChar = 1000
)

func runColumnLength(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	checkTable, err := lengthRules(ctx, p)
	if err != nil {
		return err
	}
	for _, pair := range mapping.BaseTables() {
		if err := checkTable(pair, columns.Of(pair.Source)); err != nil {
			return err
		}
	}
	return nil
}

// lengthRules returns the function that checks the columns of a table for the destination.
func lengthRules(ctx context.Context, p *checks.Pass) (func(checks.TablePair, []datasource.Column) error, error) {
	if p.Route.Dest.Dialect() == datasource.MySQLDialect {
		return func(pair checks.TablePair, columns []datasource.Column) error {
			mysqlLengths(p, pair, columns)
			return nil
		}, nil
	}
	source, err := sysvar.CharacterSet(ctx, p.Source(), "NLS_CHARACTERSET")
	if err != nil {
		return nil, err
	}
	dest, err := sysvar.CharacterSet(ctx, p.Dest(), "NLS_CHARACTERSET")
	if err != nil {
		return nil, err
	}
	national, err := sysvar.CharacterSet(ctx, p.Dest(), "NLS_NCHAR_CHARACTERSET")
	if err != nil {
		return nil, err
	}
	expands := source != dest && slices.Contains([]string{"AL32UTF8", "UTF8"}, dest) &&
		!slices.Contains([]string{"US7ASCII", "AL32UTF8", "UTF8"}, source)
	return func(pair checks.TablePair, columns []datasource.Column) error {
		if expands {
			byteLengths(p, pair, columns, source, dest)
		}
		for _, c := range columns {
			limit, err := destLimit(ctx, p, c)
			if err != nil {
				return err
			}
			switch {
			case limit > 0 && c.ByteLength > limit:
				tooLong(p, pair, c, c.ByteLength, limit, "bytes")
			case p.Route.Dest == datasource.Oracle && national == "AL16UTF16" &&
				c.DataType == "NCHAR" && c.CharLength > nationalChar:
				tooLong(p, pair, c, c.CharLength, nationalChar, "characters")
			}
		}
		return nil
	}, nil
}

// tooLong reports a column that is too long for an Oracle-like destination; unit is the key of a term.
func tooLong(p *checks.Pass, pair checks.TablePair, c datasource.Column, length, limit int64, unit string) {
	p.Report(checks.Finding{Rule: "too_long", Level: checks.Fail, Object: checks.ColumnObject(pair.Source, c.Name),
		Args: checks.Args{"type": c.ColumnType.ColumnType, "length": length, "limit": limit, "unit": p.Term(unit)}})
}

// destLimit returns the maximum of bytes of a column with an extended length on an Oracle-like destination; 0 is no
// limit. The destination is queried only for a column that needs it.
func destLimit(ctx context.Context, p *checks.Pass, c datasource.Column) (int64, error) {
	limit := map[string]int64{"VARCHAR2": standardText, "NVARCHAR2": standardText, "RAW": standardRaw}[c.DataType]
	if limit == 0 || c.ByteLength <= limit {
		return 0, nil
	}
	if p.Route.Dest == datasource.OceanBaseOracle {
		if c.DataType == "RAW" {
			return oceanRaw, nil
		}
		return 0, nil
	}
	settings, err := datasource.FactVariables.Of(ctx, p.Dest())
	if err != nil {
		return 0, err
	}
	if settings["max_string_size"] == "EXTENDED" { // a release before 12.1 does not have it
		return 0, nil
	}
	return limit, nil
}

// byteLengths reports the columns whose length counts bytes, if the destination needs more bytes for the same
// characters.
func byteLengths(p *checks.Pass, pair checks.TablePair, columns []datasource.Column, source, dest string) {
	var names []string
	for _, c := range columns {
		if slices.Contains([]string{"VARCHAR2", "CHAR"}, c.DataType) && c.ByteLength > 1 &&
			c.Oracle != nil && c.Oracle.CharUsed == "B" {
			names = append(names, c.Name)
		}
	}
	if names != nil {
		p.Report(checks.Finding{Rule: "byte_semantics", Level: checks.Warn, Object: checks.TableObject(pair.Source),
			Args: checks.Args{"columns": strings.Join(names, ", "), "source": source, "dest": dest}})
	}
}

// mysqlLengths reports the CHAR columns that are too long for a destination with the MySQL dialect.
func mysqlLengths(p *checks.Pass, pair checks.TablePair, columns []datasource.Column) {
	limit := int64(mysqlChar)
	if p.Route.Dest == datasource.OceanBaseMySQL {
		limit = oceanChar
	}
	for _, c := range columns {
		if (c.DataType == "CHAR" || c.DataType == "NCHAR") && c.CharLength > limit {
			p.Report(checks.Finding{Rule: "becomes_varchar", Level: checks.Warn,
				Object: checks.ColumnObject(pair.Source, c.Name), Actual: c.ColumnType.ColumnType,
				Args: checks.Args{"limit": limit}})
		}
	}
}
