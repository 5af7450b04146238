package oracle

import (
	"context"
	"strconv"

	"github.com/dbprecheck/precheck/datasource"
)

// OceanBase has the zones that were imported into the tenant, and no time zone file.
const (
	zoneQuery      = "SELECT DBTIMEZONE FROM dual"
	zoneFileQuery  = "SELECT version FROM v$timezone_file"
	zoneNamesQuery = "SELECT 1 FROM v$timezone_names WHERE ROWNUM = 1"
)

func (r *Reader) timeZone(ctx context.Context) (datasource.OracleTimeZone, error) {
	var z datasource.OracleTimeZone
	server, err := r.server(ctx)
	if err != nil {
		return z, err
	}
	row, err := r.one(ctx, zoneQuery)
	if err != nil {
		return z, err
	}
	z.Database = row[0]
	if server.IsOceanBase() {
		return z, r.view(ctx, "V$TIMEZONE_NAMES", zoneNamesQuery, func(cells) error {
			z.Named = true
			return nil
		})
	}
	z.Named = true
	return z, r.view(ctx, "V$TIMEZONE_FILE", zoneFileQuery, func(c cells) (err error) {
		z.File, err = strconv.Atoi(c[0])
		return err
	})
}
