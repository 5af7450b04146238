package engine

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/internal/fields"
	"github.com/dbprecheck/precheck/engine/internal/files"
	"github.com/dbprecheck/precheck/engine/internal/owncheck"
)

// FieldError is one error of a file.
type FieldError = fields.Error

// TaskErrors are the errors of a file. A last one without a line says that there are more than 100.
type TaskErrors = fields.Errors

// FileOptions control how ParseTask completes a task file. The zero value reads passwords from
// the environment and from files, and does not prompt.
type FileOptions struct {
	// Context ends the reading of files when it is cancelled. The default is context.Background.
	Context context.Context
	// Prompt asks the user for the password of a field, such as source.password, for the account of an endpoint.
	Prompt func(field string, e datasource.Endpoint) (string, error)
	// Capture is the side whose facts are captured. Of the other side, only the type or the snapshot is read.
	Capture checks.Side
	// NoPasswords skips passwords, for a task that is not run.
	NoPasswords bool
	// Override changes the task before it is validated.
	Override func(*Task)
	// Engine is the engine that runs the task. Skips are validated against its catalogue.
	Engine *Engine
}

func (o FileOptions) context() context.Context {
	if o.Context == nil {
		return context.Background()
	}
	return o.Context
}

// LoadTask reads a task file; see ParseTask.
func LoadTask(path string, o FileOptions) (t Task, warnings []string, err error) {
	data, err := files.Read(o.context(), path, files.MaxTask)
	if err != nil {
		return Task{}, nil, TaskErrors{{File: path, Text: files.Reason(err)}}
	}
	return ParseTask(path, data, o)
}

// ReadTask reads a task from a stream; see ParseTask.
func ReadTask(name string, from io.Reader, o FileOptions) (t Task, warnings []string, err error) {
	data, err := files.ReadFrom(o.context(), from, files.MaxTask)
	if err != nil {
		return Task{}, nil, TaskErrors{{File: name, Text: files.Reason(err)}}
	}
	return ParseTask(name, data, o)
}

// ParseTask reads a task file in YAML or JSON and the passwords that it refers to. Errors show
// name. The error is a TaskErrors that lists the errors with their lines, up to 100 of them. No error shows a value
// of an endpoint, which may be a password in the wrong place.
func ParseTask(name string, data []byte, o FileOptions) (t Task, warnings []string, err error) {
	file, err := fields.New(name, data, fields.Options{Context: o.context(), Prompt: o.Prompt,
		NoPasswords: o.NoPasswords, Hidden: ofEndpoint})
	if err != nil {
		return Task{}, nil, err
	}
	t = o.read(&taskFile{File: file, capture: o.Capture})
	warnings = file.Warnings.In(t.Lang)
	if err := file.Sorted(); err != nil {
		return Task{Lang: t.Lang}.inLanguage(), warnings, err
	}
	return t.inLanguage(), warnings, nil
}

// read reads and validates a task. The file has the errors.
func (o FileOptions) read(f *taskFile) (t Task) {
	f.Object(f.Root, "", f.fields(&t))
	if o.Override != nil {
		o.Override(&t)
	}
	if f.IsMapping() {
		f.Add(t.validate(validator{captured: o.Capture, sources: f.ids}))
		if o.Engine != nil && f.own(o.Engine, t.Checks) {
			f.Add(o.Engine.ValidateSkips(t))
			unknown := o.Engine.UnknownFlags(t)
			for _, name := range unknown[:min(len(unknown), fields.Most)] {
				path := "skippableFlags." + name
				text := message.New("engine.flags.unknown", "name", strconv.Quote(name))
				f.Warnings = append(f.Warnings, FieldError{File: f.Name(), Line: f.Line(path), Path: path,
					Text: text})
			}
		}
	}
	return t
}

// taskFile reads the fields of a task.
type taskFile struct {
	*fields.File
	capture checks.Side
	find    FindDataSource // nil: endpoints cannot be data sources of a server
	ids     serverSides
}

