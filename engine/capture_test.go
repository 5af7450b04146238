package engine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
	"github.com/dbprecheck/precheck/engine/render"
	"github.com/dbprecheck/precheck/engine/snapshot"
)

// wide has objects of many kinds, with something to find in most of them. Some statements are of one product.
var wide = []string{
	"CREATE TABLE bare (a INT, b GEOMETRY, c JSON)",
	"CREATE TABLE parent (id INT PRIMARY KEY, name VARCHAR(9) COLLATE utf8mb4_general_ci, UNIQUE (name))",
	"CREATE TABLE child (id INT PRIMARY KEY, p INT, q INT, FOREIGN KEY (p) REFERENCES parent (id), " +
		"FOREIGN KEY (q) REFERENCES parent (id) ON DELETE CASCADE, KEY (q, p), KEY (p, q))",
	"CREATE TABLE words (id INT PRIMARY KEY, t TEXT, d DATE, e DATETIME NOT NULL, FULLTEXT (t)) ENGINE=MyISAM",
	"CREATE TABLE parts (id INT, d DATE, v INT, PRIMARY KEY (id, d)) PARTITION BY RANGE COLUMNS (d) " +
		"(PARTITION p0 VALUES LESS THAN ('2020-01-01'), PARTITION p1 VALUES LESS THAN (MAXVALUE))",
	"CREATE TABLE listed (id INT PRIMARY KEY) PARTITION BY LIST (id) (PARTITION p0 VALUES IN (1, 2))",
	"CREATE TABLE checked (a INT NOT NULL, b INT NOT NULL, CHECK (a < b), " +
		"c INT GENERATED ALWAYS AS (a + b) STORED, d VARCHAR(20) DEFAULT (concat('a', 'b')))",
	"CREATE TABLE old (a CHAR(9)) CHARSET latin1 ROW_FORMAT=COMPACT COMMENT='from db7.example.com'",
	"CREATE TABLE unseen (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, `rank` INT, é DECIMAL(65, 30))",
	"CREATE VIEW v AS SELECT a FROM bare",
	"CREATE DEFINER = gone PROCEDURE p() SELECT 1",
	"CREATE FUNCTION f() RETURNS INT NO SQL RETURN 1",
	"CREATE TRIGGER t BEFORE INSERT ON parent FOR EACH ROW SET NEW.name = ''",
	"CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
}

var ofMariaDB = []string{
	"CREATE SEQUENCE s", "CREATE TABLE versioned (id INT PRIMARY KEY) WITH SYSTEM VERSIONING",
	"CREATE TABLE rest (id INT PRIMARY KEY) PARTITION BY LIST (id) (PARTITION p0 VALUES IN (1), PARTITION p1 DEFAULT)",
	"CREATE TABLE lasting (id INT, f DATE NOT NULL, u DATE NOT NULL, PERIOD FOR valid (f, u))",
	"CREATE TABLE fits (u UUID, i INET6, PRIMARY KEY (u))",
}

var ofMySQL = []string{
	"CREATE TABLE parsed (id INT PRIMARY KEY, t TEXT, FULLTEXT (t) WITH PARSER ngram)",
	"CREATE TABLE hidden (id INT PRIMARY KEY, a INT INVISIBLE, INDEX i ((a + 1)))",
}

// captureTask returns a task between new servers. Accounts, settings and sessions of the others are of other tests.
func captureTask(t *testing.T, from, to dbtest.Product) engine.Task {
	t.Helper()
	source, dest := dbtest.Start(t, from), dbtest.Start(t, to)
	objects := slices.Concat(wide, map[dbtest.Product][]string{dbtest.MariaDB: ofMariaDB, dbtest.MySQL: ofMySQL}[from])
	source.Exec(t, append([]string{"CREATE DATABASE shop", "CREATE USER gone", "USE shop"}, objects...)...)
	source.Exec(t, "DROP USER gone")
	dest.Exec(t, "CREATE DATABASE shop", "CREATE TABLE shop.parent (id BIGINT, name VARCHAR(3))",
		"INSERT INTO shop.parent VALUES (1, 'a')", "CREATE TABLE shop.child (id INT PRIMARY KEY, p INT)",
		"CREATE TABLE shop.another (id INT)")
	task := checktest.Real{Source: checktest.Endpoint{Server: source, Schema: "shop"},
		Dest: checktest.Endpoint{Server: dest, Schema: "shop"}}.Task(checks.AllPhases)
	task.ID, task.Settings.Deep = "t_capture", true
	return task
}

