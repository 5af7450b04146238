// Package schema describes the task file and the result of the format full: each field of a task file with its text,
// as `precheck explain task` shows it, and both as JSON Schemas of draft 2020-12.
package schema

import (
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
)

// Kind is the form of a field's value.
type Kind string

// The kinds.
const (
	Text     Kind = "string"
	Flag     Kind = "boolean"
	Number   Kind = "integer"
	Duration Kind = "duration"
	Size     Kind = "size"
	Object   Kind = "object"
	Variable Kind = "string or {env: NAME}"
	Password Kind = "password"
	Flags    Kind = "map of booleans"
	Texts    Kind = "string or list of strings" // one or several
)

// Field is a field of a task file.
type Field struct {
	Name     string
	Doc      message.Text
	Kind     Kind
	List     bool     // a list of such values
	Required bool     // wherever the field that it belongs to is set
	Values   []string // the allowed values; nil: any
	Default  string   // as the file would have it
	Least    int      // of a Number
	Fields   []Field  // of an Object
}

// Path separates the names of a field's path.
const Path = "."

// Find returns a field of the task file by its path, such as source.tls.mode. The empty path is the file itself.
func Find(path string) (Field, error) {
	found := Field{Kind: Object, Doc: message.New("engine.taskfield.task"), Fields: Fields()}
	if path == "" {
		return found, nil
	}
	at := ""
	for name := range strings.SplitSeq(path, Path) {
		next, ok := found.field(name)
		if !ok {
			var names []string
			for _, f := range found.Fields {
				names = append(names, f.Name)
			}
			if names == nil {
				return Field{}, message.Err("engine.taskfield.no_fields", "field", strings.TrimSuffix(at, Path))
			}
			return Field{}, message.Err("engine.taskfield.unknown", "field", at+name, "allowed", names)
		}
		found, at = next, at+name+Path
	}
	return found, nil
}

func (f Field) field(name string) (Field, bool) {
	for _, one := range f.Fields {
		if one.Name == name {
			return one, true
		}
	}
	return Field{}, false
}

// Paths returns the path of every field of the task file, each after the one that it belongs to.
func Paths() []string {
	var all []string
	var add func(prefix string, fields []Field)
	add = func(prefix string, fields []Field) {
		for _, f := range fields {
			all = append(all, prefix+f.Name)
			add(prefix+f.Name+Path, f.Fields)
		}
	}
	add("", Fields())
	return all
}
