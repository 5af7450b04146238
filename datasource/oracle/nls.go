package oracle

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

func (r *Reader) nls(ctx context.Context) (datasource.NLS, error) {
	n := datasource.NLS{}
	err := r.query(ctx, "SELECT parameter, value FROM nls_database_parameters", func(c cells) error {
		n[strings.Clone(c[0])] = strings.Clone(c[1])
		return nil
	})
	return n, err
}
