package runstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/engine"
)

// notPassed is a type of checks in the profile of a run: 1 where it is so on a database or more.
type notPassed struct{ failed, warned, unknown, failedSource, failedSink int }

// profileRow is a check of a stored profile.
type profileRow struct {
	id, check string
	notPassed
}

func scanProfile(scan func(...any) error) (p profileRow, err error) {
	return p, scan(&p.id, &p.check, &p.failed, &p.warned, &p.unknown, &p.failedSource, &p.failedSink)
}

// profile returns the checks that did not pass in a run, by type.
func (t *tx) profile(ctx context.Context, r Run) (map[string]notPassed, error) {
	planned, err := engine.PlannedItems(r.Plan)
	if err != nil {
		return nil, damaged(err)
	}
	type item struct {
		n       int
		outcome engine.Outcome
	}
	found, err := all(ctx, t, func(scan func(...any) error) (i item, err error) { return i, scan(&i.n, &i.outcome) },
		"SELECT n, outcome FROM items WHERE run_id = ? AND outcome IN ('failed', 'warned', 'unknown')", r.ID)
	if err != nil {
		return nil, err
	}
	profile := map[string]notPassed{}
	for _, i := range found {
		if i.n >= len(planned) {
			continue
		}
		of := profile[planned[i.n].Type]
		switch {
		case i.outcome == engine.Warned:
			of.warned = 1
		case i.outcome == engine.Unknown:
			of.unknown = 1
		case planned[i.n].Side == checks.Dest:
			of.failed, of.failedSink = 1, 1
		default:
			of.failed, of.failedSource = 1, 1
		}
		profile[planned[i.n].Type] = of
	}
	return profile, nil
}

// keepProfile stores the profile of a run that has ended.
func (t *tx) keepProfile(ctx context.Context, r Run) error {
	profile, err := t.profile(ctx, r)
	if err != nil {
		return err
	}
	types := slices.Sorted(maps.Keys(profile))
	hash := sha256.New()
	for _, name := range types {
		fmt.Fprintf(hash, "%s %v\n", name, profile[name])
	}
	id := hex.EncodeToString(hash.Sum(nil)[:16])
	known, err := one[int](ctx, t, "SELECT COUNT(*) FROM profiles WHERE id = ?", id)
	if err != nil {
		return err
	}
	for _, name := range types[min(known, len(types)):] {
		p := profile[name]
		_, err := t.exec(`INSERT INTO profiles (id, type, failed, warned, unknown, failed_source, failed_sink)
			VALUES (?, ?, ?, ?, ?, ?, ?)`, id, name, p.failed, p.warned, p.unknown, p.failedSource, p.failedSink)
		if err := t.unlessStored(err); err != nil {
			return err
		}
	}
	_, err = t.exec("DELETE FROM run_profiles WHERE run_id = ?", r.ID)
	if err == nil {
		_, err = t.exec("INSERT INTO run_profiles (run_id, attempt, profile_id) VALUES (?, ?, ?)", r.ID, r.Attempt, id)
	}
	return t.unlessStored(err)
}

// unlessStored returns an error, but not that another process has stored the same row meanwhile.
func (t *tx) unlessStored(err error) error {
	if err == nil {
		return nil
	}
	if kind, lost := t.s.d.kind(err); kind == ErrConflict && !lost {
		return nil
	}
	return err
}

// withoutProfile selects runs that have ended but have no profile: those that their worker did not finish, and those
// of an earlier version of this program.
const withoutProfile = `SELECT id FROM runs WHERE finished > 0 AND NOT EXISTS (
	SELECT 1 FROM run_profiles a WHERE a.run_id = runs.id AND a.attempt = runs.attempt) LIMIT ?`

// profileBatch is how many runs a transaction of keepProfiles reads: other writes wait for it.
const profileBatch = 100

// keepProfiles stores the profiles of the runs that have ended without one.
func (s *store) keepProfiles(ctx context.Context) error {
	for {
		ids, err := all(ctx, s, value[string], withoutProfile, profileBatch)
		if err != nil || len(ids) == 0 {
			return s.explain(err)
		}
		if _, err := write(ctx, s, "KeepProfiles", func(t *tx) (none struct{}, err error) {
			for _, id := range ids {
				r, err := run(ctx, t, id)
				if err == nil && r.Ended() {
					err = t.keepProfile(ctx, r)
				}
				if err != nil && !errors.Is(err, ErrNotFound) { // it was deleted meanwhile
					return none, err
				}
			}
			return none, nil
		}); err != nil {
			return err
		}
	}
}
