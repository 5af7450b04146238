package fleet_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// Runs between two real servers have the documented records of the engine itself, without passwords in the store, and
// together open no more connections than the limit of a server.
func TestRealRuns(t *testing.T) {
	t.Parallel()
	const (
		runs  = 6
		limit = 4
	)
	from, to := dbtest.Start(t, dbtest.MariaDB), dbtest.Start(t, dbtest.MySQL)
	from.Exec(t, "CREATE DATABASE shop", "CREATE TABLE shop.a (id INT)",
		"CREATE TABLE shop.b (id INT PRIMARY KEY, g GEOMETRY)", "FLUSH STATUS")
	to.Exec(t, "CREATE DATABASE shop", "FLUSH STATUS")
	wanted := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: "shop"},
		Dest: checktest.Endpoint{Server: to, Schema: "shop"}}.Task(checks.Schema | checks.Full)
	source, dest := wanted.Source.Password, wanted.Destination.Password

	s := openStore(t, t.TempDir(), runstore.Options{})
	f, _ := start(t, fleet.Config{Store: s, Runs: runs, Limit: func(string) int { return limit },
		Complete: complete(source, dest)})
	var ids []string
	for range runs {
		ids = append(ids, submit(t, f, wanted).ID)
	}
	for _, id := range ids {
		if r := await(t, s, id, ended); r.End != runstore.Complete {
			t.Fatalf("%s: %s", r.End, r.EndText)
		}
	}
	report, _, err := f.Report(t.Context(), ids[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, server := range []*dbtest.Server{from, to} {
		var name string
		var most int
		if err := server.DB(t).QueryRowContext(t.Context(), "SHOW GLOBAL STATUS LIKE 'Max_used_connections'").
			Scan(&name, &most); err != nil {
			t.Fatal(err)
		}
		// The server counts a connection for a moment after it was closed, and the administrator's. Without a limit,
		// all runs together would have 24.
		if most > 3*limit+2 {
			t.Errorf("%s had %d connections, the limit is %d", server.Product, most, limit)
		}
	}
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	wanted.ID = ids[0]
	direct, err := e.Run(t.Context(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(direct.Data(false), report.Data(false)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
