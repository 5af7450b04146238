package oracle

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

const unusedQuery = `SELECT owner, table_name, "COUNT" FROM {p}_UNUSED_COL_TABS WHERE {scope:owner}`

func (r *Reader) unusedColumns(ctx context.Context) (datasource.ByName[string], error) {
	in := intern.Strings{}
	counts := datasource.ByName[string]{}
	return counts, r.inScope(ctx, unusedQuery, func(c cells) error {
		counts[datasource.TableName{Schema: in.String(c[0]), Name: strings.Clone(c[1])}] = in.String(c[2])
		return nil
	})
}
