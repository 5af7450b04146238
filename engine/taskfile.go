package engine

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// FileOptions say how ParseTask gets what a task file leaves open. The zero value takes
// passwords from the environment and from files, and refuses to prompt.
type FileOptions struct {
	// Prompt asks a person for the password of a field, as in source.password.
	Prompt func(field string) (string, error)
	// NoPasswords leaves passwords out: nothing will be connected to.
	NoPasswords bool
	// Override changes the task before it is validated.
	Override func(*Task)
	// Engine is what will run the task: skips are held against its catalogue.
	Engine *Engine
}

// LoadTask reads a task file; see ParseTask.
func LoadTask(path string, o FileOptions) (t Task, warnings []string, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Task{}, nil, TaskErrors{{File: path, Message: reason(err)}}
	}
	return ParseTask(path, data, o)
}

// ParseTask reads a task file of YAML or JSON; name is shown in errors. Passwords are fetched
// while it is read. The error is a TaskErrors with everything that is wrong, each with its line.
func ParseTask(name string, data []byte, o FileOptions) (t Task, warnings []string, err error) {
	f := taskFile{name: name, options: o, lines: map[string]int{}}
	var document yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(plainJSON(bytes.TrimPrefix(data, []byte("\uFEFF")))))
	if err := decoder.Decode(&document); err != nil && !errors.Is(err, io.EOF) {
		return Task{}, nil, TaskErrors{syntaxError(name, err)}
	}
	if len(document.Content) == 0 {
		return Task{}, nil, TaskErrors{{File: name, Message: "the file is empty; precheck init writes one to start from"}}
	}
	f.task(document.Content[0], &t)
	if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		f.fail(document.Content[0], "", "the file holds more than one document")
	}
	if o.Override != nil {
		o.Override(&t)
	}
	if root := resolve(document.Content[0]); root.Kind == yaml.MappingNode {
		unread := f.errs
		f.add(t.Validate(), unread)
		if o.Engine != nil {
			f.add(o.Engine.ValidateSkips(t.Skip), unread)
		}
	}
	if len(f.errs) > 0 {
		slices.SortStableFunc(f.errs, func(a, b FieldError) int { return a.Line - b.Line })
		return Task{}, f.warnings, f.errs
	}
	return t, f.warnings, nil
}

// syntaxError takes the line out of the YAML library's "yaml: line 7: …".
func syntaxError(name string, err error) FieldError {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if strings.HasPrefix(message, "unknown anchor") { // its name may be a password
		message = "a text that begins with * must be written in quotes"
	}
	e := FieldError{File: name, Message: message}
	if rest, ok := strings.CutPrefix(message, "line "); ok {
		if number, text, ok := strings.Cut(rest, ": "); ok {
			if line, err := strconv.Atoi(number); err == nil {
				e.Line, e.Message = line, text
			}
		}
	}
	return e
}

// taskFile is a task file being read.
type taskFile struct {
	name     string
	options  FileOptions
	lines    map[string]int // of the fields that were read, by path
	errs     TaskErrors
	warnings []string
}

func (f *taskFile) fail(n *yaml.Node, path, format string, args ...any) {
	f.errs = append(f.errs, FieldError{f.name, n.Line, path, fmt.Sprintf(format, args...)})
}

func (f *taskFile) warn(n *yaml.Node, path, format string, args ...any) {
	f.warnings = append(f.warnings, FieldError{f.name, n.Line, path, fmt.Sprintf(format, args...)}.Error())
}

// add takes up the errors of a validation, with the lines of their fields. Of a field that could
// not be read nothing more is said.
func (f *taskFile) add(err error, unread TaskErrors) {
	var invalid TaskErrors
	errors.As(err, &invalid)
	for _, e := range invalid {
		if !slices.ContainsFunc(unread, func(u FieldError) bool { return u.Path == e.Path || within(e.Path, u.Path) }) {
			e.File, e.Line = f.name, f.line(e.Path)
			f.errs = append(f.errs, e)
		}
	}
}

// within tells whether a field belongs to another.
func within(path, outer string) bool {
	return outer != "" && (strings.HasPrefix(path, outer+".") || strings.HasPrefix(path, outer+"["))
}

// line gives the line of a field, or of the nearest field around it that the file has.
func (f *taskFile) line(path string) int {
	for {
		if line, ok := f.lines[path]; ok {
			return line
		}
		at := strings.LastIndexAny(path, ".[")
		if at < 0 {
			return 1
		}
		path = path[:at]
	}
}

// fields maps the names of an object's fields to what reads each.
type fields map[string]func(n *yaml.Node, path string)

// object reads a mapping. A field that is not known or comes twice is an error.
func (f *taskFile) object(n *yaml.Node, path string, known fields) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		what := "a text" // which may be a URL with a password
		if n.Kind != yaml.ScalarNode {
			what = describe(n)
		}
		f.fail(n, path, "fields are wanted, as in {%s: …}, not %s", sortedNames(known)[0], what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := strings.TrimPrefix(path+"."+key.Value, ".")
		read, ok := known[key.Value]
		switch {
		case !ok:
			names := sortedNames(known)
			f.fail(key, at, "there is no such field; allowed are %s%s", strings.Join(names, ", "), didYouMean(key.Value, names))
		case seen[key.Value]:
			f.fail(key, at, "the field comes twice")
		default:
			f.lines[at] = key.Line
			switch value = resolve(value); {
			case strings.HasPrefix(value.Tag, "!") && !strings.HasPrefix(value.Tag, "!!"):
				f.fail(value, at, "a text that begins with ! must be written in quotes")
			case value.Tag != "!!null":
				read(value, at)
			}
		}
		seen[key.Value] = true
	}
}

