package mysql

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// InnoDB lists its files and the flags of its tables without opening a table. Bit 6 of the flags is DATA DIRECTORY.
// Bit 7 is PAGE_COMPRESSED on MariaDB, and a shared tablespace on MySQL (dict0mem.h of each).
const (
	dataDirectoryFlag  = 64
	pageCompressedFlag = 128
)

// placementsQuery returns the query for the tables with a placement: views and columns differ between products and
// versions. The files come from queries of their own, as the server would join the views row by row.
func placementsQuery(s datasource.Server) string {
	switch {
	case hasDictionary(s): // which does not have the character set filename
		return fmt.Sprintf("SELECT name, '', flag, space, space_type = 'General' FROM information_schema.INNODB_TABLES "+
			"WHERE flag & %d OR space_type = 'General' ORDER BY name", dataDirectoryFlag)
	case s.IsMariaDB():
		return fmt.Sprintf(innodbPlacementsQuery, dataDirectoryFlag+pageCompressedFlag)
	}
	return fmt.Sprintf(innodbPlacementsQuery, dataDirectoryFlag)
}

var innodbPlacementsQuery = fmt.Sprintf("SELECT %s, %s, flag, space, FALSE FROM information_schema.INNODB_SYS_TABLES "+
	"WHERE flag & %%d ORDER BY name", fileSchema("name"), fileTable(partitionedFile))

// filePathsQuery returns the query for the path of each tablespace.
func filePathsQuery(s datasource.Server) string {
	switch {
	case hasDictionary(s):
		return "SELECT space, path FROM information_schema.INNODB_DATAFILES"
	case s.IsMariaDB() && s.Version.AtLeast(10, 6):
		return "SELECT space, filename FROM information_schema.INNODB_SYS_TABLESPACES"
	}
	return "SELECT space, path FROM information_schema.INNODB_SYS_DATAFILES"
}

const tablespaceNamesQuery = "SELECT space, name FROM information_schema.INNODB_TABLESPACES"

// placedFilesQuery counts the files that a table with a placement can have. INNODB_TABLES of MySQL 8 opens every table
// (10,000 tables on MySQL 9.7: 2 s, this 0.03 s), so it is read only if there is such a file. The file of any other
// table is ./schema/table.ibd, that of a general tablespace is not in a folder of a schema. Tablespace 0 is the
// system's, those above are the server's own, for undo and its dictionary (InnoDB's dict0dict.h).
const placedFilesQuery = `SELECT COUNT(*) FROM information_schema.INNODB_DATAFILES
WHERE path NOT LIKE './%/%' AND CAST(space AS UNSIGNED) BETWEEN 1 AND 4200000000`

// encoded matches a character in the name of a file.
var encoded = regexp.MustCompile(`@([0-9a-f]{4})`)

// decodeFile decodes a name as MySQL 8 writes it for files. Letters that it writes as two characters stay as they are.
func decodeFile(name string) string {
	return encoded.ReplaceAllStringFunc(name, func(code string) string {
		n, err := strconv.ParseUint(code[1:], 16, 32)
		if err != nil {
			return code
		}
		return string(rune(n))
	})
}

// decodeTable returns the names of schema and table in the name of a file: schema/table or schema/table#p#partition.
func decodeTable(file string) datasource.TableName {
	schema, table, _ := strings.Cut(file, "/")
	table, _, _ = strings.Cut(strings.ReplaceAll(table, "#P#", "#p#"), "#p#")
	return datasource.TableName{Schema: decodeFile(schema), Name: decodeFile(table)}
}

// placed is a row of placementsQuery.
type placed struct {
	datasource.TableName
	flag    int
	space   string // an unsigned number
	general bool
}

func (p placed) away() bool { return p.flag&dataDirectoryFlag != 0 && !p.general }

func (r *Reader) placements(ctx context.Context) (datasource.TableRows[datasource.Placement], error) {
	var b datasource.TableRowsBuilder[datasource.Placement]
	scope, err := r.inScopeSet(ctx)
	if err != nil {
		return b.Build(nil), err
	}
	tables, err := shared(ctx, r, placedFilesQuery, r.placedTables)
	for _, t := range tables {
		if scope[t.Schema] {
			b.Add(t.TableName, t.Placement)
		}
	}
	return b.Build(nil), err
}

