package runstore

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// group is the number of runs between two data sources with the same verdict and profile.
type group struct {
	source, sink string
	verdict      Verdict
	profile      string // empty: the run has not ended, or its profile is not stored
	runs         int
}

func scanGroup(scan func(...any) error) (g group, err error) {
	return g, scan(&g.source, &g.sink, &g.verdict, &g.profile, &g.runs)
}

// lacks reports whether the runs have ended, but their profile is not stored.
func (g group) lacks() bool {
	return g.profile == "" && g.verdict != VerdictRunning && g.verdict != VerdictWaiting
}

// Summarize implements Runs.
func (s *store) Summarize(ctx context.Context, f Filter) (Summary, error) {
	groups, profiles, err := s.groups(ctx, f)
	if err == nil && slices.ContainsFunc(groups, group.lacks) {
		if err = s.keepProfiles(ctx); err == nil {
			groups, profiles, err = s.groups(ctx, f)
		}
	}
	if err != nil {
		return Summary{}, err
	}
	return summarize(groups, profiles), nil
}

// groups returns the runs that match in groups, and their profiles by ID.
func (s *store) groups(ctx context.Context, f Filter) (groups []group, profiles map[string][]profileRow, err error) {
	from, args := f.sql(s.d)
	chosen := "(SELECT id, attempt, source_id, sink_id, " + verdict + " AS verdict" + from + ") c"
	const profiled = " JOIN run_profiles a ON a.run_id = c.id AND a.attempt = c.attempt"
	err = s.at(ctx, func(q querier) (err error) {
		groups, err = all(ctx, q, scanGroup, "SELECT source_id, sink_id, verdict, COALESCE(profile_id, ''), COUNT(*) "+
			"FROM "+chosen+" LEFT"+profiled+" GROUP BY source_id, sink_id, verdict, profile_id", args...)
		if err != nil {
			return err
		}
		rows, err := all(ctx, q, scanProfile, "SELECT p.id, type, failed, warned, unknown, failed_source, failed_sink "+
			"FROM (SELECT DISTINCT profile_id FROM "+chosen+profiled+") u JOIN profiles p ON p.id = u.profile_id",
			args...)
		profiles = map[string][]profileRow{}
		for _, r := range rows {
			profiles[r.id] = append(profiles[r.id], r)
		}
		return err
	})
	return groups, profiles, err
}

// summarize adds up the groups of a summary.
func summarize(groups []group, profiles map[string][]profileRow) Summary {
	s := Summary{Verdicts: map[Verdict]int{}}
	checks, sources := map[string]*CheckSummary{}, map[string]*SourceSummary{}
	failing := map[[2]string]int{} // by data source and check
	for _, g := range groups {
		s.Runs += g.runs
		s.Verdicts[g.verdict] += g.runs
		for _, id := range slices.Compact([]string{g.source, g.sink}) {
			if sources[id] == nil {
				sources[id] = &SourceSummary{ID: id, Verdicts: map[Verdict]int{}}
			}
			sources[id].Runs += g.runs
			sources[id].Verdicts[g.verdict] += g.runs
		}
		for _, p := range profiles[g.profile] {
			if checks[p.check] == nil {
				checks[p.check] = &CheckSummary{Type: p.check}
			}
			checks[p.check].Failed += g.runs * p.failed
			checks[p.check].Warned += g.runs * p.warned
			checks[p.check].Unknown += g.runs * p.unknown
			if g.source == g.sink {
				failing[[2]string{g.source, p.check}] += g.runs * p.failed
				continue
			}
			failing[[2]string{g.source, p.check}] += g.runs * p.failedSource
			failing[[2]string{g.sink, p.check}] += g.runs * p.failedSink
		}
	}
	for of, runs := range failing {
		if runs > 0 {
			sources[of[0]].Failing = append(sources[of[0]].Failing, TypeCount{of[1], runs})
		}
	}
	delete(sources, "") // databases that tasks describe themselves
	for _, c := range checks {
		s.Checks = append(s.Checks, *c)
	}
	for _, o := range sources {
		s.Sources = append(s.Sources, *o)
	}
	s.sort()
	return s
}

// sort brings what failed most often to the front.
func (s *Summary) sort() {
	slices.SortFunc(s.Checks, func(a, b CheckSummary) int {
		return cmp.Or(b.Failed-a.Failed, b.Unknown-a.Unknown, b.Warned-a.Warned, strings.Compare(a.Type, b.Type))
	})
	for _, of := range s.Sources {
		slices.SortFunc(of.Failing, func(a, b TypeCount) int {
			return cmp.Or(b.Runs-a.Runs, strings.Compare(a.Type, b.Type))
		})
	}
	slices.SortFunc(s.Sources, func(a, b SourceSummary) int {
		return cmp.Or(b.Verdicts[VerdictFailed]-a.Verdicts[VerdictFailed],
			b.Verdicts[VerdictUnknown]-a.Verdicts[VerdictUnknown], b.Runs-a.Runs, strings.Compare(a.ID, b.ID))
	})
}
