package runstore

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

// An older store is migrated forward with what it holds. This test is not parallel, because it changes migrations.
func TestMigrateForward(t *testing.T) {
	folder := t.TempDir()
	s, err := OpenFolder(t.Context(), folder, Options{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.CreateLabel(t.Context(), "prod")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	known := migrations
	defer func() { migrations = known }()
	migrations = append(known[:len(known):len(known)], []string{
		"CREATE TABLE later (id {key} PRIMARY KEY)", "INSERT INTO later SELECT id FROM labels"})
	for range 2 { // the second time there is nothing to do
		s, err = OpenFolder(t.Context(), folder, Options{})
		if err != nil {
			t.Fatal(err)
		}
		found, err := one[string](t.Context(), s.(*store), "SELECT id FROM later")
		if err != nil || found != l.ID {
			t.Errorf("%s, %v", found, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	// A migration that fails leaves the store as it was.
	migrations = append(migrations[:len(migrations):len(migrations)], []string{
		"CREATE TABLE even_later (id {key} PRIMARY KEY)", "INSERT INTO no_such_table VALUES (1)"})
	if _, err := OpenFolder(t.Context(), folder, Options{}); err == nil {
		t.Error("a failed migration was accepted")
	}
	migrations = migrations[:len(migrations)-1]
	s, err = OpenFolder(t.Context(), folder, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := one[string](t.Context(), s.(*store), "SELECT id FROM even_later"); err == nil {
		t.Error("a part of a failed migration stayed")
	}
}

// fromFirst opens a store of the first schema, and again with that of this program.
func fromFirst(t *testing.T, open func() (Store, error)) Store {
	t.Helper()
	known := migrations
	migrations = known[:1]
	defer func() { migrations = known }()
	s, err := open()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	migrations = known
	if s, err = open(); err != nil {
		t.Fatal(err)
	}
	return s
}

// testClaims submits a run and claims it.
func testClaims(t *testing.T, s Store) {
	t.Helper()
	sub := Submission{Name: "shop", Databases: []Database{{Address: "a", Connections: 4, Limit: 8}}}
	sub.Task.Source = engine.At(datasource.Endpoint{Type: datasource.MySQL, Host: "a"})
	r, _, err := s.Submit(t.Context(), sub)
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Claim(t.Context(), Worker{ID: "w", Lease: MinLease})
	if err != nil || c.Run.ID != r.ID {
		t.Errorf("%s, %v", c.Run.ID, err)
	}
}

// A store of the first schema is used by this program. This test is not parallel, because it changes migrations.
func TestMigrateFromFirst(t *testing.T) {
	folder := t.TempDir()
	s := fromFirst(t, func() (Store, error) { return OpenFolder(t.Context(), folder, Options{}) })
	testClaims(t, s)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// A full file is told as such where no small file system can be mounted.
func TestFullFile(t *testing.T) {
	t.Parallel()
	opened, err := OpenFolder(t.Context(), t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := opened.(*store)
	defer func() { _ = s.Close() }()
	limit := func(pages string) {
		if _, err := write(t.Context(), s, "test", func(t *tx) (none struct{}, err error) {
			rows, err := t.query(context.Background(), "PRAGMA max_page_count = "+pages)
			if err == nil {
				err = rows.Close()
			}
			return none, err
		}); err != nil {
			t.Fatal(err)
		}
	}
	limit("1")
	var full error
	for i := 0; full == nil && i < 10_000; i++ {
		_, full = s.CreateLabel(t.Context(), NewID("name"))
	}
	e, ok := full.(*Error)
	if !ok || e.Kind != ErrFull {
		t.Fatalf("the error is %v", full)
	}
	if _, err := s.CreateLabel(t.Context(), "again"); err != nil {
		t.Errorf("the writer did not recover: %v", err) // its new connection has no limit
	}
}

// The store and its files can be read only by their user.
func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	folder := t.TempDir() + "/new"
	s, err := OpenFolder(t.Context(), folder, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	files, err := os.ReadDir(folder)
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, f := range append(files, nil) {
		path := folder
		if f != nil {
			path += "/" + f.Name()
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %s, %v", path, info.Mode(), err)
		}
	}
}

// Writes that wait at the same time share a transaction, and one that fails does not harm the others.
func TestGroupCommit(t *testing.T) {
	t.Parallel()
	opened, err := OpenFolder(t.Context(), t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := opened.(*store)
	defer func() { _ = s.Close() }()
	started, release := make(chan struct{}), make(chan struct{})
	errs := make(chan error)
	go func() {
		_, err := write(t.Context(), s, "test", func(*tx) (none struct{}, err error) {
			close(started)
			<-release
			return none, nil
		})
		errs <- err
	}()
	<-started
	for range 4 {
		go func() {
			_, err := s.CreateLabel(t.Context(), "same")
			errs <- err
		}()
	}
	time.AfterFunc(20*time.Millisecond, func() { close(release) })
	failed := 0
	for range 5 {
		if err := <-errs; err != nil {
			failed++
		}
	}
	labels, err := s.ListLabels(t.Context())
	if failed != 3 || len(labels) != 1 || err != nil {
		t.Errorf("%d writes failed, labels %v, %v", failed, labels, err)
	}
}
