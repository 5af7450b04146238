package mysql

import (
	"context"

	"github.com/dbprecheck/precheck/datasource"
)

// MariaDB's view reads the definitions of all tables of the server, but opens none.
const (
	spatialReferencesQuery = "SELECT table_schema, table_name, column_name, srs_id FROM " +
		"information_schema.ST_GEOMETRY_COLUMNS WHERE srs_id > 0 AND table_schema IN %s"
	mariadbReferencesQuery = "SELECT g_table_schema, g_table_name, g_geometry_column, srid FROM " +
		"information_schema.GEOMETRY_COLUMNS WHERE srid > 0 AND g_table_schema IN %s"
)

// spatialReferences returns none for versions that have no such attribute: before MySQL 8 and MariaDB 10.1.2.
func (r *Reader) spatialReferences(ctx context.Context) (datasource.TableRows[datasource.SpatialReference], error) {
	var b datasource.TableRowsBuilder[datasource.SpatialReference]
	server, err := r.identify(ctx)
	if err != nil {
		return b.Build(nil), err
	}
	query := spatialReferencesQuery
	switch {
	case server.IsMariaDB() && server.Version.AtLeast(10, 1, 2):
		query = mariadbReferencesQuery
	case server.IsMariaDB(), server.Version.Before(8):
		return b.Build(nil), nil
	}
	err = r.inScope(ctx, query, func(scan row) error {
		var t datasource.TableName
		var s datasource.SpatialReference
		if err := scan(&t.Schema, &t.Name, &s.Column, &s.SRID); err != nil {
			return err
		}
		b.Add(t, s)
		return nil
	})
	return b.Build(nil), err
}
