package mysql

import (
	"context"
	"fmt"
	"path"
	"regexp"
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

// placementsQuery returns the query for placements: views and columns differ between products and versions.
func placementsQuery(s datasource.Server) string {
	from := "INNODB_SYS_TABLES t LEFT JOIN information_schema.INNODB_SYS_DATAFILES f ON f.space = t.space"
	columns := "COALESCE(f.path, ''), t.flag, ''"
	where := fmt.Sprintf("t.flag & %d", dataDirectoryFlag)
	switch {
	case s.IsMariaDB():
		where = fmt.Sprintf("t.flag & %d", dataDirectoryFlag+pageCompressedFlag)
		if s.Version.AtLeast(10, 6) {
			from = "INNODB_SYS_TABLES t LEFT JOIN information_schema.INNODB_SYS_TABLESPACES f ON f.space = t.space"
			columns = "COALESCE(f.filename, ''), t.flag, ''"
		}
	case hasDictionary(s):
		from = "INNODB_TABLES t LEFT JOIN information_schema.INNODB_DATAFILES f ON f.space = t.space " +
			"LEFT JOIN information_schema.INNODB_TABLESPACES s ON s.space = t.space"
		columns = "COALESCE(f.path, ''), t.flag, IF(t.space_type = 'General', COALESCE(s.name, ''), '')"
		where += " OR t.space_type = 'General'"
	}
	name := "t.name"
	if hasDictionary(s) { // a file has more of the name: t.name writes some letters as two characters
		name = "IF(t.space_type = 'General', t.name, COALESCE(s.name, t.name))"
	}
	table := partitionedFile(name)
	names := fileSchema(name) + ", " + fileTable(table)
	if hasDictionary(s) { // which does not have the character set filename
		names = fmt.Sprintf("SUBSTRING_INDEX(%s, '/', 1), SUBSTRING_INDEX(%s, '/', -1)", name, table)
	}
	return fmt.Sprintf("SELECT %s, %s FROM information_schema.%s WHERE %s ORDER BY t.name", names, columns, from, where)
}

// placedFilesQuery counts the files that a table with a placement can have. INNODB_TABLES of MySQL 8 opens every table
// (10,000 tables on MySQL 9.7: 7 s), so it is read only if there is such a file. Tables in the data directory have a
// path that begins with a dot; mysql is the tablespace of the server's own tables.
const placedFilesQuery = `SELECT COUNT(*) FROM information_schema.INNODB_TABLESPACES s
LEFT JOIN information_schema.INNODB_DATAFILES f ON f.space = s.space
WHERE s.space_type = 'General' AND s.name <> 'mysql' OR s.space_type = 'Single' AND COALESCE(f.path, '') NOT LIKE '.%'`

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
	if hasDictionary(server) {
		placed := 0
		if err := r.one(ctx, placedFilesQuery, &placed); err != nil || placed == 0 {
			return b.Build(nil), err
		}
	}
	in := intern.Strings{}
	err = r.query(ctx, placementsQuery(server), nil, func(scan row) error {
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
		if flag&dataDirectoryFlag != 0 && p.Tablespace == "" {
			p.Directory = in.String(path.Dir(path.Dir(file))) // …/schema/table.ibd
		}
		p.PageCompressed = server.IsMariaDB() && flag&pageCompressedFlag != 0
		b.Add(t, p)
		return nil
	})
	return b.Build(nil), err
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
