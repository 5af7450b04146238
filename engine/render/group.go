package render

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fixscript"
)

// Group is the findings of an item that say the same about several objects: those of one rule and level, with the
// same actual and expected value, remedy, skip and place of statements.
type Group struct {
	Rule     string
	Level    checks.Level
	Kind     string
	Actual   string
	Expected string
	Remedy   string       // with the object of the first finding
	Skipped  string       // the user's reason
	On       checks.Place // for which the statements are
	Findings []engine.Finding
	Schemas  []SchemaCount // the most findings first
	check    *checks.Check
	lang     string
	dialect  datasource.Type // of the statements
}

// SchemaCount is the number of a group's findings in a schema. Schema is empty for objects without one.
type SchemaCount struct {
	Schema string
	Count  int
}

// groupKey identifies a group of an item.
type groupKey struct {
	rule                                 string
	level                                checks.Level
	kind, actual, expected, remedy, skip string
	on                                   checks.Place
}

// grouped returns the failures and warnings of a result, in the order of the first finding of each group.
func grouped(t *engine.Task, res *engine.Result) []Group {
	var groups []Group
	at := map[groupKey]int{}
	for _, f := range res.Findings {
		if f.Level == checks.Info {
			continue
		}
		key := groupKey{f.Rule, f.Level, f.Object.Kind, f.Actual, f.Expected, general(f.Remedy, f.Object), f.Skipped,
			f.On}
		i, known := at[key]
		if !known {
			i, at[key] = len(groups), len(groups)
			groups = append(groups, Group{Rule: f.Rule, Level: f.Level, Kind: f.Object.Kind, Actual: f.Actual,
				Expected: f.Expected, Remedy: f.Remedy, Skipped: f.Skipped, On: f.On,
				check: res.Item.Check, lang: t.Lang})
		}
		groups[i].Findings = append(groups[i].Findings, f)
	}
	for i := range groups {
		groups[i].count()
		groups[i].dialect = typeOn(t, groups[i].On)
	}
	return groups
}

// typeOn returns the type of the database of a place.
func typeOn(t *engine.Task, on checks.Place) datasource.Type {
	if on.Side == checks.Dest {
		return t.Destination.Type
	}
	return t.Source.Type
}

// general returns a remedy without the name of its object.
func general(remedy string, o checks.Object) string {
	if name := o.String(); name != "" {
		remedy = strings.ReplaceAll(remedy, name, "{object}")
	}
	if t, ok := o.TableName(); ok {
		remedy = strings.ReplaceAll(remedy, t.String(), "{table}")
	}
	return remedy
}

func (g *Group) count() {
	at := map[string]int{}
	for _, f := range g.Findings {
		i, known := at[f.Object.Schema]
		if !known {
			i, at[f.Object.Schema] = len(g.Schemas), len(g.Schemas)
			g.Schemas = append(g.Schemas, SchemaCount{Schema: f.Object.Schema})
		}
		g.Schemas[i].Count++
	}
	slices.SortStableFunc(g.Schemas, func(a, b SchemaCount) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(a.Schema, b.Schema))
	})
}

// Message returns what the group says: the message of its only finding, or one about all of its objects.
func (g *Group) Message() string {
	if len(g.Findings) == 1 {
		return g.Findings[0].Message
	}
	objects := g.objects()
	if text := g.check.Several(g.lang, g.Findings[0].Finding, objects); text != "" {
		return text
	}
	return message.New("render.group.such_as", "objects", objects, "example", g.Findings[0].Message).In(g.lang)
}

// objects returns the number of objects, as in "909 tables of 31 schemas".
func (g *Group) objects() message.Text {
	count := kindCount(g.Kind, len(g.Findings))
	switch {
	case len(g.Schemas) > 1:
		return message.New("render.group.of", "objects", count,
			"schemas", message.New("render.kind.schema", "count", len(g.Schemas)))
	case g.Schemas[0].Schema != "" && g.Kind != "SCHEMA":
		return message.New("render.group.of_schema", "objects", count, "schema", g.Schemas[0].Schema)
	}
	return count
}

// Where lists the objects of a group: their names if they are at most that many, or the schemas with their counts, or
// the first names. It is empty for a single finding, whose message has the name.
func (g *Group) Where(most int) []string {
	if len(g.Findings) == 1 {
		return nil
	}
	if len(g.Findings) <= most || len(g.Schemas) == 1 {
		names := make([]string, 0, most+1)
		for _, f := range g.Findings[:min(most, len(g.Findings))] {
			names = append(names, f.Object.String())
		}
		if len(g.Findings) > most {
			names = append(names, message.New("render.more").In(g.lang))
		}
		return names
	}
	schemas := make([]string, 0, most+1)
	for _, s := range g.Schemas[:min(most, len(g.Schemas))] {
		schemas = append(schemas, message.New("render.group.schema", "schema", s.Schema,
			"objects", kindCount(g.Kind, s.Count)).In(g.lang))
	}
	if len(g.Schemas) > most {
		schemas = append(schemas, message.New("render.more").In(g.lang))
	}
	return schemas
}

// place says which database the statements are for.
func (g *Group) place() message.Text { return message.New("engine.finding.on", "place", g.On.Text()) }

// Statements returns the statements that fix what the group found, each once and in order, one ALTER TABLE per table
// where that is possible.
func (g *Group) Statements() []string {
	var all []string
	known := map[string]bool{}
	for _, f := range g.Findings {
		for _, s := range f.SQL {
			if !known[s] {
				known[s], all = true, append(all, s)
			}
		}
	}
	return fixscript.Join(g.dialect, all)
}

// kindCount returns a number of objects of a kind, as in "2 tables".
func kindCount(kind string, count int) message.Text {
	switch kind {
	case "TABLE":
		return message.New("render.kind.table", "count", count)
	case "VIEW":
		return message.New("render.kind.view", "count", count)
	case "COLUMN":
		return message.New("render.kind.column", "count", count)
	case "INDEX":
		return message.New("render.kind.index", "count", count)
	case "CONSTRAINT":
		return message.New("render.kind.constraint", "count", count)
	case "SCHEMA":
		return message.New("render.kind.schema", "count", count)
	case "VARIABLE":
		return message.New("render.kind.variable", "count", count)
	case "ACCOUNT":
		return message.New("render.kind.account", "count", count)
	}
	return message.New("render.kind.object", "count", count)
}
