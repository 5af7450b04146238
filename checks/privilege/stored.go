package privilege

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// stored is an object of the source that runs as its definer.
type stored struct {
	kind string // VIEW, TRIGGER, EVENT, PROCEDURE, FUNCTION, …
	datasource.TableName
	definer  string // empty where it is hidden
	readable bool   // the account may see what it does
	routine  *datasource.Routine
	table    datasource.TableName // of a trigger
}

// storedObjects gives the views and the tables' triggers of a task, and the routines and events of
// the schemas of which it takes more than it names.
func storedObjects(ctx context.Context, source *datasource.Facts, mapping *checks.Mapping) ([]stored, error) {
	var all []stored
	views, err := source.Views(ctx)
	if err != nil {
		return nil, err
	}
	for _, v := range views {
		if len(mapping.FromSource(v.TableName)) > 0 {
			all = append(all, stored{kind: "VIEW", TableName: v.TableName, definer: v.Definer, readable: v.Definition != ""})
		}
	}
	triggers, err := source.Triggers(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range triggers {
		if len(mapping.FromSource(t.Table)) > 0 {
			all = append(all, stored{kind: "TRIGGER", TableName: t.TableName, definer: t.Definer, readable: t.Statement != "", table: t.Table})
		}
	}
	open := mapping.WholeSchemas()
	events, err := source.Events(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if open[e.Schema] {
			all = append(all, stored{kind: "EVENT", TableName: e.TableName, definer: e.Definer, readable: true})
		}
	}
	routines, err := source.Routines(ctx)
	if err != nil {
		return nil, err
	}
	for i, r := range routines {
		if open[r.Schema] {
			all = append(all, stored{kind: r.Kind, TableName: r.TableName, definer: r.Definer, readable: r.Definition != "", routine: &routines[i]})
		}
	}
	return all, nil
}