// fields returns the fields of a task.
func (f *taskFile) fields(t *Task) fields.Fields {
	return fields.Fields{
		"id": fields.String(f.File, &t.ID), "name": fields.String(f.File, &t.Name),
		"type": fields.String(f.File, &t.Type), "lang": fields.String(f.File, &t.Lang),
		"phases": func(n *yaml.Node, path string) {
			f.List(n, path, func(n *yaml.Node, path string) {
				phase, ok := checks.ParsePhase(f.Text(n, path))
				if !ok {
					f.Fail(n, path, fields.OneOf(n.Value, checks.AllPhases.Names()))
				}
				t.Phases |= phase
			})
		},
		"source":      func(n *yaml.Node, path string) { f.endpoint(n, path, checks.Source, &t.Source) },
		"destination": func(n *yaml.Node, path string) { f.endpoint(n, path, checks.Dest, &t.Destination) },
		"objects":     func(n *yaml.Node, path string) { f.objects(n, path, &t.Objects) },
		"checks":      func(n *yaml.Node, path string) { t.Checks = owncheck.Read(f.File, n, path) },
		"skip": func(n *yaml.Node, path string) {
			f.List(n, path, func(n *yaml.Node, path string) {
				var s Skip
				f.Object(n, path, fields.Fields{
					"type": upper(f, &s.Type), "objects": fields.Texts(f.File, &s.Objects),
					"reason": fields.String(f.File, &s.Reason),
				})
				t.Skip = append(t.Skip, s)
			})
		},
		"skippableFlags": func(n *yaml.Node, path string) {
			t.SkippableFlags = map[string]bool{}
			f.Object(n, path, fields.Flags(f.File, n, t.SkippableFlags))
		},
		"limits": func(n *yaml.Node, path string) {
			f.Object(n, path, fields.Fields{
				"connections":    fields.Number(f.File, &t.Limits.Connections, 1),
				"objects":        fields.Number(f.File, &t.Limits.Objects, 1),
				"checkTimeout":   fields.Duration(f.File, &t.Limits.CheckTimeout),
				"timeout":        fields.Duration(f.File, &t.Limits.Timeout),
				"connectTimeout": fields.Duration(f.File, &t.Limits.ConnectTimeout),
			})
		},
		"settings": func(n *yaml.Node, path string) {
			s := &t.Settings
			f.Object(n, path, fields.Fields{
				"deep": fields.Flag(f.File, &s.Deep), "connections": fields.Number(f.File, &s.Connections, 1),
				"logRetention":  fields.Duration(f.File, &s.LogRetention),
				"startPosition": fields.String(f.File, &s.StartPosition),
				"allowNonEmpty": fields.Flag(f.File, &s.AllowNonEmpty), "ddl": fields.String(f.File, &s.DDL),
				"routines": fields.Flag(f.File, &s.Routines), "heartbeat": fields.Flag(f.File, &s.Heartbeat),
				"diskSpace": fields.Bytes(f.File, &s.DiskSpace),
				"loader": func(n *yaml.Node, path string) {
					f.Object(n, path, fields.Fields{
						"sqlMode": func(n *yaml.Node, path string) {
							s.Loader.SQLMode = new(string)
							fields.String(f.File, s.Loader.SQLMode)(n, path)
						},
						"foreignKeyChecks": func(n *yaml.Node, path string) {
							s.Loader.ForeignKeyChecks = new(bool)
							fields.Flag(f.File, s.Loader.ForeignKeyChecks)(n, path)
						},
					})
				},
				"deepBudget": func(n *yaml.Node, path string) {
					b := &s.DeepBudget
					f.Object(n, path, fields.Fields{
						"tableRows": fields.Number(f.File, &b.TableRows, 1),
						"rows":      fields.Number(f.File, &b.Rows, 1),
						"bytes":     fields.Bytes(f.File, &b.Bytes), "time": fields.Duration(f.File, &b.Time),
					})
				},
			})
		},
	}
}

// own fails for own checks whose types the engine has already. It reports whether the engine can run them.
func (f *taskFile) own(e *Engine, own []*checks.Check) bool {
	before := len(f.Errs)
	for i, c := range own {
		if known := e.CheckNamed(c.Type); known != c && slices.Contains(e.order, known) {
			f.Add(TaskErrors{{Path: fmt.Sprintf("checks[%d].type", i),
				Text: message.New("engine.own.duplicate", "type", c.Type)}})
		}
	}
	return len(f.Errs) == before
}

