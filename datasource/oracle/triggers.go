package oracle

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// Triggers that are disabled do not fire and are not listed; OceanBase spells DISABLED otherwise
// (system view DBA_TRIGGERS of Oracle mode). The bodies are a LONG and are not read.
const triggersQuery = `SELECT owner, trigger_name, table_owner, table_name, triggering_event, trigger_type
FROM {p}_TRIGGERS
WHERE {scope:table_owner} AND base_object_type = 'TABLE' AND status NOT IN ('DISABLED', 'DISABLE')`

func (r *Reader) triggers(ctx context.Context) ([]datasource.Trigger, error) {
	in := intern.Strings{}
	var triggers []datasource.Trigger
	err := r.inScope(ctx, triggersQuery, func(c cells) error {
		triggers = append(triggers, datasource.Trigger{TableName: datasource.TableName{Schema: in.String(c[0]),
			Name: strings.Clone(c[1])},
			Table: datasource.TableName{Schema: in.String(c[2]), Name: in.String(c[3])}, Event: in.String(c[4]),
			Timing: in.String(c[5])})
		return nil
	})
	slices.SortFunc(triggers, func(a, b datasource.Trigger) int { return a.TableName.Compare(b.TableName) })
	return triggers, err
}
