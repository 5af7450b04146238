package mysql

import (
	"context"
	"database/sql"
	"slices"

	"github.com/dbprecheck/precheck/datasource"
)

// triggersQuery names the schema of the tables, in which triggers are: by that of the triggers MariaDB 10.11 looks at
// every schema of the server. It opens only tables with triggers.
const triggersQuery = `SELECT trigger_schema, trigger_name, event_object_schema, event_object_table, event_manipulation,
action_timing, definer, action_statement, sql_mode, collation_connection
FROM information_schema.TRIGGERS WHERE %s`

func (r *Reader) triggers(ctx context.Context) ([]datasource.Trigger, error) {
	var list []datasource.Trigger
	key := keyOf{"event_object_schema", "event_object_table"}
	err := r.ofFact(ctx, datasource.FactTriggers, triggersQuery, key, func(scan row) error {
		var o datasource.Trigger
		var definer, statement, mode, collation sql.NullString
		err := scan(&o.Schema, &o.Name, &o.Table.Schema, &o.Table.Name, &o.Event, &o.Timing, &definer, &statement,
			&mode, &collation)
		o.SQLMode, o.Collation = mode.String, collation.String
		o.Definer, o.Statement = definer.String, statement.String
		list = append(list, o)
		return err
	})
	slices.SortFunc(list, func(a, b datasource.Trigger) int { return a.Compare(b.TableName) })
	return list, err
}
