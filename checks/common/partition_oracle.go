package common

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// oraclePartitionRulesOf gives what a destination has of Oracle's ways of partitioning; ok is
// false where that is not known. Sources: MySQL 9 Reference Manual, "Partitioning Types"; MariaDB
// documentation, "Partitioning Types"; OceanBase V4.3, "Constraints on product specifications".
func oraclePartitionRulesOf(s datasource.Server) (r partitionRules, ok bool) {
	r = partitionRules{methods: []string{"RANGE", "LIST", "HASH"}, subMethods: []string{"HASH"}, most: 8192, listRest: true}
	switch {
	case s.IsMySQL(), s.IsMariaDB():
	case s.IsOceanBase():
		r.subMethods = r.methods
		if s.Mode == "ORACLE" {
			r.most = 65536
		}
	default:
		return r, false
	}
	return r, true
}

// runOraclePartition judges the partitioned tables of an Oracle source for a destination other than Oracle.
func runOraclePartition(ctx context.Context, p *checks.Pass, mapping *checks.Mapping, partitions datasource.ByTable[datasource.Partitioning]) error {
	if p.Route.Dest == datasource.Oracle {
		return nil
	}
	indexes, err := p.Source().Indexes(ctx)
	if err != nil {
		return err
	}
	dest, err := p.Dest().Server(ctx)
	if err != nil {
		return err
	}
	rules, ok := oraclePartitionRulesOf(dest)
	if !ok {
		return fmt.Errorf("it is not known how %s partitions tables", dest)
	}
	run := partitionRun{Pass: p, rules: rules, dest: dest}
	for _, pair := range mapping.HoldingRows() {
		for _, how := range partitions.Of(pair.Source) {
			run.table(pair, how, nil)
			if how.Interval != "" {
				run.finding(pair, "interval", checks.Warn, "INTERVAL ("+how.Interval+")", "partitions that are there before their rows")
			}
			for _, index := range indexes.Of(pair.Source) {
				if index.Unique && (index.Primary || !dest.IsOceanBase()) && !holdsAll(index, how.Columns) {
					run.finding(pair, "key_without_column", checks.Fail, "the unique key "+index.Name, "a key with the columns "+strings.Join(how.Columns, ", "))
				}
			}
		}
	}
	return nil
}

func holdsAll(index datasource.Index, columns []string) bool {
	return !slices.ContainsFunc(columns, func(name string) bool {
		return !slices.ContainsFunc(index.Columns, func(c datasource.IndexColumn) bool { return c.Name == name })
	})
}
