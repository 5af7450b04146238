package oracle

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Identity columns were added in 12.1, the names of their sequences in 12.1.0.2 (Oracle Database Reference,
// "ALL_TAB_IDENTITY_COLS").
const identityQuery = "SELECT owner, table_name, column_name, generation_type, {sequence} FROM {p}_TAB_IDENTITY_COLS " +
	"WHERE {scope:owner}"

func (r *Reader) identityColumns(ctx context.Context) (datasource.TableRows[datasource.IdentityColumn], error) {
	var b datasource.TableRowsBuilder[datasource.IdentityColumn]
	server, err := r.server(ctx)
	switch {
	case err != nil:
		return b.Build(nil), err
	case server.IsOceanBase():
		return b.Build(nil), &datasource.Error{Class: datasource.ErrUnsupported,
			Cause: message.New("datasource.unsupported.no_identity")}
	case server.Version.Before(12, 1):
		return b.Build(nil), nil
	}
	sequence := "sequence_name"
	if server.Version.Before(12, 1, 0, 2) {
		sequence = "NULL"
	}
	in := intern.Strings{}
	err = r.inScope(ctx, strings.Replace(identityQuery, "{sequence}", sequence, 1), func(c cells) error {
		schema := in.String(c[0])
		b.Add(datasource.TableName{Schema: schema, Name: in.String(c[1])},
			datasource.IdentityColumn{Column: in.String(c[2]), Always: c[3] == "ALWAYS",
				Sequence: datasource.TableName{Schema: schema, Name: strings.Clone(c[4])}})
		return nil
	})
	return b.Build(nil), err
}
