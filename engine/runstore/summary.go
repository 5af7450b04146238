package runstore

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/engine"
)

// group is a row of a summary: a number of runs by up to three texts.
type group struct {
	by [3]string
	n  int
}

func scanGroup(scan func(...any) error) (g group, err error) {
	return g, scan(&g.by[0], &g.by[1], &g.by[2], &g.n)
}

// itemsOf joins the items that did not pass of the chosen runs, and their types.
const itemsOf = ` JOIN run_bodies b ON b.run_id = c.id JOIN items i ON i.run_id = c.id
	JOIN plan_items p ON p.plan_id = b.plan_id AND p.n = i.n WHERE i.outcome IN `

// Summarize implements Runs.
func (s *store) Summarize(ctx context.Context, f Filter) (Summary, error) {
	if err := s.describePlans(ctx); err != nil {
		return Summary{}, err
	}
	from, args := f.sql(s.d)
	chosen := "(SELECT id, source_id, sink_id, " + verdict + " AS verdict" + from + ") c"
	sum := summing{sources: map[string]*SourceSummary{}, Summary: Summary{Verdicts: map[Verdict]int{}}}
	err := s.at(ctx, func(q querier) error {
		for _, one := range []struct {
			statement string
			add       func(group)
		}{
			{"SELECT '', '', verdict, COUNT(*) FROM " + chosen + " GROUP BY verdict", sum.verdict},
			{"SELECT '', p.type, i.outcome, COUNT(DISTINCT c.id) FROM " + chosen + itemsOf +
				"('failed', 'warned', 'unknown') GROUP BY p.type, i.outcome", sum.check},
			{"SELECT source_id, '', verdict, COUNT(*) FROM " + chosen + " GROUP BY source_id, verdict", sum.source},
			{"SELECT sink_id, '', verdict, COUNT(*) FROM " + chosen +
				" WHERE sink_id <> source_id GROUP BY sink_id, verdict", sum.source},
			{"SELECT c.source_id, p.type, '', COUNT(DISTINCT c.id) FROM " + chosen + itemsOf +
				"('failed') AND p.side = '" + string(checks.Source) + "' GROUP BY c.source_id, p.type", sum.failing},
			{"SELECT c.sink_id, p.type, '', COUNT(DISTINCT c.id) FROM " + chosen + itemsOf +
				"('failed') AND p.side = '" + string(checks.Dest) + "' GROUP BY c.sink_id, p.type", sum.failing},
		} {
			groups, err := all(ctx, q, scanGroup, one.statement, args...)
			if err != nil {
				return err
			}
			for _, g := range groups {
				one.add(g)
			}
		}
		return nil
	})
	return sum.sorted(), err
}

// summing is a Summary while its groups are read.
type summing struct {
	Summary
	sources map[string]*SourceSummary
}

func (s *summing) verdict(g group) {
	s.Verdicts[Verdict(g.by[2])] += g.n
	s.Runs += g.n
}

func (s *summing) check(g group) {
	at := slices.IndexFunc(s.Checks, func(c CheckSummary) bool { return c.Type == g.by[1] })
	if at < 0 {
		at = len(s.Checks)
		s.Checks = append(s.Checks, CheckSummary{Type: g.by[1]})
	}
	switch engine.Outcome(g.by[2]) {
	case engine.Failed:
		s.Checks[at].Failed = g.n
	case engine.Warned:
		s.Checks[at].Warned = g.n
	case engine.Unknown:
		s.Checks[at].Unknown = g.n
	}
}

// source counts runs of a data source. A database that its task describes itself is none.
func (s *summing) source(g group) {
	if g.by[0] == "" {
		return
	}
	of := s.sources[g.by[0]]
	if of == nil {
		of = &SourceSummary{ID: g.by[0], Verdicts: map[Verdict]int{}}
		s.sources[of.ID] = of
	}
	of.Runs += g.n
	of.Verdicts[Verdict(g.by[2])] += g.n
}

func (s *summing) failing(g group) {
	of := s.sources[g.by[0]]
	if of == nil {
		return
	}
	at := slices.IndexFunc(of.Failing, func(c TypeCount) bool { return c.Type == g.by[1] })
	if at < 0 {
		of.Failing = append(of.Failing, TypeCount{g.by[1], g.n})
	} else {
		of.Failing[at].Runs += g.n
	}
}

func (s *summing) sorted() Summary {
	slices.SortFunc(s.Checks, func(a, b CheckSummary) int {
		return cmp.Or(b.Failed-a.Failed, b.Unknown-a.Unknown, b.Warned-a.Warned, strings.Compare(a.Type, b.Type))
	})
	for _, of := range s.sources {
		slices.SortFunc(of.Failing, func(a, b TypeCount) int {
			return cmp.Or(b.Runs-a.Runs, strings.Compare(a.Type, b.Type))
		})
		s.Sources = append(s.Sources, *of)
	}
	slices.SortFunc(s.Sources, func(a, b SourceSummary) int {
		return cmp.Or(b.Verdicts[VerdictFailed]-a.Verdicts[VerdictFailed],
			b.Verdicts[VerdictUnknown]-a.Verdicts[VerdictUnknown], b.Runs-a.Runs, strings.Compare(a.ID, b.ID))
	})
	return s.Summary
}

// undescribed selects the plans whose items are not in the table plan_items.
const undescribed = "SELECT id FROM plans WHERE id NOT IN (SELECT plan_id FROM plan_items)"

// describePlans stores the check and the side of each item of the plans that a summary has not met before. Most runs
// share a plan, so there are few.
func (s *store) describePlans(ctx context.Context) error {
	ids, err := all(ctx, s, value[string], undescribed)
	for _, id := range ids {
		if err == nil {
			_, err = write(ctx, s, "DescribePlan", func(t *tx) (struct{}, error) {
				return struct{}{}, t.describePlan(ctx, id)
			})
		}
	}
	return s.explain(err)
}

func (t *tx) describePlan(ctx context.Context, id string) error {
	data, err := plan(ctx, t, id)
	if err != nil {
		return err
	}
	items, err := engine.PlannedItems(data)
	if err != nil {
		return damaged(err)
	}
	if len(items) == 0 { // described all the same
		items = []engine.PlannedItem{{}}
	}
	for n, item := range items {
		_, err := t.exec("INSERT INTO plan_items (plan_id, n, type, side) VALUES (?, ?, ?, ?)", id, n, item.Type,
			string(item.Side))
		if kind, lost := t.s.d.kind(err); err != nil && (kind != ErrConflict || lost) {
			return err // and not that another process has described it meanwhile
		}
	}
	return nil
}
