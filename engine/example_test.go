package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/snapshot"
)

// exampleTask migrates the database shop. In the examples, openShop returns its facts from memory.
// Without engine.WithOpener, the engine reads them from the databases.
var exampleTask = engine.Task{
	Name:   "shop-to-ob",
	Phases: checks.Schema | checks.Full,
	Source: engine.At(datasource.Endpoint{Type: datasource.MySQL, Host: "db1", User: "precheck",
		Password: datasource.NewSecret("…")}),
	Destination: engine.At(datasource.Endpoint{Type: datasource.MySQL, Host: "db2", User: "precheck",
		Password: datasource.NewSecret("…")}),
	Objects: checks.Selection{Mode: checks.Specific, Databases: []checks.SelectedDatabase{{Name: "shop"}}},
}

// openShop returns the facts of a source with a table without a key.
func openShop(datasource.Endpoint, datasource.Scope) (datasource.Reader, error) {
	facts := shop()
	facts[datasource.FactIndexes] = datasource.GroupByTable(datasource.RowsOf[datasource.Index]{
		Table: datasource.TableName{Schema: "shop", Name: "a"},
		Rows:  []datasource.Index{{Name: "PRIMARY", Primary: true, Unique: true}},
	})
	facts[datasource.FactColumns] = datasource.TableRows[datasource.Column]{}
	facts[datasource.FactVariables] = datasource.Variables{}
	return facts, nil
}

// Run a task and read its findings.
func Example() {
	e, err := engine.New(engine.WithOnly("RDB_PRIMARY_KEY"), engine.WithOpener(openShop))
	if err != nil {
		log.Fatal(err)
	}
	report, err := e.Run(context.Background(), exampleTask)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.Verdict(false), report.Status(false))
	for _, res := range report.Results {
		for _, f := range res.Findings {
			fmt.Println(res.Item.Check.Type, f.Level, f.Object)
		}
	}
	// Output:
	// passed FINISHED
	// RDB_PRIMARY_KEY warning shop.b
}

// printer is an engine.Observer.
type printer struct{}

func (printer) Planned(_ context.Context, t engine.Task, p engine.Plan) {
	fmt.Printf("%s: %d items\n", t.Name, len(p.Items))
}

func (printer) Started(context.Context, string, engine.Item) {}

func (printer) Finished(_ context.Context, _ string, res engine.Result, done, all int) {
	fmt.Printf("%d/%d %s\n", done, all, res.Outcome)
}

// Observe the progress of a run.
func ExampleWithObserver() {
	e, err := engine.New(engine.WithOnly("RDB_CONNECT"), engine.WithObserver(printer{}), engine.WithOpener(openShop))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := e.Run(context.Background(), exampleTask); err != nil {
		log.Fatal(err)
	}
	// Output:
	// shop-to-ob: 2 items
	// 1/2 passed
	// 2/2 passed
}

// Add your own check. Its type has its own prefix, and its texts are in a page.
func ExampleWithChecks() {
	owned := &checks.Check{
		Type: "ACME_TABLE_PREFIX",
		Page: checks.ParsePage(`# ACME_TABLE_PREFIX: Table prefix check

Each table's name begins with the name of the team that owns it.

## Why it matters

Nobody else answers for it on the day of the migration.

## How it is decided

The names are read.

## Privileges

Any right on the table.

## Remedy

Rename the table.

## Findings

### no_owner

Table {object} has no owner.

Remedy: Rename it.
`),
		Level:    checks.Warn,
		Sides:    []checks.Side{checks.Source},
		Phases:   checks.AllPhases,
		Requires: []string{"RDB_CONNECT"},
		Reads:    checks.Reads{Mapping: true},
		Run: func(ctx context.Context, p *checks.Pass) error {
			mapping, err := p.Mapping(ctx)
			if err != nil {
				return err // it could not be checked
			}
			for _, pair := range mapping.BaseTables() {
				if pair.Source.Name[0] != 'a' {
					p.Report(checks.Finding{Rule: "no_owner", Level: checks.Warn,
						Object: checks.TableObject(pair.Source)})
				}
			}
			return nil
		},
	}
	e, err := engine.New(engine.WithChecks(owned), engine.WithOnly(owned.Type), engine.WithOpener(openShop))
	if err != nil {
		log.Fatal(err)
	}
	report, err := e.Run(context.Background(), exampleTask)
	if err != nil {
		log.Fatal(err)
	}
	res := report.Results[len(report.Results)-1]
	fmt.Println(res.Outcome, res.Message(20))
	// Output: warned Table shop.b has no owner. Remedy: Rename it.
}

// Select checks, and print why a check does not apply.
func ExampleWithOnly() {
	e, err := engine.New(engine.WithOnly("RDB_TABLE_EXIST", "MYSQL_BINLOG_FORMAT"))
	if err != nil {
		log.Fatal(err)
	}
	plan := e.Plan(exampleTask)
	for _, i := range plan.Items {
		fmt.Println(i.Name())
	}
	for _, l := range plan.Excluded {
		if l.Check.Type == "MYSQL_BINLOG_FORMAT" {
			fmt.Println(l.Check.Type, "does not apply:", l.Reason)
		}
	}
	// Output:
	// Source-Primary database-Database connectivity check
	// Destination-Primary database-Database connectivity check
	// Source-Primary database-Object existence check
	// Destination-Primary database-Object existence check
	// MYSQL_BINLOG_FORMAT does not apply: belongs to the phases INCREMENTAL, REVERSE; the task has SCHEMA, FULL
}

// Capture the source where it can be reached, write the snapshot, and run the task from it elsewhere.
func ExampleEngine_Capture() {
	e, err := engine.New(engine.WithOnly("RDB_PRIMARY_KEY"), engine.WithOpener(openShop))
	if err != nil {
		log.Fatal(err)
	}
	captured, err := e.Capture(context.Background(), exampleTask, checks.Source)
	if err != nil {
		log.Fatal(err)
	}
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "source.snapshot")
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		log.Fatal(err)
	}
	if err := errors.Join(snapshot.Write(file, captured.Snapshot), file.Close()); err != nil {
		log.Fatal(err)
	}

	task := exampleTask
	if task.Source, err = engine.SnapshotEndpoint(path); err != nil {
		log.Fatal(err)
	}
	report, err := e.Run(context.Background(), task)
	if err != nil {
		log.Fatal(err)
	}
	for _, res := range report.Results {
		fmt.Println(res.Item.Check.Type, res.Item.Side, res.Outcome)
	}
	// Output:
	// RDB_CONNECT SOURCE unknown
	// RDB_CONNECT DEST passed
	// RDB_PRIMARY_KEY SOURCE warned
}
