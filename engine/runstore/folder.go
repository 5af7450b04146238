package runstore

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
)

// folderPlace is a SQLite database in a folder.
type folderPlace struct {
	path   string
	opened os.FileInfo
	wait   time.Duration // for another process
	*process
}

func (f *folderPlace) name() string { return f.path }

func (f *folderPlace) unchanged() error {
	now, err := os.Stat(f.path)
	if err == nil && os.SameFile(f.opened, now) {
		return nil
	}
	return fail(ErrUnavailable, message.New("runstore.replaced", "path", f.path))
}

func (f *folderPlace) size(context.Context, *store) (int64, error) {
	var size int64
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if info, err := os.Stat(f.path + suffix); err == nil {
			size += info.Size()
		}
	}
	return size, nil
}

// shrink gives free pages back to the file system.
func (f *folderPlace) shrink(ctx context.Context, s *store) error {
	_, err := write(ctx, s, "shrink", func(t *tx) (none struct{}, err error) {
		rows, err := t.query(ctx, "PRAGMA incremental_vacuum(10000)")
		if err != nil {
			return none, err
		}
		defer rows.Close()
		for rows.Next() {
			continue
		}
		return none, rows.Err()
	})
	return err
}

// backup writes a consistent copy of the store while the store is in use. A store is restored by placing the copy as
// precheck.db in an empty folder.
func (f *folderPlace) backup(ctx context.Context, s *store, path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fail(ErrExists, message.New("runstore.backup.exists", "path", path))
	}
	db, err := openSQLite(f.path, f.wait, 1)
	if err != nil {
		return s.explain(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return errors.Join(s.explain(err), os.RemoveAll(path))
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return &Error{ErrUnavailable, message.New("runstore.unavailable"), err}
	}
	return nil
}

// BackupFolder is Backup for the store of a folder, which may be in use by other processes. It changes nothing in the
// folder: the copy has the schema of the program that wrote the store.
func BackupFolder(ctx context.Context, folder, path string) error {
	o := Options{}.withDefaults()
	f := &folderPlace{path: filepath.Join(folder, fileName), wait: o.Wait}
	if _, err := os.Stat(f.path); err != nil {
		return &Error{ErrNotFound, message.New("runstore.backup.none", "folder", folder), err}
	}
	return f.backup(ctx, &store{d: &sqliteDialect, place: f, o: o}, path)
}
