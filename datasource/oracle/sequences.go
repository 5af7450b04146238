package oracle

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// SESSION_FLAG was added in 12.1, like session sequences, whose LAST_NUMBER is meaningless (Oracle Database
// Reference, "ALL_SEQUENCES").
const (
	sequencesQuery = `SELECT sequence_owner, sequence_name, min_value, max_value, increment_by, last_number, cache_size,
cycle_flag
FROM {p}_SEQUENCES WHERE {scope:sequence_owner}`
	persistentSequences = " AND NVL(session_flag, 'N') = 'N'"
)

func (r *Reader) sequences(ctx context.Context) (datasource.OracleSequences, error) {
	server, err := r.server(ctx)
	if err != nil {
		return nil, err
	}
	query := sequencesQuery
	if !server.IsOceanBase() && server.Version.AtLeast(12, 1) {
		query += persistentSequences
	}
	in := intern.Strings{}
	var list datasource.OracleSequences
	err = r.inScope(ctx, query, func(c cells) error {
		list = append(list, datasource.OracleSequence{TableName: datasource.TableName{Schema: in.String(c[0]),
			Name: strings.Clone(c[1])},
			Min: in.String(c[2]), Max: in.String(c[3]), Increment: in.String(c[4]), Next: strings.Clone(c[5]),
			Cached: in.String(c[6]), Cycles: c[7] == "Y"})
		return nil
	})
	slices.SortFunc(list, func(a, b datasource.OracleSequence) int { return a.Compare(b.TableName) })
	return list, err
}
