package checks

import (
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Object is what a finding is about. Where Schema and Table are set, it is that table or view or a part of
// it. Otherwise Kind and Name identify it, such as a variable or an account.
type Object struct {
	Kind   string // TABLE, VIEW, COLUMN, INDEX, CONSTRAINT, SCHEMA, VARIABLE, ACCOUNT, SERVER, …
	Schema string
	Table  string
	Name   string // of the column, index, variable, …
}

// ServerObject is the object of a finding about a whole server.
var ServerObject = Object{Kind: "SERVER"}

// TableObject returns the object of a table.
func TableObject(t datasource.TableName) Object {
	return Object{Kind: "TABLE", Schema: t.Schema, Table: t.Name}
}

// ColumnObject returns the object of a column.
func ColumnObject(t datasource.TableName, column string) Object {
	return Object{Kind: "COLUMN", Schema: t.Schema, Table: t.Name, Name: column}
}

// IndexObject returns the object of an index.
func IndexObject(t datasource.TableName, index string) Object {
	return Object{Kind: "INDEX", Schema: t.Schema, Table: t.Name, Name: index}
}

// SchemaObject returns the object of a schema.
func SchemaObject(name string) Object { return Object{Kind: "SCHEMA", Schema: name} }

// VariableObject returns the object of a setting of the server.
func VariableObject(name string) Object { return Object{Kind: "VARIABLE", Name: name} }

// PatternObject returns the object of a pattern of the task.
func PatternObject(text string) Object { return Object{Kind: "PATTERN", Name: text} }

// TableName returns the table that the object is or belongs to; ok is false if there is none.
func (o Object) TableName() (t datasource.TableName, ok bool) {
	return datasource.TableName{Schema: o.Schema, Name: o.Table}, o.Table != ""
}

// String returns the object as schema.table.name, without the parts that are empty.
func (o Object) String() string {
	var parts []string
	for _, p := range []string{o.Schema, o.Table, o.Name} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ".")
}

// Args are the values of the placeholders in a text, such as counts, names and versions.
type Args = message.Args

// Finding is one problem. It holds only data: its texts are those of the page for Rule.
type Finding struct {
	Rule     string
	Level    Level
	Object   Object
	Actual   string // the value that was found; empty means the page's Actual line
	Expected string // the required value; empty means the page's Expected line
	// Args are more values for the page's text. The argument count selects the singular form.
	Args Args
	// Privileges are the missing privileges, if the finding is about privileges.
	Privileges []datasource.Privilege
	// SQL are the statements that fix it, in order, each without a final semicolon.
	SQL []string
	// On is the database that the statements are for. Pass.Report sets what is missing from the item.
	On Place `json:",omitzero"`
	// Blocks marks a failure after which nothing else of the database can be checked. The check must say that it
	// Blocks.
	Blocks bool `json:",omitzero"`
	// Err is the server's own error, if that is the problem.
	Err error

	// Message and Remedy are filled in from the page by Pass.Report.
	Message string
	Remedy  string
}

// content returns everything of the finding that is shown.
func (f *Finding) content() []string {
	o := f.Object
	content := []string{o.Kind, o.Schema, o.Table, o.Name, f.Message, f.Actual, f.Expected, f.Remedy}
	if f.Err != nil {
		content = append(content, f.Err.Error())
	}
	return append(append(content, f.On.String()), f.SQL...)
}

// write sets the texts.
func (f *Finding) write(w Wording, lang string) {
	if f.Actual == "" {
		f.Actual = fill(w.Actual, lang, f.value)
	}
	if f.Expected == "" {
		f.Expected = fill(w.Expected, lang, f.value)
	}
	f.Message, f.Remedy = fill(w.message(f.Args), lang, f.value), fill(w.Remedy, lang, f.value)
}

// Several returns the text in a language of findings of f's rule that share its actual and expected value and are about
// objects, such as "909 tables". It is empty if the page of the check has none.
func (c *Check) Several(lang string, f Finding, objects message.Text) string {
	w, _ := wording(Page.findings, c.PageIn(lang), c.Page, f.Rule)
	return fill(w.Several, lang, func(name string) (any, bool) {
		switch name {
		case "objects":
			return objects, true
		case "actual", "expected":
			return f.value(name)
		}
		return nil, false
	})
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

// fill replaces the placeholders that have a value.
func fill(text, lang string, lookup func(string) (any, bool)) string {
	if !strings.Contains(text, "{") {
		return text // shared by all findings
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
			b.WriteString(message.Format(lang, value))
			text = after
		} else {
			b.WriteByte('{')
			text = rest
		}
	}
}
