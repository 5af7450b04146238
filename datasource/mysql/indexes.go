package mysql

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// indexesQuery excludes cardinality, which every server computes by opening the table.
const indexesQuery = `SELECT table_schema, table_name, index_name, non_unique, seq_in_index, column_name, nullable,
sub_part, %c%e
FROM information_schema.STATISTICS WHERE %s`

// On MariaDB collation opens the table, too (10.11: 10,000 tables 0.2 s without it, 1.9 s with it). InnoDB's own list
// of the indexes of the whole server shows which are FULLTEXT. It does not show the order: FactDescendingIndexes does.
// Their tables are a query of its own, as the server would join the two lists row by row.
const innodbFulltextQuery = `SELECT table_id, name FROM information_schema.INNODB_SYS_INDEXES WHERE type = 32`

var innodbFulltextTablesQuery = fmt.Sprintf(`SELECT table_id, %s, %s FROM information_schema.INNODB_SYS_TABLES
WHERE table_id IN (SELECT table_id FROM information_schema.INNODB_SYS_INDEXES WHERE type = 32)`,
	fileSchema("name"), fileTable(partitionedFile))

const descendingQuery = `SELECT table_schema, table_name, index_name FROM information_schema.STATISTICS
WHERE %s AND collation = 'D'`

func (r *Reader) indexes(ctx context.Context) (datasource.TableRows[datasource.Index], error) {
	var b datasource.SharedRowsBuilder[indexPart]
	server, err := r.identify(ctx)
	if err != nil {
		return datasource.TableRows[datasource.Index]{}, err
	}
	fulltext, opened, err := r.innodbFulltext(ctx, server)
	query := strings.Replace(indexesQuery, "%e", indexExtras(server), 1)
	ordered := strings.Replace(query, "%c", "collation", 1)
	switch {
	case err != nil:
	case fulltext == nil:
		err = r.ofFact(ctx, datasource.FactIndexes, ordered, byTable, addParts(&b, nil))
	default:
		own := make(map[datasource.TableName]bool, len(opened))
		for _, t := range opened {
			own[t] = true
		}
		err = r.inScope(ctx, ofEveryTable(strings.Replace(query, "%c", "'A'", 1), byTable),
			addParts(&b, func(t datasource.TableName, p *indexPart) bool {
				p.unordered = fulltext[indexName{server.NameCase.FoldTable(t), p.index}]
				return !own[t]
			}))
		if err == nil {
			err = r.ofTables(ctx, ordered, byTable, opened, addParts(&b,
				func(t datasource.TableName, _ *indexPart) bool { return own[t] }))
		}
	}
	if err != nil {
		return datasource.TableRows[datasource.Index]{}, err
	}
	return indexesOf(&b), nil
}

type indexName struct {
	table datasource.TableName
	index string
}

// innodbFulltext returns the FULLTEXT indexes of InnoDB, and the tables of other engines, whose indexes show their
// order only when they are opened. It returns none where opening every table costs nothing or is the only way.
func (r *Reader) innodbFulltext(ctx context.Context, server datasource.Server) (
	fulltext map[indexName]bool, opened []datasource.TableName, err error) {
	if _, few := r.selection(ctx, datasource.FactIndexes); few || !server.IsMariaDB() {
		return nil, nil, nil
	}
	tables, err := r.tables(ctx)
	if err != nil || len(tables) <= mostOpened {
		return nil, nil, err
	}
	if opened = outsideInnoDB(tables); len(opened) > mostNamed {
		return nil, nil, nil
	}
	fulltext, err = shared(ctx, r, innodbFulltextQuery, r.innodbFulltextIndexes)
	if denied(err) || absent(err) {
		return nil, nil, nil
	}
	return fulltext, opened, err
}

// innodbFulltextIndexes returns the FULLTEXT indexes of the whole server.
func (r *Reader) innodbFulltextIndexes(ctx context.Context) (map[indexName]bool, error) {
	names := map[string][]string{}
	err := r.query(ctx, innodbFulltextQuery, nil, func(scan row) error {
		var id, name string
		err := scan(&id, &name)
		names[id] = append(names[id], name)
		return err
	})
	fulltext := map[indexName]bool{}
	if err == nil && len(names) > 0 {
		err = r.query(ctx, innodbFulltextTablesQuery, nil, func(scan row) error {
			var id string
			var t datasource.TableName
			err := scan(&id, &t.Schema, &t.Name)
			for _, name := range names[id] {
				fulltext[indexName{t, name}] = true
			}
			return err
		})
	}
	return fulltext, err
}

