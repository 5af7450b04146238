package oracle

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// A foreign key refers to a key of its parent, by name; the parent may lie in another schema, and
// the account may not see it there.
const foreignKeysQuery = `SELECT c.owner, c.table_name, c.constraint_name, k.column_name, k.position, c.r_owner,
p.table_name, q.column_name, c.delete_rule, c.deferrable, c.status, c.validated, c.r_constraint_name
FROM {p}_CONSTRAINTS c JOIN {p}_CONS_COLUMNS k ON k.owner = c.owner AND k.constraint_name = c.constraint_name
LEFT JOIN {p}_CONSTRAINTS p ON p.owner = c.r_owner AND p.constraint_name = c.r_constraint_name
LEFT JOIN {p}_CONS_COLUMNS q ON q.owner = p.owner AND q.constraint_name = p.constraint_name AND q.position = k.position
WHERE {scope:c.owner} AND c.constraint_type = 'R'`

type foreignKeyPart struct {
	key            datasource.ForeignKey // without its columns
	column, parent string
	position       int
}

func (r *Reader) foreignKeys(ctx context.Context) (datasource.TableRows[datasource.ForeignKey], error) {
	in := intern.Strings{}
	var b datasource.TableRowsBuilder[foreignKeyPart]
	err := r.inScope(ctx, foreignKeysQuery, func(c cells) error {
		position, err := strconv.Atoi(c[4])
		b.Add(datasource.TableName{Schema: in.String(c[0]), Name: in.String(c[1])},
			foreignKeyPart{datasource.ForeignKey{Name: in.String(c[2]),
				Parent: datasource.TableName{Schema: in.String(c[5]), Name: in.String(c[6])}, OnUpdate: "NO ACTION",
				OnDelete: in.String(c[8]), Deferrable: c[9] == "DEFERRABLE",
				Disabled: c[10] == "DISABLED", Unchecked: c[11] == "NOT VALIDATED",
				ParentUnnamed: c[12] == ""},
				in.String(c[3]), in.String(c[7]), position})
		return err
	})
	var keys datasource.TableRowsBuilder[datasource.ForeignKey]
	parts := b.Build(func(a, b foreignKeyPart) int {
		return cmp.Or(strings.Compare(a.key.Name, b.key.Name), cmp.Compare(a.position, b.position))
	})
	for table, parts := range parts.All() {
		for start, end := 0, 0; start < len(parts); start = end {
			key := parts[start].key
			for end = start; end < len(parts) && parts[end].key.Name == key.Name; end++ {
				key.Columns, key.ParentColumns = append(key.Columns, parts[end].column),
					append(key.ParentColumns, parts[end].parent)
			}
			keys.Add(table, key)
		}
	}
	return keys.Build(nil), err
}
