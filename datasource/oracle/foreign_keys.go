package oracle

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// A foreign key refers to a key of its parent, by name.
const foreignKeysQuery = `SELECT c.owner, c.table_name, c.constraint_name, k.column_name, k.position, c.r_owner,
c.r_constraint_name, c.delete_rule, c.deferrable, c.status, c.validated
FROM {p}_CONSTRAINTS c JOIN {p}_CONS_COLUMNS k ON k.owner = c.owner AND k.constraint_name = c.constraint_name
WHERE {scope:c.owner} AND c.constraint_type = 'R'`

type foreignKeyPart struct {
	key      datasource.ForeignKey // without its columns and the name of its parent
	column   string
	position int
	parent   *parentKey
}

// parentKey is what the account may see of a key that foreign keys refer to.
type parentKey struct {
	table   string
	columns map[int]string // by position
}

func (r *Reader) foreignKeys(ctx context.Context) (datasource.TableRows[datasource.ForeignKey], error) {
	in := intern.Strings{}
	var b datasource.TableRowsBuilder[foreignKeyPart]
	parents := map[datasource.TableName]*parentKey{} // by the schema and name of the key
	err := r.inScope(ctx, foreignKeysQuery, func(c cells) error {
		reference := datasource.TableName{Schema: in.String(c[5]), Name: in.String(c[6])}
		if parents[reference] == nil {
			parents[reference] = &parentKey{columns: map[int]string{}}
		}
		position, err := strconv.Atoi(c[4])
		b.Add(datasource.TableName{Schema: in.String(c[0]), Name: in.String(c[1])},
			foreignKeyPart{datasource.ForeignKey{Name: in.String(c[2]),
				Parent: datasource.TableName{Schema: reference.Schema}, OnUpdate: "NO ACTION",
				OnDelete: in.String(c[7]), Deferrable: c[8] == "DEFERRABLE",
				Disabled: c[9] == "DISABLED", Unchecked: c[10] == "NOT VALIDATED",
				ParentUnnamed: reference.Name == ""},
				in.String(c[3]), position, parents[reference]})
		return err
	})
	var keys datasource.TableRowsBuilder[datasource.ForeignKey]
	if err == nil {
		err = r.resolve(ctx, parents)
	}
	if err != nil {
		return keys.Build(nil), err
	}
	parts := b.Build(func(a, b foreignKeyPart) int {
		return cmp.Or(strings.Compare(a.key.Name, b.key.Name), cmp.Compare(a.position, b.position))
	})
	for table, parts := range parts.All() {
		for start, end := 0, 0; start < len(parts); start = end {
			key, parent := parts[start].key, parts[start].parent
			key.Parent.Name = parent.table
			for end = start; end < len(parts) && parts[end].key.Name == key.Name; end++ {
				key.Columns, key.ParentColumns = append(key.Columns, parts[end].column),
					append(key.ParentColumns, parent.columns[parts[end].position])
			}
			keys.Add(table, key)
		}
	}
	return keys.Build(nil), nil
}

// resolve completes keys that foreign keys refer to, by the schema and name of each. Those of schemas that are not in
// scope are read by one more statement. What the account may not see stays empty.
func (r *Reader) resolve(ctx context.Context, parents map[datasource.TableName]*parentKey) error {
	if len(parents) == 0 {
		return nil
	}
	schemas, err := r.scope(ctx)
	if err != nil {
		return err
	}
	keys, err := r.keys(ctx)
	if err != nil {
		return err
	}
	others := map[string]bool{}
	for reference := range parents {
		if reference.Name != "" && !slices.Contains(schemas, reference.Schema) {
			others[reference.Schema] = true
		}
	}
	outside, err := r.keysOf(ctx, slices.Sorted(maps.Keys(others)))
	if err != nil {
		return err
	}
	for _, keys := range []datasource.TableRows[keyColumn]{keys, outside} {
		for table, columns := range keys.All() {
			for _, c := range columns {
				if parent := parents[datasource.TableName{Schema: table.Schema, Name: c.key}]; parent != nil {
					parent.table = table.Name
					parent.columns[c.position] = c.name
				}
			}
		}
	}
	return nil
}
