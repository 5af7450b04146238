package owncheck

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/catalogue"
	"github.com/dbprecheck/precheck/checks/oms"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine/internal/fields"
)

// The bounds of own checks.
const (
	MaxChecks = 100
	MaxType   = 64
	MaxTitle  = 100
	MaxText   = 2000
	MaxQuery  = 64 << 10
	MaxSQL    = 10 // statements of a remedy
)

// The values of the fields of a check.
const (
	sideSource, sideDest, sideBoth = "source", "dest", "both"
	levelFail, levelWarn           = "fail", "warn"
	levelInfo                      = "info"
)

// Sides lists the values of the field side.
func Sides() []string { return []string{sideSource, sideDest, sideBoth} }

// Levels lists the values of the field level.
func Levels() []string { return []string{levelFail, levelWarn, levelInfo} }

// The columns of a query. Without the field columns, the query must name the first three itself.
const (
	columnSchema   = "schema"
	columnObject   = "object"
	columnActual   = "actual"
	columnExpected = "expected"
)

// Columns lists the columns of a query.
func Columns() []string { return []string{columnSchema, columnObject, columnActual, columnExpected} }

// definition is a check as the file has it.
type definition struct {
	checkType, title, side, level string
	products                      []datasource.Type
	phases                        checks.Phases
	query, message, remedy, why   string
	expected                      string
	sql                           []string
	columns                       map[string]string // names in the query's answer, by the names here; nil: the same

	file string
	line int
}

// Read reads a list of own checks. The checks are complete if the file has no errors.
func Read(f *fields.File, n *yaml.Node, path string) []*checks.Check {
	var all []*checks.Check
	seen := map[string]bool{}
	f.List(n, path, func(n *yaml.Node, path string) {
		if len(all) == MaxChecks {
			f.Fail(n, path, message.New("engine.own.too_many", "count", MaxChecks))
			return
		}
		r := reader{File: f, path: path, nodes: map[string]*yaml.Node{}}
		d := r.definition(n)
		if d.checkType != "" && seen[d.checkType] {
			r.fail("type", message.New("engine.own.duplicate", "type", d.checkType))
		}
		seen[d.checkType] = true
		all = append(all, d.check())
	})
	return all
}

// reader reads one check.
type reader struct {
	*fields.File
	path  string
	nodes map[string]*yaml.Node // of the fields that the file has
	whole *yaml.Node
}

func (r *reader) definition(n *yaml.Node) definition {
	r.whole = n
	d := definition{file: r.Name(), line: n.Line}
	before := len(r.Errs)
	r.Object(n, r.path, fields.Fields{
		"type": r.text("type", &d.checkType), "title": r.text("title", &d.title), "side": r.text("side", &d.side),
		"level": r.text("level", &d.level), "query": r.text("query", &d.query),
		"message": r.text("message", &d.message), "remedy": r.text("remedy", &d.remedy), "why": r.text("why", &d.why),
		"expected": r.text("expected", &d.expected),
		"products": func(n *yaml.Node, path string) {
			r.List(n, path, func(n *yaml.Node, path string) {
				t := datasource.Type(strings.ToUpper(r.Text(n, path)))
				if !slices.Contains(datasource.Types(), t) {
					r.Fail(n, path, fields.OneOf(n.Value, datasource.Types()))
				}
				d.products = append(d.products, t)
			})
		},
		"phases": func(n *yaml.Node, path string) {
			r.List(n, path, func(n *yaml.Node, path string) {
				phase, ok := checks.ParsePhase(strings.ToUpper(r.Text(n, path)))
				if !ok {
					r.Fail(n, path, fields.OneOf(n.Value, checks.AllPhases.Names()))
				}
				d.phases |= phase
			})
		},
		"sql": func(n *yaml.Node, path string) {
			if n.Kind == yaml.ScalarNode {
				d.sql = []string{r.Text(n, path)}
			} else {
				fields.Texts(r.File, &d.sql)(n, path)
			}
			r.nodes["sql"] = n
		},
		"columns": func(n *yaml.Node, path string) {
			d.columns = map[string]string{}
			known := fields.Fields{}
			for _, name := range Columns() {
				known[name] = func(n *yaml.Node, path string) { d.columns[name] = r.Text(n, path) }
			}
			r.Object(n, path, known)
			r.nodes["columns"] = n
		},
	})
	if len(r.Errs) == before || r.Errs.Full() {
		r.validate(&d)
	}
	return d
}

func (r *reader) text(name string, to *string) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		*to = r.Text(n, path)
		r.nodes[name] = n
	}
}

// fail adds an error of a field.
func (r *reader) fail(name string, text message.Text) {
	n := r.nodes[name]
	if n == nil {
		n = r.whole
	}
	r.Fail(n, r.path+"."+name, text)
}

