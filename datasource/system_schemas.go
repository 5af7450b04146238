package datasource

import (
	"slices"
	"strings"
)

// systemSchemas belong to a product and are never migrated (MySQL 8.4 Reference Manual, "Data
// Dictionary", "MySQL sys Schema"; TiDB, "System Tables"; OceanBase, "System databases").
var systemSchemas = map[Flavor][]string{
	FlavorTiDB:      {"metrics_schema"},
	FlavorOceanBase: {"oceanbase", "lbacsys", "oraauditor", "ocs", "__recyclebin", "__public"},
}

// OwnsSchema reports whether a schema is the server's own, which is never migrated. It returns false for
// Oracle and OceanBase in Oracle mode, whose dictionaries mark them.
func (s Server) OwnsSchema(name string) bool {
	lower := strings.ToLower(name)
	own, special := systemSchemas[s.Flavor]
	switch {
	case s.Flavor == FlavorOracle, s.Mode == "ORACLE":
		return false
	case lower == "information_schema", lower == "performance_schema": // in any case
		return true
	case special: // names are shown in upper case there
		return lower == "mysql" || lower == "sys" || slices.Contains(own, lower)
	}
	folded := s.NameCase.Fold(name)
	return folded == "mysql" || folded == "sys"
}
