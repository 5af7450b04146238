package engine

import (
	"context"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/internal/fields"
	"github.com/dbprecheck/precheck/engine/internal/files"
	"github.com/dbprecheck/precheck/engine/internal/owncheck"
)

// LoadChecks reads own checks from a file, for WithChecks; see ParseChecks.
func LoadChecks(ctx context.Context, path string) ([]*checks.Check, error) {
	data, err := files.Read(ctx, path, files.MaxTask)
	if err != nil {
		return nil, TaskErrors{{File: path, Text: files.Reason(err)}}
	}
	return ParseChecks(path, data)
}

// ParseChecks reads own checks: queries that return the objects with a problem. They are in the list checks of a YAML
// or JSON file, which may be a task file. LoadTask reads those of a task file, too, as Task.Checks. Errors show name.
// The error is a TaskErrors that lists the errors with their lines.
func ParseChecks(name string, data []byte) ([]*checks.Check, error) {
	file, err := fields.New(name, data, fields.Options{})
	if err != nil {
		return nil, err
	}
	var all []*checks.Check
	known := fields.Fields{}
	for name := range (&taskFile{File: file}).fields(&Task{}) {
		known[name] = func(*yaml.Node, string) {}
	}
	known["checks"] = func(n *yaml.Node, path string) { all = owncheck.Read(file, n, path) }
	file.Object(file.Root, "", known)
	if len(file.Errs) == 0 && all == nil {
		file.Fail(file.Root, "checks", message.New("engine.field.required"))
	}
	if err := file.Sorted(); err != nil {
		return nil, err
	}
	return all, nil
}

// with returns the engine with the own checks of a task.
func (e *Engine) with(own []*checks.Check) (*Engine, error) {
	var added []*checks.Check
	for _, c := range own {
		switch known := e.CheckNamed(c.Type); {
		case known == c:
		case slices.Contains(e.order, known):
			return nil, message.Err("engine.own.missing", "type", c.Type)
		default:
			added = append(added, c)
		}
	}
	if added == nil {
		return e, nil
	}
	extended := *e
	catalogue := slices.Concat(e.order, added)
	if err := checks.Validate(catalogue); err != nil {
		return nil, err
	}
	extended.order = inOrder(catalogue)
	var err error
	extended.chosen, err = withRequired(extended.order, e.only)
	return &extended, err
}

// of returns the engine with the own checks of a task. It is the engine itself if they cannot be added, which Run
// reports.
func (e *Engine) of(t Task) *Engine {
	extended, err := e.with(t.Checks)
	if err != nil {
		return e
	}
	return extended
}
