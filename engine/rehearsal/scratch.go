package rehearsal

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// The schemas of a rehearsal are precheck_rehearsal_ID_NAME. The first one that is created and the last one that is
// dropped is that of the name marker, whose table says whose they are. While a rehearsal lives, its session holds the
// user-level lock precheck_rehearsal_ID, which the server releases when the session ends for any reason: without the
// lock, the schemas are those of a process that was killed.
const (
	scratchPrefix = "precheck_rehearsal_"
	markerName    = "marker"
	idLength      = 10
	longestSchema = 64
)

// cleanupTimeout is how long the end of a rehearsal may take to drop its schemas.
const cleanupTimeout = 2 * time.Minute

// scratch is the schemas of one rehearsal on a server.
type scratch struct {
	endpoint datasource.Endpoint
	id       string
	conn     *sql.Conn // holds the lock, and creates everything
}

// openScratch begins a rehearsal with the connection.
func openScratch(ctx context.Context, e datasource.Endpoint, conn *sql.Conn, account string) (s *scratch, err error) {
	s = &scratch{endpoint: e, id: strings.ToLower(rand.Text()[:idLength]), conn: conn}
	if locked, err := lock(ctx, conn, s.id, 0); err != nil || !locked {
		return nil, errors.Join(err, message.Err("engine.rehearsal.lock"))
	}
	marker := quote(s.schema(markerName))
	// An account that may not drop schemas is refused before it has created one.
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + marker, "CREATE DATABASE " + marker,
		"CREATE TABLE " + marker + ".marker (id VARCHAR(64) NOT NULL PRIMARY KEY, account VARCHAR(320) NOT NULL, " +
			"started TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)"} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return s, denied(err)
		}
	}
	_, err = conn.ExecContext(ctx, "INSERT INTO "+marker+".marker (id, account) VALUES (?, ?)", s.id, account)
	return s, denied(err)
}

// denied returns an error that names the privileges that an account needs for scratch schemas, if it does not have
// them: 1044 of a schema, 1142 of a table.
func denied(err error) error {
	if number, text, _ := mysql.ServerError(err); number == 1044 || number == 1142 {
		return message.Err("engine.rehearsal.denied", "error", message.Verbatim(text))
	}
	return err
}

// schema returns the name of a schema of the rehearsal.
func (s *scratch) schema(name string) string { return scratchPrefix + s.id + "_" + name }

// close drops the schemas of the rehearsal, in a new session: the statement that was running when a rehearsal was
// cancelled may still run in the old one, which holds the lock until then.
func (s *scratch) close() error {
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn }) // ends the session
	ctx, cancel := context.WithTimeout(context.Background(), cleanupTimeout)
	defer cancel()
	conn, err := openSession(ctx, s.endpoint)
	if err != nil {
		return err
	}
	defer func() { _ = conn.end() }()
	locked, err := lock(ctx, conn.Conn, s.id, int(cleanupTimeout.Seconds())/2)
	if err != nil || !locked {
		return errors.Join(err, message.Err("engine.rehearsal.lock"))
	}
	_, err = drop(ctx, conn.Conn, s.id)
	return err
}

// removeDead drops the schemas of rehearsals whose process was killed. left are those that the server does not drop,
// with its error: a server that has crashed may not be able to.
func removeDead(ctx context.Context, conn *sql.Conn) (removed, left []string, err error) {
	markers, err := schemasLike(ctx, conn, scratchPrefix+"%_"+markerName)
	if err != nil {
		return nil, nil, err
	}
	for _, marker := range markers {
		id := strings.TrimSuffix(strings.TrimPrefix(marker, scratchPrefix), "_"+markerName)
		if len(id) != idLength {
			continue
		}
		locked, err := lock(ctx, conn, id, 0)
		if err != nil {
			return removed, left, err
		}
		if !locked {
			continue // it is at work
		}
		dropped, err := drop(ctx, conn, id)
		removed = append(removed, dropped...)
		if number, text, refused := mysql.ServerError(err); refused {
			left = append(left, (&ServerError{number, text}).Error())
			err = nil
		}
		if _, failed := conn.ExecContext(ctx, "DO RELEASE_LOCK(?)", scratchPrefix+id); err == nil {
			err = failed
		}
		if err != nil {
			return removed, left, err
		}
	}
	return removed, left, nil
}

// drop drops the schemas of a rehearsal, that of the marker last. A marker schema that holds anything else but the
// table is not of a rehearsal.
func drop(ctx context.Context, conn *sql.Conn, id string) (dropped []string, err error) {
	prefix := scratchPrefix + id + "_"
	var foreign int
	if err := conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM information_schema.TABLES WHERE table_schema = ? AND "+
		"table_name <> 'marker'", prefix+markerName).Scan(&foreign); err != nil || foreign > 0 {
		return nil, err
	}
	schemas, err := schemasLike(ctx, conn, prefix+"%")
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "SET SESSION foreign_key_checks = 0"); err != nil {
		return nil, err
	}
	for _, last := range []bool{false, true} {
		for _, schema := range schemas {
			if last != (schema == prefix+markerName) {
				continue
			}
			if _, err := conn.ExecContext(ctx, "DROP DATABASE IF EXISTS "+quote(schema)); err != nil {
				return dropped, err
			}
			dropped = append(dropped, schema)
		}
	}
	_, err = conn.ExecContext(ctx, "SET SESSION foreign_key_checks = DEFAULT")
	return dropped, err
}

// schemasLike returns the schemas whose names match a pattern in which _ is itself.
func schemasLike(ctx context.Context, conn *sql.Conn, pattern string) (names []string, err error) {
	rows, err := conn.QueryContext(ctx, "SELECT schema_name FROM information_schema.SCHEMATA "+
		"WHERE schema_name LIKE ? ORDER BY schema_name", strings.ReplaceAll(pattern, "_", `\_`))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// lock takes the lock of a rehearsal, within some seconds.
func lock(ctx context.Context, conn *sql.Conn, id string, seconds int) (bool, error) {
	var got sql.NullBool
	err := conn.QueryRowContext(ctx, "SELECT GET_LOCK(?, ?)", scratchPrefix+id, seconds).Scan(&got)
	return got.Bool, err
}
