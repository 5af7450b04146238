package oracle

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

func (r *Reader) answer(ctx context.Context, q datasource.QueryText) (datasource.QueryResult, error) {
	query := q.SQL
	if strings.Contains(query, datasource.SchemasPlaceholder) {
		schemas, err := r.scope(ctx)
		if err != nil {
			return datasource.QueryResult{}, err
		}
		list := make([]string, len(schemas))
		for i, s := range schemas {
			list[i] = literal(s)
		}
		query = strings.ReplaceAll(query, datasource.SchemasPlaceholder, strings.Join(list, ", "))
	}
	return r.source.Answer(ctx, query, q.Rows)
}