// captured writes a snapshot of one side and returns the endpoint that it is.
func captured(t *testing.T, e *engine.Engine, task engine.Task, side checks.Side,
	change ...func(*snapshot.Snapshot)) engine.Endpoint {
	t.Helper()
	c, err := e.Capture(t.Context(), task, side)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range change {
		f(c.Snapshot)
	}
	path := filepath.Join(t.TempDir(), "side.snapshot")
	var b bytes.Buffer
	if err := snapshot.Write(&b, c.Snapshot); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	end, err := engine.SnapshotEndpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	return end
}

// shownItems returns what was found and decided of each item that does not need a connection.
func shownItems(t *testing.T, r *engine.Report) map[string]string {
	t.Helper()
	items := map[string]string{}
	for _, res := range r.Results {
		if res.Item.Check.Live {
			continue
		}
		var b strings.Builder
		fmt.Fprintln(&b, res.Outcome, res.Reason, res.NotChecked, res.Advice, res.Removable)
		for _, f := range res.Findings {
			fmt.Fprintf(&b, "%+v\n", f)
		}
		for _, note := range res.Notes {
			fmt.Fprintln(&b, note)
		}
		items[res.Item.Check.Type+" "+string(res.Item.Side)+" "+string(res.Item.Role)] = b.String()
	}
	return items
}

// noConnection is an opener of a run that must not connect to anything.
func noConnection(t *testing.T) engine.Option {
	return engine.WithOpener(func(e datasource.Endpoint, _ datasource.Scope) (datasource.Reader, error) {
		t.Errorf("a connection to %s", e)
		return nil, errors.New("no connection")
	})
}

