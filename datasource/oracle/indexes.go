package oracle

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// Keys are read from the constraints, because a non-unique index may enforce one. The expressions of an index are a
// LONG: they are read separately.
const (
	indexesQuery = `SELECT i.table_owner, i.table_name, i.index_name, i.uniqueness, i.index_type, i.visibility,
k.column_name, k.column_position, k.descend, i.join_index, i.owner, {partitioned}
FROM {p}_INDEXES i JOIN {p}_IND_COLUMNS k ON k.index_owner = i.owner AND k.index_name = i.index_name
WHERE {scope:i.table_owner} AND i.index_type <> 'LOB'`
	expressionsQuery = `SELECT table_owner, table_name, index_name, column_position, column_expression
FROM {p}_IND_EXPRESSIONS WHERE {scope:table_owner}`
)

// plainColumn matches the expression of a column in descending order, which Oracle indexes as an
// expression over it (Oracle Database SQL Language Reference, "CREATE INDEX").
var plainColumn = regexp.MustCompile(`^"([^"]+)"$`)

// part is one column of an index.
type part struct {
	index    datasource.Index // without its columns
	position int
	datasource.IndexColumn
}

type expressionKey struct {
	datasource.TableName
	index, position string
}

func (r *Reader) indexes(ctx context.Context) (datasource.TableRows[datasource.Index], error) {
	var none datasource.TableRows[datasource.Index]
	columns, err := r.columns(ctx)
	if err != nil {
		return none, err
	}
	in := intern.Strings{}
	expressions := map[expressionKey]string{}
	err = r.inScope(ctx, expressionsQuery, func(c cells) error {
		expressions[expressionKey{datasource.TableName{Schema: in.String(c[0]), Name: in.String(c[1])}, in.String(c[2]),
			in.String(c[3])}] = strings.Clone(c[4])
		return nil
	})
	if err != nil {
		return none, err
	}
	nullable := func(t datasource.TableName, column string) bool {
		c := columnOf(columns, t, column)
		return c == nil || c.Nullable
	}
	var b datasource.TableRowsBuilder[part]
	keyed := map[expressionKey]string{} // keys by the indexes that enforce them
	apart := map[columnName]bool{}      // keys whose index is unique
	keys, err := r.keys(ctx)
	if err != nil {
		return none, err
	}
	for t, ofKeys := range keys.All() {
		for _, k := range ofKeys {
			if !k.enabled || k.name == "" {
				continue
			}
			keyed[expressionKey{TableName: t, index: k.index}] = k.key
			p := part{datasource.Index{Name: k.key, Primary: k.primary, Unique: true, Type: "NORMAL",
				Constraint: true, Unchecked: k.unchecked}, k.position,
				datasource.IndexColumn{Name: k.name, Nullable: nullable(t, k.name)}}
			// OceanBase lists every unique index as a constraint, one over an expression by its hidden column.
			if strings.HasPrefix(k.name, "SYS_NC") && columnOf(columns, t, k.name) == nil {
				expression, ok := expressions[expressionKey{t, k.index, strconv.Itoa(k.position)}]
				if !ok { // Oracle's own, of the rows of an object table or those of a nested one
					continue
				}
				p.Name, p.Expression = "", expression
			}
			b.Add(t, p)
		}
	}
	server, err := r.server(ctx)
	if err != nil {
		return none, err
	}
	partitioned := "i.partitioned"
	if server.IsOceanBase() { // whose indexes are not rebuilt
		partitioned = "'NO'"
	}
	err = r.inScope(ctx, strings.Replace(indexesQuery, "{partitioned}", partitioned, 1), func(c cells) error {
		t := datasource.TableName{Schema: in.String(c[0]), Name: in.String(c[1])}
		if key, ok := keyed[expressionKey{TableName: t, index: c[2]}]; ok {
			if c[3] == "UNIQUE" {
				apart[columnName{t, key}] = true
			}
			return nil
		}
		position, err := strconv.Atoi(c[7])
		p := part{datasource.Index{Name: in.String(c[2]), Unique: c[3] == "UNIQUE", Type: in.String(c[4]),
			Invisible: c[5] == "INVISIBLE", Partitioned: c[11] == "YES"}, position,
			datasource.IndexColumn{Name: in.String(c[6]), Descending: c[8] == "DESC", Nullable: nullable(t, c[6])}}
		if c[10] != c[0] {
			p.index.Schema = in.String(c[10])
		}
		if c[9] == "YES" {
			p.index.Type = datasource.BitmapJoin // marked apart from its type
		}
		expression, ok := expressions[expressionKey{t, c[2], c[7]}]
		switch column := plainColumn.FindStringSubmatch(expression); {
		case column != nil && p.Descending:
			p.Name, p.Nullable = in.String(column[1]), nullable(t, column[1])
		case ok:
			p.Name, p.Expression = "", expression
		}
		b.Add(t, p)
		return err
	})
	if err != nil {
		return none, err
	}
	return group(b, apart), nil
}

