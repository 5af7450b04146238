package runstore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

const (
	// connectTime is the longest time that opening a session on a server may take.
	connectTime = 5 * time.Second
	// idleTime is after how long a server ends a session that says nothing, and gives its locks back: that of a
	// process that was stopped, or of a machine that is gone.
	idleTime = 10 * time.Second
	// serverReaders is the number of sessions of a process that only read.
	serverReaders = 8
	// readerLife is how long such a session lasts. A server that is no longer the primary answers with what it knows.
	readerLife = 10 * time.Second
)

// OpenServers opens the store in a database of MySQL, of MariaDB, or of OceanBase in MySQL mode, and creates its tables
// if there are none. Any number of processes on any number of machines may use it at the same time. Of several servers
// it uses the one that is the primary, and another one that becomes it.
//
// The clock of the store is that of the server: the clocks of the servers must agree.
func OpenServers(ctx context.Context, servers Servers, o Options) (Store, error) {
	o = o.withDefaults()
	to := &primary{setUp: sessionSetUp(o)}
	for _, e := range servers.Endpoints {
		e.ConnectTimeout = connectTime
		connector, err := mysql.NewKeeper(e, servers.Database)
		if err != nil {
			return nil, &Error{ErrUnavailable, message.New("runstore.servers", "servers", servers.String()), err}
		}
		to.members = append(to.members, member{e.WithDefaults().Address(), connector})
	}
	at := &serversPlace{servers: servers, process: strings.ToLower(rand.Text()[:12])}
	s := newStore(&mysqlDialect, at, o, pool(to, 2, 0), pool(to, serverReaders, readerLife))
	if err := s.start(ctx); err != nil {
		_, _ = s.reading.Close(), s.writing.Close()
		return nil, err
	}
	return s, nil
}

// sessionSetUp returns the statements that prepare a session: what the store relies on is not left to the settings of
// the server.
func sessionSetUp(o Options) []string {
	return []string{
		"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
		"SET SESSION sql_mode = 'STRICT_ALL_TABLES', autocommit = 1, time_zone = '+00:00'",
		fmt.Sprintf("SET SESSION wait_timeout = %d", int(idleTime.Seconds())),
		fmt.Sprintf("SET SESSION innodb_lock_wait_timeout = %d", max(1, int(min(o.Wait, idleTime).Seconds()))),
	}
}

// pool returns a pool of sessions, which are closed before the server does.
func pool(to driver.Connector, sessions int, life time.Duration) *sql.DB {
	db := sql.OpenDB(to)
	db.SetMaxOpenConns(sessions)
	db.SetMaxIdleConns(sessions)
	db.SetConnMaxIdleTime(idleTime / 2)
	db.SetConnMaxLifetime(life)
	return db
}

// serversPlace is a database of servers.
type serversPlace struct {
	servers Servers
	process string
}

func (p *serversPlace) name() string { return p.servers.String() }

// unchanged does nothing: a write finds out.
func (*serversPlace) unchanged() error { return nil }

func (*serversPlace) size(ctx context.Context, s *store) (int64, error) {
	return one[int64](ctx, s, "SELECT CAST(COALESCE(SUM(data_length + index_length), 0) AS SIGNED) "+
		"FROM information_schema.tables WHERE table_schema = DATABASE()")
}

// shrink forgets the processes that have ended long ago. The space of rows is the server's affair.
func (*serversPlace) shrink(ctx context.Context, s *store) error {
	_, err := write(ctx, s, "shrink", func(t *tx) (int64, error) {
		return t.exec("DELETE FROM writers WHERE seen < {now} - ?", (24 * time.Hour).Milliseconds())
	})
	return err
}

func (p *serversPlace) backup(context.Context, *store, string) error {
	return fail(ErrInvalid, message.New("runstore.backup.servers", "servers", p.name()))
}

func (p *serversPlace) owner(worker string) string { return p.process + "/" + worker }

// dead names nobody: only its leases tell that a process on another machine has ended.
func (*serversPlace) dead() (names []string, forget func()) { return nil, func() {} }

func (*serversPlace) leave() {}
