package oracle

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

const (
	varraysQuery       = "SELECT owner, parent_table_name, parent_table_column FROM {p}_VARRAYS WHERE {scope:owner}"
	nestedColumnsQuery = "SELECT owner, parent_table_name, parent_table_column FROM {p}_NESTED_TABLES WHERE " +
		"{scope:owner}"
	refsQuery       = "SELECT owner, table_name, column_name FROM {p}_REFS WHERE {scope:owner}"
	uncapturedQuery = "SELECT owner, object_name FROM dba_goldengate_support_mode WHERE {scope:owner} AND " +
		"support_mode = 'NONE'"
)

func (r *Reader) collectionColumns(ctx context.Context) (datasource.TableRows[datasource.CollectionColumn], error) {
	in := intern.Strings{}
	var b datasource.TableRowsBuilder[datasource.CollectionColumn]
	for _, of := range []struct{ kind, query string }{
		{"VARRAY", varraysQuery}, {"NESTED TABLE", nestedColumnsQuery}, {"REF", refsQuery},
	} {
		if err := r.inScope(ctx, of.query, func(c cells) error {
			b.Add(datasource.TableName{Schema: in.String(c[0]), Name: in.String(c[1])},
				datasource.CollectionColumn{Path: strings.Clone(c[2]), Kind: of.kind})
			return nil
		}); err != nil {
			return b.Build(nil), err
		}
	}
	return b.Build(func(a, b datasource.CollectionColumn) int { return strings.Compare(a.Path, b.Path) }), nil
}

func (r *Reader) uncapturedTables(ctx context.Context) (datasource.ByName[bool], error) {
	tables := datasource.ByName[bool]{}
	server, err := r.oracleOnly(ctx)
	if err != nil || server.Version.Before(11, 2, 0, 4) {
		return tables, err
	}
	schemas, err := r.scope(ctx)
	if err != nil || len(schemas) == 0 {
		return tables, err
	}
	query, _ := scoped(uncapturedQuery, schemas)
	in := intern.Strings{}
	return tables, r.view(ctx, "DBA_GOLDENGATE_SUPPORT_MODE", query, func(c cells) error {
		tables[datasource.TableName{Schema: in.String(c[0]), Name: strings.Clone(c[1])}] = true
		return nil
	})
}
