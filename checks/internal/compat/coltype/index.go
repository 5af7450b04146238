package coltype

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// IsFulltext reports whether an index is FULLTEXT. The type of an index is read only on MySQL 8. Elsewhere a
// FULLTEXT index is recognized by its parts, which have no order, in an engine without hash indexes.
func IsFulltext(table *datasource.Table, index datasource.Index) bool {
	return index.Type == "FULLTEXT" || index.Type == "" && index.Unordered && !index.Unique &&
		!slices.Contains([]string{"MEMORY", "NDB", "NDBCLUSTER"}, strings.ToUpper(table.Engine))
}
