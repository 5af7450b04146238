package omsapi

import (
	"context"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// counted are the outcomes that a summary counts.
var counted = []engine.Outcome{engine.Failed, engine.Unknown, engine.Warned}

// getPreCheckSummary returns what many runs have found.
func (s *Server) getPreCheckSummary(ctx context.Context, _ call,
	request *wire.GetPreCheckSummaryRequest) (answer, error) {
	var errs conversion
	filter := errs.filter(request.PreCheckFilter)
	filter.Latest = !request.AllRuns
	if len(errs.errs) > 0 {
		return answer{}, errs.errs
	}
	found, err := s.store.Summarize(ctx, filter)
	if err != nil {
		return answer{}, s.storeError(err, message.New("api.what.run"))
	}
	sources, err := s.sources.list(ctx)
	if err != nil {
		return answer{}, s.storeError(err, message.New("api.what.source"))
	}
	names := make(map[string]string, len(sources))
	for _, o := range sources {
		names[o.ID] = o.Name
	}
	lang := exchangeOf(ctx).language
	titles := map[string]string{}
	for _, c := range s.engine.Checks() {
		titles[c.Type] = c.PageIn(lang).Title
	}
	data := shownSummary(found, titles, names)
	if request.CSV {
		text := data.EncodeCSV(lang)
		data.CSV = &text
	}
	return answer{data: data}, nil
}

// shownSummary returns a summary as the API shows it, with the titles of checks and the names of data sources.
func shownSummary(found runstore.Summary, titles, names map[string]string) wire.PreCheckSummary {
	data := wire.PreCheckSummary{Runs: found.Runs, Verdicts: verdictCounts(found.Verdicts),
		Checks: []wire.CheckSummary{}, DataSources: []wire.DataSourceSummary{}}
	for _, c := range found.Checks {
		data.Checks = append(data.Checks, wire.CheckSummary{CheckType: c.Type, Title: titles[c.Type],
			Failed: c.Failed, Unknown: c.Unknown, Warned: c.Warned})
	}
	for _, o := range found.Sources {
		one := wire.DataSourceSummary{ID: o.ID, Name: names[o.ID], Runs: o.Runs, Verdicts: verdictCounts(o.Verdicts),
			Failing: []wire.FailingCheck{}}
		for _, c := range o.Failing {
			one.Failing = append(one.Failing, wire.FailingCheck{CheckType: c.Type, Runs: c.Runs})
		}
		data.DataSources = append(data.DataSources, one)
	}
	return data
}

func verdictCounts(n map[runstore.Verdict]int) wire.VerdictCounts {
	return wire.VerdictCounts{Failed: n[runstore.VerdictFailed], Unknown: n[runstore.VerdictUnknown],
		Warned: n[runstore.VerdictWarned], Passed: n[runstore.VerdictPassed], Running: n[runstore.VerdictRunning],
		Waiting: n[runstore.VerdictWaiting]}
}
