package mysql

import (
	"context"
	"database/sql/driver"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
)

// NewKeeper returns a connector to a database in which this program keeps data of its own. Its sessions may write.
// They are protected as those of a Reader are: the endpoint's TLS settings and the rules for its password apply, and
// the end of a context ends its call. Statements are sent at once with their values; an affected row is one that was
// matched. There are no prepared statements, and transactions are begun and ended by statements.
func NewKeeper(e datasource.Endpoint, database string) (driver.Connector, error) {
	c, err := newConnector(e.WithDefaults(), Variant{}, func(cfg *mysql.Config) {
		cfg.DBName, cfg.ClientFoundRows = database, true
	})
	if err != nil {
		return nil, err
	}
	return keeper{c}, nil
}

type keeper struct{ *connector }

// Connect opens a session.
func (k keeper) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := k.logon(ctx)
	if err != nil {
		return nil, (&Reader{endpoint: k.endpoint, link: &link{connector: k.connector}}).classify(ctx, err)
	}
	return conn, nil
}
