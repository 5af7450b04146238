package runstore

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// group is a row of a summary: runs of a data source, of a verdict or of a check.
type group struct {
	source, name            string
	failed, warned, unknown int // of a verdict: failed is the number of runs
}

func scanGroup(scan func(...any) error) (g group, err error) {
	return g, scan(&g.source, &g.name, &g.failed, &g.warned, &g.unknown)
}

// Summarize implements Runs.
func (s *store) Summarize(ctx context.Context, f Filter) (Summary, error) {
	if err := s.keepProfiles(ctx); err != nil {
		return Summary{}, err
	}
	from, args := f.sql(s.d)
	chosen := "(SELECT id, attempt, source_id, sink_id, " + verdict + " AS verdict" + from + ") c"
	profiled := chosen + " JOIN run_profiles a ON a.run_id = c.id AND a.attempt = c.attempt"
	sum := summing{sources: map[string]*SourceSummary{}, Summary: Summary{Verdicts: map[Verdict]int{}}}
	err := s.at(ctx, func(q querier) error {
		for _, one := range []struct {
			statement string
			add       func(group)
		}{
			{"SELECT '', verdict, COUNT(*), 0, 0 FROM " + chosen + " GROUP BY verdict", sum.verdict},
			{"SELECT '', type, SUM(n * failed), SUM(n * warned), SUM(n * unknown) FROM (SELECT profile_id, COUNT(*) AS n " +
				"FROM " + profiled + " GROUP BY profile_id) g JOIN profiles p ON p.id = g.profile_id GROUP BY type",
				sum.check},
			{"SELECT source_id, verdict, COUNT(*), 0, 0 FROM " + chosen + " GROUP BY source_id, verdict", sum.source},
			{"SELECT sink_id, verdict, COUNT(*), 0, 0 FROM " + chosen + " WHERE sink_id <> source_id " +
				"GROUP BY sink_id, verdict", sum.source},
			{failing("source_id", "failed_source", profiled), sum.failing},
			{failing("sink_id", "failed_sink", profiled), sum.failing},
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

// failing selects the checks that failed on each data source on one side of the runs.
func failing(side, failed, profiled string) string {
	return "SELECT " + side + ", type, SUM(n), 0, 0 FROM (SELECT " + side + ", profile_id, COUNT(*) AS n FROM " +
		profiled + " WHERE " + side + " <> '' GROUP BY " + side + ", profile_id) g JOIN profiles p " +
		"ON p.id = g.profile_id WHERE p." + failed + " = 1 GROUP BY " + side + ", type"
}

// summing is a Summary while its groups are read.
type summing struct {
	Summary
	sources map[string]*SourceSummary
}

func (s *summing) verdict(g group) {
	s.Verdicts[Verdict(g.name)] = g.failed
	s.Runs += g.failed
}

func (s *summing) check(g group) {
	s.Checks = append(s.Checks, CheckSummary{Type: g.name, Failed: g.failed, Warned: g.warned, Unknown: g.unknown})
}

// source counts runs of a data source. A database that its task describes itself is none.
func (s *summing) source(g group) {
	if g.source == "" {
		return
	}
	of := s.sources[g.source]
	if of == nil {
		of = &SourceSummary{ID: g.source, Verdicts: map[Verdict]int{}}
		s.sources[of.ID] = of
	}
	of.Runs += g.failed
	of.Verdicts[Verdict(g.name)] += g.failed
}

func (s *summing) failing(g group) {
	of := s.sources[g.source]
	at := slices.IndexFunc(of.Failing, func(c TypeCount) bool { return c.Type == g.name })
	if at < 0 {
		of.Failing = append(of.Failing, TypeCount{g.name, g.failed})
	} else {
		of.Failing[at].Runs += g.failed
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
