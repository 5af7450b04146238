package column

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// ColumnType is RDB_COLUMN_TYPE.
var ColumnType = &checks.Check{
	Type:     "RDB_COLUMN_TYPE",
	Page:     checks.ReadPage(pages, "column_type.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema | checks.Full,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactColumns, datasource.FactServer},
		Dest:    checks.Facts{datasource.FactServer},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_DATA_TYPE"}},
	Run: runColumnType,
}

func runColumnType(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := p.Source().Columns(ctx)
	if err != nil {
		return err
	}
	source, err := p.Source().Server(ctx)
	if err != nil {
		return err
	}
	dest, err := p.Dest().Server(ctx)
	if err != nil {
		return err
	}
	if !dest.IsOceanBase() { // whose types are known up to a later version
		report.Newer(p, dest, "the types")
	}
	unknown := map[string]string{} // type: a column that has it
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			object := checks.ColumnObject(pair.Source, c.Name)
			f, known := coltype.ConversionOf(source, c, dest)
			switch {
			case !known:
				if _, named := unknown[c.DataType]; !named {
					unknown[c.DataType] = object.String()
				}
			case f.Older != "":
				if p.Route.Phases&checks.Schema != 0 {
					p.Report(checks.Finding{Rule: "older_name", Level: checks.Fail, Object: object, Actual: c.ColumnType.ColumnType, Expected: f.Older,
						Args: checks.Args{"dest": dest.String()}})
				}
			case !f.Has(dest.Version) && f.As != "":
				p.Report(checks.Finding{Rule: "changed", Level: checks.Warn, Object: object, Actual: c.ColumnType.ColumnType, Expected: f.As,
					Args: checks.Args{"dest": dest.String()}})
			case !f.Has(dest.Version):
				p.Report(checks.Finding{Rule: "unsupported", Level: checks.Fail, Object: object, Actual: c.ColumnType.ColumnType, Expected: wantedType(f),
					Args: checks.Args{"dest": dest.String()}, SQL: convertType(p.Route.Source, pair.Source, c)})
			case f.Unlisted:
				p.Report(checks.Finding{Rule: "unlisted", Level: checks.Warn, Object: object, Actual: c.ColumnType.ColumnType, Expected: "a type with a documented conversion",
					Args: checks.Args{"dest": dest.String()}})
			case f.Loses != "":
				p.Report(checks.Finding{Rule: "loses", Level: checks.Warn, Object: object, Actual: c.ColumnType.ColumnType, Expected: "values that do without it",
					Args: checks.Args{"dest": dest.String(), "lost": f.Loses}})
			}
			if c.DataType == "decimal" && !dest.IsMariaDB() && c.Scale > coltype.MySQLScale && known {
				p.Report(checks.Finding{Rule: "scale", Level: checks.Fail, Object: object, Actual: c.ColumnType.ColumnType, Expected: fmt.Sprintf("at most %d digits after the point", coltype.MySQLScale),
					Args: checks.Args{"dest": dest.String()}})
			}
			if c.ColumnType.ColumnType == "year(2)" && dest.IsMySQL() && dest.Version.AtLeast(5, 7, 5) {
				p.Report(checks.Finding{Rule: "year", Level: checks.Fail, Object: object, Actual: "year(2)", Expected: "YEAR",
					Args: checks.Args{"dest": dest.String()}, SQL: convertType(p.Route.Source, pair.Source, c)})
			}
			if c.DataType == "timestamp" && coltype.WideTimestamp(source) && !coltype.WideTimestamp(dest) {
				p.Report(checks.Finding{Rule: "timestamp_range", Level: checks.Warn, Object: object, Actual: "up to 2106-02-07", Expected: "up to 2038-01-19",
					Args: checks.Args{"dest": dest.String()}})
			}
		}
	}
	return unknownTypes(unknown, dest)
}

func wantedType(f coltype.Conversion) string {
	if f.Absent {
		return "a type that the destination has"
	}
	return fmt.Sprintf("a type that the destination has: this one came with version %s", product.JoinVersion(f.Since))
}

// convertType gives the statement that makes the column one of a type that every server has and
// that holds each of its values, where there is such a type and a plain conversion.
func convertType(t datasource.Type, table datasource.TableName, c datasource.Column) []string {
	as := map[string]string{"uuid": "CHAR(36) CHARACTER SET ascii", "inet6": "VARCHAR(39) CHARACTER SET ascii", "inet4": "VARCHAR(15) CHARACTER SET ascii", "json": "LONGTEXT", "year": "YEAR"}[c.DataType]
	if as == "" || c.Default != nil && *c.Default != "NULL" || c.Generated() {
		return nil
	}
	null := " NOT NULL"
	if c.Nullable {
		null = " NULL"
	}
	return []string{"ALTER TABLE " + checks.QuoteTable(t, table) + " MODIFY " + checks.Quote(t, c.Name) + " " + as + null}
}

func unknownTypes(unknown map[string]string, dest datasource.Server) error {
	if len(unknown) == 0 {
		return nil
	}
	var named []string
	for dataType, column := range unknown {
		named = append(named, fmt.Sprintf("%s (as of %s)", dataType, column))
	}
	slices.Sort(named)
	return fmt.Errorf("it is not known whether %s has the type %s", dest, strings.Join(named, ", "))
}
