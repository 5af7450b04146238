package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// foundation are checks of every migration between servers of the MySQL protocol.
const foundation = "RDB_CONNECT,RDB_SCHEMA_EXIST,RDB_VERSION,RDB_CLOCK_LATENCY,RDB_SAME_INSTANCE,RDB_ROLE," +
	"RDB_TABLE_EXIST,RDB_READ_PRIVILEGE," +
	"RDB_LOG_PRIVILEGE,RDB_WRITE_PRIVILEGE,MYSQL_BINLOG_ENABLED,MYSQL_BINLOG_FORMAT,MYSQL_BINLOG_ROW_IMAGE," +
	"MYSQL_SERVER_ID,RDB_PRIMARY_KEY," +
	"MYSQL_STORAGE_ENGINE,RDB_CHARSET,MYSQL_LOWER_CASE_TABLE_NAMES,RDB_TABLE_CONFLICT"

// endpoints are a source and a destination without defects, and the accounts of a migration.
type endpoints struct {
	from, to                       *dbtest.Server
	reader, readerPassword, writer string
	writerPassword                 string
}

func newEndpoints(t *testing.T, from, to dbtest.Product) *endpoints {
	t.Helper()
	settings := []string{"--log-bin=binlog", "--binlog-format=ROW", "--binlog-row-image=FULL"}
	e := &endpoints{from: dbtest.Start(t, from, append(settings, "--server-id=11")...),
		to: dbtest.Start(t, to, append(settings, "--server-id=12")...)}
	e.from.Exec(t, "CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
		"CREATE TABLE shop.orders (id BIGINT PRIMARY KEY, note VARCHAR(80))", "INSERT INTO shop.orders VALUES (1, 'a')")
	e.to.Exec(t, "CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
	grants := []string{"GRANT SELECT ON shop.* TO %s", "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO %s"}
	// To read the replication status.
	monitor := map[dbtest.Product]string{dbtest.MariaDB: "GRANT REPLICA MONITOR ON *.* TO %s",
		dbtest.MySQL: "GRANT REPLICATION CLIENT ON *.* TO %s"}
	e.reader, e.readerPassword = e.from.Account(t, append(grants, monitor[from])...)
	e.writer, e.writerPassword = e.to.Account(t, "GRANT ALL ON shop.* TO %s", "GRANT ALL ON store.* TO %s", monitor[to])
	return e
}

// defect is a planted defect and its expected finding.
type defect struct {
	name     string
	from, to []string // statements that plant it; %s is the account of the task on that server
	flags    []string // that come last on the command line
	object   string   // of the finding
	also     string   // another item that must have a finding
	// fixFrom and fixTo fix a defect for which no statement is printed.
	fixFrom, fixTo []string
	after          string // statement on the destination, after the fix
}

// run runs the command. It returns the items that did not pass, as "outcome TYPE side object", the
// statements that fix them on each server, and the exit status.
func (e *endpoints) run(t *testing.T, flags ...string) (found []string, fix map[*dbtest.Server][]string, status int) {
	t.Helper()
	only := foundation
	if slices.Contains(flags, "--phases") { // without SCHEMA
		only = strings.Replace(only, "RDB_CHARSET,", "", 1)
	}
	args := append([]string{"run", "--source", endpointURL(e.from, e.reader, e.readerPassword), "--dest",
		endpointURL(e.to, e.writer, e.writerPassword),
		"--objects", "shop.*", "--only", only, "--format", "full", "--quiet"}, flags...)
	if !slices.Contains(flags, "--phases") {
		args = append(args, "--phases", "SCHEMA,FULL,INCREMENTAL")
	}
	status, stdout, stderr := command(args...)
	if stdout == "" {
		t.Fatalf("status %d: %s", status, stderr)
	}
	fix = map[*dbtest.Server][]string{}
	for _, item := range decodeFull(t, stdout).Items {
		if item.Outcome == engine.Passed || item.Outcome == engine.Blocked || item.CheckType == measured {
			continue
		}
		line := fmt.Sprintf("%s %s %s", item.Outcome, item.CheckType, item.Side)
		for _, f := range item.Findings {
			if f.Level == "info" {
				continue
			}
			object := strings.Trim(strings.Join([]string{f.Object.Schema, f.Object.Table, f.Object.Name}, "."), ".")
			line += " " + object
			server := map[string]*dbtest.Server{"SOURCE": e.from, "DEST": e.to}[f.On]
			fix[server] = append(fix[server], f.SQL...)
		}
		if len(item.Findings) == 0 {
			line += " " + item.Reason
		}
		found = append(found, strings.TrimSpace(line))
	}
	return found, fix, status
}

// Each planted defect causes only its own finding, with the right object. After the printed remedy,
// the item passes.
func TestDefectsAreFoundAndFixed(t *testing.T) {
	t.Parallel()
	for _, way := range [][2]dbtest.Product{{dbtest.MariaDB, dbtest.MySQL}, {dbtest.MySQL, dbtest.MariaDB}} {
		t.Run(string(way[0])+" to "+string(way[1]), func(t *testing.T) {
			t.Parallel()
			e := newEndpoints(t, way[0], way[1])
			if found, _, status := e.run(t); len(found) > 0 || status != exitPassed {
				t.Fatalf("with nothing wrong the status is %d: %q", status, found)
			}
			foreign := "utf8mb4_ja_0900_as_cs"
			if way[0] == dbtest.MariaDB {
				foreign = "utf8mb4_unicode_nopad_ci"
			}
			for _, d := range []defect{
				{name: "failed RDB_SCHEMA_EXIST DEST", object: "shop",
					also: "unknown RDB_TABLE_EXIST DEST the database " +
						"shop does not exist, so its tables are not found; see RDB_SCHEMA_EXIST",
					to:    []string{"DROP DATABASE shop"},
					flags: []string{"--phases", "FULL,INCREMENTAL"},
					fixTo: []string{"CREATE TABLE shop.orders (id BIGINT PRIMARY KEY, note VARCHAR(80))"},
					after: "DROP TABLE shop.orders"},
				{name: "failed RDB_CONNECT DEST", to: []string{"ALTER USER %s ACCOUNT LOCK"},
					fixTo: []string{"ALTER USER %s ACCOUNT UNLOCK"}},
				{name: "warned RDB_VERSION SOURCE",
					flags: []string{"--source",
						strings.NewReplacer("mysql://", "mariadb://", "mariadb://",
							"mysql://").Replace(endpointURL(e.from, e.reader, e.readerPassword))}},
				{name: "failed RDB_ROLE DEST", object: "read_only", to: []string{"SET GLOBAL read_only = ON"}},
				{name: "failed RDB_TABLE_EXIST SOURCE", object: "shop.gone", flags: []string{"--objects", "shop.gone"},
					fixFrom: []string{"CREATE TABLE shop.gone (id INT PRIMARY KEY)"}},
				{name: "failed RDB_READ_PRIVILEGE SOURCE", object: "shop.seen",
					from: []string{"CREATE VIEW shop.seen AS SELECT id FROM shop.orders"}},
				{name: "failed RDB_LOG_PRIVILEGE SOURCE", object: e.reader + "@%",
					from: []string{"REVOKE REPLICATION SLAVE ON *.* FROM %s"}},
				{name: "failed RDB_WRITE_PRIVILEGE DEST", object: "shop",
					to: []string{"REVOKE UPDATE ON shop.* FROM %s"}},
				{name: "failed MYSQL_BINLOG_FORMAT SOURCE", object: "binlog_format",
					from: []string{"SET GLOBAL binlog_format = 'MIXED'"}},
				{name: "failed MYSQL_BINLOG_ROW_IMAGE SOURCE", object: "binlog_row_image",
					from: []string{"SET GLOBAL binlog_row_image = 'MINIMAL'"}},
				{name: "warned MYSQL_SERVER_ID SOURCE", object: "server_id",
					from:    []string{"SET GLOBAL server_id = 12"},
					fixFrom: []string{"SET GLOBAL server_id = 11"}},
				{name: "failed RDB_PRIMARY_KEY SOURCE", object: "shop.bare",
					from: []string{"CREATE TABLE shop.bare (a INT)"}},
				{name: "warned MYSQL_STORAGE_ENGINE SOURCE", object: "shop.old",
					from: []string{"CREATE TABLE shop.old (id INT PRIMARY KEY) ENGINE = MyISAM"}},
				{name: "failed RDB_CHARSET SOURCE", object: "shop.words",
					from: []string{
						"CREATE TABLE shop.words (w VARCHAR(20) PRIMARY KEY) CHARACTER SET utf8mb4 COLLATE " +
							foreign}},
				{name: "failed RDB_TABLE_CONFLICT DEST", object: "shop.orders",
					to: []string{"CREATE TABLE shop.orders (id INT PRIMARY KEY)",
						"INSERT INTO shop.orders VALUES (1)"},
					fixTo: []string{"DROP TABLE shop.orders"}},
			} {
				e.check(t, d)
			}
		})
	}
}

func (e *endpoints) check(t *testing.T, d defect) {
	t.Helper()
	execute := func(s *dbtest.Server, statements []string) {
		t.Helper()
		account := "'" + map[*dbtest.Server]string{e.from: e.reader, e.to: e.writer}[s] + "'@'%'"
		for _, statement := range statements {
			s.Exec(t, strings.ReplaceAll(statement, "%s", account))
		}
	}
	execute(e.from, d.from)
	execute(e.to, d.to)
	found, fix, status := e.run(t, d.flags...)
	want := []string{strings.TrimSpace(d.name + " " + d.object)}
	if d.also != "" {
		want = append(want, d.also)
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("(-planted +found):\n%s", diff)
	}
	if want := map[bool]int{true: exitFailed, false: exitPassed}[strings.HasPrefix(d.name, "failed")]; status != want {
		t.Errorf("%s: exit status %d, want %d", d.name, status, want)
	}
	execute(e.from, slices.Concat(fix[e.from], d.fixFrom))
	execute(e.to, slices.Concat(fix[e.to], d.fixTo))
	if strings.Contains(d.name, "RDB_VERSION") { // its remedy is the task's
		d.flags = nil
	}
	if found, _, status := e.run(t, d.flags...); len(found) > 0 || status != exitPassed {
		t.Errorf("%s: fixed, the status is still %d: %q", d.name, status, found)
	}
	if d.after != "" {
		e.to.Exec(t, d.after)
	}
}
