package privilege

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// storedObject is an object of the source that runs as its definer.
type storedObject struct {
	kind string // VIEW, TRIGGER, EVENT, PROCEDURE, FUNCTION, …
	datasource.TableName
	definer  string // empty if it is hidden
	readable bool   // the account can read its definition
	routine  *datasource.Routine
	table    datasource.TableName // of a trigger
}

// storedObjects returns the views of a task, the triggers of its tables, and the routines and events of the schemas
// that the task includes as a whole or by a pattern.
func storedObjects(
	ctx context.Context, source *datasource.Facts, mapping *checks.Mapping,
) ([]storedObject, error) {
	var all []storedObject
	views, err := datasource.FactViews.Of(ctx, source)
	if err != nil {
		return nil, err
	}
	for _, v := range views {
		if len(mapping.FromSource(v.TableName)) > 0 {
			all = append(all, storedObject{kind: "VIEW", TableName: v.TableName,
				definer: v.Definer, readable: v.Definition != ""})
		}
	}
	triggers, err := datasource.FactTriggers.Of(ctx, source)
	if err != nil {
		return nil, err
	}
	for _, t := range triggers {
		if len(mapping.FromSource(t.Table)) > 0 {
			all = append(all, storedObject{kind: "TRIGGER", TableName: t.TableName,
				definer: t.Definer, readable: t.Statement != "", table: t.Table})
		}
	}
	whole := mapping.WholeSchemas()
	events, err := datasource.FactEvents.Of(ctx, source)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if whole[e.Schema] {
			all = append(all, storedObject{kind: "EVENT", TableName: e.TableName, definer: e.Definer, readable: true})
		}
	}
	routines, err := datasource.FactRoutines.Of(ctx, source)
	if err != nil {
		return nil, err
	}
	for i, r := range routines {
		if whole[r.Schema] {
			all = append(all, storedObject{kind: r.Kind, TableName: r.TableName,
				definer: r.Definer, readable: r.Definition != "", routine: &routines[i]})
		}
	}
	return all, nil
}
