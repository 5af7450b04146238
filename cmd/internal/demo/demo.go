// Package demo holds the two databases of a demonstration: embedded servers of the MySQL protocol in this process,
// with planted defects.
package demo

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	sqle "github.com/dolthub/go-mysql-server"
	"github.com/dolthub/go-mysql-server/memory"
	"github.com/dolthub/go-mysql-server/server"
	gms "github.com/dolthub/go-mysql-server/sql"
	"github.com/dolthub/go-mysql-server/sql/mysql_db"
	"github.com/go-sql-driver/mysql"
	"github.com/sirupsen/logrus"
)

//go:embed source.sql
var sourceSQL string

//go:embed destination.sql
var destinationSQL string

// Database is an embedded server of the MySQL protocol, on loopback and in memory. Every account may log on.
type Database struct {
	Host string
	Port int

	server *server.Server
}

// The schemas of the two databases.
const (
	SourceSchema      = "shop"
	DestinationSchema = "shop_new"
)

// StartSource starts the source of the demonstration.
func StartSource(ctx context.Context) (*Database, error) { return start(ctx, SourceSchema, sourceSQL) }

// StartDestination starts the destination of the demonstration.
func StartDestination(ctx context.Context) (*Database, error) {
	return start(ctx, DestinationSchema, destinationSQL)
}

// start starts a server with an empty schema and runs a script in it.
func start(ctx context.Context, schema, script string) (*Database, error) {
	logrus.SetOutput(io.Discard) // the embedded server logs each connection
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	db := memory.NewDatabase(schema)
	db.EnablePrimaryKeyIndexes()
	provider := memory.NewDBProvider(db)
	engine := sqle.NewDefault(provider)
	accounts := engine.Analyzer.Catalog.MySQLDb
	accounts.SetPersister(&mysql_db.NoopPersister{})
	accounts.AddRootAccount()
	s, err := server.NewServer(server.Config{Protocol: "tcp", Address: listener.Addr().String(), Listener: listener},
		engine, gms.NewContext, memory.NewSessionBuilder(provider), nil)
	if err != nil {
		return nil, err
	}
	address := listener.Addr().(*net.TCPAddr)
	d := &Database{"127.0.0.1", address.Port, s}
	go func() { _ = s.Start() }() // ends when the server is closed
	if err := d.execute(ctx, script); err != nil {
		_ = d.Close()
		return nil, err
	}
	return d, nil
}

// Address returns host:port.
func (d *Database) Address() string { return net.JoinHostPort(d.Host, strconv.Itoa(d.Port)) }

// Close stops the server.
func (d *Database) Close() error { return d.server.Close() }

// execute runs the statements of a script, one at a time.
func (d *Database) execute(ctx context.Context, script string) error {
	cfg := mysql.NewConfig()
	cfg.Net, cfg.Addr, cfg.User = "tcp", fmt.Sprintf("%s:%d", d.Host, d.Port), "root"
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer func() { _ = db.Close() }()
	for _, statement := range strings.Split(script, ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
