package oracle

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// The bounds of partitions are a LONG each and are not read. PARTITION_COUNT of DBA_PART_TABLES is
// 1,048,575 for every interval-partitioned table, so that the partitions themselves are listed.
const (
	partTablesQuery = "SELECT owner, table_name, partitioning_type, subpartitioning_type, interval FROM {p}_PART_TABLES WHERE {scope:owner}"
	partKeysQuery   = "SELECT owner, name, column_name FROM {p}_PART_KEY_COLUMNS WHERE {scope:owner} AND TRIM(object_type) = 'TABLE' ORDER BY owner, name, column_position"
	partsQuery      = "SELECT table_owner, table_name, partition_name, subpartition_count FROM {p}_TAB_PARTITIONS WHERE {scope:table_owner} ORDER BY table_owner, table_name, partition_position"
)

func (r *Reader) partitions(ctx context.Context) (datasource.ByTable[datasource.Partitioning], error) {
	in := interner{}
	tables := map[datasource.TableName]*datasource.Partitioning{}
	var b datasource.ByTableBuilder[datasource.Partitioning]
	err := r.inScope(ctx, partTablesQuery, func(c cells) error {
		how := &datasource.Partitioning{Method: in.string(c[2]), Interval: strings.Clone(c[4])}
		if c[3] != "NONE" {
			how.SubMethod = in.string(c[3])
		}
		tables[datasource.TableName{Schema: in.string(c[0]), Name: strings.Clone(c[1])}] = how
		return nil
	})
	if err != nil {
		return b.Build(nil), err
	}
	if err := r.inScope(ctx, partKeysQuery, func(c cells) error {
		if how := tables[datasource.TableName{Schema: c[0], Name: c[1]}]; how != nil {
			how.Columns = append(how.Columns, in.string(c[2]))
		}
		return nil
	}); err != nil {
		return b.Build(nil), err
	}
	err = r.inScope(ctx, partsQuery, func(c cells) error {
		how := tables[datasource.TableName{Schema: c[0], Name: c[1]}]
		if how == nil {
			return nil
		}
		sub, _ := strconv.Atoi(c[3]) // NULL is none
		how.Partitions = append(how.Partitions, datasource.Partition{Name: strings.Clone(c[2]), Sub: sub})
		return nil
	})
	for name, how := range tables {
		how.Partitions = slices.Clip(how.Partitions)
		b.Add(name, *how)
	}
	return b.Build(nil), err
}
