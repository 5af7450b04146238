package runstore

import (
	"slices"

	"github.com/dbprecheck/precheck/engine"
)

// verdict is the Verdict of a run.
const verdict = `CASE WHEN status = 'RUNNING' THEN 'running' WHEN status IN ('INIT', 'PENDING') THEN 'waiting'
	WHEN status = 'FAILED' AND (failed > 0 OR (end_reason = '' AND unknown + blocked = 0 AND warned > 0)) THEN 'failed'
	WHEN status = 'FAILED' THEN 'unknown' WHEN warned > 0 THEN 'warned' ELSE 'passed' END`

// outcomes are the columns of profiles that say that a check ended with an outcome.
var outcomes = map[engine.Outcome]string{engine.Failed: "failed", engine.Warned: "warned", engine.Unknown: "unknown"}

// sql returns the tables and the condition of the runs that match, and the arguments.
func (f Filter) sql(d *dialect) (string, []any) {
	w := f.selection(d)
	from := " FROM runs"
	var args []any // of from
	if f.Latest {
		// Names, not IDs, are unique in a fleet. Of two runs of the same millisecond, one is the newest.
		from += ` JOIN (SELECT MAX(id) AS newest FROM runs JOIN (SELECT name AS named, MAX(submitted) AS at FROM runs` +
			w.sql() + ` GROUP BY name) latest ON named = name AND at = submitted` + w.sql() +
			` GROUP BY name) chosen ON newest = id`
		args = slices.Concat(w.args, w.args)
		w = where{}
	}
	if f.Check != "" {
		from += ` JOIN (SELECT r.run_id AS found, r.attempt AS found_at FROM profiles p JOIN run_profiles r
			ON r.profile_id = p.id WHERE p.type = ? AND p.` + outcomes[f.Outcome] + ` = 1) matched
			ON found = id AND found_at = attempt`
		args = append(args, f.Check)
	}
	in(&w, "status", f.Statuses)
	in(&w, "end_reason", f.Ends)
	in(&w, "("+verdict+")", f.Verdicts)
	return from + w.sql(), append(args, w.args...)
}

// selection is the condition of the runs before those that are not the latest are left out.
func (f Filter) selection(d *dialect) where {
	var w where
	w.search(d, f.Search, "name", "id")
	w.equal("project_id", f.Project)
	w.equal("username", f.User)
	if f.DataSource != "" {
		w.and("(source_id = ? OR sink_id = ?)", f.DataSource, f.DataSource)
	}
	if f.Label != "" {
		w.and("id IN (SELECT run_id FROM run_labels WHERE label = ?)", f.Label)
	}
	if !f.From.IsZero() {
		w.and("submitted >= ?", f.From.UnixMilli())
	}
	if !f.To.IsZero() {
		w.and("submitted < ?", f.To.UnixMilli())
	}
	return w
}
