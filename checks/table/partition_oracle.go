package table

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/datasource"
)

// oraclePartitionRulesOf returns the partitioning of Oracle that a destination supports; ok is false if that is not
// known. Sources: MySQL 9 Reference Manual, "Partitioning Types"; MariaDB documentation, "Partitioning Types", "LIST
// Partitioning Type" (DEFAULT: 10.2); OceanBase V4.3, "Constraints on product specifications", "CREATE TABLE" of
// Oracle mode.
func oraclePartitionRulesOf(s datasource.Server) (r partitionRules, ok bool) {
	r = partitionRules{methods: []string{"RANGE", "LIST", "HASH"}, subMethods: []string{"HASH"}, limit: 8192}
	switch {
	case s.IsMySQL():
	case s.IsMariaDB():
		r.listDefault = s.Version.AtLeast(10, 2)
	case s.IsOceanBase():
		r.subMethods, r.listDefault = r.methods, true
		if s.Mode == "ORACLE" {
			r.limit = 65536
		}
	default:
		return r, false
	}
	return r, true
}

// runOraclePartition checks the partitioned tables of an Oracle-like source.
func runOraclePartition(
	ctx context.Context, p *checks.Pass, mapping *checks.Mapping,
	partitions datasource.TableRows[datasource.Partitioning],
) error {
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	run := oraclePartitionRun{partitionRun: partitionRun{Pass: p, dest: dest}}
	if p.Route.Dest == datasource.Oracle {
		for _, pair := range mapping.BaseTables() {
			for _, how := range partitions.Of(pair.Source) {
				if how.Automatic && dest.Version.Before(12, 2) {
					run.finding(pair, checks.Finding{Rule: "method", Level: checks.Fail,
						Actual: automatic, Expected: p.Term("list_by_value")})
				}
			}
		}
		return nil
	}
	var ok bool
	if run.rules, ok = oraclePartitionRulesOf(dest); !ok {
		return p.NotChecked("partitioning_unknown", "dest", dest)
	}
	source, err := datasource.FactServer.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	for _, pair := range mapping.BaseTables() {
		for _, how := range partitions.Of(pair.Source) {
			run.table(pair, how, nil)
			if found, _ := hasListDefault(source, how); found && !run.rules.listDefault {
				run.finding(pair, checks.Finding{Rule: "list_default", Level: checks.Fail})
			}
			run.automaticPartitions(pair, how)
			run.keys(pair, how, indexes.Of(pair.Source))
			if !dest.IsOceanBase() { // its MySQL mode accepts more types with each version
				run.types(pair, how.Method, how.Columns, columns.Of(pair.Source))
				run.types(pair, how.SubMethod, how.SubColumns, columns.Of(pair.Source))
			}
		}
	}
	return nil
}

// automatic is a LIST that adds a partition for each new value (Oracle 12.2).
const automatic = "PARTITION BY LIST AUTOMATIC"

type oraclePartitionRun struct{ partitionRun }

// automaticPartitions reports partitions that the source creates automatically. OceanBase Oracle mode supports
// INTERVAL since V4.4.2 (release notes), but OceanBase Migration Service omits it.
func (r *oraclePartitionRun) automaticPartitions(pair checks.TablePair, how datasource.Partitioning) {
	switch supported := r.dest.Mode == "ORACLE" && r.dest.Version.AtLeast(4, 4, 2); {
	case how.Automatic:
		r.finding(pair, checks.Finding{Rule: "interval", Level: checks.Warn, Actual: automatic})
	case how.Interval != "" && supported:
		r.finding(pair, checks.Finding{Rule: "interval_left_out", Level: checks.Info,
			Actual: "INTERVAL (" + how.Interval + ")"})
	case how.Interval != "":
		r.finding(pair, checks.Finding{Rule: "interval", Level: checks.Warn, Actual: "INTERVAL (" + how.Interval + ")"})
	}
}

// keys reports unique keys without the partitioning columns: Oracle stores these in an index over all partitions, as
// OceanBase does for all but the primary key.
func (r *oraclePartitionRun) keys(pair checks.TablePair, how datasource.Partitioning, indexes []datasource.Index) {
	columns := slices.Concat(how.Columns, how.SubColumns)
	for _, index := range indexes {
		if index.Unique && (index.Primary || !r.dest.IsOceanBase()) && !containsAll(index, columns) {
			r.finding(pair, checks.Finding{Rule: "key_without_column", Level: checks.Fail, Actual: index.Name,
				Args: checks.Args{"columns": strings.Join(columns, ", ")}})
		}
	}
}

// types reports columns that MySQL and MariaDB cannot partition by: HASH accepts one integer, RANGE COLUMNS and LIST
// COLUMNS accept integers, dates and strings (MySQL 9 Reference Manual, "COLUMNS Partitioning", "HASH
// Partitioning"; tried on MySQL 9.7 and MariaDB 10.11).
func (r *oraclePartitionRun) types(pair checks.TablePair, method string, names []string, columns []datasource.Column) {
	for _, c := range columns {
		if !slices.Contains(names, c.Name) {
			continue
		}
		whole := c.DataType == "NUMBER" && c.HasScale && c.Scale <= 0
		number := slices.Contains([]string{"NUMBER", "FLOAT", "BINARY_FLOAT", "BINARY_DOUBLE"}, c.DataType)
		f := checks.Finding{Rule: "key_type", Actual: c.ColumnType.ColumnType,
			Args: checks.Args{"method": method, "column": c.Name}}
		switch {
		case method == "HASH" && !whole || method == "HASH" && len(names) > 1:
			f.Rule, f.Level, f.Expected, f.Args = "hash_key", checks.Warn, "KEY", checks.Args{"column": c.Name}
		case whole && coltype.WholePart(c) > coltype.WholeEveryDigit["bigint"]:
			f.Level, f.Expected = checks.Warn, r.Term("bigint")
		case whole:
			f.Level, f.Expected = checks.Info, r.Term("integer_type")
		case number && !whole:
			f.Level, f.Expected = checks.Fail, r.Term("integer_date_string")
		default:
			continue
		}
		r.finding(pair, f)
	}
}

// containsAll reports whether an index contains all columns.
func containsAll(index datasource.Index, columns []string) bool {
	return !slices.ContainsFunc(columns, func(name string) bool {
		return !slices.ContainsFunc(index.Columns, func(c datasource.IndexColumn) bool { return c.Name == name })
	})
}
