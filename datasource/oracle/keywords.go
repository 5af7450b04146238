package oracle

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// RES_SEMI marks the words that cannot be names in some statements (Oracle Database Reference,
// "V$RESERVED_WORDS"). Two rows have an empty word.
const keywordsQuery = "SELECT keyword FROM v$reserved_words WHERE keyword IS NOT NULL AND (reserved = 'Y' OR " +
	"res_semi = 'Y')"

func (r *Reader) keywords(ctx context.Context) (datasource.Keywords, error) {
	k := datasource.Keywords{Authoritative: true, Words: map[string]bool{}}
	server, err := r.server(ctx)
	if err != nil {
		return k, err
	}
	if server.IsOceanBase() { // whose manual has no such view
		return k, &datasource.Error{Class: datasource.ErrUnsupported,
			Cause: message.New("datasource.unsupported.keywords", "server", server.String())}
	}
	return k, r.view(ctx, "V$RESERVED_WORDS", keywordsQuery, func(c cells) error {
		k.Words[strings.ToUpper(c[0])] = true
		return nil
	})
}
