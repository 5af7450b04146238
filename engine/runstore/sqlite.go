package runstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/dbprecheck/precheck/datasource/message"
)

// fileName is the name of the database in the folder of a store.
const fileName = "precheck.db"

// readers is the number of connections that only read.
const readers = 4

// checkedSize is the size up to which a database is checked for damage when it is opened: larger ones take too long.
const checkedSize = 64 << 20

var sqliteDialect = dialect{
	now:   "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
	begin: "BEGIN IMMEDIATE",
	view:  []string{"BEGIN"},
	key:   "TEXT", text: "TEXT", blob: "BLOB",
	contains: "%s LIKE ? ESCAPE '!'",
	kind:     sqliteKind,
}

func sqliteKind(err error) (kind error, lost bool) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return ErrUnavailable, true
	}
	switch e.Code() & 0xff { // without the details
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return ErrLocked, false
	case sqlite3.SQLITE_FULL:
		return ErrFull, true
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return ErrCorrupt, true
	case sqlite3.SQLITE_CONSTRAINT:
		return ErrConflict, false
	}
	return ErrUnavailable, true
}

// OpenFolder opens the store of a folder, and creates it if there is none. It is a SQLite database in WAL mode with
// synchronous=FULL, which several processes of one machine can use at the same time; the folder must not be on a
// network file system. The folder and its files can be read only by the user of the process.
func OpenFolder(ctx context.Context, folder string, o Options) (Store, error) {
	o = o.withDefaults()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, &Error{ErrUnavailable, message.New("runstore.folder", "folder", folder), err}
	}
	path, err := filepath.Abs(filepath.Join(folder, fileName))
	if err != nil {
		return nil, &Error{ErrUnavailable, message.New("runstore.folder", "folder", folder), err}
	}
	opened, err := create(path)
	if err != nil {
		return nil, &Error{ErrUnavailable, message.New("runstore.folder", "folder", folder), err}
	}
	writing, err := openSQLite(path, o.Wait, 1, "auto_vacuum(INCREMENTAL)", "journal_mode(WAL)", "synchronous(FULL)",
		"journal_size_limit(67108864)")
	if err != nil {
		return nil, &Error{ErrUnavailable, message.New("runstore.folder", "folder", folder), err}
	}
	reading, err := openSQLite(path, o.Wait, readers, "query_only(1)")
	if err != nil {
		_ = writing.Close()
		return nil, &Error{ErrUnavailable, message.New("runstore.folder", "folder", folder), err}
	}
	awake(ctx, writing, o.Wait)
	at := &folderPlace{path: path, opened: opened, wait: o.Wait}
	s := newStore(&sqliteDialect, at, o, writing, reading)
	if opened.Size() <= checkedSize {
		err = s.check(ctx)
	}
	if err == nil {
		err = s.start(ctx)
	}
	if err != nil {
		_, _ = writing.Close(), reading.Close()
		return nil, err
	}
	at.process, err = newProcess(folder)
	if err != nil {
		err = &Error{ErrUnavailable, message.New("runstore.folder", "folder", folder), err}
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// openSQLite returns a pool of connections to a database, each with these pragmas.
func openSQLite(path string, wait time.Duration, connections int, pragmas ...string) (*sql.DB, error) {
	dsn := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{"_pragma": append([]string{
		fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds())}, pragmas...)}.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err == nil {
		db.SetMaxOpenConns(connections)
		db.SetMaxIdleConns(connections)
	}
	return db, err
}

// awake connects. SQLite does not wait where two processes change a new database to WAL mode at the same time: one of
// them is told at once that it is locked. An error that lasts is that of the first use.
func awake(ctx context.Context, db *sql.DB, wait time.Duration) {
	for limit := time.Now().Add(wait); ctx.Err() == nil && time.Now().Before(limit); time.Sleep(10 * time.Millisecond) {
		if kind, _ := sqliteKind(db.PingContext(ctx)); !errors.Is(kind, ErrLocked) {
			return
		}
	}
}

// creating is held while a database file is created: no connection of this process may have it open then, because
// closing the file releases the locks of all.
var creating sync.Mutex

// create creates a file that only this user can read, unless there is one.
func create(path string) (os.FileInfo, error) {
	creating.Lock()
	defer creating.Unlock()
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = file.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.Stat(path)
}

// check returns an error if the database is damaged.
func (s *store) check(ctx context.Context) error {
	found, err := one[string](ctx, s, "PRAGMA quick_check(1)")
	if err == nil && found != "ok" {
		err = &Error{ErrCorrupt, message.New("runstore.corrupt", "path", s.place.name()), errors.New(found)}
	}
	return s.explain(err)
}