// upper reads the name of a check, which has any case.
func upper(f *taskFile, to *string) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) { *to = strings.ToUpper(f.Text(n, path)) }
}

func (f *taskFile) objects(n *yaml.Node, path string, s *checks.Selection) {
	tables := func(to *[]checks.SelectedTable) func(*yaml.Node, string) {
		return func(n *yaml.Node, path string) {
			f.List(n, path, func(n *yaml.Node, path string) {
				var t checks.SelectedTable
				f.Object(n, path, fields.Fields{
					"name": fields.String(f.File, &t.Name), "mappedName": fields.String(f.File, &t.MappedName)})
				*to = append(*to, t)
			})
		}
	}
	f.Object(n, path, fields.Fields{
		"mode": fields.String(f.File, &s.Mode), "tableCategory": fields.String(f.File, &s.Category),
		"include": fields.Texts(f.File, &s.Include), "exclude": fields.Texts(f.File, &s.Exclude),
		"databases": func(n *yaml.Node, path string) {
			f.List(n, path, func(n *yaml.Node, path string) {
				var d checks.SelectedDatabase
				f.Object(n, path, fields.Fields{
					"name": fields.String(f.File, &d.Name), "mappedName": fields.String(f.File, &d.MappedName),
					"tables": tables(&d.Tables), "views": tables(&d.Views),
				})
				s.Databases = append(s.Databases, d)
			})
		},
	})
}

// endpoint reads an endpoint: a database, a snapshot without any other field, or a dump with its type.
func (f *taskFile) endpoint(n *yaml.Node, path string, side checks.Side, e *Endpoint) {
	fromSnapshot := func(n *yaml.Node, path string) {
		file := f.Text(n, path)
		found, err := SnapshotEndpoint(file)
		if err != nil {
			f.Fail(n, path, message.Of(err))
			found.Snapshot = file // so that no other field is required
		}
		*e = found
	}
	known := fields.Fields{"snapshot": fromSnapshot}
	if side == checks.Source {
		known["dump"] = fields.String(f.File, &e.Dump)
	}
	names := append(fields.EndpointNames(), "drc", "innerDrc")
	ignored := func(*yaml.Node, string) {}
	refused := func(n *yaml.Node, path string) { f.Fail(n, path, message.New("engine.snapshot.beside")) }
	if f.find != nil {
		known["dataSource"] = func(n *yaml.Node, path string) { f.dataSource(n, path, side, e) }
	}
	switch {
	case f.find != nil && fields.Has(n, "dataSource"):
		for _, name := range append(names, "snapshot", "dump") {
			known[name] = func(n *yaml.Node, path string) { f.Fail(n, path, message.New("engine.source.beside")) }
		}
	case fields.Has(n, "snapshot"):
		for _, name := range names {
			known[name] = refused
		}
	case side == checks.Source && fields.Has(n, "dump"):
		for _, name := range names {
			known[name] = func(n *yaml.Node, path string) { f.Fail(n, path, message.New("engine.dump.beside")) }
		}
		known["type"] = fields.String(f.File, &e.Type)
	case f.capture != "" && f.capture != side:
		for _, name := range names {
			known[name] = ignored
		}
		known["type"] = fields.String(f.File, &e.Type)
	default:
		known["drc"], known["innerDrc"] = f.login(&e.DRC), f.login(&e.InnerDRC)
		f.Endpoint(n, path, &e.Endpoint, &e.Standby, known)
		if e.InnerDRC.User == "" && !e.InnerDRC.Password.Empty() {
			_, tenant, _ := strings.Cut(e.User, "@")
			e.InnerDRC.User = datasource.InnerDRCUser + "@" + tenant
		}
		return
	}
	f.Object(n, path, known)
}

// login reads a further account of an endpoint.
func (f *taskFile) login(to *datasource.Login) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		f.Object(n, path, fields.Fields{"user": fields.String(f.File, &to.User),
			"password": func(n *yaml.Node, path string) { f.Password(n, path, &to.Password) }})
	}
}
