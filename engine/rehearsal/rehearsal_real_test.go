package rehearsal_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
	"github.com/dbprecheck/precheck/engine/rehearsal"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// objects are created in each source of these tests, which is MySQL or MariaDB.
var objects = []string{
	"CREATE TABLE parent (id INT PRIMARY KEY, note VARCHAR(20) DEFAULT 'it''s' COMMENT 'x') ENGINE=InnoDB",
	"CREATE TABLE child (id INT PRIMARY KEY, parent INT, KEY (parent), CONSTRAINT child_parent FOREIGN KEY (parent) " +
		"REFERENCES parent (id))",
	"CREATE TABLE a_self (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES a_self (id))",
	"CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC NO SQL RETURN 2 * n",
	"CREATE VIEW z_base AS SELECT id, twice(id) AS two FROM parent",
	"CREATE VIEW a_nested AS SELECT two FROM z_base",
	"CREATE TRIGGER child_check BEFORE INSERT ON child FOR EACH ROW SET NEW.parent = twice(NEW.parent)",
	"CREATE EVENT tidy ON SCHEDULE EVERY 1 SECOND DO DELETE FROM child",
}

// source returns a schema with the objects, and with statements for one product.
func source(t *testing.T, s *dbtest.Server, own map[dbtest.Product][]string) string {
	t.Helper()
	schema := s.Database(t)
	// what both products know
	s.Exec(t, "ALTER DATABASE "+schema+" CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
	s.Exec(t, prefixed(schema, slices.Concat(objects, own[s.Product]))...)
	return schema
}

// prefixed makes each statement one that runs in a schema, because each may use another connection.
func prefixed(schema string, statements []string) []string {
	var all []string
	for _, s := range statements {
		all = append(all, "USE "+schema+"; SET sql_mode = 'STRICT_TRANS_TABLES'; "+s)
	}
	return all
}

// outcomes returns the outcome and the verdict of each object.
func outcomes(r *rehearsal.Rehearsal) map[string]string {
	all := map[string]string{}
	for _, o := range r.Objects {
		all[o.Kind+" "+o.Source.Name] = string(o.Outcome) + ", " + string(o.Verdict)
	}
	return all
}

// refused are objects that the other product does not know, and one that depends on them.
var refused = map[dbtest.Product][]string{
	dbtest.MySQL: {"CREATE TABLE refused (a INT PRIMARY KEY, b JSON, KEY ((CAST(b AS UNSIGNED ARRAY))))",
		"CREATE TRIGGER follows BEFORE INSERT ON refused FOR EACH ROW SET NEW.a = 1"},
	dbtest.MariaDB: {"CREATE TABLE refused (a INET6 PRIMARY KEY)",
		"CREATE TRIGGER follows BEFORE INSERT ON refused FOR EACH ROW SET @a = 1"},
}

func TestRehearsal(t *testing.T) {
	t.Parallel()
	for _, on := range []rehearsal.On{rehearsal.Container, rehearsal.Scratch, rehearsal.Server} {
		t.Run(string(on), func(t *testing.T) {
			t.Parallel()
			checktest.Directions(t, func(t *testing.T, from, to *dbtest.Server) {
				schema, other := source(t, from, refused), source(t, from, nil)
				dest := to.Database(t)
				to.Exec(t, "CREATE DATABASE IF NOT EXISTS "+other)
				t.Cleanup(func() { to.Exec(t, "DROP DATABASE "+other) })
				selection := checks.Selection{Mode: checks.Specific, Databases: []checks.SelectedDatabase{
					{Name: schema, MappedName: dest}, {Name: other}}}
				task := checktest.Real{Source: checktest.Endpoint{Server: from}, Dest: checktest.Endpoint{Server: to},
					Selection: &selection, Settings: checks.Settings{Routines: true}}.Task(checks.Schema | checks.Full)
				r, err := rehearsal.Run(t.Context(), task, rehearsal.Options{On: on, AllowWrites: true,
					Server: task.Destination.Endpoint, Images: dbtest.Images(to.Product)})
				if err != nil {
					t.Fatal(err)
				}
				got := outcomes(r)
				for _, name := range []string{"TABLE parent", "TABLE child", "TABLE a_self", "VIEW z_base",
					"VIEW a_nested", "FUNCTION twice", "TRIGGER child_check", "EVENT tidy"} {
					if got[name] != "created, agreed" {
						t.Errorf("%s: %s", name, got[name])
					}
				}
				if got["TABLE refused"] != "refused, agreed" {
					t.Errorf("TABLE refused: %s", got["TABLE refused"])
				}
				if got["TRIGGER follows"] != "refused, consequence" {
					t.Errorf("TRIGGER follows: %s", got["TRIGGER follows"])
				}
				if text := r.BugReport(); text != "" {
					t.Errorf("a bug report of what agrees: %s", text)
				}
				report := r.Report()
				results := map[string]engine.Outcome{}
				for _, res := range report.Results {
					results[res.Item.Check.Page.Title] = res.Outcome
				}
				if len(report.Results) != 2 || results["Rehearsal of schema "+schema] != engine.Failed ||
					results["Rehearsal of schema "+other] != engine.Passed {
					t.Errorf("results: %v", results)
				}
				if on == rehearsal.Container && !strings.Contains(fmt.Sprint(report.Results[0].Notes), "sql_mode = ") {
					t.Errorf("the settings are not in the report: %v", report.Results[0].Notes)
				}
				wantTables(t, to, dest, 0)
				wantTables(t, to, other, 0)
			})
		})
	}
}

// wantTables compares the number of tables of a schema.
func wantTables(t *testing.T, s *dbtest.Server, schema string, want int) {
	t.Helper()
	got := checktest.ColumnOf(t, s, "SELECT table_name FROM information_schema.TABLES WHERE table_schema = '"+
		schema+"'")
	if len(got) != want {
		t.Errorf("schema %s has the tables %v, want %d", schema, got, want)
	}
}

// What the server makes of a table other than the source has is reported with both values.
func TestAlteredTable(t *testing.T) {
	t.Parallel()
	from, _, task := checktest.PairOf(t, dbtest.MySQL, dbtest.MariaDB)
	from.Exec(t, "CREATE TABLE "+task.Source.Schema+".doc (id INT PRIMARY KEY, body JSON) COLLATE utf8mb4_general_ci")
	r, err := rehearsal.Run(t.Context(), task.Task(checks.Schema),
		rehearsal.Options{On: rehearsal.Scratch, AllowWrites: true})
	if err != nil {
		t.Fatal(err)
	}
	want := []rehearsal.Difference{{Column: "body", Attribute: "TYPE", Source: "json", Target: "longtext"},
		{Column: "body", Attribute: "COLLATE", Target: "utf8mb4_bin"}}
	if o := r.Objects[0]; o.Outcome != rehearsal.Altered || !slices.Equal(o.Differences, want) {
		t.Errorf("%s: %v", o.Outcome, o.Differences)
	}
	if res := r.Report().Results[0]; res.Outcome != engine.Warned || res.Findings[0].Rule != "altered" {
		t.Errorf("result: %+v", res)
	}
}

// The server of a rehearsal has the settings of the destination, which decide what it accepts.
func TestContainerHasTheSettingsOfTheDestination(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			from := dbtest.Get(t, product)
			to := dbtest.Start(t, product, "--lower-case-table-names=1", "--sql-mode=", "--innodb-strict-mode=OFF")
			schema := from.Database(t)
			from.Exec(t, "SET SESSION sql_mode = ''; CREATE TABLE "+schema+".Mixed (a DATE DEFAULT '0000-00-00')")
			to.Exec(t, "CREATE DATABASE "+schema)
			task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: schema},
				Dest: checktest.Endpoint{Server: to, Schema: schema}}.Task(checks.Schema)
			r, err := rehearsal.Run(t.Context(), task,
				rehearsal.Options{On: rehearsal.Container, Images: dbtest.Images(product)})
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"sql_mode", "innodb_strict_mode", "lower_case_table_names"} {
				same := func(s rehearsal.Setting) bool { return s.Name == name && !s.Differs }
				if !slices.ContainsFunc(r.Settings, same) {
					t.Errorf("%s is not that of the destination: %+v", name, r.Settings)
				}
			}
			if o := r.Objects[0]; o.Outcome != rehearsal.Created || o.Dest.Name != "mixed" {
				t.Errorf("%s: %s %v %v", o, o.Outcome, o.Err, o.Differences)
			}
		})
	}
}

