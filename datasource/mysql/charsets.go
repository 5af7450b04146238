package mysql

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

const charsetsQuery = "SELECT character_set_name, default_collate_name FROM information_schema.CHARACTER_SETS"

// collationsQuery returns each collation with its character set. MariaDB from 10.10.1 lists the uca1400
// collations without a character set: fullCollationsQuery returns their full names, as in
// utf8mb4_uca1400_ai_ci (MariaDB documentation, "Information Schema COLLATION_CHARACTER_SET_APPLICABILITY
// Table").
const (
	collationsQuery = "SELECT collation_name, character_set_name FROM information_schema.COLLATIONS WHERE " +
		"character_set_name IS NOT NULL"
	fullCollationsQuery = collationsQuery +
		" UNION SELECT full_collation_name, character_set_name FROM " +
		"information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"
)

// hiddenCharset is the character set of file names, and its only collation. MariaDB accepts it for a column, but does
// not list it; MySQL refuses it with error 1115 (tried on MariaDB 10.11 and 11.8, MySQL 9.7).
const hiddenCharset = "filename"

func (r *Reader) charsets(ctx context.Context) (datasource.Charsets, error) {
	c := datasource.Charsets{Defaults: map[string]string{}, Collations: map[string]string{}}
	server, err := r.identify(ctx)
	if err != nil {
		return c, err
	}
	collations := collationsQuery
	if server.IsMariaDB() && server.Version.AtLeast(10, 10, 1) {
		collations = fullCollationsQuery
	}
	for _, list := range []struct {
		query string
		into  map[string]string
	}{{charsetsQuery, c.Defaults}, {collations, c.Collations}} {
		err := r.query(ctx, list.query, nil, func(scan row) error {
			var name, value string
			if err := scan(&name, &value); err != nil {
				return err
			}
			list.into[strings.ToLower(name)] = strings.ToLower(value)
			return nil
		})
		if err != nil {
			return c, err
		}
	}
	if server.IsMariaDB() {
		c.Defaults[hiddenCharset], c.Collations[hiddenCharset] = hiddenCharset, hiddenCharset
	}
	return c, nil
}