type indexPart struct {
	index     string
	nonUnique bool
	position  int
	kind      string
	invisible bool
	unordered bool
	datasource.IndexColumn
}

// addParts returns a function that adds the rows of indexesQuery to b, without those that keep leaves out.
func addParts(b *datasource.SharedRowsBuilder[indexPart],
	keep func(datasource.TableName, *indexPart) bool) func(row) error {
	in := intern.Strings{}
	var (
		schema, table, name, column, nullable, direction, kind, visible, expression sql.RawBytes

		nonUnique bool
		position  int
		prefix    sql.NullInt64
	)
	return func(scan row) error {
		if err := scan(&schema, &table, &name, &nonUnique, &position, &column, &nullable, &prefix, &direction, &kind,
			&visible, &expression); err != nil {
			return err
		}
		t := datasource.TableName{Schema: in.Bytes(schema), Name: in.Bytes(table)}
		p := indexPart{
			index: in.Bytes(name), nonUnique: nonUnique, position: position, kind: in.Bytes(kind),
			invisible: string(visible) == "NO", unordered: direction == nil,
			IndexColumn: datasource.IndexColumn{Name: in.Bytes(column), Expression: in.Bytes(expression),
				Prefix:   int(prefix.Int64),
				Nullable: string(nullable) == "YES", Descending: string(direction) == "D"},
		}
		if keep == nil || keep(t, &p) {
			b.Add(t, p)
		}
		return nil
	}
}

// indexesOf makes indexes of their parts.
func indexesOf(b *datasource.SharedRowsBuilder[indexPart]) datasource.TableRows[datasource.Index] {
	parts := b.Build(func(a, b indexPart) int {
		return cmp.Or(-cmp.Compare(rank(a.index), rank(b.index)), strings.Compare(a.index, b.index),
			cmp.Compare(a.position, b.position))
	})
	return datasource.ConvertRows(parts, func(parts []indexPart) (indexes []datasource.Index) {
		columns := make([]datasource.IndexColumn, len(parts))
		for i, p := range parts {
			columns[i] = p.IndexColumn
		}
		for start, end := 0, 0; start < len(parts); start = end {
			for end = start; end < len(parts) && parts[end].index == parts[start].index; end++ {
			}
			p := parts[start]
			indexes = append(indexes, datasource.Index{Name: p.index, Primary: p.index == primary, Unique: !p.nonUnique,
				Type: p.kind, Invisible: p.invisible, Unordered: p.unordered, Columns: columns[start:end:end]})
		}
		return indexes
	})
}

// descendingIndexes returns the names of the indexes with a descending part. MySQL has them since 8.0.1, MariaDB since
// 10.8.1.
func (r *Reader) descendingIndexes(ctx context.Context) (datasource.TableRows[string], error) {
	var b datasource.TableRowsBuilder[string]
	server, err := r.identify(ctx)
	if err != nil || server.IsMariaDB() && server.Version.Before(10, 8, 1) ||
		server.IsMySQL() && server.Version.Before(8, 0, 1) {
		return b.Build(nil), err
	}
	in, known := intern.Strings{}, map[indexName]bool{} // DISTINCT would treat the names of several tables as equal
	err = r.ofFact(ctx, datasource.FactDescendingIndexes, descendingQuery, byTable, func(scan row) error {
		var t datasource.TableName
		var name string
		err := scan(&t.Schema, &t.Name, &name)
		if index := (indexName{t, name}); !known[index] {
			known[index] = true
			b.Add(t, in.String(name))
		}
		return err
	})
	return b.Build(strings.Compare), err
}

const primary = "PRIMARY"

func rank(index string) int {
	if index == primary {
		return 1
	}
	return 0
}

// indexExtras names the columns index_type, is_visible and expression where they exist and cost nothing.
// index_type opens every table on MariaDB and MySQL 5.x (100,000 tables on MariaDB 10.11: 10 s without it, 41
// s with); is_visible was added in MySQL 8.0.1, expression in 8.0.13, ignored in MariaDB 10.6.
func indexExtras(s datasource.Server) string {
	switch {
	case s.IsMySQL() && s.Version.AtLeast(8, 0, 13):
		return ", index_type, is_visible, expression"
	case s.IsMySQL() && s.Version.AtLeast(8, 0, 1):
		return ", index_type, is_visible, NULL"
	case s.IsMariaDB() && s.Version.AtLeast(10, 6):
		return ", '', IF(ignored = 'YES', 'NO', 'YES'), NULL"
	}
	return ", '', 'YES', NULL"
}