func columnOf(columns datasource.TableRows[datasource.Column], t datasource.TableName, name string) *datasource.Column {
	own := columns.Of(t)
	for i := range own {
		if own[i].Name == name {
			return &own[i]
		}
	}
	return nil
}

// group joins the columns of each index, the primary key first, then by name. A key that was not validated is
// still unique if its index is unique and none of its columns may be NULL.
func group(b datasource.TableRowsBuilder[part], apart map[columnName]bool) datasource.TableRows[datasource.Index] {
	parts := b.Build(func(a, b part) int {
		return cmp.Or(compareBool(b.index.Primary, a.index.Primary), strings.Compare(a.index.Name, b.index.Name),
			cmp.Compare(a.position, b.position))
	})
	var indexes datasource.TableRowsBuilder[datasource.Index]
	for table, parts := range parts.All() {
		for start, end := 0, 0; start < len(parts); start = end {
			index := parts[start].index
			for end = start; end < len(parts) && parts[end].index.Name == index.Name; end++ {
				index.Columns = append(index.Columns, parts[end].IndexColumn)
			}
			if apart[columnName{table, index.Name}] &&
				!slices.ContainsFunc(index.Columns, func(c datasource.IndexColumn) bool { return c.Nullable }) {
				index.Unchecked = false
			}
			indexes.Add(table, index)
		}
	}
	return indexes.Build(nil)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// The status of a partitioned index is N/A: its partitions have their own, unless they have subpartitions.
const unusableQuery = `SELECT * FROM (
SELECT table_owner, table_name, owner, index_name, uniqueness, NULL AS part, NULL AS subpart FROM {p}_INDEXES
WHERE status = 'UNUSABLE' UNION ALL
SELECT i.table_owner, i.table_name, i.owner, i.index_name, i.uniqueness, k.partition_name, NULL
FROM {p}_IND_PARTITIONS k JOIN {p}_INDEXES i ON i.owner = k.index_owner AND i.index_name = k.index_name
WHERE k.status = 'UNUSABLE' UNION ALL
SELECT i.table_owner, i.table_name, i.owner, i.index_name, i.uniqueness, k.partition_name, k.subpartition_name
FROM {p}_IND_SUBPARTITIONS k JOIN {p}_INDEXES i ON i.owner = k.index_owner AND i.index_name = k.index_name
WHERE k.status = 'UNUSABLE') WHERE {scope:table_owner}`

func (r *Reader) unusableIndexes(ctx context.Context) (datasource.TableRows[datasource.UnusableIndex], error) {
	in := intern.Strings{}
	var b datasource.TableRowsBuilder[datasource.UnusableIndex]
	err := r.inScope(ctx, unusableQuery, func(c cells) error {
		b.Add(datasource.TableName{Schema: in.String(c[0]), Name: in.String(c[1])},
			datasource.UnusableIndex{Schema: in.String(c[2]), Name: in.String(c[3]), Unique: c[4] == "UNIQUE",
				Partition: strings.Clone(c[5]), Subpartition: strings.Clone(c[6])})
		return nil
	})
	return b.Build(func(a, b datasource.UnusableIndex) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Partition, b.Partition),
			strings.Compare(a.Subpartition, b.Subpartition))
	}), err
}
