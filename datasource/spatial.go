package datasource

// SpatialReference is the spatial reference system that a column's definition names.
type SpatialReference struct {
	Column string
	SRID   int // MySQL: SRID, MariaDB: REF_SYSTEM_ID
}

// FactSpatialReferences are the spatial columns in scope that name a reference system other than 0.
var FactSpatialReferences = NewFact[TableRows[SpatialReference]]("spatial_references",
	"spatial reference systems of columns")
