package mysql

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

const routinesQuery = `SELECT routine_schema, routine_name, routine_type, definer, security_type, sql_data_access,
is_deterministic = 'YES', routine_definition, sql_mode, collation_connection
FROM information_schema.ROUTINES WHERE routine_schema IN %s`

func (r *Reader) routines(ctx context.Context) ([]datasource.Routine, error) {
	var list []datasource.Routine
	err := r.inScope(ctx, routinesQuery, func(scan row) error {
		var o datasource.Routine
		var definition, mode, collation sql.NullString
		err := scan(&o.Schema, &o.Name, &o.Kind, &o.Definer, &o.Security, &o.DataAccess, &o.Deterministic, &definition,
			&mode, &collation)
		o.SQLMode, o.Collation = mode.String, collation.String
		o.Definition = definition.String
		list = append(list, o)
		return err
	})
	slices.SortFunc(list, func(a, b datasource.Routine) int {
		return cmp.Or(a.Compare(b.TableName), strings.Compare(a.Kind, b.Kind))
	})
	return list, err
}
