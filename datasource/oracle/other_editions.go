package oracle

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// Each version of an object has its own OBJECT_ID. {p}_OBJECTS shows those that the edition of the session has or
// inherits; a dropped version is of the type NON-EXISTENT (Oracle Database Reference, "ALL_OBJECTS_AE").
const otherEditionsQuery = `SELECT owner, object_name, object_type, edition_name FROM {p}_OBJECTS_AE v
WHERE {scope:owner} AND edition_name IS NOT NULL AND object_type <> 'NON-EXISTENT'
AND NOT EXISTS (SELECT 1 FROM {p}_OBJECTS o WHERE o.object_id = v.object_id)`

func (r *Reader) otherEditions(ctx context.Context) ([]datasource.EditionObject, error) {
	if _, err := r.oracleOnly(ctx); err != nil {
		return nil, err
	}
	in := intern.Strings{}
	var list []datasource.EditionObject
	err := r.inScope(ctx, otherEditionsQuery, func(c cells) error {
		list = append(list, datasource.EditionObject{TableName: datasource.TableName{Schema: in.String(c[0]),
			Name: strings.Clone(c[1])}, Type: in.String(c[2]), Edition: in.String(c[3])})
		return nil
	})
	slices.SortFunc(list, func(a, b datasource.EditionObject) int {
		return cmp.Or(a.Compare(b.TableName), strings.Compare(a.Type, b.Type), strings.Compare(a.Edition, b.Edition))
	})
	return list, err
}
