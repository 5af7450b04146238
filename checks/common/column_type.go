package common

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// ColumnType is RDB_COLUMN_TYPE.
var ColumnType = &checks.Check{
	Type:     "RDB_COLUMN_TYPE",
	Page:     checks.ReadPage(pages, "column_type.md"),
	Level:    checks.Fail,
	On:       []checks.Side{checks.Source},
	Phases:   checks.Schema | checks.Full,
	Requires: []string{"RDB_CONNECT"},
	Compares: true,
	Run:      runColumnType,
}

// fate is what becomes of a type on a destination.
type fate struct {
	since []int  // first version that has the type; empty where every one has it
	never bool   // no version has it
	as    string // what it becomes where it is not kept, without loss of data
	older string // the only name that it has there, which the source's server does not write
	loses string // what is lost of it even where it is kept
	// unlisted: the documentation of the destination's loaders names no conversion.
	unlisted bool
}

var (
	kept     = fate{}
	never    = fate{never: true}
	unlisted = fate{unlisted: true}
)

func since(version ...int) fate { return fate{since: version} }

// everywhere are the types that every server of the MySQL protocol has.
var everywhere = strings.Fields(`tinyint smallint mediumint int bigint decimal float double bit
date time datetime timestamp year char varchar binary varbinary
tinyblob blob mediumblob longblob tinytext text mediumtext longtext enum set`)

var spatial = strings.Fields(`geometry point linestring polygon multipoint multilinestring multipolygon geometrycollection geomcollection`)

// typeFates holds what becomes of the types that not every server has, by the destination's
// product. Sources: MySQL 9 Reference Manual, "Data Types"; MariaDB documentation, "Data Types",
// with the version that each page names; OceanBase, "Data type conversion" from a MySQL database
// to a MySQL tenant (JSON from 3.2.3, spatial types from 3.2.4 and 4.1.0), and "Vector data types"
// (from 4.3.3); TiDB documentation, "Data Types" and "Vector Data Types". Known up to MySQL 9.7,
// MariaDB 12.0, OceanBase 4.4, TiDB 8.5.
var typeFates = map[datasource.Flavor]map[string]fate{
	datasource.FlavorMySQL: {"json": since(5, 7, 8), "vector": since(9, 0, 0), "spatial": kept},
	datasource.FlavorMariaDB: {"json": {never: true, as: "LONGTEXT with a CHECK that it is valid JSON"}, "vector": since(11, 7, 1), "uuid": since(10, 7, 0), "inet6": since(10, 5, 0), "inet4": since(10, 10, 0), "spatial": kept,
		"geomcollection": {never: true, older: "GEOMETRYCOLLECTION"}},
	datasource.FlavorOceanBase: {"json": {since: []int{3, 2, 3}, as: "TEXT"}, "vector": since(4, 3, 3), "spatial": since(4, 1, 0)},
	datasource.FlavorTiDB:      {"json": kept, "vector": since(8, 4, 0), "spatial": never},
}

// exotic are the types that typeFates decides on; one that it does not name for a product is
// not there in any version.
var exotic = []string{"json", "vector", "uuid", "inet4", "inet6", "spatial"}

// fateOf gives what becomes of a source's column on a destination; ok is false where that is not
// known.
func fateOf(source datasource.Server, c datasource.Column, dest datasource.Server) (f fate, ok bool) {
	if source.Flavor == datasource.FlavorOracle || source.Mode == "ORACLE" {
		return oracleFateOf(source, c, dest)
	}
	return mysqlFateOf(c.DataType, dest)
}

// mysqlFateOf gives what becomes of one of MySQL's types.
func mysqlFateOf(dataType string, dest datasource.Server) (f fate, ok bool) {
	if dest.Flavor == datasource.FlavorOracle || dest.Mode == "ORACLE" {
		return fate{}, false
	}
	if slices.Contains(everywhere, dataType) {
		return kept, true
	}
	types, known := typeFates[family(dest)]
	if f, listed := types[dataType]; listed {
		return f, true
	}
	if slices.Contains(spatial, dataType) {
		dataType = "spatial"
	}
	if !known || !slices.Contains(exotic, dataType) {
		return fate{}, false
	}
	if f, listed := types[dataType]; listed {
		return f, true
	}
	return never, true
}

