package rehearsal

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// A task can state that its migration rewrites definitions (checks.DDLRewritten). The rehearsal then omits what has no
// meaning on another server: the definer, the history of a table, and modes and collations of the session of creation
// that the server does not know.

// rewrite returns a definition of a kind of object as such a migration creates it.
func rewrite(sql, kind string) string {
	if kind == "TABLE" {
		return withoutHistory(sql)
	}
	return withoutDefiner(sql)
}

// withoutDefiner returns a CREATE statement without its DEFINER.
func withoutDefiner(sql string) string {
	all := scan(sql)
	at := slices.IndexFunc(all, func(t token) bool { return t.is("DEFINER") })
	named := func(t token) bool { return slices.Contains(endOfHead, strings.ToUpper(t.text)) }
	if at < 0 || slices.ContainsFunc(all[:at], named) {
		return sql
	}
	end := significant(all, at+1) + 1 // after =
	for end < len(all) && all[end].kind == space {
		end++
	}
	for end < len(all) && all[end].kind != space {
		end++
	}
	return join(all[:at]) + join(all[significant(all, end):])
}

// endOfHead are the words that follow the definer in a CREATE statement.
var endOfHead = []string{"VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "PACKAGE", "EVENT", "SEQUENCE"}

// withoutHistory returns a statement of SHOW CREATE TABLE of MariaDB without WITH SYSTEM VERSIONING.
func withoutHistory(sql string) string {
	all := scan(sql)
	words := []string{"WITH", "SYSTEM", "VERSIONING"}
	for i := range all {
		at, matched := i, 0
		for matched < len(words) && at < len(all) && all[at].is(words[matched]) {
			matched, at = matched+1, significant(all, at+1)
		}
		if matched == len(words) && i > 0 {
			return join(all[:i]) + join(all[at:])
		}
	}
	return sql
}

// knownSession sets up the session of creation of an object as far as the server knows its settings.
func (c *creator) knownSession(ctx context.Context, d *definition) error {
	var known []string
	for _, mode := range strings.Split(d.sqlMode, ",") {
		_, err := c.conn.ExecContext(ctx, "SET SESSION sql_mode = "+checks.QuoteString(mode))
		if _, _, refused := mysql.ServerError(err); refused {
			continue
		}
		if err != nil {
			return err
		}
		known = append(known, mode)
	}
	shown := *d
	shown.sqlMode = strings.Join(known, ",")
	for _, s := range sessionOf(&shown) {
		if _, err := c.conn.ExecContext(ctx, s); err != nil {
			if _, _, refused := mysql.ServerError(err); !refused {
				return err
			}
		}
	}
	return nil
}
