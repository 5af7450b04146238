package engine

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/oms"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Named returns the checks that a name selects: the check of that type, all that answer the item of OceanBase
// Migration Service of that name, or, for a name with * or ?, all whose type matches it. Names have any case. For an
// unknown name its error suggests a similar one.
func (e *Engine) Named(name string) ([]*checks.Check, error) { return selected(e.order, name) }

func selected(catalogue []*checks.Check, name string) ([]*checks.Check, error) {
	name = strings.ToUpper(name)
	if strings.ContainsAny(name, "*?") {
		return matching(catalogue, name)
	}
	return named(catalogue, name)
}

// named returns the checks of exactly one name.
func named(catalogue []*checks.Check, name string) ([]*checks.Check, error) {
	types := make([]string, len(catalogue))
	for i, c := range catalogue {
		if c.Type == name {
			return []*checks.Check{c}, nil
		}
		types[i] = c.Type
	}
	var answering []*checks.Check
	for _, c := range catalogue {
		if slices.ContainsFunc(c.OMS, func(i checks.OMSItem) bool { return i.Name == name }) {
			answering = append(answering, c)
		}
	}
	if answering != nil {
		return answering, nil
	}
	if item, ok := oms.Find(name); ok {
		return nil, message.Err("engine.check.oms_not_answered", "item", item.Name)
	}
	for _, item := range oms.Items() {
		types = append(types, item.Name)
	}
	return nil, unknownCheck(name, types)
}

// matching returns the checks whose type matches a pattern with * and ?.
func matching(catalogue []*checks.Check, pattern string) ([]*checks.Check, error) {
	var found []*checks.Check
	for _, c := range catalogue {
		if matches, err := path.Match(pattern, c.Type); err == nil && matches {
			found = append(found, c)
		}
	}
	if found == nil {
		return nil, message.Err("engine.check.no_match", "pattern", strconv.Quote(pattern))
	}
	return found, nil
}

func unknownCheck(name string, types []string) error {
	return message.Err("engine.check.unknown", "type", strconv.Quote(name), "hint", message.DidYouMean(name, types))
}

// skippable reports whether a failure of the check can be skipped under a name: its type, or that of an item of
// OMS that it answers. The task's flags take precedence over the check.
func (t Task) skippable(c *checks.Check, name string) bool {
	if allowed, ok := t.SkippableFlags[name]; ok {
		return allowed
	}
	if allowed, ok := t.SkippableFlags[c.Type]; ok {
		return allowed
	}
	for _, i := range c.OMS {
		if allowed, ok := t.SkippableFlags[i.Name]; ok && !i.Part() {
			return allowed
		}
	}
	return c.Skippable()
}

// protects reports whether the task's flags are why none of the checks can be skipped under a name.
func (t Task) protects(all []*checks.Check, name string) bool {
	without := t
	without.SkippableFlags = nil
	return slices.ContainsFunc(all, func(c *checks.Check) bool { return without.skippable(c, name) })
}

// UnknownFlags returns the names of the task's SkippableFlags that are neither a check's type nor an item of OMS,
// in order. They have no effect.
func (e *Engine) UnknownFlags(t Task) []string {
	e = e.of(t)
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(t.SkippableFlags)) {
		known := slices.ContainsFunc(e.order, func(c *checks.Check) bool { return c.Type == name })
		if _, documented := oms.Find(name); !known && !documented {
			unknown = append(unknown, name)
		}
	}
	return unknown
}
