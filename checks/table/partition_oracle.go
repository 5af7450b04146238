package table

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/datasource"
)

// oraclePartitionRulesOf gives what a destination has of Oracle's ways of partitioning; ok is
// false where that is not known. Sources: MySQL 9 Reference Manual, "Partitioning Types"; MariaDB
// documentation, "Partitioning Types", "LIST Partitioning Type" (DEFAULT: 10.2); OceanBase V4.3, "Constraints on
// product specifications", "CREATE TABLE" of Oracle mode.
func oraclePartitionRulesOf(s datasource.Server) (r partitionRules, ok bool) {
	r = partitionRules{methods: []string{"RANGE", "LIST", "HASH"}, subMethods: []string{"HASH"}, most: 8192}
	switch {
	case s.IsMySQL():
	case s.IsMariaDB():
		r.listRest = s.Version.AtLeast(10, 2)
	case s.IsOceanBase():
		r.subMethods, r.listRest = r.methods, true
		if s.Mode == "ORACLE" {
			r.most = 65536
		}
	default:
		return r, false
	}
	return r, true
}

// runOraclePartition judges the partitioned tables of an Oracle-like source.
func runOraclePartition(ctx context.Context, p *checks.Pass, mapping *checks.Mapping, partitions datasource.ByTable[datasource.Partitioning]) error {
	dest, err := p.Dest().Server(ctx)
	if err != nil {
		return err
	}
	run := oraclePartitionRun{partitionRun: partitionRun{Pass: p, dest: dest}}
	if p.Route.Dest == datasource.Oracle {
		for _, pair := range mapping.BaseTables() {
			for _, how := range partitions.Of(pair.Source) {
				if how.Automatic && dest.Version.Before(12, 2) {
					run.finding(pair, "method", checks.Fail, automatic, "LIST with partitions for each value")
				}
			}
		}
		return nil
	}
	var ok bool
	if run.rules, ok = oraclePartitionRulesOf(dest); !ok {
		return fmt.Errorf("it is not known how %s partitions tables", dest)
	}
	source, err := p.Source().Server(ctx)
	if err != nil {
		return err
	}
	indexes, err := p.Source().Indexes(ctx)
	if err != nil {
		return err
	}
	columns, err := p.Source().Columns(ctx)
	if err != nil {
		return err
	}
	for _, pair := range mapping.BaseTables() {
		for _, how := range partitions.Of(pair.Source) {
			run.table(pair, how, nil)
			if rest, _ := listRest(source, how); rest && !run.rules.listRest {
				run.finding(pair, "list_default", checks.Fail, "a partition DEFAULT", "values for each partition")
			}
			run.byThemselves(pair, how)
			run.keys(pair, how, indexes.Of(pair.Source))
			if !dest.IsOceanBase() { // whose MySQL mode takes more types from version to version
				run.types(pair, how.Method, how.Columns, columns.Of(pair.Source))
				run.types(pair, how.SubMethod, how.SubColumns, columns.Of(pair.Source))
			}
		}
	}
	return nil
}

// automatic is a LIST that gets a partition for each new value (Oracle 12.2).
const automatic = "PARTITION BY LIST AUTOMATIC"

type oraclePartitionRun struct{ partitionRun }

// byThemselves reports partitions that the source makes by itself. OceanBase has INTERVAL in Oracle
// mode from V4.4.2 on (its release notes); OceanBase Migration Service leaves it out all the same.
func (r *oraclePartitionRun) byThemselves(pair checks.TablePair, how datasource.Partitioning) {
	const ahead = "partitions that are there before their rows"
	switch has := r.dest.Mode == "ORACLE" && r.dest.Version.AtLeast(4, 4, 2); {
	case how.Automatic:
		r.finding(pair, "interval", checks.Warn, automatic, ahead)
	case how.Interval != "" && has:
		r.finding(pair, "interval_left_out", checks.Info, "INTERVAL ("+how.Interval+")", "the same on the destination")
	case how.Interval != "":
		r.finding(pair, "interval", checks.Warn, "INTERVAL ("+how.Interval+")", ahead)
	}
}

// keys reports unique keys without the columns by which the table is divided: Oracle keeps these in an
// index over all partitions, as OceanBase does for all but the primary key.
func (r *oraclePartitionRun) keys(pair checks.TablePair, how datasource.Partitioning, indexes []datasource.Index) {
	columns := slices.Concat(how.Columns, how.SubColumns)
	for _, index := range indexes {
		if index.Unique && (index.Primary || !r.dest.IsOceanBase()) && !holdsAll(index, columns) {
			r.finding(pair, "key_without_column", checks.Fail, "the unique key "+index.Name, "a key with the columns "+strings.Join(columns, ", "))
		}
	}
}

// types reports columns by which MySQL and MariaDB divide no table: HASH takes one whole number, RANGE COLUMNS
// and LIST COLUMNS take whole numbers, dates and strings (MySQL 9 Reference Manual, "COLUMNS Partitioning",
// "HASH Partitioning"; as tried on MySQL 9.7 and MariaDB 10.11).
func (r *oraclePartitionRun) types(pair checks.TablePair, method string, names []string, columns []datasource.Column) {
	for _, c := range columns {
		if !slices.Contains(names, c.Name) {
			continue
		}
		whole := c.DataType == "NUMBER" && c.HasScale && c.Scale <= 0
		number := c.DataType == "NUMBER" || c.DataType == "FLOAT" || c.DataType == "BINARY_FLOAT" || c.DataType == "BINARY_DOUBLE"
		actual := method + " of " + c.Name + ", a " + c.ColumnType.ColumnType
		switch {
		case method == "HASH" && !whole || method == "HASH" && len(names) > 1:
			r.finding(pair, "hash_key", checks.Warn, actual, "KEY")
		case whole && coltype.WholePart(c) > coltype.WholeEveryDigit["bigint"]:
			r.finding(pair, "key_type", checks.Warn, actual, "BIGINT, not DECIMAL")
		case whole:
			r.finding(pair, "key_type", checks.Info, actual, "a type of whole numbers such as BIGINT, not DECIMAL")
		case number && !whole:
			r.finding(pair, "key_type", checks.Fail, actual, "whole numbers, dates or strings")
		}
	}
}

func holdsAll(index datasource.Index, columns []string) bool {
	return !slices.ContainsFunc(columns, func(name string) bool {
		return !slices.ContainsFunc(index.Columns, func(c datasource.IndexColumn) bool { return c.Name == name })
	})
}