// placedTable is a table with a placement.
type placedTable struct {
	datasource.TableName
	datasource.Placement
}

// placedTables returns the placements of the tables of the whole server.
func (r *Reader) placedTables(ctx context.Context) ([]placedTable, error) {
	server, err := r.identify(ctx)
	if err != nil {
		return nil, err
	}
	if hasDictionary(server) {
		files := 0
		if err := r.one(ctx, placedFilesQuery, &files); err != nil || files == 0 {
			return nil, err
		}
	}
	var tables []placed
	err = r.query(ctx, placementsQuery(server), nil, func(scan row) error {
		var t placed
		err := scan(&t.Schema, &t.Name, &t.flag, &t.space, &t.general)
		tables = append(tables, t)
		return err
	})
	if err != nil || len(tables) == 0 {
		return nil, err
	}
	paths, names := map[string]string{}, map[string]string{}
	if slices.ContainsFunc(tables, placed.away) {
		paths, err = r.bySpace(ctx, filePathsQuery(server))
	}
	if err == nil && hasDictionary(server) {
		names, err = r.bySpace(ctx, tablespaceNamesQuery)
	}
	if err != nil {
		return nil, err
	}
	in := intern.Strings{}
	list := make([]placedTable, 0, len(tables))
	for _, t := range tables {
		p := datasource.Placement{PageCompressed: server.IsMariaDB() && t.flag&pageCompressedFlag != 0}
		if t.general {
			p.Tablespace = names[t.space]
		}
		if t.away() {
			p.Directory = in.String(path.Dir(path.Dir(paths[t.space]))) // …/schema/table.ibd
		}
		if hasDictionary(server) {
			name := t.Schema
			if !t.general { // the file has more of the name: INNODB_TABLES writes some letters as two characters
				name = cmp.Or(names[t.space], name)
			}
			t.TableName = decodeTable(name)
		}
		list = append(list, placedTable{t.TableName, p})
	}
	return list, nil
}

// bySpace runs a query for a text of each tablespace.
func (r *Reader) bySpace(ctx context.Context, query string) (map[string]string, error) {
	texts := map[string]string{}
	return texts, r.query(ctx, query, nil, func(scan row) error {
		var space string
		var text sql.NullString
		err := scan(&space, &text)
		texts[space] = text.String
		return err
	})
}

const generalTablespacesQuery = "SELECT name FROM information_schema.INNODB_TABLESPACES WHERE space_type = 'General' " +
	"ORDER BY name"

func (r *Reader) generalTablespaces(ctx context.Context) ([]string, error) {
	query := generalTablespacesQuery
	if server, err := r.identify(ctx); err != nil {
		return nil, err
	} else if !hasDictionary(server) {
		query = strings.Replace(query, "INNODB_", "INNODB_SYS_", 1)
	}
	names := []string{}
	err := r.query(ctx, query, nil, func(scan row) error {
		var name string
		err := scan(&name)
		names = append(names, name)
		return err
	})
	return names, err
}

// A keyring is a plugin, or since MySQL 8.0.24 a component.
const (
	keyringPluginQuery = "SELECT COUNT(*) FROM information_schema.PLUGINS WHERE plugin_type = 'KEYRING' AND " +
		"plugin_status = 'ACTIVE'"
	keyringComponentQuery = "SELECT COUNT(*) FROM performance_schema.keyring_component_status WHERE status_key = " +
		"'Component_status' AND status_value = 'Active'"
)

func (r *Reader) keyring(ctx context.Context) (bool, error) {
	found := 0
	count := func(scan row) error {
		var n int
		err := scan(&n)
		found += n
		return err
	}
	if err := r.query(ctx, keyringPluginQuery, nil, count); err != nil {
		return false, err
	}
	err := r.query(ctx, keyringComponentQuery, nil, count)
	if absent(err) {
		err = nil
	}
	return found > 0, err
}
