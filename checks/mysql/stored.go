package mysql

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// stored is an object of the source that runs as its definer.
type stored struct {
	kind string // VIEW, TRIGGER, EVENT, PROCEDURE, FUNCTION, …
	datasource.TableName
	definer  string
	readable bool // the account may see what it does
	routine  *datasource.Routine
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
			all = append(all, stored{"VIEW", v.TableName, v.Definer, v.Definition != "", nil})
		}
	}
	triggers, err := source.Triggers(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range triggers {
		if len(mapping.FromSource(t.Table)) > 0 {
			all = append(all, stored{"TRIGGER", t.TableName, t.Definer, true, nil})
		}
	}
	open := mapping.OpenSchemas()
	events, err := source.Events(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if open[e.Schema] {
			all = append(all, stored{"EVENT", e.TableName, e.Definer, true, nil})
		}
	}
	routines, err := source.Routines(ctx)
	if err != nil {
		return nil, err
	}
	for i, r := range routines {
		if open[r.Schema] {
			all = append(all, stored{r.Kind, r.TableName, r.Definer, r.Definition != "", &routines[i]})
		}
	}
	return all, nil
}