// A server that refuses an object without a word of the precheck is a disagreement.
func TestDisagreement(t *testing.T) {
	t.Parallel()
	from, to, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MariaDB)
	from.Exec(t, "CREATE TABLE "+task.Source.Schema+".t (a INT PRIMARY KEY, b VARCHAR(5) DEFAULT 'Smith')")
	e, err := engine.New(engine.WithOnly("RDB_CONNECT"))
	if err != nil {
		t.Fatal(err)
	}
	user, password := to.Account(t, "GRANT CREATE, SELECT, INSERT, DROP ON *.* TO %s")
	from.Exec(t, "CREATE VIEW "+task.Source.Schema+".v AS SELECT b FROM "+task.Source.Schema+".t WHERE b <> 'Jones'")
	task.Dest.User, task.Dest.Password = user, password
	r, err := rehearsal.Run(t.Context(), task.Task(checks.Schema),
		rehearsal.Options{On: rehearsal.Scratch, AllowWrites: true, Engine: e})
	if err != nil {
		t.Fatal(err)
	}
	if got := outcomes(r); got["TABLE t"] != "created, agreed" || got["VIEW v"] != "refused, missed" {
		t.Errorf("got %v", got)
	}
	text := r.BugReport()
	for _, leaked := range []string{"Jones", task.Source.Schema, "`v`"} {
		if strings.Contains(text, leaked) {
			t.Errorf("the bug report names %s:\n%s", leaked, text)
		}
	}
	if !strings.Contains(text, r.Target.VersionText) || !strings.Contains(text, "VIEW `n2` AS select") {
		t.Errorf("the bug report is not complete:\n%s", text)
	}
}

