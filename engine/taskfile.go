package engine

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// FileOptions control how ParseTask completes a task file. The zero value reads passwords from
// the environment and from files, and does not prompt.
type FileOptions struct {
	// Context ends the reading of files when it is cancelled. The default is context.Background.
	Context context.Context
	// Prompt asks the user for the password of a field, such as source.password.
	Prompt func(field string) (string, error)
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
	data, err := readFile(o.context(), path, maxTaskFile)
	if err != nil {
		return Task{}, nil, TaskErrors{{File: path, Text: reason(err)}}
	}
	return ParseTask(path, data, o)
}

// ParseTask reads a task file in YAML or JSON and the passwords that it refers to. Errors show
// name. The error is a TaskErrors that lists the errors with their lines, up to 100 of them. No error shows a value
// of an endpoint, which may be a password in the wrong place.
func ParseTask(name string, data []byte, o FileOptions) (t Task, warnings []string, err error) {
	root, more, err := document(name, data)
	if err != nil {
		return Task{}, nil, err
	}
	f := taskFile{name: name, options: o, root: root, unread: map[string]bool{},
		positions: map[*yaml.Node]map[string]int{}}
	f.task(root, &t)
	if more {
		f.fail(root, "", message.New("engine.file.documents"))
	}
	if o.Override != nil {
		o.Override(&t)
	}
	if resolve(root).Kind == yaml.MappingNode {
		f.add(t.Validate())
		if o.Engine != nil {
			f.add(o.Engine.ValidateSkips(t))
			unknown := o.Engine.UnknownFlags(t)
			for _, name := range unknown[:min(len(unknown), mostErrors)] {
				path := "skippableFlags." + name
				text := message.New("engine.flags.unknown", "name", strconv.Quote(name))
				f.warnings = append(f.warnings, FieldError{f.name, f.line(path), path, text}.Error())
			}
		}
	}
	if len(f.errs) > 0 {
		listed := f.errs[:min(len(f.errs), mostErrors)]
		slices.SortStableFunc(listed, func(a, b FieldError) int { return a.Line - b.Line })
		return Task{}, f.warnings, f.errs
	}
	return t, f.warnings, nil
}

// taskFile is the state of reading a task file.
type taskFile struct {
	name     string
	options  FileOptions
	root     *yaml.Node
	unread   map[string]bool // fields that could not be read, by path
	errs     TaskErrors
	warnings []string
	// positions of the fields of the mappings that line has searched, by name
	positions map[*yaml.Node]map[string]int
}

func (f *taskFile) fail(n *yaml.Node, path string, text message.Text) {
	f.unread[path] = true
	f.errs.add(FieldError{f.name, n.Line, path, text})
}

func (f *taskFile) warn(n *yaml.Node, path string, text message.Text) {
	f.warnings = append(f.warnings, FieldError{f.name, n.Line, path, text}.Error())
}

// add appends the errors of a validation, with the lines of their fields. It ignores fields that
// could not be read.
func (f *taskFile) add(err error) {
	var invalid TaskErrors
	errors.As(err, &invalid)
	for _, e := range invalid {
		if !f.isUnread(e.Path) {
			e.File, e.Line = f.name, f.line(e.Path)
			f.errs.add(e)
		}
	}
}

// isUnread reports whether a field, or one that it belongs to, could not be read.
func (f *taskFile) isUnread(path string) bool {
	for path != "" {
		if f.unread[path] {
			return true
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return false
}

// line returns the line of a field, or of the nearest enclosing field in the file.
func (f *taskFile) line(path string) int {
	n, line := resolve(f.root), 1
	for _, name := range strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(".[]", r) }) {
		key, value := f.child(n, name)
		if key == nil {
			break
		}
		n, line = resolve(value), key.Line
	}
	return line
}

