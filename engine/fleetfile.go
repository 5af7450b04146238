package engine

import (
	"bytes"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/internal/fields"
	"github.com/dbprecheck/precheck/engine/internal/files"
)

// FleetTask is a task of a fleet file.
type FleetTask struct {
	Task
	SourceID      string // of the data source of a server that is the source; empty: Task.Source
	DestinationID string // of the data source of a server that is the destination; empty: Task.Destination
	Line          int    // in the file
}

// FindDataSource returns the ID and the type of the data source of a server with a name or an ID.
type FindDataSource func(name string) (id string, t datasource.Type, err error)

// serverSides are the IDs of data sources of a server, by side.
type serverSides map[checks.Side]string

// LoadFleet reads a fleet file; see ParseFleet.
func LoadFleet(path string, find FindDataSource, o FileOptions) ([]FleetTask, []string, error) {
	data, err := files.Read(o.context(), path, files.MaxTask)
	if err != nil {
		return nil, nil, TaskErrors{{File: path, Text: files.Reason(err)}}
	}
	return ParseFleet(path, data, find, o)
}

// ReadFleet reads a fleet file from a stream; see ParseFleet.
func ReadFleet(name string, from io.Reader, find FindDataSource, o FileOptions) ([]FleetTask, []string, error) {
	data, err := files.ReadFrom(o.context(), from, files.MaxTask)
	if err != nil {
		return nil, nil, TaskErrors{{File: name, Text: files.Reason(err)}}
	}
	return ParseFleet(name, data, find, o)
}

// ParseFleet reads many tasks from one file, which are submitted to a server. In YAML or JSON, they are the list tasks;
// a task has the fields of defaults that it does not have itself. In CSV, each record is a task, and the columns are
// fields, such as source.host. An endpoint is that of a task file, or the name or ID of a data source of the server as
// its field dataSource. The error is a TaskErrors with the errors of all tasks, up to 100 of them.
func ParseFleet(name string, data []byte, find FindDataSource, o FileOptions) (tasks []FleetTask, warnings []string,
	err error) {
	f := fleetFile{options: o, find: find, lines: map[string]int{}, seen: map[string]bool{}}
	read := f.readYAML
	if isCSV(name, data) {
		read = f.readCSV
	}
	of := fields.Options{Context: o.context(), Prompt: o.Prompt, NoPasswords: o.NoPasswords, Hidden: ofEndpoint}
	if err := read(name, data, of); err != nil {
		return nil, nil, err
	}
	if len(f.Errs) == 0 && len(f.tasks) == 0 {
		f.Fail(f.Root, "", message.New("engine.fleet.empty"))
	}
	lang := ""
	if len(f.tasks) > 0 {
		lang = f.tasks[0].Lang
	}
	return f.tasks, f.Warnings.In(lang), f.Sorted()
}

// ofEndpoint reports whether a field may be a password in the wrong place.
func ofEndpoint(path string) bool {
	return strings.HasPrefix(path, "source.") || strings.HasPrefix(path, "destination.")
}

// fleetFile reads a fleet file.
type fleetFile struct {
	*fields.File
	options  FileOptions
	find     FindDataSource
	tasks    []FleetTask
	defaults *yaml.Node
	lines    map[string]int  // of the tasks, by name
	seen     map[string]bool // errors and warnings of defaults, which all tasks have
}

func (f *fleetFile) readYAML(name string, data []byte, o fields.Options) (err error) {
	if f.File, err = fields.New(name, data, o); err != nil {
		return err
	}
	var tasks *yaml.Node
	f.Object(f.Root, "", fields.Fields{
		"defaults": func(n *yaml.Node, path string) {
			if f.defaults = n; n.Kind != yaml.MappingNode {
				f.Object(n, path, (&taskFile{File: f.File}).fields(&Task{}))
			}
		},
		"tasks": func(n *yaml.Node, _ string) { tasks = n },
	})
	if tasks != nil {
		f.List(tasks, "tasks", f.task)
	}
	return nil
}

// fleetColumns are the columns of a CSV file that are not one text.
var fleetColumns = fields.Columns{Lists: []string{"phases", "objects.include", "objects.exclude"},
	YAML: []string{"objects.databases", "skip", "skippableFlags"}}

