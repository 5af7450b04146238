package oracle

import (
	"context"
	"strconv"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// A disabled key does not ensure uniqueness, but a foreign key that is disabled, too, may refer to it.
const keysQuery = `SELECT c.owner, c.table_name, c.constraint_name, c.constraint_type, c.index_name, k.column_name,
k.position, c.validated, c.status
FROM {p}_CONSTRAINTS c LEFT JOIN {p}_CONS_COLUMNS k ON k.owner = c.owner AND k.constraint_name = c.constraint_name
WHERE {scope:c.owner} AND c.constraint_type IN ('P', 'U')`

// keyColumn is one column of a primary or unique key. Its name is empty, and its position 0, if the account may see the
// key, but none of its columns.
type keyColumn struct {
	key, index                  string
	primary, enabled, unchecked bool
	name                        string
	position                    int
}

// keys reads the keys in scope once: the indexes and the foreign keys need them.
func (r *Reader) keys(ctx context.Context) (datasource.TableRows[keyColumn], error) {
	return r.constraints.Get(ctx, ctx, func(ctx context.Context) (datasource.TableRows[keyColumn], error) {
		schemas, err := r.scope(ctx)
		if err != nil {
			return datasource.TableRows[keyColumn]{}, err
		}
		return r.keysOf(ctx, schemas)
	})
}

func (r *Reader) keysOf(ctx context.Context, schemas []string) (datasource.TableRows[keyColumn], error) {
	in := intern.Strings{}
	var b datasource.TableRowsBuilder[keyColumn]
	err := r.inSchemas(ctx, schemas, keysQuery, func(c cells) (err error) {
		k := keyColumn{key: in.String(c[2]), index: in.String(c[4]), primary: c[3] == "P", enabled: c[8] == "ENABLED",
			unchecked: c[7] == "NOT VALIDATED", name: in.String(c[5])}
		if k.name != "" {
			k.position, err = strconv.Atoi(c[6])
		}
		b.Add(datasource.TableName{Schema: in.String(c[0]), Name: in.String(c[1])}, k)
		return err
	})
	return b.Build(nil), err
}