// child returns a field of a mapping, or an element of a list by its number, and the node with its line.
func (f *taskFile) child(n *yaml.Node, name string) (key, value *yaml.Node) {
	switch n.Kind {
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(name); err == nil && i < len(n.Content) {
			return n.Content[i], n.Content[i]
		}
	case yaml.MappingNode:
		positions, ok := f.positions[n]
		if !ok {
			positions = map[string]int{}
			for i := len(n.Content) - 2; i >= 0; i -= 2 {
				positions[n.Content[i].Value] = i
			}
			f.positions[n] = positions
		}
		if i, ok := positions[name]; ok {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}

// fields maps the name of each field of an object to the function that reads it.
type fields map[string]func(n *yaml.Node, path string)

// object reads a mapping. An unknown or duplicate field is an error.
func (f *taskFile) object(n *yaml.Node, path string, known fields) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		var got any = message.New("engine.value.string") // which may be a URL with a password
		if n.Kind != yaml.ScalarNode {
			got = describe(n, path)
		}
		f.fail(n, path, message.New("engine.field.mapping", "example", sortedNames(known)[0], "value", got))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := strings.TrimPrefix(path+"."+key.Value, ".")
		read, ok := known[key.Value]
		switch {
		case !ok:
			f.unknown(key, path, sortedNames(known))
		case seen[key.Value]:
			f.fail(key, at, message.New("engine.field.duplicate"))
		default:
			switch value = resolve(value); {
			case strings.HasPrefix(value.Tag, "!") && !strings.HasPrefix(value.Tag, "!!"):
				f.fail(value, at, message.New("engine.file.unquoted", "character", "!"))
			case value.Tag != "!!null":
				read(value, at)
			}
		}
		seen[key.Value] = true
	}
}

// unknown adds the error of an unknown field. It shows the name only of a typing error, because a part of a password
// that is not in quotes reads as a field, as in {password: a, b}.
func (f *taskFile) unknown(key *yaml.Node, path string, names []string) {
	if f.errs.full() {
		return
	}
	text := message.New("engine.field.unknown", "allowed", names, "hint", message.DidYouMean(key.Value, names))
	if message.Resembles(key.Value, names) {
		path = strings.TrimPrefix(path+"."+key.Value, ".")
	}
	f.errs.add(FieldError{f.name, key.Line, path, text})
}

// resolve returns the node that an alias refers to.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func sortedNames(known fields) []string {
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// describe returns the kind of a node, or the value of a scalar outside endpoints.
func describe(n *yaml.Node, path string) any {
	switch {
	case n.Kind == yaml.MappingNode:
		return message.New("engine.value.mapping")
	case n.Kind == yaml.SequenceNode:
		return message.New("engine.value.list")
	case strings.HasPrefix(path, "source."), strings.HasPrefix(path, "destination."):
		return message.New("engine.value.other")
	}
	return strconv.Quote(n.Value)
}

// list reads each element of a sequence.
func (f *taskFile) list(n *yaml.Node, path string, each func(n *yaml.Node, path string)) {
	if n.Kind != yaml.SequenceNode {
		f.fail(n, path, message.New("engine.field.list", "value", describe(n, path)))
		return
	}
	for i, element := range n.Content {
		at := path + "[" + strconv.Itoa(i) + "]"
		each(resolve(element), at)
	}
}

func (f *taskFile) text(n *yaml.Node, path string) string {
	if n.Kind != yaml.ScalarNode {
		f.fail(n, path, message.New("engine.field.string", "value", describe(n, path)))
		return ""
	}
	return n.Value
}

// The functions that read one field each.

func text[T ~string](f *taskFile, to *T) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) { *to = T(f.text(n, path)) }
}

func number(f *taskFile, to *int, least int) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		value, err := strconv.Atoi(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || value < least {
			f.fail(n, path, message.New("engine.field.integer", "least", least, "value", describe(n, path)))
			return
		}
		*to = value
	}
}

