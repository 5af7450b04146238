package oracle

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// The bounds of partitions are a LONG each and are not read, except those with the length of the word
// DEFAULT. PARTITION_COUNT of DBA_PART_TABLES is 1,048,575 for every interval-partitioned table, so the
// partitions are listed. AUTOLIST was added in 12.2.
const (
	partTablesQuery = "SELECT owner, table_name, partitioning_type, subpartitioning_type, interval, {autolist} FROM " +
		"{p}_PART_TABLES WHERE {scope:owner}"
	partKeysQuery = "SELECT owner, name, column_name FROM {p}_PART_KEY_COLUMNS WHERE {scope:owner} AND " +
		"TRIM(object_type) = 'TABLE' ORDER BY owner, name, column_position"
	subKeysQuery = "SELECT owner, name, column_name FROM {p}_SUBPART_KEY_COLUMNS WHERE {scope:owner} AND " +
		"TRIM(object_type) = 'TABLE' ORDER BY owner, name, column_position"
	defaultsOfLists = "SELECT table_owner, table_name, partition_name, high_value FROM {p}_TAB_PARTITIONS WHERE " +
		"{scope:table_owner} AND high_value_length = 7"
	partsQuery = "SELECT table_owner, table_name, partition_name, subpartition_count FROM {p}_TAB_PARTITIONS WHERE " +
		"{scope:table_owner} ORDER BY table_owner, table_name, partition_position"
)

func (r *Reader) partitions(ctx context.Context) (datasource.TableRows[datasource.Partitioning], error) {
	in := intern.Strings{}
	tables := map[datasource.TableName]*datasource.Partitioning{}
	var b datasource.TableRowsBuilder[datasource.Partitioning]
	server, err := r.server(ctx)
	if err != nil {
		return b.Build(nil), err
	}
	autolist := "autolist"
	if server.IsOceanBase() || server.Version.Before(12, 2) {
		autolist = "'NO'"
	}
	err = r.inScope(ctx, strings.Replace(partTablesQuery, "{autolist}", autolist, 1), func(c cells) error {
		how := &datasource.Partitioning{Method: in.String(c[2]), Interval: strings.Clone(c[4]),
			Automatic: c[5] == "YES"}
		if c[3] != "NONE" {
			how.SubMethod = in.String(c[3])
		}
		tables[datasource.TableName{Schema: in.String(c[0]), Name: strings.Clone(c[1])}] = how
		return nil
	})
	if err != nil {
		return b.Build(nil), err
	}
	if err := r.inScope(ctx, partKeysQuery, func(c cells) error {
		if how := tables[datasource.TableName{Schema: c[0], Name: c[1]}]; how != nil {
			how.Columns = append(how.Columns, in.String(c[2]))
		}
		return nil
	}); err != nil {
		return b.Build(nil), err
	}
	if err := r.inScope(ctx, subKeysQuery, func(c cells) error {
		if how := tables[datasource.TableName{Schema: c[0], Name: c[1]}]; how != nil {
			how.SubColumns = append(how.SubColumns, in.String(c[2]))
		}
		return nil
	}); err != nil {
		return b.Build(nil), err
	}
	rest := map[columnName]bool{} // the partitions DEFAULT
	if slices.ContainsFunc(slices.Collect(maps.Values(tables)),
		func(how *datasource.Partitioning) bool { return how.Method == "LIST" }) && !server.IsOceanBase() {
		if err := r.inScope(ctx, defaultsOfLists, func(c cells) error {
			if strings.EqualFold(c[3], "DEFAULT") {
				rest[columnName{datasource.TableName{Schema: in.String(c[0]), Name: strings.Clone(c[1])},
					strings.Clone(c[2])}] = true
			}
			return nil
		}); err != nil {
			return b.Build(nil), err
		}
	}
	err = r.inScope(ctx, partsQuery, func(c cells) error {
		how := tables[datasource.TableName{Schema: c[0], Name: c[1]}]
		if how == nil {
			return nil
		}
		sub, _ := strconv.Atoi(c[3]) // NULL is none
		part := datasource.Partition{Name: strings.Clone(c[2]), Sub: sub}
		if rest[columnName{datasource.TableName{Schema: c[0], Name: c[1]}, c[2]}] {
			part.Description = "DEFAULT"
		}
		how.Partitions = append(how.Partitions, part)
		return nil
	})
	for name, how := range tables {
		how.Partitions = slices.Clip(how.Partitions)
		b.Add(name, *how)
	}
	return b.Build(nil), err
}
