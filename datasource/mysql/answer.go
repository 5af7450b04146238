package mysql

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/answer"
)

// beginReadOnly starts a transaction in which the server refuses every write, also that of a stored function (error
// 1792), which cannot end the transaction of its statement (1422).
const beginReadOnly = "START TRANSACTION READ ONLY"

func (r *Reader) answer(ctx context.Context, q datasource.QueryText) (datasource.QueryResult, error) {
	query, err := r.withSchemas(ctx, q.SQL)
	if err != nil {
		return datasource.QueryResult{}, err
	}
	return r.Answer(ctx, beginReadOnly, query, q.Rows)
}

// Answer runs a query in a transaction that begin starts, and reads at most that many rows. Its session is not used
// again, because the query may have changed it. Its errors are the driver's.
func (r *Reader) Answer(ctx context.Context, begin, query string, most int) (a datasource.QueryResult, err error) {
	err = r.inSession(ctx, func(s session) error {
		defer s.discard()
		if err := s.rows(ctx, begin, nil, func(*sql.Rows) error { return nil }); err != nil {
			return err
		}
		started := time.Now()
		err := s.run(ctx, query, nil, func(rows *sql.Rows) (count int, err error) {
			if a, err = answer.Read(rows, most); a.More {
				s.drop()
			}
			return len(a.Rows), err
		})
		if err == nil && time.Since(started) >= r.endpoint.StatementTimeout {
			// SLEEP returns 1 when MySQL's limit interrupts it (MySQL 9.7 Reference Manual, "Miscellaneous Functions")
			return errStatementTimeout
		}
		return err
	})
	return a, err
}

// withSchemas returns a query with the list of the schemas in scope as literals. The sessions have no sql_mode, so that
// every server reads them in the same way.
func (r *Reader) withSchemas(ctx context.Context, query string) (string, error) {
	if !strings.Contains(query, datasource.SchemasPlaceholder) {
		return query, nil
	}
	schemas, err := r.scope(ctx)
	if err != nil {
		return "", err
	}
	name, err := r.nameLiteral(ctx)
	if err != nil {
		return "", err
	}
	list := make([]string, len(schemas))
	for i, s := range schemas {
		list[i] = strings.Replace(name, "?", literal(s), 1)
	}
	return strings.ReplaceAll(query, datasource.SchemasPlaceholder, strings.Join(list, ", ")), nil
}

// literal returns a text as a string literal of a session without NO_BACKSLASH_ESCAPES.
func literal(s string) string {
	return "'" + strings.NewReplacer(`'`, `''`, `\`, `\\`).Replace(s) + "'"
}
