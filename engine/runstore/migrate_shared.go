package runstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
)

// sharedTables are what a store that is shared has in addition: the locks, and the last transaction of each process.
var sharedTables = []string{
	"CREATE TABLE IF NOT EXISTS meta (name {key} PRIMARY KEY, value {text} NOT NULL)",
	"CREATE TABLE IF NOT EXISTS writers (id {key} PRIMARY KEY, last BIGINT NOT NULL, seen BIGINT NOT NULL)",
	"INSERT INTO meta (name, value) VALUES ('" + theLock + "', '')",
	"INSERT INTO meta (name, value) VALUES ('" + migrationLock + "', '')",
}

// migrationLock is the row of meta that is locked by the process that changes the schema.
const migrationLock = "migration"

// migrationTime is the longest time that a change of the schema may take, and that a process waits for another one.
const migrationTime = time.Hour

// migrateShared brings the schema to the version of this program. Each statement that changes the schema of a server is
// committed at once, so each may be there already, from a process that did not get to the end.
func (w *writer) migrateShared(ctx context.Context) error {
	defer w.release()
	if version, err := w.version(ctx); err == nil && version == len(migrations) {
		return nil
	} else if err != nil && numberOf(err) != noSuchTable {
		return err
	}
	for _, statement := range sharedTables {
		if err := w.again(statement); err != nil {
			return err
		}
	}
	w.most = migrationTime
	defer func() { w.most = 0 }()
	lock := &writer{s: w.s, statements: map[string]*sql.Stmt{}, most: migrationTime}
	defer lock.reset() // which unlocks
	seconds := int(migrationTime.Seconds())
	for _, statement := range []string{fmt.Sprintf("SET SESSION wait_timeout = %d", seconds),
		fmt.Sprintf("SET SESSION innodb_lock_wait_timeout = %d", seconds), w.s.d.begin} {
		if _, err := lock.exec(statement); err != nil && numberOf(err) != unknownVariable {
			return err
		}
	}
	if err := lock.lock(ctx, "meta", "name", migrationLock); err != nil {
		return err
	}
	from, err := w.version(ctx)
	for n := from; err == nil && n < len(migrations); n++ {
		if err = w.bring(ctx, lock, migrations[n]); err == nil {
			err = w.set("schema", strconv.Itoa(n+1))
		}
	}
	if err == nil && from < len(migrations) {
		w.s.o.Log.Info("the schema of the store was migrated", "from", from, "to", len(migrations))
	}
	return err
}

// bring makes the changes of one migration while the lock is held.
func (w *writer) bring(ctx context.Context, lock *writer, statements []string) error {
	for _, statement := range statements {
		if err := lock.lock(ctx, "meta", "name", migrationLock); err != nil {
			return err
		}
		if err := w.again(statement); err != nil {
			return err
		}
	}
	return nil
}

// again runs a statement whose change may be there already.
func (w *writer) again(statement string) error {
	_, err := w.exec(statement)
	if slices.Contains([]uint16{tableExists, columnExists, indexExists, indexMissing, duplicateEntry}, numberOf(err)) {
		return nil
	}
	if err != nil {
		return &Error{ErrUnavailable, message.New("runstore.migrate", "servers", w.s.place.name()), errors.Join(err)}
	}
	return nil
}
