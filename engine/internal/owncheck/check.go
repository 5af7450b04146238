package owncheck

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// The bounds of an answer.
const (
	MaxRows  = 10_000
	maxValue = 300 // characters
)

// row is the rule of every finding: a row of the query.
const row = "row"

// check returns the check of a definition.
func (d definition) check() *checks.Check {
	c := &checks.Check{
		Type:     d.checkType,
		Page:     d.page(),
		Level:    d.findingLevel(),
		Sides:    map[string][]checks.Side{sideSource: {checks.Source}, sideDest: {checks.Dest}}[d.side],
		Phases:   d.phases,
		Requires: []string{"RDB_CONNECT"},
		Reads: checks.Reads{Own: checks.Facts{datasource.FactQueryResult},
			Mapping: strings.Contains(d.query, datasource.SchemasPlaceholder)},
		Run: d.run,
	}
	switch d.side {
	case sideSource:
		c.Sources = d.products
	case sideDest:
		c.Dests = d.products
	default:
		c.Sides, c.AppliesTo = checks.BothSides, d.products
	}
	return c
}

func (d definition) findingLevel() checks.Level {
	return map[string]checks.Level{levelFail: checks.Fail, levelWarn: checks.Warn, levelInfo: checks.Info}[d.level]
}

// page returns the texts of the check in every language. Those of the user are the same in each.
func (d definition) page() checks.Page {
	p := d.pageIn(message.English)
	p.In = map[string]checks.Page{}
	for _, lang := range message.Languages()[1:] {
		p.In[lang] = d.pageIn(lang)
	}
	return p
}

func (d definition) pageIn(lang string) checks.Page {
	why, remedy := d.why, d.remedy
	if why == "" {
		why = message.New("engine.own.page.no_why").In(lang)
	}
	if remedy == "" {
		remedy = message.New("engine.own.page.no_remedy").In(lang)
	}
	p := checks.Page{Type: d.checkType, Title: d.title, SkipConsequence: message.New("engine.own.page.skip").In(lang),
		Wording: map[string]checks.Wording{row: {Message: d.message, Remedy: d.remedy, Expected: d.expected}}}
	var text strings.Builder
	text.WriteString("# " + d.checkType + ": " + d.title + "\n\n" +
		message.New("engine.own.page.intro", "file", d.file, "line", d.line).In(lang))
	for _, section := range []struct {
		heading message.Text
		body    string
	}{
		{message.New("engine.own.page.why"), why},
		{message.New("engine.own.page.decided"), message.New("engine.own.page.decided.text", "level",
			d.findingLevel().Text(), "count", MaxRows).In(lang) + "\n\n    " +
			strings.ReplaceAll(d.query, "\n", "\n    ")},
		{message.New("engine.own.page.privileges"), message.New("engine.own.page.privileges.text").In(lang)},
		{message.New("engine.own.page.remedy"), remedy},
		{message.New("engine.own.page.skipped"), p.SkipConsequence},
		{message.New("engine.own.page.findings"), d.message},
	} {
		text.WriteString("\n\n## " + section.heading.In(lang) + "\n\n" + section.body)
	}
	p.Text = text.String() + "\n"
	return p
}

func (d definition) run(ctx context.Context, p *checks.Pass) error {
	if p.Check.Reads.Mapping {
		if _, err := p.Mapping(ctx); err != nil {
			return err
		}
	}
	answer, err := datasource.FactQueryResult.Of(ctx, p.Facts(), datasource.QueryText{SQL: d.query, Rows: MaxRows})
	if err != nil {
		return err
	}
	at, err := d.positions(answer.Columns, p.Lang)
	if err != nil {
		return err
	}
	for _, cells := range answer.Rows {
		value := func(column string) (string, bool) {
			i, ok := at[column]
			if !ok || cells[i].Null {
				return "", false
			}
			return shortened(cells[i].Text), true
		}
		f := checks.Finding{Rule: row, Level: p.Check.Level}
		schema, _ := value(columnSchema)
		object, ok := value(columnObject)
		if !ok {
			object = null
		}
		f.Object = checks.Object{Kind: "OBJECT", Schema: schema, Table: object}
		if schema == "" {
			f.Object = checks.Object{Kind: "OBJECT", Name: object}
		}
		if f.Actual, ok = value(columnActual); !ok {
			f.Actual = null
		}
		if expected, ok := value(columnExpected); ok {
			f.Expected = expected
		}
		f.SQL = d.statements(p, f)
		p.Report(f)
	}
	if answer.More {
		p.NoteText(message.New("engine.own.more", "count", len(answer.Rows)))
	}
	return nil
}

// null is how NULL is shown.
const null = "NULL"

// shortened returns the start of a long text.
func shortened(text string) string {
	if utf8.RuneCountInString(text) <= maxValue {
		return text
	}
	return string([]rune(text)[:maxValue]) + "…"
}

// positions returns where the columns of a check are in an answer. Names have any case.
func (d definition) positions(names []string, lang string) (map[string]int, error) {
	at := map[string]int{}
	wrong := d.columns == nil && len(names) > len(Columns())
	for i, name := range names {
		known := false
		for _, column := range Columns() {
			wanted := column
			if d.columns != nil {
				wanted = d.columns[column]
			}
			if wanted != "" && strings.EqualFold(name, wanted) {
				_, twice := at[column]
				wrong = wrong || twice
				at[column], known = i, true
			}
		}
		wrong = wrong || !known && d.columns == nil
	}
	required := []string{columnSchema, columnObject, columnActual}
	if d.columns != nil {
		required = nil
		for _, column := range Columns() {
			if d.columns[column] != "" {
				required = append(required, column)
			}
		}
	}
	for _, column := range required {
		if _, ok := at[column]; !ok {
			wrong = true
		}
	}
	if !wrong {
		return at, nil
	}
	for i, column := range required {
		if d.columns != nil {
			required[i] = d.columns[column]
		}
	}
	shown := make([]string, 0, len(names))
	for _, name := range names[:min(len(names), 10)] {
		shown = append(shown, shortened(name))
	}
	return nil, &checks.NotCheckedError{
		Reason: message.New("engine.own.wrong_columns", "type", d.checkType, "file", d.file, "line", d.line, "columns",
			shown, "required", required).In(lang),
		Remedy: message.New("engine.own.wrong_columns.remedy").In(lang)}
}

// statements returns the statements of the remedy of a finding.
func (d definition) statements(p *checks.Pass, f checks.Finding) []string {
	t := p.Route.Source
	if p.Side == checks.Dest {
		t = p.Route.Dest
	}
	object := checks.Quote(t, f.Object.Name)
	if f.Object.Schema != "" {
		object = checks.Quote(t, f.Object.Schema, f.Object.Table)
	}
	replace := strings.NewReplacer("{object}", object, "{actual}", literal(t, f.Actual), "{expected}",
		literal(t, f.Expected))
	var all []string
	for _, s := range d.sql {
		all = append(all, replace.Replace(s))
	}
	return all
}

// literal returns a text as a string literal of databases of type t.
func literal(t datasource.Type, text string) string {
	if t.Dialect() == datasource.OracleDialect {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return checks.QuoteString(text)
}
