package rehearsal_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/rehearsal"
)

// Test that the schema of an application still migrates: each object is created on a disposable server with the
// settings of the destination.
func Example() {
	task := engine.Task{
		Name:   "shop",
		Phases: checks.Schema,
		Source: engine.Endpoint{Endpoint: datasource.Endpoint{Type: datasource.MySQL, Host: "db1", User: "reader",
			Password: datasource.NewSecret("…")}},
		Destination: engine.Endpoint{Snapshot: "dest.snapshot"}, // written by precheck capture --side dest
		Objects:     checks.Selection{Mode: checks.Specific, Databases: []checks.SelectedDatabase{{Name: "shop"}}},
		Settings:    checks.Settings{Routines: true},
	}
	r, err := rehearsal.Run(context.Background(), task, rehearsal.Options{On: rehearsal.Container})
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range r.Objects {
		switch o.Outcome {
		case rehearsal.Refused:
			fmt.Println(o, "is refused:", o.Err, o.Verdict)
		case rehearsal.Altered:
			fmt.Println(o, "differs:", o.Differences)
		}
	}
}
