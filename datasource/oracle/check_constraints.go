package oracle

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// SEARCH_CONDITION is a LONG; SEARCH_CONDITION_VC was added in 12.1 and shows its first 4,000 bytes (Oracle
// Database Reference, "ALL_CONSTRAINTS"), without a partial last character. OceanBase's SEARCH_CONDITION is a
// VARCHAR2 of that length.
const (
	checksQuery = `SELECT owner, table_name, constraint_name, {condition}, status, validated, "GENERATED"
FROM {p}_CONSTRAINTS WHERE {scope:owner} AND constraint_type = 'C'`
	shownWhole = 4000 - 4
)

// notNull matches the condition of a NOT NULL, which is a constraint like any other. It is listed with the columns,
// unless the column may hold NULL: it does if the constraint is DISABLE or NOVALIDATE, or a CHECK that a user wrote.
var notNull = regexp.MustCompile(`(?i)^\(?"([^"]+)" IS NOT NULL\)?$`)

func (r *Reader) checkConstraints(ctx context.Context) (datasource.TableRows[datasource.CheckConstraint], error) {
	var b datasource.TableRowsBuilder[datasource.CheckConstraint]
	server, err := r.server(ctx)
	if err != nil {
		return b.Build(nil), err
	}
	condition, whole := "search_condition_vc", false
	if server.IsOceanBase() || server.Version.Before(12, 1) {
		condition, whole = "search_condition", !server.IsOceanBase()
	}
	columns, err := r.columns(ctx)
	if err != nil {
		return b.Build(nil), err
	}
	in := intern.Strings{}
	err = r.inScope(ctx, strings.Replace(checksQuery, "{condition}", condition, 1), func(c cells) error {
		clause := strings.TrimSpace(c[3])
		table := datasource.TableName{Schema: in.String(c[0]), Name: in.String(c[1])}
		if column := notNull.FindStringSubmatch(clause); column != nil &&
			slices.ContainsFunc(columns.Of(table), func(c datasource.Column) bool {
				return c.Name == column[1] && !c.Nullable
			}) {
			return nil
		}
		b.Add(table,
			datasource.CheckConstraint{Name: strings.Clone(c[2]), Clause: strings.Clone(clause),
				Enforced: c[4] == "ENABLED", Unchecked: c[5] == "NOT VALIDATED", Generated: c[6] == "GENERATED NAME",
				Cut: !whole &&
					len(c[3]) > shownWhole})
		return nil
	})
	return b.Build(func(a, b datasource.CheckConstraint) int { return strings.Compare(a.Name, b.Name) }), err
}
