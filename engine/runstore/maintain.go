package runstore

import (
	"context"
	"strconv"
	"time"

	"github.com/dbprecheck/precheck/engine"
)

// pruneBatch is how many runs a transaction of Prune deletes: other writes wait for it.
const pruneBatch = 50

// Ready implements Store. It writes, because a store whose disk is full can still be read.
func (s *store) Ready(ctx context.Context) error {
	if err := s.place.unchanged(); err != nil {
		return err
	}
	_, err := write(ctx, s, "Ready", func(t *tx) (none struct{}, err error) {
		if _, err := t.version(ctx); err != nil {
			return none, err
		}
		now, err := one[int64](ctx, t, "SELECT {now}")
		if err != nil {
			return none, err
		}
		return none, t.set("ready", strconv.FormatInt(now, 10))
	})
	return err
}

// Stats implements Store.
func (s *store) Stats(ctx context.Context) (Stats, error) {
	var stats Stats
	type count struct {
		name string
		n    int
	}
	scan := func(scan func(...any) error) (c count, err error) { return c, scan(&c.name, &c.n) }
	err := s.at(ctx, func(q querier) error {
		stats = Stats{Runs: map[engine.ProjectStatus]int{}, Connections: map[string]int{}, Limits: map[string]int{},
			Owners: map[string]int{}}
		runs, err := all(ctx, q, scan, "SELECT status, COUNT(*) FROM runs GROUP BY status")
		if err != nil {
			return err
		}
		for _, c := range runs {
			stats.Runs[engine.ProjectStatus(c.name)] = c.n
		}
		used, err := all(ctx, q, scan, "SELECT address, SUM(connections) FROM claimed GROUP BY address")
		if err != nil {
			return err
		}
		for _, c := range used {
			stats.Connections[c.name] = c.n
		}
		running, err := all(ctx, q, scan, "SELECT owner, COUNT(*) FROM runs WHERE status = 'RUNNING' GROUP BY owner")
		if err != nil {
			return err
		}
		for _, c := range running {
			stats.Owners[c.name] = c.n
		}
		limits, err := all(ctx, q, scan, "SELECT address, most FROM addresses")
		if err != nil {
			return err
		}
		for _, c := range limits {
			stats.Limits[c.name] = c.n
		}
		waited, err := one[int64](ctx, q, "SELECT COALESCE({now} - MIN(queued), 0) FROM demands")
		stats.Oldest = max(time.Duration(waited)*time.Millisecond, 0)
		return err
	})
	if err != nil {
		return Stats{}, err
	}
	stats.Queued = stats.Runs[engine.StatusPending]
	stats.Size, err = s.place.size(ctx, s)
	return stats, s.explain(err)
}

// Backup implements Store.
func (s *store) Backup(ctx context.Context, path string) error { return s.place.backup(ctx, s, path) }

// ended selects runs that may be deleted: they have ended, and are not the last of a project.
const ended = " FROM runs WHERE finished > 0 AND id NOT IN (SELECT run_id FROM projects)"

// Prune implements Store.
func (s *store) Prune(ctx context.Context, keep Retention) (int, error) {
	if err := s.fixDemands(ctx); err != nil {
		return 0, err
	}
	deleted := 0
	if keep.Age > 0 {
		n, err := s.pruneWhile(ctx, "SELECT id"+ended+" AND finished < {now} - ? ORDER BY finished LIMIT ?",
			keep.Age.Milliseconds(), pruneBatch)
		deleted += n
		if err != nil {
			return deleted, err
		}
	}
	if keep.Count > 0 {
		n, err := s.pruneWhile(ctx, "SELECT id"+ended+" ORDER BY finished DESC, id LIMIT ? OFFSET ?", pruneBatch,
			keep.Count)
		deleted += n
		if err != nil {
			return deleted, err
		}
	}
	if deleted == 0 {
		return 0, nil
	}
	return deleted, s.place.shrink(ctx, s)
}

// pruneWhile deletes the runs that a query finds, until it finds none.
func (s *store) pruneWhile(ctx context.Context, query string, args ...any) (int, error) {
	deleted := 0
	for {
		ids, err := all(ctx, s, value[string], query, args...)
		if err != nil || len(ids) == 0 {
			return deleted, s.explain(err)
		}
		n, err := write(ctx, s, "Prune", func(t *tx) (int, error) { return t.remove(ids) })
		deleted += n
		if err != nil || n == 0 {
			return deleted, err
		}
	}
}

// remove deletes runs that have ended.
func (t *tx) remove(ids []string) (int, error) {
	deleted := 0
	for _, id := range ids {
		n, err := t.exec("DELETE FROM runs WHERE id = ? AND status IN ('FINISHED', 'FAILED', 'SKIPPED')", id)
		if err != nil {
			return 0, err
		}
		if n == 0 {
			continue // it was queued again
		}
		deleted++
		for _, table := range []string{"items", "run_bodies", "run_labels", "run_databases", "submissions",
			"run_profiles", "stages"} {
			if _, err := t.exec("DELETE FROM "+table+" WHERE run_id = ?", id); err != nil {
				return 0, err
			}
		}
		t.touch(id)
	}
	return deleted, nil
}