// What cannot be rehearsed is no pass: what the source does not have, and what it does not show.
func TestNotShown(t *testing.T) {
	t.Parallel()
	from, _, task := checktest.PairOf(t, dbtest.MySQL, dbtest.MySQL)
	schema, other := task.Source.Schema, from.Database(t)
	from.Exec(t, "CREATE TABLE "+schema+".t (a INT PRIMARY KEY)",
		"CREATE VIEW "+schema+".v AS SELECT a FROM "+schema+".t",
		"CREATE TABLE "+other+".t (a INT PRIMARY KEY)")
	task.Source.User, task.Source.Password = from.Account(t, "GRANT SELECT ON *.* TO %s")
	task.Selection = &checks.Selection{Mode: checks.Specific, Databases: []checks.SelectedDatabase{
		{Name: schema, Views: []checks.SelectedTable{{Name: "v"}}},
		{Name: other, Tables: []checks.SelectedTable{{Name: "t"}, {Name: "gone"}}}, {Name: "no_such_schema"}}}
	r, err := rehearsal.Run(t.Context(), task.Task(checks.Schema),
		rehearsal.Options{On: rehearsal.Scratch, AllowWrites: true})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"SCHEMA no_such_schema", "TABLE " + other + ".gone", "VIEW " + schema + ".v"}
	var got []string
	for _, o := range r.Objects {
		if o.Outcome == rehearsal.NotShown {
			got = append(got, o.String())
		}
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	report := r.Report()
	if len(report.Results) != 3 || report.Count(engine.Unknown) != 3 || report.Verdict(false) != engine.VerdictUnknown {
		t.Errorf("results: %+v", report.Results)
	}
}

