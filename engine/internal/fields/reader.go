package fields

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/docker/go-units"
	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Options control how a file is read.
type Options struct {
	// Context ends the reading of files when it is cancelled. The default is context.Background.
	Context context.Context
	// Prompt asks the user for the password of a field, such as source.password, for the account of an endpoint.
	Prompt func(field string, e datasource.Endpoint) (string, error)
	// NoPasswords skips passwords.
	NoPasswords bool
	// Hidden reports whether the values of a field may be passwords in the wrong place, which errors do not show.
	Hidden func(path string) bool
}

func (o Options) context() context.Context {
	if o.Context == nil {
		return context.Background()
	}
	return o.Context
}

// File is the state of reading a YAML or JSON file.
type File struct {
	Root     *yaml.Node
	Errs     Errors
	Warnings Errors

	name    string
	options Options
	first   int             // the line of what is missing in the root
	more    bool            // another document follows
	unread  map[string]bool // fields that could not be read, by path
	// positions of the fields of the mappings that Line has searched, by name
	positions map[*yaml.Node]map[string]int
}

// New parses a file. Its errors show name.
func New(name string, data []byte, o Options) (*File, error) {
	root, more, err := document(name, data)
	if err != nil {
		return nil, err
	}
	return &File{name: name, options: o, Root: root, first: 1, more: more, unread: map[string]bool{},
		positions: map[*yaml.Node]map[string]int{}}, nil
}

// Name returns the name that errors show.
func (f *File) Name() string { return f.name }

// IsMapping reports whether the file holds a mapping.
func (f *File) IsMapping() bool { return resolve(f.Root).Kind == yaml.MappingNode }

// Sorted ends the reading of the file. It returns its errors in the order of their lines, or nil.
func (f *File) Sorted() error {
	if f.more {
		f.Fail(f.Root, "", message.New("engine.file.documents"))
	}
	if len(f.Errs) == 0 {
		return nil
	}
	listed := f.Errs[:min(len(f.Errs), Most)]
	slices.SortStableFunc(listed, func(a, b Error) int { return a.Line - b.Line })
	return f.Errs
}

// Fail adds an error of a field.
func (f *File) Fail(n *yaml.Node, path string, text message.Text) {
	f.unread[path] = true
	f.Errs.Add(Error{f.name, n.Line, path, text})
}

// Warn adds a warning about a field.
func (f *File) Warn(n *yaml.Node, path string, text message.Text) {
	f.Warnings = append(f.Warnings, Error{f.name, n.Line, path, text})
}

// Add appends the errors of a validation, with the lines of their fields. It ignores Fields that
// could not be read.
func (f *File) Add(err error) {
	var invalid Errors
	errors.As(err, &invalid)
	for _, e := range invalid {
		if !f.isUnread(e.Path) {
			e.File, e.Line = f.name, f.Line(e.Path)
			f.Errs.Add(e)
		}
	}
}

