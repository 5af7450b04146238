package oracle

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

const unusedQuery = `SELECT owner, table_name, "COUNT" FROM {p}_UNUSED_COL_TABS WHERE {scope:owner}`

func (r *Reader) unusedColumns(ctx context.Context) (map[datasource.TableName]string, error) {
	in := interner{}
	counts := map[datasource.TableName]string{}
	return counts, r.visible(ctx, unusedQuery, func(c cells) error {
		counts[datasource.TableName{Schema: in.string(c[0]), Name: strings.Clone(c[1])}] = in.string(c[2])
		return nil
	})
}