func (f *fleetFile) readCSV(name string, data []byte, o fields.Options) (err error) {
	var header *yaml.Node
	if f.File, header, err = fields.NewCSV(name, data, o, fleetColumns); err != nil {
		return err
	}
	if header == nil {
		return nil
	}
	columns := taskFile{File: f.Part(header, ""), find: f.find}
	wrong := false
	columns.Object(header, "", columns.fields(&Task{}))
	for _, e := range columns.Errs {
		if e.Text.Key == "engine.field.unknown" || e.Text.Key == "engine.field.duplicate" {
			f.Errs.Add(e)
			wrong = true
		}
	}
	if wrong { // in each record
		return nil
	}
	for _, n := range f.Root.Content {
		f.task(n, "")
	}
	return nil
}

// task reads one task.
func (f *fleetFile) task(n *yaml.Node, path string) {
	merged := fields.Merge(f.defaults, n, "", replaces)
	of := taskFile{File: f.Part(merged, path), find: f.find, ids: serverSides{}}
	t := f.options.read(&of)
	for _, e := range of.Errs {
		if e, first := f.placed(e, n, path); first {
			f.Errs.Add(e)
		}
	}
	for _, w := range of.Warnings {
		if w, first := f.placed(w, n, path); first {
			f.Warnings = append(f.Warnings, w)
		}
	}
	if at, has := f.lines[t.Name]; has && t.Name != "" {
		f.Errs.Add(FieldError{File: f.Name(), Line: of.Line("name"), Path: joined(path, "name"),
			Text: message.New("engine.fleet.duplicate", "name", strconv.Quote(t.Name), "line", at)})
	} else {
		f.lines[t.Name] = of.Line("name")
	}
	f.tasks = append(f.tasks, FleetTask{Task: t.inLanguage(), SourceID: of.ids[checks.Source],
		DestinationID: of.ids[checks.Dest], Line: n.Line})
}

// placed returns an error of a task with its path in the file. It reports whether it is new: one of defaults is the
// same for all tasks.
func (f *fleetFile) placed(e FieldError, n *yaml.Node, path string) (_ FieldError, first bool) {
	if f.defaults != nil {
		from, to := fields.Lines(f.defaults)
		begin, end := fields.Lines(n)
		if from <= e.Line && e.Line <= to && (e.Line < begin || e.Line > end) {
			e.Path = joined("defaults", e.Path)
			text := e.Error()
			first, f.seen[text] = !f.seen[text], true
			return e, first
		}
	}
	e.Path = joined(path, e.Path)
	return e, true
}

func joined(path, name string) string { return strings.Trim(path+"."+name, ".") }

// replaces reports whether a mapping of a task replaces the one of defaults, because fields of both contradict
// each other.
func replaces(path string, defaults, n *yaml.Node) bool {
	switch path[strings.LastIndexByte(path, '.')+1:] {
	case "password", "host", "user":
		return true
	case "source", "destination":
		for _, whole := range []string{"dataSource", "snapshot", "dump"} {
			if fields.Has(defaults, whole) || fields.Has(n, whole) {
				return true
			}
		}
	}
	return false
}

// dataSource reads the name or the ID of a data source.
func (f *taskFile) dataSource(n *yaml.Node, path string, side checks.Side, e *Endpoint) {
	name := f.Text(n, path)
	if name == "" {
		return
	}
	id, t, err := f.find(name)
	if err != nil {
		f.Fail(n, path, message.Of(err))
		id = name // so that no other field is required
	}
	f.ids[side], e.Type = id, t
}

// csvHeader matches a header of two columns or more.
var csvHeader = regexp.MustCompile(`^"?[A-Za-z][A-Za-z.]*"?(?: *, *"?[A-Za-z][A-Za-z.]*"?)+\r?(?:\n|$)`)

// isCSV reports whether a file is CSV, by the ending of its name or, if that says nothing, by its content.
func isCSV(name string, data []byte) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv":
		return true
	case ".yaml", ".yml", ".json":
		return false
	}
	return csvHeader.Match(bytes.TrimPrefix(data, []byte("\uFEFF")))
}