func TestRefusedOptions(t *testing.T) {
	t.Parallel()
	end := func(of datasource.Type) engine.Endpoint {
		return engine.Endpoint{Endpoint: datasource.Endpoint{Type: of, Host: "h", User: "u"}}
	}
	task := engine.Task{Name: "t", Phases: checks.Schema, Source: end(datasource.MySQL),
		Destination: end(datasource.MariaDB),
		Objects:     checks.Selection{Mode: checks.Wildcard, Include: []string{"*.*"}}}
	ob, oracle := task, task
	ob.Destination, oracle.Source = end(datasource.OceanBaseMySQL), end(datasource.Oracle)
	oracle.Source.Service = "s"
	for want, err := range map[string]error{
		"allow that with --allow-writes": rehearsal.Validate(task, rehearsal.Options{On: rehearsal.Scratch}),
		"use --on container": rehearsal.Validate(ob, rehearsal.Options{On: rehearsal.Scratch,
			AllowWrites: true}),
		"not from Oracle": rehearsal.Validate(oracle, rehearsal.Options{On: rehearsal.Container, Sample: 1}),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if err := rehearsal.Validate(task, rehearsal.Options{On: rehearsal.Container}); err != nil {
		t.Error(err)
	}
}

// An account that could not drop its scratch schemas creates none.
func TestNoDrop(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, product)
			schema := source(t, s, nil)
			user, password := s.Account(t, "GRANT SELECT, CREATE, INSERT ON *.* TO %s")
			task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: schema},
				Dest: checktest.Endpoint{Server: s, Schema: schema, User: user, Password: password}}.Task(checks.Schema)
			_, err := rehearsal.Run(t.Context(), task, rehearsal.Options{On: rehearsal.Scratch, AllowWrites: true})
			if err == nil || !strings.Contains(err.Error(), "and DROP, on the schemas") {
				t.Errorf("got %v", err)
			}
			if left := scratchSchemas(t, s); len(left) > 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}

const victimEnv = "PRECHECK_REHEARSAL_VICTIM"

// victim is what the process that TestKilled kills rehearses: from a schema of a server to the same one.
type victim struct {
	Port                   int
	User, Password, Schema string
}

// TestVictim is the process that TestKilled kills.
func TestVictim(t *testing.T) {
	text := os.Getenv(victimEnv)
	if text == "" {
		t.Skip("not a test of its own: TestKilled runs it")
	}
	var v victim
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	fmt.Println("started")
	if _, err := rehearsal.Run(context.Background(), v.task(), rehearsal.Options{On: rehearsal.Scratch,
		AllowWrites: true}); err != nil {
		t.Fatal(err)
	}
	fmt.Println("finished")
}

func (v victim) task() engine.Task {
	end := engine.Endpoint{Endpoint: datasource.Endpoint{Type: datasource.MariaDB, Host: "127.0.0.1", Port: v.Port,
		User: v.User, Password: datasource.NewSecret(v.Password)}}
	return engine.Task{Name: "t", Phases: checks.Schema, Source: end, Destination: end,
		Settings: checks.Settings{Routines: true},
		Objects:  checks.Selection{Mode: checks.Specific, Databases: []checks.SelectedDatabase{{Name: v.Schema}}}}
}

// A rehearsal that is killed at any instant leaves nothing but scratch schemas, and the next one drops them.
func TestKilled(t *testing.T) {
	t.Parallel()
	s := dbtest.Start(t, dbtest.MariaDB)
	schema := source(t, s, nil)
	v := victim{s.Port, s.User, s.Password, schema}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	before := others(t, s)
	kills, longest := 12, time.Second
	if os.Getenv("PRECHECK_TEST_KILLS") != "" {
		kills = 100
	}
	left := 0
	for i := 0; i < kills || left == 0 && i < kills+20; i++ {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestVictim$", "-test.v")
		cmd.Env = append(os.Environ(), victimEnv+"="+string(text))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for lines.Scan() && lines.Text() != "started" {
			continue
		}
		switch { // the first one shows how long it takes, and the last one has made schemas
		case i == 0:
		case i < kills-1:
			time.Sleep(rand.N(longest))
			_ = cmd.Process.Kill()
		default:
			for began := time.Now(); len(scratchSchemas(t, s)) == 0 && time.Since(began) < longest; {
				time.Sleep(time.Millisecond)
			}
			_ = cmd.Process.Kill()
		}
		started := time.Now()
		for lines.Scan() {
			continue
		}
		if err := cmd.Wait(); i == 0 {
			if longest = time.Since(started); err != nil {
				t.Fatal("a rehearsal that is not killed:", err)
			}
		}
		if after := others(t, s); !slices.Equal(after, before) {
			t.Fatalf("after kill %d: got %v, want %v", i, after, before)
		}
		if len(scratchSchemas(t, s)) > 0 {
			left++
		}
	}
	t.Logf("%d of %d kills left schemas", left, kills)
	r, err := rehearsal.Run(t.Context(), v.task(), rehearsal.Options{On: rehearsal.Scratch, AllowWrites: true})
	if err != nil {
		t.Fatal(err)
	}
	if names := scratchSchemas(t, s); len(names) > 0 {
		t.Errorf("left: %v", names)
	}
	if left == 0 || len(r.Objects) == 0 {
		t.Errorf("%d kills left schemas, %d objects", left, len(r.Objects))
	}
}