var typeForm = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// taken are the names of checks and of the items of OceanBase Migration Service, which skips refer to.
var taken = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, c := range catalogue.All() {
		names[c.Type] = true
	}
	for _, i := range oms.Items() {
		names[i.Name] = true
	}
	return names
})

func (r *reader) validate(d *definition) {
	for _, required := range []struct{ name, value string }{{"type", d.checkType}, {"title", d.title}, {"side", d.side},
		{"level", d.level}, {"query", d.query}, {"message", d.message}} {
		if strings.TrimSpace(required.value) == "" {
			r.fail(required.name, message.New("engine.field.required"))
		}
	}
	switch {
	case d.checkType == "":
	case !typeForm.MatchString(d.checkType) || len(d.checkType) > MaxType:
		r.fail("type", message.New("engine.own.type", "value", strconv.Quote(d.checkType), "most", MaxType))
	case taken()[d.checkType]:
		r.fail("type", message.New("engine.own.type_taken", "type", d.checkType))
	}
	r.oneOf("side", &d.side, Sides())
	r.oneOf("level", &d.level, Levels())
	if d.phases == 0 {
		d.phases = checks.AllPhases
	}
	for _, text := range []struct {
		name string
		of   *string
		most int
	}{{"title", &d.title, MaxTitle}, {"message", &d.message, MaxText}, {"remedy", &d.remedy, MaxText},
		{"expected", &d.expected, MaxTitle}} {
		*text.of = message.JoinLines(*text.of)
		r.shown(text.name, *text.of, text.most)
	}
	d.why = strings.TrimSpace(d.why)
	r.shown("why", strings.ReplaceAll(d.why, "\n", " "), MaxText)
	for _, name := range []struct{ name, text string }{{"message", d.message}, {"remedy", d.remedy}} {
		r.placeholders(name.name, name.text, "object", "actual", "expected")
	}
	if len(d.sql) > MaxSQL {
		r.fail("sql", message.New("engine.own.too_much_sql", "count", MaxSQL))
	}
	for i, s := range d.sql {
		d.sql[i] = strings.TrimSuffix(strings.ReplaceAll(strings.TrimSpace(s), "\n", " "), ";")
		r.shown("sql", d.sql[i], MaxText)
		r.placeholders("sql", s, "object", "actual", "expected")
	}
	r.columns(d)
	r.query(d)
}

func (r *reader) oneOf(name string, value *string, allowed []string) {
	lower := strings.ToLower(*value)
	if *value != "" && !slices.Contains(allowed, lower) {
		r.fail(name, fields.OneOf(*value, allowed))
	}
	*value = lower
}

// shown fails for a text that is too long or has a character that no format shows as it is.
func (r *reader) shown(name, text string, most int) {
	if utf8.RuneCountInString(text) > most {
		r.fail(name, message.New("engine.own.too_long", "count", most))
	}
	if !visible.Safe(text) {
		r.fail(name, message.New("engine.own.control"))
	}
}

var placeholder = regexp.MustCompile(`\{[A-Za-z_]+\}`)

func (r *reader) placeholders(name, text string, allowed ...string) {
	for i, a := range allowed {
		allowed[i] = "{" + a + "}"
	}
	for _, found := range placeholder.FindAllString(text, -1) {
		if !slices.Contains(allowed, found) {
			r.fail(name, message.New("engine.own.placeholder", "placeholder", found, "allowed", allowed))
			return
		}
	}
}

// columns fails for a mapping of columns that leaves out what every finding has.
func (r *reader) columns(d *definition) {
	if d.columns == nil {
		return
	}
	for _, name := range []string{columnObject, columnActual} {
		if d.columns[name] == "" {
			r.fail("columns", message.New("engine.own.columns", "column", name))
			return
		}
	}
}

// query replaces the query by one without comments, or fails if it is not one that only reads.
func (r *reader) query(d *definition) {
	if strings.TrimSpace(d.query) == "" {
		return
	}
	if len(d.query) > MaxQuery {
		r.fail("query", message.New("engine.own.too_long", "count", MaxQuery))
		return
	}
	products := d.products
	if len(products) == 0 {
		products = datasource.Types()
	}
	plain := ""
	for _, dialect := range []datasource.Dialect{datasource.MySQLDialect, datasource.OracleDialect} {
		if !slices.ContainsFunc(products, func(t datasource.Type) bool { return t.Dialect() == dialect }) {
			continue
		}
		one, err := readOnly(d.query, dialect == datasource.MySQLDialect)
		if err == nil && plain != "" && plain != one {
			err = message.Err("engine.own.query.dialects")
		}
		if err != nil {
			r.fail("query", message.Of(err))
			return
		}
		plain = one
	}
	d.query = plain
}
