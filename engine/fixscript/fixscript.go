// Package fixscript writes the statements that fix what a run found as scripts, one for each database. It never runs
// them.
package fixscript

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

// Script is the script for one database.
type Script struct {
	On checks.Place
	// Name is a name for its file, such as fix-source.sql.
	Name string
	// Statements is the number of statements to run, Apart of those that are commented out, and ByHand of findings
	// without a statement.
	Statements, Apart, ByHand int
	SQL                       string
}

// Scripts are the scripts of a report, the source before the destination.
type Scripts struct {
	Scripts []Script
	Counts
}

// Counts says how many failures scripts fix. They count items.
type Counts struct {
	Failures int
	Fixed    int // by statements that run
	Apart    int // by statements of which some are commented out
}

// fix is a finding of a script.
type fix struct {
	item engine.Item
	engine.Finding
	on checks.Place
}

// New returns the scripts of a report. Findings that the user accepts and optional advice are not in them.
func New(r *engine.Report) Scripts {
	fixes := map[checks.Place][]*fix{}
	for i := range r.Results {
		res := &r.Results[i]
		for _, f := range res.Findings {
			if f.Skipped != "" || f.Level == checks.Info {
				continue
			}
			on := f.On.Or(res.Item.Side, res.Item.Role)
			fixes[on] = append(fixes[on], &fix{res.Item, f, on})
		}
	}
	var all Scripts
	runs := map[*fix]bool{}
	for _, on := range places(fixes) {
		own := fixes[on]
		slices.SortStableFunc(own, func(a, b *fix) int { return cmp.Compare(b.Level, a.Level) })
		s := newScript(r, on, own)
		for _, f := range own {
			runs[f] = len(f.SQL) > 0 && !s.waits[f]
		}
		all.Scripts = append(all.Scripts, s.write())
	}
	all.Counts = count(r, fixes, runs)
	return all
}

// CountsOf returns how many failures of a report scripts fix.
func CountsOf(r *engine.Report) Counts { return New(r).Counts }

func places(fixes map[checks.Place][]*fix) []checks.Place {
	var all []checks.Place
	for on := range fixes {
		all = append(all, on)
	}
	slices.SortFunc(all, func(a, b checks.Place) int {
		return cmp.Or(-strings.Compare(string(a.Side), string(b.Side)), strings.Compare(a.String(), b.String()))
	})
	return all
}

func count(r *engine.Report, fixes map[checks.Place][]*fix, runs map[*fix]bool) Counts {
	type state struct{ all, run bool }
	states := map[engine.Item]state{}
	for _, own := range fixes {
		for _, f := range own {
			if f.Level != checks.Fail {
				continue
			}
			s, known := states[f.item]
			if !known {
				s = state{true, true}
			}
			states[f.item] = state{s.all && len(f.SQL) > 0, s.run && runs[f]}
		}
	}
	var c Counts
	for _, res := range r.Results {
		if res.Outcome != engine.Failed {
			continue
		}
		c.Failures++
		switch s := states[res.Item]; {
		case res.Err != nil && res.Reason != "": // a part of it could not be checked
		case s.run:
			c.Fixed++
		case s.all:
			c.Apart++
		}
	}
	return c
}

// typeOf returns the type of the database of a place.
func typeOf(r *engine.Report, on checks.Place) datasource.Type {
	if on.Side == checks.Dest {
		return r.Task.Destination.Type
	}
	return r.Task.Source.Type
}

// newScript arranges the statements of a database.
func newScript(r *engine.Report, on checks.Place, fixes []*fix) *script {
	s := &script{report: r, on: on, dialect: typeOf(r, on), waits: map[*fix]bool{},
		sizes: map[string]datasource.TableSize{}}
	if on.Side == checks.Source {
		for _, t := range r.Sizes {
			s.sizes[checks.QuoteTable(s.dialect, t.Table)] = t.Size
		}
	}
	m := newMerger(s.dialect)
	for _, f := range fixes {
		if s.dialect.Dialect() == datasource.MySQLDialect { // the script has a mode of its own
			f.SQL = slices.DeleteFunc(slices.Clone(f.SQL), setsMode.MatchString)
		}
		switch {
		case len(f.SQL) == 0:
			s.byHand = append(s.byHand, f)
		case slices.ContainsFunc(f.SQL, isComment):
			s.keepApart(f, reasonCharacters)
		case len(f.SQL) > 1 && slices.ContainsFunc(f.SQL, func(sql string) bool { return len(s.reasons(sql)) > 0 }):
			s.keepApart(f)
		case slices.ContainsFunc(f.SQL, setsSession): // they belong together
			m.add(&step{sql: strings.Join(f.SQL, ";\n"), fixes: []*fix{f}, together: true}, false)
		default:
			for i, sql := range f.SQL { // only the first can join another: the others come after it
				m.add(&step{sql: sql, fixes: []*fix{f}}, i == 0)
			}
		}
	}
	for _, step := range m.steps {
		if step.reasons = append(step.reasons, s.reasons(step.text())...); len(step.reasons) > 0 {
			s.apart = append(s.apart, step)
		} else {
			s.steps = append(s.steps, step)
		}
	}
	for _, step := range s.apart {
		for _, f := range step.fixes {
			s.waits[f] = true
		}
	}
	return s
}

// keepApart adds the statements of a finding to those that are commented out, together.
func (s *script) keepApart(f *fix, more ...reason) {
	all := more
	for _, sql := range f.SQL {
		all = append(all, s.reasons(sql)...)
	}
	s.apart = append(s.apart, &step{sql: strings.Join(f.SQL, ";\n"), fixes: []*fix{f}, reasons: all})
}

// isComment reports whether a statement is a comment, because SQL cannot show a name in it.
func isComment(sql string) bool { return strings.HasPrefix(sql, "--") }

var session = starts(`SET\s+(SESSION\s+|@@SESSION\.|@)?\w+\s*:?=`)

var setsMode = starts(`SET\s+SESSION\s+sql_mode\s*=`)

// setsSession reports whether a statement sets something of its session.
func setsSession(sql string) bool {
	return session.MatchString(sql) && !privileged.MatchString(sql)
}
