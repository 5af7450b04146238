package checks

import (
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Object is what a finding is about. Where Schema and Table are set, it is that table or view or
// a part of it; else it is what Kind and Name say, as in a variable or an account.
type Object struct {
	Kind   string // TABLE, VIEW, COLUMN, INDEX, CONSTRAINT, SCHEMA, VARIABLE, ACCOUNT, SERVER, …
	Schema string
	Table  string
	Name   string // of the column, index, variable, …
}

// ServerObject is what a finding about a whole server names.
var ServerObject = Object{Kind: "SERVER"}

// TableObject names a table.
func TableObject(t datasource.TableName) Object {
	return Object{Kind: "TABLE", Schema: t.Schema, Table: t.Name}
}

// ColumnObject names a column of a table.
func ColumnObject(t datasource.TableName, column string) Object {
	return Object{Kind: "COLUMN", Schema: t.Schema, Table: t.Name, Name: column}
}

// IndexObject names an index of a table.
func IndexObject(t datasource.TableName, index string) Object {
	return Object{Kind: "INDEX", Schema: t.Schema, Table: t.Name, Name: index}
}

// SchemaObject names a schema.
func SchemaObject(name string) Object { return Object{Kind: "SCHEMA", Schema: name} }

// VariableObject names a setting of the server.
func VariableObject(name string) Object { return Object{Kind: "VARIABLE", Name: name} }

// TableName gives the table that the object is or belongs to; ok is false where there is none.
func (o Object) TableName() (t datasource.TableName, ok bool) {
	return datasource.TableName{Schema: o.Schema, Name: o.Table}, o.Table != ""
}

// String writes the object as schema.table.name, as far as it has these.
func (o Object) String() string {
	var parts []string
	for _, p := range []string{o.Schema, o.Table, o.Name} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ".")
}

// Args are the values of the names in braces of a text, such as counts, names and versions.
type Args = message.Args

// Finding is one thing that is wrong. It holds data alone: its words are those of the page for Rule.
type Finding struct {
	Rule     string
	Level    Level
	Object   Object
	Actual   string // the value that was found; empty takes the page's Actual line
	Expected string // the value that is needed; empty takes the page's Expected line
	// Args are more values for the page's text. The number named count chooses the singular form.
	Args Args
	// Privileges are those that the account does not have, where the finding is about that.
	Privileges []datasource.Privilege
	// SQL are the statements that fix it, in order, each without a final semicolon.
	SQL []string
	// Err is the server's own error, where that is what was found.
	Err error

	// Message and Remedy are filled in from the page by Pass.Report.
	Message string
	Remedy  string
}

// write fills in the text.
func (f *Finding) write(w Wording) {
	if f.Actual == "" {
		f.Actual = fill(w.Actual, f.value)
	}
	if f.Expected == "" {
		f.Expected = fill(w.Expected, f.value)
	}
	f.Message, f.Remedy = fill(w.message(f.Args), f.value), fill(w.Remedy, f.value)
}

func (f *Finding) value(name string) (value any, known bool) {
	switch name {
	case "object":
		return f.Object, true
	case "actual":
		return f.Actual, true
	case "expected":
		return f.Expected, true
	}
	value, known = f.Args[name]
	return value, known
}

// fill replaces the names in braces that are known by their values.
func fill(text string, lookup func(string) (any, bool)) string {
	if !strings.Contains(text, "{") {
		return text // which all findings share
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		if value, known := lookup(name); known {
			b.WriteString(message.Format(message.English, value))
			text = after
		} else {
			b.WriteByte('{')
			text = rest
		}
	}
}
