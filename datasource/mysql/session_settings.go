package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/guard"
	"github.com/dbprecheck/precheck/datasource/message"
)

// unlimited is a number of rows that no catalog has. OceanBase takes no larger one.
const unlimited = 1<<63 - 1

// ownSettings are assignments without which a global setting, or init_connect, would change what statements
// over the catalog return (MySQL 9.7 Reference Manual, "Server System Variables"): sql_select_limit cuts it,
// max_join_size and sql_safe_updates refuse a statement, sql_auto_is_null changes IS NULL, and the text of an
// error follows lc_messages. Names are read in utf8mb4 even if the server ignores the character set that the
// client requests at logon (skip-character-set-client-handshake).
var ownSettings = []string{
	"NAMES utf8mb4",
	"SESSION sql_mode = ''",
	fmt.Sprintf("SESSION sql_select_limit = %d", unlimited),
	fmt.Sprintf("SESSION max_join_size = %d", unlimited),
	"SESSION sql_big_selects = 1",
	"SESSION sql_safe_updates = 0",
	"SESSION sql_auto_is_null = 0",
	"SESSION sql_quote_show_create = 1",
	"SESSION autocommit = 1",
	"SESSION completion_type = 0",
	"SESSION div_precision_increment = 4",
	"SESSION lc_messages = 'en_US'",
}

// sessionSettings returns the assignments that set up a session of a server with that VERSION() and
// @@version_comment.
func sessionSettings(version, comment string, limit time.Duration) []string {
	settings := ownSettings[:len(ownSettings):len(ownSettings)]
	if s := limitSetting(version, comment, limit); s != "" {
		settings = append(settings, s)
	}
	if flavor, v := identifyVersion(version, comment); flavor != datasource.FlavorOceanBase &&
		flavor != datasource.FlavorMariaDB {
		if v.AtLeast(8) { // sizes and AUTO_INCREMENT as they are, not as they were up to a day ago
			settings = append(settings, "SESSION information_schema_stats_expiry = 0")
		}
		if v.AtLeast(8, 0, 30) { // keys that the server generated are keys
			settings = append(settings, "SESSION show_gipk_in_create_table_and_information_schema = ON")
		}
	}
	return settings
}

// limitSetting returns the assignment that limits the statements of a session on the server, empty if there is none.
func limitSetting(version, comment string, limit time.Duration) string {
	switch flavor, v := identifyVersion(version, comment); {
	case flavor == datasource.FlavorOceanBase:
		return fmt.Sprintf("SESSION ob_query_timeout = %d", limit.Microseconds())
	case flavor == datasource.FlavorMariaDB && v.AtLeast(10, 1, 1):
		return fmt.Sprintf("SESSION max_statement_time = %g", limit.Seconds())
	case flavor == datasource.FlavorTiDB, flavor != datasource.FlavorMariaDB && v.AtLeast(5, 7, 8):
		return fmt.Sprintf("SESSION max_execution_time = %d", limit.Milliseconds())
	}
	return ""
}

// configure makes the assignments in one statement, or one by one where the server does not have all of the
// variables.
func (c *connector) configure(ctx context.Context, conn *connection, settings []string) error {
	err := c.apply(ctx, conn, []string{"SET " + strings.Join(settings, ", ")}, func(error) bool { return false })
	if lacksSetting(err) {
		statements := make([]string, len(settings))
		for i, s := range settings {
			statements[i] = "SET " + s
		}
		err = c.apply(ctx, conn, statements, lacksSetting)
	}
	return err
}

// What verify reads.
const (
	effective   = "@@sql_select_limit, @@sql_mode"
	whichServer = "@@hostname, @@port, @@server_id"
)

// verify fails if the session does not have the settings on which what is read depends, because a proxy may
// send each statement to another session of the server, or if it is not a session of the server to which the
// first one led. Which server it is matters only to one whose data and settings belong to itself.
func (c *connector) verify(ctx context.Context, conn *connection, oneServer bool) error {
	query, columns := "SELECT "+effective, 2
	if oneServer {
		query, columns = query+", "+whichServer, 5
	}
	row, err := c.row(ctx, conn, query, columns)
	switch {
	case lacksSetting(err) && oneServer:
		return c.verify(ctx, conn, false)
	case lacksSetting(err):
		return nil // what does not exist has no effect
	case err != nil:
		return err
	}
	wrong := func(name, value string) error {
		return &datasource.Error{Class: datasource.ErrSession,
			Cause:  message.New("datasource.mysql.session_setting", "name", name, "value", strconv.Quote(value)),
			Remedy: message.New("datasource.mysql.session_setting.remedy")}
	}
	if limit, err := strconv.ParseUint(text(row[0]), 10, 64); err != nil || limit < unlimited {
		return wrong("sql_select_limit", text(row[0]))
	}
	if mode := text(row[1]); mode != "" {
		return wrong("sql_mode", mode)
	}
	if oneServer {
		return c.ledTo(row[2:])
	}
	return nil
}

// isOneServer reports whether a server of that VERSION() and @@version_comment keeps its data and settings
// itself, as opposed to the members of a cluster, any of which may answer for all.
func isOneServer(version, comment string) bool {
	flavor, _ := identifyVersion(version, comment)
	return flavor != datasource.FlavorOceanBase && flavor != datasource.FlavorTiDB
}

// ledTo fails if a session led to another server than the first one. Facts of two servers make no verdict.
func (c *connector) ledTo(cells []driver.Value) error {
	server := serverName(cells)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server == "" {
		c.server = server
	}
	if c.server == server {
		return nil
	}
	return &datasource.Error{Class: datasource.ErrSession,
		Cause: message.New("datasource.mysql.another_server", "address", c.endpoint.Address(), "first", c.server,
			"second", server),
		Remedy: message.New("datasource.mysql.another_server.remedy")}
}

// serverName returns the name of a server from the cells of whichServer.
func serverName(cells []driver.Value) string {
	return fmt.Sprintf("%s:%s (server_id %s)", text(cells[0]), text(cells[1]), text(cells[2]))
}

// row runs a statement that sets up a session and returns its row, which has that many columns.
func (c *connector) row(ctx context.Context, conn *connection, query string, columns int) ([]driver.Value, error) {
	ctx, cancel := guard.SetUp(ctx, c.endpoint)
	defer cancel()
	rows, err := conn.QueryContext(ctx, query, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	cells := make([]driver.Value, columns)
	if len(rows.Columns()) != len(cells) {
		return nil, guard.ErrUnreadable
	}
	if err = rows.Next(cells); errors.Is(err, io.EOF) {
		return nil, guard.ErrUnreadable
	}
	for i := range cells { // the driver reuses its buffer
		cells[i] = text(cells[i])
	}
	return cells, err
}

// lacksSetting reports whether the error means that the server has no such setting or no such value of it,
// which is no reason to refuse it: 1193 unknown variable, which Dolt has no number for, 1231 not a value of
// it, 1238 read-only, 1235 and 8047 not supported (TiDB), 1064 syntax.
func lacksSetting(err error) bool {
	var refused *mysql.MySQLError
	return hasNumber(err, 1064, 1193, 1231, 1235, 1238, 8047) ||
		errors.As(err, &refused) && refused.Number == 1105 &&
			strings.HasPrefix(refused.Message, "Unknown system variable")
}