// isUnread reports whether a field, or one that it belongs to, could not be read.
func (f *File) isUnread(path string) bool {
	for path != "" {
		if f.unread[path] {
			return true
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return false
}

// Line returns the line of a field, or of the nearest enclosing field in the file.
func (f *File) Line(path string) int {
	n, line := resolve(f.Root), f.first
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
func (f *File) child(n *yaml.Node, name string) (key, value *yaml.Node) {
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

// Fields maps the name of each field of an object to the function that reads it.
type Fields map[string]func(n *yaml.Node, path string)

// Object reads a mapping. An unknown or duplicate field is an error.
func (f *File) Object(n *yaml.Node, path string, known Fields) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		var got any = message.New("engine.value.string") // which may be a URL with a password
		if n.Kind != yaml.ScalarNode {
			got = f.describe(n, path)
		}
		f.Fail(n, path, message.New("engine.field.mapping", "example", exampleOf(known), "value", got))
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
			f.Fail(key, at, message.New("engine.field.duplicate"))
		default:
			switch value = resolve(value); {
			case strings.HasPrefix(value.Tag, "!") && !strings.HasPrefix(value.Tag, "!!"):
				f.Fail(value, at, message.New("engine.file.unquoted", "character", "!"))
			case value.Tag != "!!null":
				read(value, at)
			}
		}
		seen[key.Value] = true
	}
}

// unknown adds the error of an unknown field. It shows the name only of a typing error, because a part of a password
// that is not in quotes reads as a field, as in {password: a, b}.
func (f *File) unknown(key *yaml.Node, path string, names []string) {
	if f.Errs.Full() {
		return
	}
	text := message.New("engine.field.unknown", "allowed", names, "hint", message.DidYouMean(key.Value, names))
	if message.Resembles(key.Value, names) {
		path = strings.TrimPrefix(path+"."+key.Value, ".")
	}
	f.Errs.Add(Error{f.name, key.Line, path, text})
}

// resolve returns the node that an alias refers to.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func sortedNames(known Fields) []string {
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// describe returns the kind of a node, or the value of a scalar that is not hidden.
func (f *File) describe(n *yaml.Node, path string) any {
	switch {
	case n.Kind == yaml.MappingNode:
		return message.New("engine.value.mapping")
	case n.Kind == yaml.SequenceNode:
		return message.New("engine.value.list")
	case f.options.Hidden != nil && f.options.Hidden(path):
		return message.New("engine.value.other")
	}
	return strconv.Quote(n.Value)
}

// List reads each element of a sequence.
func (f *File) List(n *yaml.Node, path string, each func(n *yaml.Node, path string)) {
	if n.Kind != yaml.SequenceNode {
		f.Fail(n, path, message.New("engine.field.list", "value", f.describe(n, path)))
		return
	}
	for i, element := range n.Content {
		at := path + "[" + strconv.Itoa(i) + "]"
		each(resolve(element), at)
	}
}

// Text returns the value of a scalar.
func (f *File) Text(n *yaml.Node, path string) string {
	if n.Kind != yaml.ScalarNode {
		f.Fail(n, path, message.New("engine.field.string", "value", f.describe(n, path)))
		return ""
	}
	return n.Value
}

// The functions that read one field each.

// String reads a string.
func String[T ~string](f *File, to *T) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) { *to = T(f.Text(n, path)) }
}

// Number reads an integer that is at least least.
func Number[T int | int64](f *File, to *T, least T) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		number, err := strconv.Atoi(n.Value)
		value := T(number)
		if n.Kind != yaml.ScalarNode || err != nil || value < least {
			f.Fail(n, path, message.New("engine.field.integer", "least", least, "value", f.describe(n, path)))
			return
		}
		*to = value
	}
}

// Flag reads true or false.
func Flag(f *File, to *bool) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		if err := n.Decode(to); err != nil {
			f.Fail(n, path, message.New("engine.field.boolean", "value", f.describe(n, path)))
		}
	}
}

// Flags returns a field for each name of a mapping of names to booleans.
func Flags(f *File, n *yaml.Node, to map[string]bool) Fields {
	known := Fields{"DB_UK_INDEX": nil} // the example of a node that is not a mapping
	if n.Kind != yaml.MappingNode {
		return known
	}
	for i := 0; i < len(n.Content); i += 2 {
		name := n.Content[i].Value
		known[name] = func(n *yaml.Node, path string) {
			var value bool
			Flag(f, &value)(n, path)
			to[name] = value
		}
	}
	return known
}

// Duration reads a positive duration with a unit.
func Duration(f *File, to *time.Duration) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		value, err := time.ParseDuration(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || value <= 0 {
			f.Fail(n, path, message.New("engine.field.duration", "value", f.describe(n, path)))
			return
		}
		*to = value
	}
}

// Bytes reads a size such as 500GiB, whose units are powers of 1024.
func Bytes(f *File, to *int64) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		value, err := units.RAMInBytes(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || value <= 0 {
			f.Fail(n, path, message.New("engine.field.bytes", "value", f.describe(n, path)))
			return
		}
		*to = value
	}
}

// Texts reads a list of strings.
func Texts(f *File, to *[]string) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		f.List(n, path, func(n *yaml.Node, path string) { *to = append(*to, f.Text(n, path)) })
	}
}

// exampleOf returns a field that shows what a mapping looks like: the first one, of a database its host.
func exampleOf(known Fields) string {
	if known["host"] != nil {
		return "host"
	}
	return sortedNames(known)[0]
}
