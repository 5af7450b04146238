package mysql

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

const (
	keywordsQuery        = "SELECT word, reserved FROM information_schema.KEYWORDS"
	mariadbKeywordsQuery = "SELECT word, 0 FROM information_schema.KEYWORDS"
)

// keywords reads information_schema.KEYWORDS: MySQL has it from 8.0.13, MariaDB from 10.6.3.
func (r *Reader) keywords(ctx context.Context) (datasource.Keywords, error) {
	k := datasource.Keywords{Words: map[string]bool{}}
	server, err := r.identify(ctx)
	if err != nil {
		return k, err
	}
	k.Authoritative = !server.IsMariaDB()
	query := keywordsQuery
	if !k.Authoritative {
		query = mariadbKeywordsQuery
	}
	err = r.query(ctx, query, nil, func(scan row) error {
		var word string
		var reserved bool
		err := scan(&word, &reserved)
		k.Words[strings.ToUpper(word)] = reserved
		return err
	})
	if absent(err) {
		return k, &datasource.Error{Class: datasource.ErrUnsupported,
			Cause: message.New("datasource.unsupported.keywords", "server", server.String()), Err: err}
	}
	return k, err
}
