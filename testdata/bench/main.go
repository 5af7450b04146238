// Command bench compares the time of a precheck with that of a bare client that reads the same catalogs once, on given
// servers. It makes a schema of empty tables on both, runs the two in turn, and prints a row of a Markdown table:
//
//	go run ./testdata/bench -source 'root:pw@tcp(127.0.0.1:3306)/' -dest 'root:pw@tcp(127.0.0.1:3307)/' -tables 10000
//
// With -present the tables exist on the destination, too. With -rtt each packet of either server arrives that much
// later. With -judge, the bare client also reads what it takes to judge whether rows can be loaded. With -of only so
// many of the tables are in the task, and with -tasks so many prechecks run at once. With -rich each table has more
// than columns. The schema is dropped at the end unless -keep is set; one that exists is used as it is.
package main

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"golang.org/x/sync/errgroup"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

// catalog is what the bare client reads: the least that a check of tables reads.
var catalog = []string{
	"SHOW GLOBAL VARIABLES",
	"SELECT table_schema, table_name, table_type, engine, table_collation, table_comment " +
		"FROM information_schema.TABLES WHERE table_schema = '%s'",
	"SELECT table_schema, table_name, column_name, ordinal_position, column_default, is_nullable, data_type, " +
		"column_type, character_maximum_length, numeric_precision, numeric_scale, datetime_precision, " +
		"character_set_name, collation_name, extra, column_comment FROM information_schema.COLUMNS " +
		"WHERE table_schema = '%s'",
	"SELECT table_schema, table_name, index_name, non_unique, seq_in_index, column_name, nullable, sub_part " +
		"FROM information_schema.STATISTICS WHERE table_schema = '%s'",
	"SELECT trigger_schema, trigger_name, event_object_table, event_manipulation, action_timing, " +
		"action_statement FROM information_schema.TRIGGERS WHERE event_object_schema = '%s'",
	"SHOW GRANTS",
}

// checkConstraints opens every table of MariaDB, for which there is no other way.
const checkConstraints = "SELECT constraint_schema, constraint_name, check_clause FROM " +
	"information_schema.CHECK_CONSTRAINTS WHERE constraint_schema = '%s'"

type options struct {
	source, dest                    string
	tables, columns, parts, of      int
	present, keep, rich, log, judge bool
	rtt                             time.Duration
	runs, tasks                     int
}

