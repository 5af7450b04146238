package mysql

import (
	"context"

	"github.com/dbprecheck/precheck/datasource"
)

// MariaDB's view reads the definitions of all tables of the server, but opens none.
const (
	spatialReferencesQuery = "SELECT table_schema, table_name, column_name, srs_id FROM " +
		"information_schema.ST_GEOMETRY_COLUMNS WHERE %s AND srs_id > 0"
	mariadbReferencesQuery = "SELECT g_table_schema, g_table_name, g_geometry_column, srid FROM " +
		"information_schema.GEOMETRY_COLUMNS WHERE %s AND srid > 0"
)

// spatialReferences returns none for versions that have no such attribute: before MySQL 8 and MariaDB 10.1.2.
func (r *Reader) spatialReferences(ctx context.Context) (datasource.TableRows[datasource.SpatialReference], error) {
	var b datasource.TableRowsBuilder[datasource.SpatialReference]
	server, err := r.identify(ctx)
	if err != nil {
		return b.Build(nil), err
	}
	query, key := spatialReferencesQuery, byTable
	switch {
	case server.IsMariaDB() && server.Version.AtLeast(10, 1, 2):
		query, key = mariadbReferencesQuery, keyOf{"g_table_schema", "g_table_name"}
	case server.IsMariaDB(), server.Version.Before(8):
		return b.Build(nil), nil
	}
	err = r.ofFact(ctx, datasource.FactSpatialReferences, query, key, func(scan row) error {
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