// others returns the schemas of a server that are not those of rehearsals, with the number of their tables.
func others(t *testing.T, s *dbtest.Server) []string {
	t.Helper()
	return checktest.ColumnOf(t, s, "SELECT CONCAT(s.schema_name, ' ', (SELECT COUNT(*) FROM "+
		"information_schema.TABLES t WHERE t.table_schema = s.schema_name)) "+
		"FROM information_schema.SCHEMATA s WHERE s.schema_name NOT LIKE "+
		`'precheck\_rehearsal\_%' AND s.schema_name NOT IN ('information_schema', 'performance_schema') ORDER BY 1`)
}

func scratchSchemas(t *testing.T, s *dbtest.Server) []string {
	t.Helper()
	return checktest.ColumnOf(t, s, "SELECT schema_name FROM information_schema.SCHEMATA WHERE schema_name LIKE "+
		`'precheck\_rehearsal\_%'`)
}

// Rows of a sample are spread over the key. One that the server refuses is reported by its key, without its values.
func TestSample(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, from, to *dbtest.Server) {
		schema := from.Database(t)
		to.Exec(t, "CREATE DATABASE "+schema)
		t.Cleanup(func() { to.Exec(t, "DROP DATABASE "+schema) })
		from.Exec(t, prefixed(schema, []string{
			"SET sql_mode = ''; CREATE TABLE days (id BIGINT PRIMARY KEY, day DATE, name VARCHAR(20), half INT AS " +
				"(id DIV 2), data BLOB, j JSON, b BIT(8)) COLLATE utf8mb4_general_ci; " +
				"INSERT INTO days (id, day, name, data, j, b) VALUES " +
				"(0, '2024-01-01', 'O''Brien', 0xFF00, '{}', b'10000001'), " +
				"(5, '0000-00-00', 'Smith', NULL, NULL, NULL), (1000, '2024-02-29', '日本', 0x27, '[1]', b'0'), " +
				"(1001, '2024-00-00', 'Jones', '', NULL, NULL)",
			"CREATE TABLE pairs (a VARCHAR(5), b INT, PRIMARY KEY (a, b)) COLLATE utf8mb4_general_ci",
			"CREATE TABLE orphan (id INT PRIMARY KEY, day_id BIGINT, FOREIGN KEY (day_id) REFERENCES days (id)) " +
				"COLLATE utf8mb4_general_ci",
			"INSERT INTO pairs SELECT d.name, e.id FROM (SELECT LEFT(name, 5) name FROM days) d, days e",
			"INSERT INTO orphan VALUES (1, 1000), (2, NULL)",
			"CREATE TRIGGER no_rows BEFORE INSERT ON orphan FOR EACH ROW SIGNAL SQLSTATE '45000'",
			"CREATE TABLE keyless (a VARCHAR(9)) COLLATE utf8mb4_general_ci", "INSERT INTO keyless VALUES ('x'), ('x')",
		})...)
		task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: schema},
			Dest:     checktest.Endpoint{Server: to, Schema: schema},
			Settings: checks.Settings{Routines: true}}.Task(checks.Schema)
		r, err := rehearsal.Run(t.Context(), task, rehearsal.Options{On: rehearsal.Container, Sample: 6,
			Images: dbtest.Images(to.Product)})
		if err != nil {
			t.Fatal(err)
		}
		rows := map[string]int{}
		for _, o := range r.Objects {
			rows[o.Source.Name] = o.Rows
			if o.Source.Name != "days" && len(o.RefusedRows) > 0 {
				t.Errorf("%s: refused %v", o, o.RefusedRows)
			}
		}
		// MariaDB accepts 0000-00-00 by default
		refusedByDefault := to.Product == dbtest.MySQL
		wantRefused(t, r, refusedByDefault)
		if rows["days"] != 4 || rows["pairs"] != 6 || rows["orphan"] != 2 || rows["keyless"] != 2 {
			t.Errorf("rows: %v", rows)
		}
		for _, res := range r.Report().Results {
			text := res.Message(20)
			for _, value := range []string{"0000-00-00", "2024", "Smith", "Jones"} {
				if strings.Contains(text, value) {
					t.Errorf("the report has the value %s: %s", value, text)
				}
			}
			refused := strings.Contains(text, "2 of 4 sampled rows of "+schema+".days: id = '5'; id = '1001'.")
			if refused != refusedByDefault {
				t.Errorf("the refused rows are not reported: %s", text)
			}
		}

		stated := ""
		if !refusedByDefault {
			stated = "STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE"
		}
		task.Settings.Loader.SQLMode = &stated
		r, err = rehearsal.Run(t.Context(), task, rehearsal.Options{On: rehearsal.Container, Sample: 6,
			Images: dbtest.Images(to.Product)})
		if err != nil {
			t.Fatal(err)
		}
		wantRefused(t, r, !refusedByDefault)
	})
}

