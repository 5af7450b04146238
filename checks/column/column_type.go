package column

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// ColumnType is RDB_COLUMN_TYPE.
var ColumnType = &checks.Check{
	Type:     "RDB_COLUMN_TYPE",
	Page:     checks.ReadPage(pages, "column_type.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema | checks.Full | checks.Incremental,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactColumns, datasource.FactDomainColumns, datasource.FactServer,
			datasource.FactSpatialReferences},
		Dest:    checks.Facts{datasource.FactServer, datasource.FactVariables},
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
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	source, err := datasource.FactServer.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	if !dest.IsOceanBase() { // its types are known up to a later version
		report.Newer(p, dest, p.Term("types"))
	}
	if err := columnAttributes(ctx, p, mapping, columns, source, dest); err != nil {
		return err
	}
	if p.Route.Phases&(checks.Schema|checks.Full) == 0 {
		return nil
	}
	widened, err := widensDates(ctx, p, dest)
	if err != nil {
		return err
	}
	unknown := map[string]string{} // type: a column that has it
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			object, actual := checks.ColumnObject(pair.Source, c.Name), c.ColumnType.ColumnType
			found := func(f checks.Finding) {
				f.Object = object
				if f.Args == nil {
					f.Args = checks.Args{}
				}
				f.Args["dest"] = dest
				p.Report(f)
			}
			conversion, known := coltype.ConversionOf(source, c, dest)
			switch {
			case !known:
				if _, named := unknown[c.DataType]; !named {
					unknown[c.DataType] = object.String()
				}
			case conversion.Older != "":
				if p.Route.Phases&checks.Schema != 0 {
					found(checks.Finding{Rule: "older_name", Level: checks.Fail, Actual: actual,
						Expected: conversion.Older})
				}
			case !conversion.Has(dest.Version) && conversion.As != "":
				found(checks.Finding{Rule: "changed", Level: checks.Warn, Actual: actual, Expected: conversion.As})
			case !conversion.Has(dest.Version):
				found(checks.Finding{Rule: "unsupported", Level: checks.Fail, Actual: actual,
					Expected: supportedType(p, conversion), SQL: convertType(p.Route.Source, pair.Source, c)})
			case conversion.Unlisted:
				found(checks.Finding{Rule: "unlisted", Level: checks.Warn, Actual: actual})
			case conversion.Loses != "":
				found(checks.Finding{Rule: "loses", Level: checks.Warn, Actual: actual,
					Args: checks.Args{"lost": p.Term(conversion.Loses)}})
			}
			if c.DataType == "decimal" && !dest.IsMariaDB() && c.Scale > coltype.MySQLScale && known {
				found(checks.Finding{Rule: "scale", Level: checks.Fail, Actual: actual,
					Args: checks.Args{"limit": coltype.MySQLScale}})
			}
			if actual == "year(2)" && dest.IsMySQL() && dest.Version.AtLeast(5, 7, 5) {
				found(checks.Finding{Rule: "year", Level: checks.Fail, Actual: actual, Expected: "YEAR",
					SQL: convertType(p.Route.Source, pair.Source, c)})
			}
			if c.DataType == "date" && widened {
				found(checks.Finding{Rule: "date_with_time", Level: checks.Warn, Actual: actual, Expected: "datetime"})
			}
			if c.DataType == "timestamp" && coltype.WideTimestamp(source) && !coltype.WideTimestamp(dest) {
				found(checks.Finding{Rule: "timestamp_range", Level: checks.Warn})
			}
		}
	}
	return errors.Join(reportDomains(ctx, p, mapping, dest), unknownTypes(p, unknown, dest))
}

// reportDomains reports the columns with a data use case domain, which only Oracle 23ai and later has (Oracle Database
// SQL Language Reference 23ai, "CREATE DOMAIN").
func reportDomains(ctx context.Context, p *checks.Pass, mapping *checks.Mapping, dest datasource.Server) error {
	if p.Route.Source != datasource.Oracle || p.Route.Phases&checks.Schema == 0 {
		return nil
	}
	domains, err := datasource.FactDomainColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	f := checks.Finding{Rule: "domain", Level: checks.Warn}
	if dest.Flavor == datasource.FlavorOracle && dest.Version.AtLeast(23) {
		f.Rule, f.Level = "domain_needed", checks.Info
	}
	for _, pair := range mapping.BaseTables() {
		for _, c := range domains.Of(pair.Source) {
			found := f
			found.Object, found.Actual = checks.ColumnObject(pair.Source, c.Column), c.Domain.String()
			found.Args = checks.Args{"dest": dest}
			p.Report(found)
		}
	}
	return nil
}

// widensDates reports whether new sessions of the destination take DATE for DATETIME: MariaDB with sql_mode=ORACLE
// (MariaDB documentation, "SQL_MODE=ORACLE"; tried on 10.11).
func widensDates(ctx context.Context, p *checks.Pass, dest datasource.Server) (bool, error) {
	if !dest.IsMariaDB() || p.Route.Source.Dialect() != datasource.MySQLDialect {
		return false, nil
	}
	variables, err := datasource.FactVariables.Of(ctx, p.Dest())
	mode, _ := variables.Lookup("sql_mode")
	return slices.Contains(sysvar.SQLModes(mode), "ORACLE"), err
}

// supportedType returns the type that the destination needs instead of one that it does not support.
func supportedType(p *checks.Pass, c coltype.Conversion) string {
	if c.Absent {
		return p.Term("supported_type")
	}
	return p.Term("supported_since", "version", product.JoinVersion(c.Since))
}

// commonTypes maps types to one that every server has, that holds all values, and to which they convert directly.
var commonTypes = map[string]string{
	"uuid":  "CHAR(36) CHARACTER SET ascii",
	"inet6": "VARCHAR(39) CHARACTER SET ascii",
	"inet4": "VARCHAR(15) CHARACTER SET ascii",
	"json":  "LONGTEXT",
	"year":  "YEAR",
}

// convertType returns the statement that changes the column to one of commonTypes, if there is one.
func convertType(t datasource.Type, table datasource.TableName, c datasource.Column) []string {
	as := commonTypes[c.DataType]
	if as == "" || c.Default != nil && *c.Default != "NULL" || c.Generated() {
		return nil
	}
	null := " NOT NULL"
	if c.Nullable {
		null = " NULL"
	}
	return []string{"ALTER TABLE " + checks.QuoteTable(t, table) + " MODIFY " + checks.Quote(t, c.Name) + " " + as +
		null}
}

// unknownTypes returns the reason why not all types could be checked, nil if they could; unknown holds a column of
// each type that is not known.
func unknownTypes(p *checks.Pass, unknown map[string]string, dest datasource.Server) error {
	if len(unknown) == 0 {
		return nil
	}
	var types []string
	for dataType, column := range unknown {
		types = append(types, fmt.Sprintf("%s (%s)", dataType, column))
	}
	slices.Sort(types)
	return p.NotChecked("unknown_types", "dest", dest, "types", strings.Join(types, ", "))
}
