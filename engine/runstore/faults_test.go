package runstore_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/engine/runstore"
)

// other opens the database of a folder as another program would.
func other(t *testing.T, folder string) *sql.Conn {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(folder, "precheck.db"))
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(t.Context())
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func exec(t *testing.T, conn *sql.Conn, statement string) {
	t.Helper()
	_, err := conn.ExecContext(t.Context(), statement)
	must(t, err)
}

// While another program keeps the store locked, nothing is written or acknowledged; then it goes on.
func TestLocked(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := open(t, folder, runstore.Options{Wait: 50 * time.Millisecond})
	r := submit(t, s, submission("x"))
	conn := other(t, folder)
	exec(t, conn, "BEGIN IMMEDIATE")
	_, _, err := s.Submit(t.Context(), submission("refused"))
	want(t, err, runstore.ErrLocked)
	if err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("the error is %v", err)
	}
	want(t, s.Ready(t.Context()), runstore.ErrLocked)
	_, err = runstore.OpenFolder(t.Context(), folder, runstore.Options{Wait: 50 * time.Millisecond})
	want(t, err, runstore.ErrLocked)
	_, err = s.Get(t.Context(), r.ID)
	must(t, err) // it can be read
	exec(t, conn, "ROLLBACK")
	must(t, s.Ready(t.Context()))
	submit(t, s, submission("y"))
	wantNames(t, s, "y", "x")
}

// wantNames compares the runs of a store, the newest first.
func wantNames(t *testing.T, s runstore.Store, names ...string) {
	t.Helper()
	runs, total, err := s.List(t.Context(), runstore.Filter{}, runstore.Page{Size: runstore.MaxPage})
	must(t, err)
	found := map[string]bool{}
	for _, r := range runs {
		found[r.Name] = true
	}
	for _, name := range names {
		if !found[name] {
			t.Errorf("run %s is missing", name)
		}
	}
	if total != len(names) {
		t.Errorf("%d runs, want %d", total, len(names))
	}
}

// While the disk is full, nothing is acknowledged; what was stays; with space it goes on.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	folder, fill, free := fullDisk(t)
	s, err := runstore.OpenFolder(t.Context(), folder, runstore.Options{})
	must(t, err)
	defer func() { _ = s.Close() }()
	names := []string{"before"}
	submit(t, s, submission("before"))
	c := claim(t, s)
	must(t, s.Put(t.Context(), c, finished(0, "passed")))
	fill()
	large := submission(strings.Repeat("x", 1000))
	var full error
	for i := 0; full == nil && i < 20_000; i++ {
		_, _, full = s.Submit(t.Context(), large)
		if full == nil {
			names = append(names, large.Name)
		}
	}
	want(t, full, runstore.ErrFull)
	item := finished(1, "failed")
	item.Result = make([]byte, 100<<10)
	_, err = rand.Read(item.Result)
	must(t, err)
	want(t, s.Put(t.Context(), c, item), runstore.ErrFull)
	var ready error
	for range 10 { // a small write may find space that a large one did not
		ready = errors.Join(ready, s.Ready(t.Context()))
	}
	want(t, ready, runstore.ErrFull)
	_, items, err := s.Snapshot(t.Context(), c.Run.ID)
	must(t, err)
	if len(items) != 1 || items[0].Index != 0 {
		t.Errorf("%d items are stored", len(items))
	}
	free()
	must(t, s.Ready(t.Context()))
	must(t, s.Put(t.Context(), c, item))
	_, total, err := s.List(t.Context(), runstore.Filter{}, runstore.Page{})
	must(t, err)
	if total != len(names) {
		t.Errorf("%d runs are stored, %d were acknowledged", total, len(names))
	}
}

// A file that is not a store, or a damaged one, is refused and left as it is.
func TestCorrupt(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(data []byte) []byte{
		"another file": func([]byte) []byte { return []byte(strings.Repeat("not a database\n", 1000)) },
		"damaged pages": func(data []byte) []byte {
			for i := 4096; i < len(data); i++ {
				data[i] ^= 0x5a
			}
			return data
		},
		"truncated": func(data []byte) []byte { return data[:len(data)/2] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			s, err := runstore.OpenFolder(t.Context(), folder, runstore.Options{})
			must(t, err)
			for range 50 {
				submit(t, s, submission("x"))
			}
			must(t, s.Close())
			path := filepath.Join(folder, "precheck.db")
			data, err := os.ReadFile(path)
			must(t, err)
			data = damage(data)
			must(t, os.WriteFile(path, data, 0o600))
			_, err = runstore.OpenFolder(t.Context(), folder, runstore.Options{})
			want(t, err, runstore.ErrCorrupt)
			if err != nil && !strings.Contains(err.Error(), path) {
				t.Errorf("the error does not name the file: %v", err)
			}
			after, err := os.ReadFile(path)
			must(t, err)
			if !bytes.Equal(data, after) {
				t.Error("the file was changed")
			}
		})
	}
}

// A store that a newer program has migrated is refused, also by a process that has it open.
func TestNewerSchema(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := open(t, folder, runstore.Options{})
	exec(t, other(t, folder), "UPDATE meta SET value = '99' WHERE name = 'schema'")
	want(t, s.Ready(t.Context()), runstore.ErrNewerSchema)
	_, err := runstore.OpenFolder(t.Context(), folder, runstore.Options{})
	want(t, err, runstore.ErrNewerSchema)
}

// A store whose file was removed is not ready.
func TestReplaced(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := open(t, folder, runstore.Options{})
	must(t, s.Ready(t.Context()))
	must(t, os.Rename(filepath.Join(folder, "precheck.db"), filepath.Join(folder, "moved.db")))
	want(t, s.Ready(t.Context()), runstore.ErrUnavailable)
}

func TestFolderThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	_, err := runstore.OpenFolder(t.Context(), file, runstore.Options{})
	want(t, err, runstore.ErrUnavailable)
}

// A store that is closed refuses calls, and an ended context ends a call.
func TestClosed(t *testing.T) {
	t.Parallel()
	s, err := runstore.OpenFolder(t.Context(), t.TempDir(), runstore.Options{})
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = s.Submit(ctx, submission("x"))
	want(t, err, context.Canceled)
	must(t, s.Close())
	must(t, s.Close())
	_, _, err = s.Submit(t.Context(), submission("x"))
	want(t, err, runstore.ErrUnavailable)
	_, err = s.Get(t.Context(), "t_1")
	if err == nil || errors.Is(err, runstore.ErrNotFound) {
		t.Errorf("the error is %v", err)
	}
}

// Several that open a new store at the same time all get it.
func TestOpenedAtTheSameTime(t *testing.T) {
	t.Parallel()
	for range 40 {
		folder := t.TempDir()
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				s, err := runstore.OpenFolder(t.Context(), folder, runstore.Options{})
				if err == nil {
					err = s.Close()
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
}