func main() {
	var o options
	flag.StringVar(&o.source, "source", "", "DSN of the source, with an account that may create schemas")
	flag.StringVar(&o.dest, "dest", "", "DSN of the destination (default: that of the source)")
	flag.IntVar(&o.tables, "tables", 1000, "number of tables")
	flag.IntVar(&o.columns, "columns", 10, "number of columns of each")
	flag.IntVar(&o.parts, "partitions", 0, "number of partitions of each")
	flag.IntVar(&o.of, "of", 0, "number of tables in the task (default: all)")
	flag.BoolVar(&o.present, "present", false, "the tables exist on the destination")
	flag.BoolVar(&o.keep, "keep", false, "keep the schemas")
	flag.BoolVar(&o.rich, "rich", false, "each table has a foreign key, a CHECK, a FULLTEXT index, and a trigger, too")
	flag.BoolVar(&o.log, "log", false, "log the statements of the last run to standard error")
	flag.BoolVar(&o.judge, "judge", false, "the bare client also reads CHECK constraints and looks for rows in the "+
		"tables of the destination")
	flag.DurationVar(&o.rtt, "rtt", 0, "round-trip time that is added")
	flag.IntVar(&o.runs, "runs", 3, "number of runs")
	flag.IntVar(&o.tasks, "tasks", 1, "number of prechecks that start at once")
	flag.Parse()
	debug.SetGCPercent(50) // as the program has it
	o.dest = cmp.Or(o.dest, o.source)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := bench(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context, o options) (err error) {
	var ends [2]*end
	for i, dsn := range []string{o.source, o.dest} {
		if ends[i], err = newEnd(ctx, dsn, o.rtt); err != nil {
			return err
		}
		defer ends[i].close()
	}
	source, dest := ends[0], ends[1]
	schema := fmt.Sprintf("precheck_bench_%d_%d_%d", o.tables, o.columns, o.parts)
	if o.rich {
		schema += "_rich"
	}
	target := schema
	if !o.present {
		target += "_empty"
	} else if o.source == o.dest {
		target += "_copy"
	}
	for _, made := range []struct {
		*end
		schema string
		tables int
	}{{source, schema, o.tables}, {dest, target, map[bool]int{true: o.tables}[o.present]}} {
		created, err := made.create(ctx, made.schema, made.tables, o)
		if created && !o.keep {
			defer func() { err = cmp.Or(err, made.exec(context.WithoutCancel(ctx), "DROP DATABASE "+made.schema)) }()
		}
		if err != nil {
			return err
		}
	}
	task := engine.Task{Name: "bench", Phases: checks.Schema | checks.Full,
		Source: engine.At(source.endpoint), Destination: engine.At(dest.endpoint),
		Objects: checks.Selection{Databases: []checks.SelectedDatabase{{Name: schema, MappedName: target}}}}
	for i := range o.of {
		task.Objects.Databases[0].Tables = append(task.Objects.Databases[0].Tables,
			checks.SelectedTable{Name: tableName(i)})
	}
	var logged bytes.Buffer
	e, err := engine.New(engine.WithLogger(slog.New(slog.NewTextHandler(&logged,
		&slog.HandlerOptions{Level: slog.LevelDebug}))))
	if err != nil {
		return err
	}
	var bare, whole []time.Duration
	var report *engine.Report
	var opened [2][]int
	for range o.runs {
		took, tables, err := source.measure(ctx, func() error { return read(ctx, source, dest, schema, target, o) })
		if err != nil {
			return err
		}
		bare, opened[0] = append(bare, took), append(opened[0], tables)
		logged.Reset()
		took, tables, err = source.measure(ctx, func() (err error) {
			report, err = runAll(ctx, e, task, o.tasks)
			return err
		})
		if err != nil {
			return err
		}
		whole, opened[1] = append(whole, took), append(opened[1], tables)
	}
	unknown, findings, statements := 0, 0, 0
	for _, r := range report.Results {
		findings += len(r.Findings)
		if r.Outcome == engine.Unknown {
			unknown++
			fmt.Fprintf(os.Stderr, "%s could not be checked: %v\n", r.Item.Name(), r.Err)
		}
	}
	for _, u := range report.Usage {
		for _, n := range u.Statements {
			statements += n
		}
	}
	if o.log {
		_, _ = logged.WriteTo(os.Stderr)
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	fmt.Println("| source → destination | tables | RTT | destination | bare client | precheck | ratio | " +
		"tables opened on the source | statements | not checked | memory |\n" + strings.Repeat("|---", 11) + "|")
	fmt.Printf("| %s → %s | %s | %s | %s | %.2f s | %.2f s | %.1f | %d, %d | %d | %d of %d | %d MB |\n",
		source.version, dest.version, o.describe(), o.rtt,
		map[bool]string{true: "present", false: "empty"}[o.present],
		median(bare).Seconds(), median(whole).Seconds(), median(whole).Seconds()/median(bare).Seconds(),
		median(opened[0]), median(opened[1]), statements, unknown, len(report.Results), memory.Sys>>20)
	return nil
}

// runAll runs a task so many times at once, and returns the last report.
func runAll(ctx context.Context, e *engine.Engine, task engine.Task, times int) (*engine.Report, error) {
	reports := make([]*engine.Report, times)
	group, ctx := errgroup.WithContext(ctx)
	for i := range reports {
		group.Go(func() (err error) {
			reports[i], err = e.Run(ctx, task)
			return err
		})
	}
	err := group.Wait()
	return reports[times-1], err
}

func (o options) describe() string {
	text := strconv.Itoa(o.tables)
	if o.of > 0 {
		text = fmt.Sprintf("%d of %s", o.of, text)
	}
	if o.parts > 0 {
		text += fmt.Sprintf(" × %d partitions", o.parts)
	}
	if o.rich {
		text += ", rich"
	}
	if o.tasks > 1 {
		text += fmt.Sprintf(", %d tasks", o.tasks)
	}
	return text
}

// read is the bare client: it reads both catalogs at once, each over one connection.
func read(ctx context.Context, source, dest *end, schema, target string, o options) error {
	queries := map[*end][]string{source: of(catalog, schema), dest: of(catalog, target)}
	if o.judge {
		queries[source] = append(queries[source], of([]string{checkConstraints}, schema)...)
		queries[dest] = append(queries[dest], of([]string{checkConstraints}, target)...)
		for start := 0; o.present && start < o.tables; start += 100 {
			looks := make([]string, 0, 100)
			for i := start; i < min(start+100, o.tables); i++ {
				looks = append(looks, fmt.Sprintf("SELECT %d FROM DUAL WHERE EXISTS (SELECT 1 FROM %s.%s)", i, target,
					tableName(i)))
			}
			queries[dest] = append(queries[dest], strings.Join(looks, " UNION ALL "))
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	for at, list := range queries {
		group.Go(func() error { return at.readAll(ctx, list) })
	}
	return group.Wait()
}

// of returns queries of a schema.
func of(queries []string, schema string) []string {
	list := make([]string, len(queries))
	for i, query := range queries {
		list[i] = strings.ReplaceAll(query, "%s", schema)
	}
	return list
}

// end is a server.
type end struct {
	db       *sql.DB // direct
	proxy    *proxy
	delayed  string // DSN through the proxy
	endpoint datasource.Endpoint
	version  string
}

func newEnd(ctx context.Context, dsn string, rtt time.Duration) (*end, error) {
	config, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, err
	}
	config.MultiStatements = true
	e := &end{}
	if e.db, err = sql.Open("mysql", config.FormatDSN()); err != nil {
		return nil, err
	}
	if err := e.db.QueryRowContext(ctx, "SELECT VERSION()").Scan(&e.version); err != nil {
		return nil, err
	}
	if e.proxy, err = listen(config.Addr, rtt); err != nil {
		return nil, err
	}
	address := e.proxy.listener.Addr().(*net.TCPAddr)
	config.Addr = address.String()
	e.delayed = config.FormatDSN()
	e.endpoint = datasource.Endpoint{Type: datasource.MySQL, Host: address.IP.String(), Port: address.Port,
		User: config.User, Password: datasource.NewSecret(config.Passwd)}
	if strings.Contains(e.version, "MariaDB") {
		e.endpoint.Type = datasource.MariaDB
	}
	return e, nil
}

// readAll runs queries one after another, and reads each of their rows.
func (e *end) readAll(ctx context.Context, queries []string) error {
	db, err := sql.Open("mysql", e.delayed)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	for _, query := range queries {
		rows, err := db.QueryContext(ctx, query)
		if err != nil {
			return err
		}
		columns, err := rows.Columns()
		cells, into := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		for err == nil && rows.Next() {
			err = rows.Scan(into...)
		}
		if err = cmp.Or(err, rows.Err()); err != nil {
			return err
		}
		_ = rows.Close()
	}
	return nil
}

func (e *end) close() {
	e.proxy.close()
	_ = e.db.Close()
}

func (e *end) exec(ctx context.Context, statement string) error {
	_, err := e.db.ExecContext(ctx, statement)
	return err
}

// measure returns how long work takes, and how many tables the server opens.
func (e *end) measure(ctx context.Context, work func() error) (time.Duration, int, error) {
	before, err := e.opened(ctx)
	if err != nil {
		return 0, 0, err
	}
	started := time.Now()
	err = work()
	took := time.Since(started)
	after, counted := e.opened(ctx)
	return took, after - before, cmp.Or(err, counted)
}

func (e *end) opened(ctx context.Context) (n int, err error) {
	var name string
	return n, e.db.QueryRowContext(ctx, "SHOW GLOBAL STATUS LIKE 'Opened_tables'").Scan(&name, &n)
}

func tableName(i int) string { return fmt.Sprintf("t%06d", i) }

// create makes a schema with tables, and reports whether it did. One that exists is left alone.
func (e *end) create(ctx context.Context, schema string, tables int, o options) (bool, error) {
	var exists int
	err := e.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE schema_name = ?",
		schema).Scan(&exists)
	if err != nil || exists > 0 {
		return false, err
	}
	if err := e.exec(ctx, "CREATE DATABASE "+schema); err != nil {
		return false, err
	}
	rest := " (id INT NOT NULL PRIMARY KEY"
	for i := 1; i < o.columns; i++ {
		rest += fmt.Sprintf(", c%d %s", i, []string{"INT", "VARCHAR(40)", "DATETIME", "DECIMAL(10, 2)"}[i%4])
	}
	if o.columns > 1 {
		rest += ", KEY (c1)"
	}
	trigger := ""
	if o.rich {
		rest += ", words TEXT, parent INT, FOREIGN KEY (parent) REFERENCES %[3]s (id), CHECK (id > 0), " +
			"FULLTEXT (words)"
		trigger = "CREATE TRIGGER %[1]s.r%[2]s BEFORE INSERT ON %[1]s.%[2]s FOR EACH ROW SET NEW.words = 'new';"
	}
	rest += ") ENGINE = InnoDB"
	if o.parts > 0 {
		rest += fmt.Sprintf(" PARTITION BY HASH (id) PARTITIONS %d", o.parts)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for start := 0; start < tables; start += 100 {
		group.Go(func() error {
			var statements strings.Builder
			statements.WriteString("SET foreign_key_checks = 0;") // the parent may be made later
			for i := start; i < min(start+100, tables); i++ {
				fmt.Fprintf(&statements, "CREATE TABLE %[1]s.%[2]s"+rest+";"+trigger, schema, tableName(i),
					tableName(i/10))
			}
			return e.exec(ctx, statements.String())
		})
	}
	return true, group.Wait()
}

func median[T cmp.Ordered](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}
