package mysql

import (
	"context"
	"database/sql"
	"regexp"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

const fulltextParsersQuery = `SELECT plugin_name FROM information_schema.PLUGINS
WHERE plugin_type = 'FTPARSER' AND plugin_status = 'ACTIVE'`

func (r *Reader) fulltextParsers(ctx context.Context) ([]string, error) {
	var list []string
	err := r.query(ctx, fulltextParsersQuery, nil, func(scan row) error {
		var name string
		err := scan(&name)
		list = append(list, strings.ToLower(name))
		return err
	})
	return list, err
}

// definitionsRead is the maximum number of tables whose definition is read.
const definitionsRead = 500

// parsedIndex matches the line of an index with a parser in SHOW CREATE TABLE.
var parsedIndex = regexp.MustCompile("(?m)^ *FULLTEXT (?:KEY|INDEX) `((?:[^`]|``)*)` .*WITH PARSER `((?:[^`]|``)*)`")

func (r *Reader) indexParsers(ctx context.Context, tables []datasource.TableName) (datasource.IndexParsers, error) {
	var found datasource.IndexParsers
	if len(tables) > definitionsRead {
		tables, found.NotRead = tables[:definitionsRead], tables[definitionsRead:]
	}
	for _, t := range tables {
		err := r.rows(ctx, "SHOW CREATE TABLE "+quote(t.Schema)+"."+quote(t.Name), nil, func(rows *sql.Rows) error {
			var name, definition string
			if err := rows.Scan(&name, &definition); err != nil {
				return err
			}
			for _, m := range parsedIndex.FindAllStringSubmatch(definition, -1) {
				found.Indexes = append(found.Indexes, datasource.IndexParser{Table: t,
					Index: strings.ReplaceAll(m[1], "``", "`"), Parser: strings.ToLower(m[2])})
			}
			return nil
		})
		if err != nil {
			return found, err
		}
	}
	return found, nil
}