// resolve follows an alias to what it stands for.
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

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "fields"
	case yaml.SequenceNode:
		return "a list"
	}
	return strconv.Quote(n.Value)
}

// list reads each element of a sequence.
func (f *taskFile) list(n *yaml.Node, path string, each func(n *yaml.Node, path string)) {
	if n.Kind != yaml.SequenceNode {
		f.fail(n, path, "a list is wanted, as in [a, b], not %s", describe(n))
		return
	}
	for i, element := range n.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		f.lines[at] = element.Line
		each(resolve(element), at)
	}
}

func (f *taskFile) text(n *yaml.Node, path string) string {
	if n.Kind != yaml.ScalarNode {
		f.fail(n, path, "a text is wanted, not %s", describe(n))
		return ""
	}
	return n.Value
}

// The readers of one field each.

func text[T ~string](f *taskFile, to *T) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) { *to = T(f.text(n, path)) }
}

func number(f *taskFile, to *int, least int) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		value, err := strconv.Atoi(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || value < least {
			f.fail(n, path, "a whole number from %d on is wanted, not %s", least, describe(n))
			return
		}
		*to = value
	}
}

func flag(f *taskFile, to *bool) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		if err := n.Decode(to); err != nil {
			f.fail(n, path, "true or false is wanted, not %s", describe(n))
		}
	}
}

func duration(f *taskFile, to *time.Duration) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		value, err := time.ParseDuration(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || value <= 0 {
			f.fail(n, path, "a time with its unit is wanted, as in 60s, 30m or 24h, not %s", describe(n))
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
					f.fail(n, path, "%s", oneOf(n.Value, checks.AllPhases.Names()))
				}
				t.Phases |= phase
			})
		},
		"source":      func(n *yaml.Node, path string) { f.end(n, path, &t.Source) },
		"destination": func(n *yaml.Node, path string) { f.end(n, path, &t.Destination) },
		"objects":     func(n *yaml.Node, path string) { f.objects(n, path, &t.Objects) },
		"skip": func(n *yaml.Node, path string) {
			f.list(n, path, func(n *yaml.Node, path string) {
				var s Skip
				f.object(n, path, fields{"type": text(f, &s.Type), "objects": texts(f, &s.Objects), "reason": text(f, &s.Reason)})
				t.Skip = append(t.Skip, s)
			})
		},
		"limits": func(n *yaml.Node, path string) {
			f.object(n, path, fields{"connections": number(f, &t.Limits.Connections, 1), "objects": number(f, &t.Limits.Objects, 1),
				"checkTimeout": duration(f, &t.Limits.CheckTimeout), "timeout": duration(f, &t.Limits.Timeout)})
		},
		"settings": func(n *yaml.Node, path string) {
			s := &t.Settings
			f.object(n, path, fields{"deep": flag(f, &s.Deep), "connections": number(f, &s.Connections, 1), "logRetention": duration(f, &s.LogRetention),
				"startPosition": text(f, &s.StartPosition), "allowNonEmpty": flag(f, &s.AllowNonEmpty)})
		},
	})
}

// end reads an endpoint. Its standby has the primary's type, account and TLS unless it says otherwise.
func (f *taskFile) end(n *yaml.Node, path string, e *Endpoint) {
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
		"password": func(n *yaml.Node, path string) { f.password(n, path, &e.Password) },
		"tls": func(n *yaml.Node, path string) {
			e.TLS = datasource.TLS{}
			f.object(n, path, fields{"mode": text(f, &e.TLS.Mode), "ca": text(f, &e.TLS.CA), "cert": text(f, &e.TLS.Cert), "key": text(f, &e.TLS.Key)})
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
				f.object(n, path, fields{"name": text(f, &d.Name), "mappedName": text(f, &d.MappedName), "tables": tables(&d.Tables), "views": tables(&d.Views)})
				s.Databases = append(s.Databases, d)
			})
		},
	})
}

// password reads a password: {env: NAME}, {file: path}, {prompt: true}, or the password itself.
func (f *taskFile) password(n *yaml.Node, path string, to *datasource.Secret) {
	if n.Kind == yaml.ScalarNode {
		f.warn(n, path, "the password stands in the task file: use {env: NAME}, {file: path} or {prompt: true}")
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
		f.fail(n, path, "exactly one of env, file and prompt is wanted")
		return
	case f.options.NoPasswords:
		return
	case env != "":
		var set bool
		if value, set = os.LookupEnv(env); !set {
			err = fmt.Errorf("the environment variable %s is not set", env)
		}
	case file != "":
		value, err = f.passwordFile(n, path, file)
	case f.options.Prompt == nil:
		err = errors.New("there is no terminal to ask for it: use {env: NAME} or {file: path}")
	default:
		value, err = f.options.Prompt(path)
	}
	if err != nil {
		f.fail(n, path, "%v", err)
	}
	*to = datasource.NewSecret(value)
}

// passwordFile reads the first line of a file.
func (f *taskFile) passwordFile(n *yaml.Node, path, file string) (string, error) {
	info, err := os.Stat(file)
	if err != nil {
		return "", errors.New(file + ": " + reason(err))
	}
	if info.Mode().Perm()&0o077 != 0 {
		f.warn(n, path, "others may read %s: run chmod 600 on it", file)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", errors.New(file + ": " + reason(err))
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimSuffix(line, "\r"), nil
}

// reason gives why a file could not be used, without its name.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}
