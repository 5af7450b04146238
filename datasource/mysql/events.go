package mysql

import (
	"context"
	"database/sql"
	"slices"

	"github.com/dbprecheck/precheck/datasource"
)

const eventsQuery = `SELECT event_schema, event_name, definer, status, event_definition, sql_mode, collation_connection
FROM information_schema.EVENTS WHERE event_schema IN %s`

func (r *Reader) events(ctx context.Context) ([]datasource.Event, error) {
	var list []datasource.Event
	err := r.inScope(ctx, eventsQuery, func(scan row) error {
		var o datasource.Event
		var mode, collation sql.NullString
		err := scan(&o.Schema, &o.Name, &o.Definer, &o.Status, &o.Definition, &mode, &collation)
		o.SQLMode, o.Collation = mode.String, collation.String
		list = append(list, o)
		return err
	})
	slices.SortFunc(list, func(a, b datasource.Event) int { return a.Compare(b.TableName) })
	return list, err
}
