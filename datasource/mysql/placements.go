package mysql

import (
	"context"
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

// placementsQueries returns the queries for placements: views and columns differ between products and versions. shared
// reports that tables can be in general tablespaces.
func placementsQueries(s datasource.Server, shared bool) []string {
	table := strings.ReplaceAll(partitionedFile, "name", "t.name")
	if hasDictionary(s) {
		return dictionaryPlacements(table, shared)
	}
	from := "INNODB_SYS_TABLES t LEFT JOIN information_schema.INNODB_SYS_DATAFILES f ON f.space = t.space"
	column, flags := "f.path", dataDirectoryFlag
	if s.IsMariaDB() {
		flags += pageCompressedFlag
		if s.Version.AtLeast(10, 6) {
			from = "INNODB_SYS_TABLES t LEFT JOIN information_schema.INNODB_SYS_TABLESPACES f ON f.space = t.space"
			column = "f.filename"
		}
	}
	return []string{fmt.Sprintf("SELECT %s, %s, COALESCE(%s, ''), t.flag, '' FROM information_schema.%s "+
		"WHERE t.flag & %d ORDER BY t.name", fileSchema("t.name"), fileTable(table), column, from, flags)}
}

// dictionaryPlacements are the queries for MySQL 8, whose INNODB_TABLES opens every table (10,000 tables on MySQL 9.7:
// 7 s). The files show which tables have a directory of their own. It has no character set filename.
func dictionaryPlacements(table string, shared bool) []string {
	names := fmt.Sprintf("SELECT SUBSTRING_INDEX(t.name, '/', 1), SUBSTRING_INDEX(%s, '/', -1), ", table)
	queries := []string{names + fmt.Sprintf("f.path, %d, '' FROM information_schema.INNODB_TABLESPACES t "+
		"JOIN information_schema.INNODB_DATAFILES f ON f.space = t.space "+
		"WHERE t.space_type = 'Single' AND f.path NOT LIKE '.%%' ORDER BY t.name", dataDirectoryFlag)}
	if shared {
		queries = append(queries, names+"'', 0, s.name FROM information_schema.INNODB_TABLES t "+
			"JOIN information_schema.INNODB_TABLESPACES s ON s.space = t.space "+
			"WHERE t.space_type = 'General' AND s.name <> '"+dictionaryTablespace+"' ORDER BY t.name")
	}
	return queries
}

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

func (r *Reader) placements(ctx context.Context) (datasource.TableRows[datasource.Placement], error) {
	var b datasource.TableRowsBuilder[datasource.Placement]
	server, err := r.identify(ctx)
	if err != nil {
		return b.Build(nil), err
	}
	scope, err := r.inScopeSet(ctx)
	if err != nil {
		return b.Build(nil), err
	}
	shared := false
	if hasDictionary(server) {
		spaces, err := r.generalTablespaces(ctx)
		if err != nil {
			return b.Build(nil), err
		}
		shared = slices.ContainsFunc(spaces, func(name string) bool { return name != dictionaryTablespace })
	}
	in := intern.Strings{}
	for _, query := range placementsQueries(server, shared) {
		err = r.query(ctx, query, nil, func(scan row) error {
			var t datasource.TableName
			var p datasource.Placement
			var file string
			var flag int
			if err := scan(&t.Schema, &t.Name, &file, &flag, &p.Tablespace); err != nil {
				return err
			}
			if hasDictionary(server) {
				t.Schema, t.Name = decodeFile(t.Schema), decodeFile(t.Name)
			}
			if !scope[t.Schema] {
				return nil
			}
			if flag&dataDirectoryFlag != 0 {
				p.Directory = in.String(path.Dir(path.Dir(file))) // …/schema/table.ibd
			}
			p.PageCompressed = server.IsMariaDB() && flag&pageCompressedFlag != 0
			b.Add(t, p)
			return nil
		})
		if err != nil {
			break
		}
	}
	return b.Build(nil), err
}

// dictionaryTablespace is the general tablespace of MySQL's own tables.
const dictionaryTablespace = "mysql"

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
