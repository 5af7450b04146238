package runstore

import "github.com/dbprecheck/precheck/engine"

// verdict is the Verdict of a run.
const verdict = `CASE WHEN status = 'RUNNING' THEN 'running' WHEN status IN ('INIT', 'PENDING') THEN 'waiting'
	WHEN status = 'FAILED' AND (failed > 0 OR (end_reason = '' AND unknown + blocked = 0 AND warned > 0)) THEN 'failed'
	WHEN status = 'FAILED' THEN 'unknown' WHEN warned > 0 THEN 'warned' ELSE 'passed' END`

// outcomes are the columns of profiles that say that a check ended with an outcome.
var outcomes = map[engine.Outcome]string{engine.Failed: "failed", engine.Warned: "warned", engine.Unknown: "unknown"}

// sql returns the tables and the condition of the runs that match, and the arguments.
func (f Filter) sql(d *dialect) (string, []any) {
	selected := f.selection(d)
	w := selected
	from := " FROM runs"
	if f.Latest {
		// Names, not IDs, are unique in a fleet. Of two runs of the same millisecond, one is the newest.
		from += ` JOIN (SELECT MAX(id) AS newest FROM runs JOIN (SELECT name AS named, MAX(submitted) AS at FROM runs` +
			selected.sql() + ` GROUP BY name) latest ON named = name AND at = submitted` + selected.sql() +
			` GROUP BY name) chosen ON newest = id`
		w = where{args: append(append([]any{}, selected.args...), selected.args...)}
	}
	in(&w, "status", f.Statuses)
	in(&w, "end_reason", f.Ends)
	in(&w, "("+verdict+")", f.Verdicts)
	if f.Check != "" {
		// Profiles are counted run by run: with EXISTS, MySQL reads all profiles first.
		w.and("(SELECT COUNT(*) FROM run_profiles r JOIN profiles p ON p.id = r.profile_id WHERE r.run_id = runs.id "+
			"AND r.attempt = runs.attempt AND p.type = ? AND p."+outcomes[f.Outcome]+" = 1) > 0", f.Check)
	}
	return from + w.sql(), w.args
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