// wantRefused fails the test unless the dates with zeros, and no other rows of days, are refused.
func wantRefused(t *testing.T, r *rehearsal.Rehearsal, refused bool) {
	t.Helper()
	var keys, want []string
	for _, o := range r.Objects {
		if o.Source.Name != "days" {
			continue
		}
		for _, row := range o.RefusedRows {
			keys = append(keys, row.Key)
		}
	}
	if refused {
		want = []string{"id = '5'", "id = '1001'"}
	}
	if !slices.Equal(keys, want) {
		t.Errorf("refused rows %q, want %q", keys, want)
	}
}

// A server of a rehearsal that has no space left ends it: what is missing then is not refused.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, from, to *dbtest.Server) {
		schema := from.Database(t)
		to.Exec(t, "CREATE DATABASE "+schema)
		t.Cleanup(func() { to.Exec(t, "DROP DATABASE "+schema) })
		from.Exec(t, prefixed(schema, []string{
			"CREATE TABLE wide (id INT PRIMARY KEY, b LONGBLOB) COLLATE utf8mb4_general_ci",
			"INSERT INTO wide WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 40) " +
				"SELECT i, REPEAT('x', 4000000) FROM n",
		})...)
		task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: schema},
			Dest: checktest.Endpoint{Server: to, Schema: schema}}.Task(checks.Schema)
		_, err := rehearsal.Run(t.Context(), task, rehearsal.Options{On: rehearsal.Container, Sample: 40,
			Images: dbtest.Images(to.Product), Disk: 260 << 20})
		// MariaDB 10.11 crashes when it rolls back a row with a large object for which there was no space.
		if err == nil || !strings.Contains(err.Error(), "does not have enough space") &&
			!(to.Product == dbtest.MariaDB && strings.Contains(err.Error(), "the disposable server has ended")) {
			t.Errorf("got %v", err)
		}
	})
}

// What the catalogs write differently, or do not show, is no difference: bytes that are no text, and names of scratch
// schemas.
func TestSameTable(t *testing.T) {
	t.Parallel()
	bytes := "CREATE TABLE t (a VARBINARY(9) DEFAULT x'00ff', b BINARY(2) DEFAULT 'ab', c BIT(9) DEFAULT b'101', " +
		"d VARCHAR(9) DEFAULT 'x''\\\\', e DECIMAL(65, 30) DEFAULT 1.5) COLLATE utf8mb4_bin"
	same := func(t *testing.T, from, to *dbtest.Server, statements ...string) {
		t.Helper()
		schema := from.Database(t)
		if from != to {
			to.Exec(t, "CREATE DATABASE "+schema)
			t.Cleanup(func() { to.Exec(t, "DROP DATABASE "+schema) })
		}
		from.Exec(t, prefixed(schema, statements)...)
		task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: schema},
			Dest: checktest.Endpoint{Server: to, Schema: schema}}.Task(checks.Schema)
		r, err := rehearsal.Run(t.Context(), task, rehearsal.Options{On: rehearsal.Scratch, AllowWrites: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range r.Objects {
			if o.Outcome != rehearsal.Created {
				t.Errorf("%s: %s %v %v", o, o.Outcome, o.Err, o.Differences)
			}
		}
	}
	checktest.Directions(t, func(t *testing.T, from, to *dbtest.Server) { same(t, from, to, bytes) })
	maria := dbtest.Get(t, dbtest.MariaDB)
	same(t, maria, maria, "CREATE SEQUENCE s", "CREATE TABLE n (a INT DEFAULT NEXTVAL(s))")
}