func newEngine(t *testing.T, options ...engine.Option) *engine.Engine {
	t.Helper()
	e, err := engine.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func runTask(t *testing.T, e *engine.Engine, task engine.Task) *engine.Report {
	t.Helper()
	r, err := e.Run(t.Context(), task)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// wantLiveOnly fails unless the items that need a connection, and only they, could not be checked because of the
// snapshots.
func wantLiveOnly(t *testing.T, r *engine.Report) {
	t.Helper()
	for _, res := range r.Results {
		if is := datasource.ClassOf(res.Err) == datasource.ErrNotCaptured; is != res.Item.Check.Live ||
			is && res.Outcome != engine.Unknown {
			t.Errorf("%s %s: %s: %s", res.Item.Check.Type, res.Item.Side, res.Outcome, res.Reason)
		}
	}
	if r.Verdict(false) == engine.VerdictPassed {
		t.Error("the run passed")
	}
}

// A run from snapshots of both sides finds what a run over connections finds, and opens none, in every combination of
// databases and snapshots, with the other side known when a side is captured or not.
func TestRunsFromSnapshotsFindTheSame(t *testing.T) {
	t.Parallel()
	for _, products := range [][2]dbtest.Product{{dbtest.MariaDB, dbtest.MySQL}, {dbtest.MySQL, dbtest.MariaDB}} {
		t.Run(string(products[0]), func(t *testing.T) {
			t.Parallel()
			task := captureTask(t, products[0], products[1])
			e := newEngine(t)
			live := runTask(t, e, task)
			want := shownItems(t, live)
			if live.Count(engine.Failed) < 5 || live.Count(engine.Warned) < 5 {
				t.Fatalf("the schema has too little to find: %d failed, %d warned", live.Count(engine.Failed),
					live.Count(engine.Warned))
			}
			stored := task
			alone := task // as the side that cannot be reached is described
			alone.Destination = engine.At(datasource.Endpoint{Type: task.Destination.Type})
			stored.Source = captured(t, e, alone, checks.Source)
			alone = task
			alone.Source = engine.At(datasource.Endpoint{Type: task.Source.Type})
			stored.Destination = captured(t, e, alone, checks.Dest)
			offline := newEngine(t, noConnection(t))
			r := runTask(t, offline, stored)
			if diff := cmp.Diff(want, shownItems(t, r)); diff != "" {
				t.Errorf("two snapshots (-live +snapshots):\n%s", diff)
			}
			wantLiveOnly(t, r)
			checktest.WantStored(t, offline, r)
			if len(r.Usage) > 0 {
				t.Errorf("usage: %v", r.Usage)
			}

			wantApart(t, task, live)

			alone.Source = stored.Source
			stored.Destination = captured(t, e, alone, checks.Dest)
			if diff := cmp.Diff(want, shownItems(t, runTask(t, offline, stored))); diff != "" {
				t.Errorf("a destination captured with the source's snapshot (-live +snapshots):\n%s", diff)
			}
			half := task
			half.Source = stored.Source
			if diff := cmp.Diff(want, shownItems(t, runTask(t, e, half))); diff != "" {
				t.Errorf("one snapshot (-live +snapshot):\n%s", diff)
			}
		})
	}
}

// finished collects the results of the items that finish.
type finished struct {
	mu  sync.Mutex
	all []engine.Result
}

// Planned does nothing.
func (*finished) Planned(context.Context, engine.Task, engine.Plan) {}

// Started does nothing.
func (*finished) Started(context.Context, string, engine.Item) {}

// Finished keeps the result.
func (f *finished) Finished(_ context.Context, _ string, res engine.Result, _, _ int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, res)
}

// wantApart fails unless a run finds the same from what was captured of each side for it, and has checked what only a
// connection to one side shows.
func wantApart(t *testing.T, task engine.Task, live *engine.Report) {
	t.Helper()
	var done finished
	e, apart := newEngine(t, engine.WithObserver(&done)), task
	for side, end := range map[checks.Side]*engine.Endpoint{checks.Source: &apart.Source,
		checks.Dest: &apart.Destination} {
		alone := task
		if side == checks.Source {
			alone.Destination = engine.At(datasource.Endpoint{Type: task.Destination.Type})
		} else {
			alone.Source = engine.At(datasource.Endpoint{Type: task.Source.Type})
		}
		c, err := e.CaptureApart(t.Context(), alone, side, nil)
		if err != nil {
			t.Fatal(err)
		}
		*end = engine.CapturedEndpoint(&engine.Captured{Snapshot: c.Snapshot, Agent: "east-1", Zone: "east"})
	}
	r, err := newEngine(t, noConnection(t)).Resume(t.Context(), apart, done.all)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(shownItems(t, live), shownItems(t, r)); diff != "" {
		t.Errorf("captured apart (-live +captured):\n%s", diff)
	}
	for i, res := range r.Results {
		want := live.Results[i].Outcome
		if res.Item.Check.Type == "MYSQL_ROW_VALUE" { // it needs both sides at once
			want = engine.Unknown
		}
		if res.Item.Check.Live && res.Outcome != want {
			t.Errorf("%s: %s %s, want %s", res.Item.Name(), res.Outcome, res.Reason, want)
		}
	}
	for _, format := range []render.Format{render.Table, render.HTML, render.Markdown, render.Full} {
		var b strings.Builder
		if err := render.Write(&b, format, r, render.Options{}); err != nil {
			t.Fatal(err)
		}
		if text := strings.ReplaceAll(b.String(), `\-`, "-"); strings.Count(text, "east-1") != 2 {
			t.Errorf("%s does not name the agent of each side once:\n%s", format, text)
		}
	}
}

// The same with an emulated Oracle.
func TestRunsFromSnapshotsOfOracleFindTheSameEmulated(t *testing.T) {
	t.Parallel()
	_, source := emulatedTables(t, oracletest.Release19c, 5)
	_, dest := emulatedTables(t, oracletest.Release19c, 2)
	task := checktest.Real{Source: source, Dest: dest}.Task(checks.AllPhases)
	e := newEngine(t)
	want := shownItems(t, runTask(t, e, task))
	stored := task
	stored.Source, stored.Destination = captured(t, e, task, checks.Source), captured(t, e, task, checks.Dest)
	r := runTask(t, newEngine(t, noConnection(t)), stored)
	if diff := cmp.Diff(want, shownItems(t, r)); diff != "" {
		t.Errorf("(-live +snapshots):\n%s", diff)
	}
	wantLiveOnly(t, r)
}

var masked = regexp.MustCompile(`^user_[0-9a-f]{8}@%`)

// With masked hosts and accounts, the same objects fail the same checks, and no name is left.
func TestRedactedSnapshotsFindTheSame(t *testing.T) {
	t.Parallel()
	task := captureTask(t, dbtest.MariaDB, dbtest.MySQL)
	e := newEngine(t)
	var files bytes.Buffer
	redact := func(s *snapshot.Snapshot) {
		if err := s.Redact("key"); err != nil {
			t.Fatal(err)
		}
		for _, facts := range s.Facts {
			for _, f := range facts {
				fmt.Fprintf(&files, "%s %+v %s\n", f.Fact.Name(), f.Value, f.Err)
			}
		}
	}
	stored := task
	stored.Source = captured(t, e, task, checks.Source, redact)
	stored.Destination = captured(t, e, task, checks.Dest, redact)
	if stored.Source.Host == task.Source.Host && task.Source.Host != "127.0.0.1" && task.Source.Host != "localhost" {
		t.Errorf("the host %s is shown", task.Source.Host)
	}
	if text := files.String(); strings.Contains(text, "gone") {
		at := strings.Index(text, "gone")
		t.Errorf("a definer is shown: %s", text[max(0, at-80):min(len(text), at+80)])
	}
	// Objects that are accounts have masks.
	rules := func(r *engine.Report) map[string][]string {
		all := map[string][]string{}
		for _, res := range r.Results {
			if name := res.Item.Check.Type; !res.Item.Check.Live {
				all[name] = append(all[name], string(res.Item.Side)+" "+string(res.Outcome))
				for _, f := range res.Findings {
					all[name] = append(all[name],
						f.Rule+" "+masked.ReplaceAllString(f.Object.String(), "gone@%"))
				}
			}
		}
		return all
	}
	if diff := cmp.Diff(rules(runTask(t, e, task)), rules(runTask(t, e, stored))); diff != "" {
		t.Errorf("(-live +redacted):\n%s", diff)
	}
}

// A fact that is not in the snapshot, and a schema that was not captured, make items that could not be checked, never
// items that passed.
func TestWhatIsNotInASnapshotDoesNotPass(t *testing.T) {
	t.Parallel()
	_, _, real := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	task := real.Task(checks.AllPhases)
	real.Source.Server.Exec(t, "CREATE TABLE "+real.Source.Schema+".t (id INT PRIMARY KEY, a INT CHECK (a > 1))")
	other := real.Source.Server.Database(t)
	real.Source.Server.Exec(t, "CREATE TABLE "+other+".t (id INT PRIMARY KEY, a INT)")
	e := newEngine(t)
	stored := task
	stored.Source = captured(t, e, task, checks.Source)
	stored.Destination = captured(t, e, task, checks.Dest)
	passed := func(r *engine.Report) []string {
		var types []string
		for _, res := range r.Results {
			if res.Outcome == engine.Passed || res.Outcome == engine.Warned {
				types = append(types, res.Item.Check.Type+" "+string(res.Item.Side))
			}
		}
		return types
	}
	complete := passed(runTask(t, e, stored))
	for _, fact := range datasource.AllFacts() {
		if fact == datasource.FactServer {
			continue
		}
		less := stored
		for _, side := range []struct {
			side checks.Side
			end  *engine.Endpoint
		}{{checks.Source, &less.Source}, {checks.Dest, &less.Destination}} {
			whole, err := snapshot.Open(side.end.Snapshot)
			if err != nil {
				t.Fatal(err)
			}
			whole.Facts[checks.Master] = slices.DeleteFunc(whole.Facts[checks.Master], func(f snapshot.Fact) bool {
				q, ok := f.Fact.(datasource.AnyQuestion)
				return f.Fact == fact || ok && q.Declared() == fact
			})
			side.end.Snapshot = filepath.Join(t.TempDir(), "less.snapshot")
			var b bytes.Buffer
			if err := snapshot.Write(&b, whole); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(side.end.Snapshot, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		r := runTask(t, e, less)
		for _, item := range passed(r) {
			if !slices.Contains(complete, item) {
				t.Errorf("without %s, %s passed", fact.Name(), item)
			}
		}
	}
	wider := stored
	wider.Objects.Databases = append(slices.Clone(wider.Objects.Databases), checks.SelectedDatabase{Name: other,
		MappedName: real.Dest.Schema})
	r := runTask(t, e, wider)
	unknown := 0
	for _, res := range r.Results {
		if strings.Contains(res.Reason, other) && res.Outcome == engine.Unknown {
			unknown++
		}
		if res.Item.Check.Type == "RDB_PRIMARY_KEY" && res.Outcome != engine.Unknown {
			t.Errorf("RDB_PRIMARY_KEY: %s", res.Outcome)
		}
	}
	if unknown < 20 {
		t.Errorf("a schema that is not in the snapshot is the reason of %d items only", unknown)
	}
}

// The report says which facts are from a snapshot, and how old they are.
func TestReportsShowSnapshots(t *testing.T) {
	t.Parallel()
	task := captureTask(t, dbtest.MySQL, dbtest.MariaDB)
	e := newEngine(t)
	task.Source = captured(t, e, task, checks.Source)
	r := runTask(t, e, task)
	for _, format := range []render.Format{render.Table, render.HTML, render.Markdown, render.Full} {
		var b strings.Builder
		if err := render.Write(&b, format, r, render.Options{}); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), "side.snapshot") + strings.Count(b.String(), `side\.snapshot`); n != 1 {
			t.Errorf("%s names the snapshot %d times", format, n)
		}
	}
}

// A snapshot contains the standby of its side, and a run from it the items of the standby.
func TestSnapshotsContainTheStandby(t *testing.T) {
	t.Parallel()
	source, _, real := checktest.PairOf(t, dbtest.MySQL, dbtest.MariaDB)
	source.Exec(t, "CREATE TABLE "+real.Source.Schema+".t (id INT PRIMARY KEY)")
	task := real.Task(checks.AllPhases)
	standby := task.Source.Endpoint
	standby.Host = strings.Replace(standby.Host, "127.0.0.1", "localhost", 1)
	task.Source.Standby = &standby
	e := newEngine(t)
	stored := task
	stored.Source = captured(t, e, task, checks.Source)
	if s := stored.Source.Standby; s == nil || s.Host != standby.Host || s.User != standby.User {
		t.Errorf("the standby is %v", s)
	}
	of := func(r *engine.Report) map[string]engine.Outcome {
		items := map[string]engine.Outcome{}
		for _, res := range r.Results {
			if res.Item.Role == checks.Slave && !res.Item.Check.Live {
				items[res.Item.Check.Type] = res.Outcome
			}
		}
		return items
	}
	want := of(runTask(t, e, task))
	if diff := cmp.Diff(want, of(runTask(t, e, stored))); diff != "" || len(want) == 0 {
		t.Errorf("%d items (-live +snapshot):\n%s", len(want), diff)
	}
	// One that cannot be reached is in the snapshot as such.
	standby.Port = 1
	stored.Source = captured(t, e, task, checks.Source)
	for _, res := range runTask(t, e, stored).Results {
		if res.Item.Role == checks.Slave && res.Item.Check.Type == "RDB_CONNECT" && res.Outcome != engine.Failed {
			t.Errorf("RDB_CONNECT of the standby: %s, %s", res.Outcome, res.Reason)
		}
	}
}

// Without the source, the schemas of a destination are those that the task names and that its patterns match.
func TestCaptureOfADestinationAlone(t *testing.T) {
	t.Parallel()
	_, dest, real := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	other := dest.Database(t)
	e := newEngine(t)
	for _, tc := range []struct {
		selection checks.Selection
		want      []string
	}{
		{checks.Selection{Databases: []checks.SelectedDatabase{{Name: "a", MappedName: other}, {Name: "none"}}},
			[]string{"none", other}},
		{checks.Selection{Include: []string{other + ".t*", "x.*"}, Databases: []checks.SelectedDatabase{
			{Name: "x", MappedName: "y", NameOnly: true}}}, []string{other, "x", "y"}},
		{checks.Selection{Include: []string{strings.ToUpper(other[:len(other)-1]) + "*"}}, []string{other}},
	} {
		real.Selection = &tc.selection
		task := real.Task(checks.AllPhases)
		task.Source = engine.At(datasource.Endpoint{Type: task.Source.Type})
		c, err := e.Capture(t.Context(), task, checks.Dest)
		if err != nil {
			t.Fatal(err)
		}
		got := c.Snapshot.Info.Databases[0].Scope
		slices.Sort(tc.want)
		if !slices.Equal(got, tc.want) && !(len(tc.want) == 1 && slices.Contains(got, other)) {
			t.Errorf("%+v: got %v", tc.selection, got)
		}
	}
}