func (f fate) has(v datasource.Version) bool { return !f.never && v.AtLeast(f.since...) }

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
		remarkNewer(p, dest, "the types")
	}
	unknown := map[string]string{} // type: a column that has it
	for _, pair := range mapping.HoldingRows() {
		for _, c := range columns.Of(pair.Source) {
			object := checks.ColumnObject(pair.Source, c.Name)
			f, known := fateOf(source, c, dest)
			switch {
			case !known:
				if _, named := unknown[c.DataType]; !named {
					unknown[c.DataType] = object.String()
				}
			case f.older != "":
				if p.Route.Phases&checks.Schema != 0 {
					p.Report(checks.Finding{Rule: "older_name", Level: checks.Fail, Object: object, Actual: c.ColumnType.ColumnType, Want: f.older,
						Args: map[string]string{"dest": dest.String()}})
				}
			case !f.has(dest.Version) && f.as != "":
				p.Report(checks.Finding{Rule: "changed", Level: checks.Warn, Object: object, Actual: c.ColumnType.ColumnType, Want: f.as,
					Args: map[string]string{"dest": dest.String()}})
			case !f.has(dest.Version):
				p.Report(checks.Finding{Rule: "unsupported", Level: checks.Fail, Object: object, Actual: c.ColumnType.ColumnType, Want: wantedType(f),
					Args: map[string]string{"dest": dest.String()}, SQL: convertType(p.Route.Source, pair.Source, c)})
			case f.unlisted:
				p.Report(checks.Finding{Rule: "unlisted", Level: checks.Warn, Object: object, Actual: c.ColumnType.ColumnType, Want: "a type with a documented conversion",
					Args: map[string]string{"dest": dest.String()}})
			case f.loses != "":
				p.Report(checks.Finding{Rule: "loses", Level: checks.Warn, Object: object, Actual: c.ColumnType.ColumnType, Want: "values that do without it",
					Args: map[string]string{"dest": dest.String(), "lost": f.loses}})
			}
			if c.DataType == "decimal" && !dest.IsMariaDB() && c.Scale > mysqlScale && known {
				p.Report(checks.Finding{Rule: "scale", Level: checks.Fail, Object: object, Actual: c.ColumnType.ColumnType, Want: fmt.Sprintf("at most %d digits after the point", mysqlScale),
					Args: map[string]string{"dest": dest.String()}})
			}
			if c.ColumnType.ColumnType == "year(2)" && dest.IsMySQL() && dest.Version.AtLeast(5, 7, 5) {
				p.Report(checks.Finding{Rule: "year", Level: checks.Fail, Object: object, Actual: "year(2)", Want: "YEAR",
					Args: map[string]string{"dest": dest.String()}, SQL: convertType(p.Route.Source, pair.Source, c)})
			}
			if c.DataType == "timestamp" && wideTimestamp(source) && !wideTimestamp(dest) {
				p.Report(checks.Finding{Rule: "timestamp_range", Level: checks.Warn, Object: object, Actual: "up to 2106-02-07", Want: "up to 2038-01-19",
					Args: map[string]string{"dest": dest.String()}})
			}
		}
	}
	return unknownTypes(unknown, dest)
}

func wantedType(f fate) string {
	if f.never {
		return "a type that the destination has"
	}
	return fmt.Sprintf("a type that the destination has: this one came with version %s", joinVersion(f.since))
}

func joinVersion(parts []int) string {
	words := make([]string, len(parts))
	for i, n := range parts {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, ".")
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

// mysqlScale is how many digits of a DECIMAL may stand after the point on MySQL and OceanBase; MariaDB
// takes 38 (MySQL 9 Reference Manual, "Precision Math"; OceanBase V4.3, "Numeric types"; MariaDB
// documentation, "DECIMAL": 10.2.1).
const mysqlScale = 30

// wideTimestamp tells whether TIMESTAMP goes on after 2038: MariaDB 11.5 and later on 64 bits
// (MariaDB documentation, "TIMESTAMP").
func wideTimestamp(s datasource.Server) bool { return s.IsMariaDB() && s.Version.AtLeast(11, 5) }

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
