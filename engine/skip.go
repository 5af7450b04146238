package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// skipUse is what a skip of the task has accepted.
type skipUse struct {
	any    bool
	tables []datasource.TableName // that its patterns matched
	fold   datasource.NameCase    // of their names
}

// selects reports whether the skip names the check of the item, or an item of OMS that it answers and that is accepted.
func (s Skip) selects(item Item, r checks.Route, accepted func(checks.OMSItem) bool) bool {
	return s.Type == item.Check.Type || slices.ContainsFunc(item.Check.OMS, func(i checks.OMSItem) bool {
		return i.Name == s.Type && i.AppliesTo(item.Side, r) && accepted(i)
	})
}

// belongs reports whether the skip is for findings of the item.
func (s Skip) belongs(item Item, r checks.Route) bool {
	return s.selects(item, r, func(checks.OMSItem) bool { return true })
}

// Concerns reports whether the skip can change the result of an item of a task with that route.
func (s Skip) Concerns(item Item, r checks.Route) bool { return s.belongs(item, r) }

// covers reports whether the skip is for findings like f of the item.
func (s Skip) covers(item Item, r checks.Route, f checks.Finding) bool {
	return s.selects(item, r, func(i checks.OMSItem) bool { return i.Covers(f) })
}

// coversAll reports whether the skip is for every finding of the item, whatever its object. Only such a skip accepts
// that the item could not be checked.
func (s Skip) coversAll(item Item, r checks.Route) bool {
	return len(s.Objects) == 0 && s.selects(item, r, func(i checks.OMSItem) bool { return !i.Part() })
}

// acceptable reports whether a user may accept that an item could not be checked because of err: a missing privilege,
// or what the server does not show. If the run ended or the connection failed, the next run may check it.
func acceptable(err error) bool {
	if err == nil || errors.Is(err, ErrInterrupted) || errors.Is(err, ErrTimeout) {
		return false
	}
	switch datasource.ClassOf(err) {
	case datasource.ErrPrivilege, datasource.ErrNoSuchObject, datasource.ErrUnsupported, datasource.ErrOther,
		datasource.ErrTimeout:
		return true
	}
	return false
}

// skip marks what the task accepts of a result: each finding with the reason of the first skip that covers it, and
// err, the reason why the item could not be checked, with that of the first skip that covers the whole item.
func (r *run) skip(ctx context.Context, res *Result, err error) {
	item, route := res.Item, r.task.Route()
	for i, s := range r.task.Skip {
		if !r.task.skippable(item.Check, s.Type) || !s.belongs(item, route) {
			continue
		}
		var use skipUse
		if acceptable(err) && s.coversAll(item, route) {
			use.any = true
			if res.accepted == "" {
				res.accepted = s.Reason
			}
		}
		var patterns *checks.Patterns
		if len(s.Objects) > 0 && len(res.Findings) > 0 {
			use.fold = r.sourceCase(ctx)
			patterns = checks.NewPatterns(s.Objects, use.fold)
		}
		for n := range res.Findings {
			f := &res.Findings[n]
			if !s.covers(item, route, f.Finding) {
				continue
			}
			if patterns != nil {
				matched := r.matched(ctx, patterns, item.Side, f.Object)
				if len(matched) == 0 {
					continue
				}
				use.tables = append(use.tables, matched...)
			}
			use.any = use.any || f.Level > checks.Info
			if f.Skipped == "" {
				f.Skipped = s.Reason
			}
		}
		r.used(i, use)
	}
}

// used records what the skip of that index has accepted of an item.
func (r *run) used(i int, use skipUse) {
	if !use.any {
		return
	}
	r.skipping.Lock()
	defer r.skipping.Unlock()
	all := &r.skips[i]
	all.any, all.tables = true, append(all.tables, use.tables...)
	if len(use.tables) > 0 {
		all.fold = use.fold
	}
}

// matched returns the task's objects that the patterns match and that a finding on side is about.
func (r *run) matched(ctx context.Context, patterns *checks.Patterns, side checks.Side,
	o checks.Object) []datasource.TableName {
	var matched []datasource.TableName
	for _, pair := range r.pairs(ctx, side, o) {
		if patterns.Match(pair.Source) {
			matched = append(matched, pair.Source)
		}
	}
	return matched
}

// warnings returns what of the task has no effect, each with its field: patterns and excludes that match nothing,
// skips of checks that do not apply or found nothing to accept, and connections that a server refused. It returns none
// where the run could not decide.
func (r *run) warnings(results []Result) []string {
	var w validator
	counted := r.recount()
	if m := r.resolved.Load(); m != nil {
		for _, pattern := range m.Unmatched {
			if !reportsPattern(results, pattern) {
				w.unmatched("objects.include", r.task.Objects.Include, pattern)
			}
		}
		for _, pattern := range m.UnusedExcludes {
			w.unmatched("objects.exclude", r.task.Objects.Exclude, pattern)
		}
	}
	if counted {
		for i := range r.task.Skip {
			r.warnOfSkip(&w, i, results)
		}
	}
	for _, u := range r.usage() {
		if u.Admitted > 0 && u.Admitted < r.task.Limits.Connections {
			w.fail("limits.connections", message.New("engine.limits.admitted", "endpoint", endpointText(u.Side),
				"count", u.Admitted, "limit", r.task.Limits.Connections))
		}
	}
	return slices.Compact(w.errs.In(r.task.Lang))
}

// recount records what the skips accept of the items that were done before the run. It reports whether it could: it
// reads which objects the patterns match.
func (r *run) recount() bool {
	if len(r.kept) == 0 {
		return true
	}
	if _, err := r.mapping(r.context); err != nil {
		return false
	}
	for _, res := range r.kept {
		res.Findings = slices.Clone(res.Findings)
		r.skip(r.context, &res, res.Err)
	}
	return true
}

// unmatched adds a pattern of a list that matches nothing.
func (v *validator) unmatched(path string, list []string, pattern string) {
	v.fail(fmt.Sprintf("%s[%d]", path, slices.Index(list, pattern)), message.New("engine.objects.unmatched"))
}

// reportsPattern reports whether a finding says that a pattern matches nothing.
func reportsPattern(results []Result, pattern string) bool {
	return slices.ContainsFunc(results, func(res Result) bool {
		return slices.ContainsFunc(res.Findings, func(f Finding) bool {
			return f.Object == checks.PatternObject(pattern)
		})
	})
}

// warnOfSkip adds what of a skip has no effect.
func (r *run) warnOfSkip(w *validator, i int, results []Result) {
	s, at := r.task.Skip[i], fmt.Sprintf("skip[%d]", i)
	planned := false
	for _, res := range results {
		if !s.belongs(res.Item, r.task.Route()) || !r.task.skippable(res.Item.Check, s.Type) {
			continue
		}
		planned = true
		if res.Outcome == Blocked || res.Err != nil && res.accepted == "" {
			return
		}
	}
	use := r.skips[i]
	switch {
	case !planned:
		if reasons, applies := r.engine.notApplicable(s.Type, r.task.Route()); !applies {
			w.fail(at+".type", message.New("engine.only.not_applicable", "name", s.Type, "reasons", reasons))
		}
	case !use.any:
		w.fail(at, message.New("engine.skip.unused", "type", s.Type))
	default:
		for _, pattern := range checks.UnusedPatterns(s.Objects, use.fold, use.tables, nil) {
			w.fail(fmt.Sprintf("%s.objects[%d]", at, slices.Index(s.Objects, pattern)),
				message.New("engine.skip.unmatched", "type", s.Type))
		}
	}
}