func flag(f *taskFile, to *bool) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		if err := n.Decode(to); err != nil {
			f.fail(n, path, message.New("engine.field.boolean", "value", describe(n, path)))
		}
	}
}

// flags returns a field for each name of a mapping of names to booleans.
func flags(f *taskFile, n *yaml.Node, to map[string]bool) fields {
	known := fields{"DB_UK_INDEX": nil} // the example of a node that is not a mapping
	if n.Kind != yaml.MappingNode {
		return known
	}
	for i := 0; i < len(n.Content); i += 2 {
		name := n.Content[i].Value
		known[name] = func(n *yaml.Node, path string) {
			var value bool
			flag(f, &value)(n, path)
			to[name] = value
		}
	}
	return known
}

func duration(f *taskFile, to *time.Duration) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		value, err := time.ParseDuration(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || value <= 0 {
			f.fail(n, path, message.New("engine.field.duration", "value", describe(n, path)))
			return
		}
		*to = value
	}
}

func texts(f *taskFile, to *[]string) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		f.list(n, path, func(n *yaml.Node, path string) { *to = append(*to, f.text(n, path)) })
	}
}

func (f *taskFile) task(n *yaml.Node, t *Task) {
	f.object(n, "", fields{
		"id": text(f, &t.ID), "name": text(f, &t.Name), "type": text(f, &t.Type),
		"phases": func(n *yaml.Node, path string) {
			f.list(n, path, func(n *yaml.Node, path string) {
				phase, ok := checks.ParsePhase(f.text(n, path))
				if !ok {
					f.fail(n, path, oneOf(n.Value, checks.AllPhases.Names()))
				}
				t.Phases |= phase
			})
		},
		"source":      func(n *yaml.Node, path string) { f.endpoint(n, path, &t.Source) },
		"destination": func(n *yaml.Node, path string) { f.endpoint(n, path, &t.Destination) },
		"objects":     func(n *yaml.Node, path string) { f.objects(n, path, &t.Objects) },
		"skip": func(n *yaml.Node, path string) {
			f.list(n, path, func(n *yaml.Node, path string) {
				var s Skip
				f.object(n, path, fields{
					"type": text(f, &s.Type), "objects": texts(f, &s.Objects), "reason": text(f, &s.Reason),
				})
				t.Skip = append(t.Skip, s)
			})
		},
		"skippableFlags": func(n *yaml.Node, path string) {
			t.SkippableFlags = map[string]bool{}
			f.object(n, path, flags(f, n, t.SkippableFlags))
		},
		"limits": func(n *yaml.Node, path string) {
			f.object(n, path, fields{
				"connections": number(f, &t.Limits.Connections, 1), "objects": number(f, &t.Limits.Objects, 1),
				"checkTimeout": duration(f, &t.Limits.CheckTimeout), "timeout": duration(f, &t.Limits.Timeout),
				"connectTimeout": duration(f, &t.Limits.ConnectTimeout),
			})
		},
		"settings": func(n *yaml.Node, path string) {
			s := &t.Settings
			f.object(n, path, fields{
				"deep": flag(f, &s.Deep), "connections": number(f, &s.Connections, 1),
				"logRetention": duration(f, &s.LogRetention), "startPosition": text(f, &s.StartPosition),
				"allowNonEmpty": flag(f, &s.AllowNonEmpty),
			})
		},
	})
}

// endpoint reads an endpoint. Its standby inherits the primary's type, account and TLS.
func (f *taskFile) endpoint(n *yaml.Node, path string, e *Endpoint) {
	var standby *yaml.Node
	known := f.endpointFields(&e.Endpoint)
	known["standby"] = func(n *yaml.Node, _ string) { standby = n }
	f.object(n, path, known)
	if standby != nil {
		second := e.Endpoint
		second.Host, second.Port = "", 0
		e.Standby = &second
		f.object(standby, path+".standby", f.endpointFields(e.Standby))
	}
}

