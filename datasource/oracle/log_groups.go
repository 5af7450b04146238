package oracle

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

const (
	logGroupsQuery = "SELECT owner, table_name, log_group_name, log_group_type, always FROM {p}_LOG_GROUPS WHERE " +
		"{scope:owner}"
	logGroupColumnsQuery = "SELECT owner, log_group_name, column_name FROM {p}_LOG_GROUP_COLUMNS WHERE {scope:owner} " +
		"AND logging_property = 'LOG'"
)

func (r *Reader) logGroups(ctx context.Context) (datasource.TableRows[datasource.LogGroup], error) {
	in := intern.Strings{}
	columns := map[datasource.TableName][]string{} // by the group's owner and name
	err := r.inScope(ctx, logGroupColumnsQuery, func(c cells) error {
		group := datasource.TableName{Schema: in.String(c[0]), Name: in.String(c[1])}
		columns[group] = append(columns[group], in.String(c[2]))
		return nil
	})
	var b datasource.TableRowsBuilder[datasource.LogGroup]
	if err != nil {
		return b.Build(nil), err
	}
	err = r.inScope(ctx, logGroupsQuery, func(c cells) error {
		b.Add(datasource.TableName{Schema: in.String(c[0]), Name: in.String(c[1])},
			datasource.LogGroup{Name: strings.Clone(c[2]), Type: in.String(c[3]),
				Always: c[4] == "ALWAYS", Columns: columns[datasource.TableName{Schema: c[0], Name: c[2]}]})
		return nil
	})
	return b.Build(nil), err
}