func (f *taskFile) endpointFields(e *datasource.Endpoint) fields {
	return fields{
		"type": text(f, &e.Type), "host": text(f, &e.Host), "port": number(f, &e.Port, 1), "user": text(f, &e.User),
		"service": text(f, &e.Service), "sid": text(f, &e.SID),
		"serverPublicKey": text(f, &e.ServerPublicKey), "insecurePassword": flag(f, &e.InsecurePassword),
		"password": func(n *yaml.Node, path string) { f.password(n, path, &e.Password) },
		"tls": func(n *yaml.Node, path string) {
			e.TLS = datasource.TLS{}
			f.object(n, path, fields{
				"mode": text(f, &e.TLS.Mode), "ca": text(f, &e.TLS.CA), "cert": text(f, &e.TLS.Cert),
				"key": text(f, &e.TLS.Key),
			})
		},
	}
}

func (f *taskFile) objects(n *yaml.Node, path string, s *checks.Selection) {
	tables := func(to *[]checks.SelectedTable) func(*yaml.Node, string) {
		return func(n *yaml.Node, path string) {
			f.list(n, path, func(n *yaml.Node, path string) {
				var t checks.SelectedTable
				f.object(n, path, fields{"name": text(f, &t.Name), "mappedName": text(f, &t.MappedName)})
				*to = append(*to, t)
			})
		}
	}
	f.object(n, path, fields{
		"mode": text(f, &s.Mode), "include": texts(f, &s.Include), "exclude": texts(f, &s.Exclude),
		"databases": func(n *yaml.Node, path string) {
			f.list(n, path, func(n *yaml.Node, path string) {
				var d checks.SelectedDatabase
				f.object(n, path, fields{
					"name": text(f, &d.Name), "mappedName": text(f, &d.MappedName),
					"tables": tables(&d.Tables), "views": tables(&d.Views),
				})
				s.Databases = append(s.Databases, d)
			})
		},
	})
}

// password reads a password: {env: NAME}, {file: path}, {prompt: true}, or the password itself.
func (f *taskFile) password(n *yaml.Node, path string, to *datasource.Secret) {
	if n.Kind == yaml.ScalarNode {
		f.warn(n, path, message.New("engine.password.in_task_file"))
		*to = datasource.NewSecret(n.Value)
		return
	}
	var env, file string
	var prompt bool
	before := len(f.errs)
	f.object(n, path, fields{"env": text(f, &env), "file": text(f, &file), "prompt": flag(f, &prompt)})
	if len(f.errs) > before {
		return
	}
	given := 0
	for _, is := range []bool{env != "", file != "", prompt} {
		if is {
			given++
		}
	}
	var value string
	var err error
	switch {
	case given != 1:
		f.fail(n, path, message.New("engine.password.one_source"))
		return
	case f.options.NoPasswords:
		return
	case env != "":
		var set bool
		if value, set = os.LookupEnv(env); !set {
			err = message.Err("engine.password.variable_not_set")
		}
	case file != "":
		value, err = f.passwordFile(n, path, file)
	case f.options.Prompt == nil:
		err = message.Err("engine.password.no_terminal")
	default:
		value, err = f.options.Prompt(path)
	}
	if err != nil {
		f.fail(n, path, message.Of(err))
	}
	*to = datasource.NewSecret(value)
}

// passwordFile reads the first line of a file. Its error does not show the name, which may be the password.
func (f *taskFile) passwordFile(n *yaml.Node, path, file string) (string, error) {
	info, err := os.Stat(file)
	if err != nil {
		return "", message.Err("engine.password.file", "reason", reason(err))
	}
	if info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		f.warn(n, path, message.New("engine.password.file_mode", "file", file))
	}
	data, err := readFile(f.options.context(), file, maxSecretFile)
	if err != nil {
		return "", message.Err("engine.password.file", "reason", reason(err))
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimSuffix(line, "\r"), nil
}
