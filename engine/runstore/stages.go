package runstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/dbprecheck/precheck/datasource/message"
)

// A run whose databases no worker reaches at once has stages. Each stage is claimed as a run is, by a worker of its
// zone: the first ones capture a side each, the last one runs the task from the snapshots. Between them, the run is in
// the queue, where it keeps its place.

// staged reports whether runs in these zones have stages.
func (z Zones) staged() bool {
	_, captured := z.CapturedIn()
	return captured || z == FromCaptures
}

// zones returns the zones of a run in the stage.
func (s Stage) zones() Zones {
	if s.Side == "" {
		return FromCaptures
	}
	return CaptureIn(s.Zone)
}

// Now returns the present stage. That of a run without stages is the run itself.
func (r Run) Now() Stage {
	if r.Stage < len(r.Stages) {
		return r.Stages[r.Stage]
	}
	return Stage{}
}

func stages(ctx context.Context, q querier, id string) ([]Stage, error) {
	return all(ctx, q, scanStage, `SELECT side, zone, needs, epoch, parts, agent FROM stages
		WHERE run_id = ? ORDER BY n`, id)
}

func scanStage(scan func(...any) error) (s Stage, err error) {
	var needs string
	if err := scan(&s.Side, &s.Zone, &needs, &s.Epoch, &s.Parts, &s.Agent); err != nil {
		return Stage{}, err
	}
	return s, damaged(json.Unmarshal([]byte(needs), &s.Databases))
}

func (t *tx) insertStages(id string, all []Stage) error {
	for n, s := range all {
		needs, err := json.Marshal(s.Databases)
		if err != nil {
			return err
		}
		_, err = t.exec(`INSERT INTO stages (run_id, n, side, zone, needs, epoch, parts, agent)
			VALUES (?, ?, ?, ?, ?, 0, 0, '')`, id, n, string(s.Side), s.Zone, string(needs))
		if err != nil {
			return err
		}
	}
	return nil
}

// need replaces the databases that a run needs by those of a stage.
func (t *tx) need(id string, s Stage) error {
	if _, err := t.exec("DELETE FROM run_databases WHERE run_id = ?", id); err != nil {
		return err
	}
	for _, d := range s.Databases {
		if err := t.needs(id, d); err != nil {
			return err
		}
	}
	return nil
}

// rewind sets a run that is not in the queue to its first stage.
func (t *tx) rewind(r Run) error {
	if len(r.Stages) == 0 {
		return nil
	}
	first := r.Stages[0]
	_, err := t.exec("UPDATE runs SET stage = 0, zones = ?, demand = ? WHERE id = ?", string(first.zones()),
		demandOf(first.zones(), first.Databases), r.ID)
	if err == nil {
		_, err = t.exec("UPDATE stages SET epoch = 0, parts = 0, agent = '' WHERE run_id = ?", r.ID)
	}
	if err != nil {
		return err
	}
	return t.need(r.ID, first)
}

// PutPart implements Work.
func (s *store) PutPart(ctx context.Context, c Claim, n int, part []byte) error {
	if n < 0 || n >= MaxParts || len(part) == 0 || len(part) > PartSize {
		return fail(ErrInvalid, message.New("runstore.part.size", "limit", message.Bytes(PartSize*MaxParts)))
	}
	_, err := write(ctx, s, "PutPart", func(t *tx) (none struct{}, err error) {
		if err := t.hold(c); err != nil {
			return none, err
		}
		_, err = t.exec(`DELETE FROM parts WHERE run_id = ? AND epoch = ? AND n = ?
			AND stage = (SELECT stage FROM runs WHERE id = ?)`, c.Run.ID, c.Epoch, n, c.Run.ID)
		if err != nil {
			return none, err
		}
		stored, err := t.exec(`INSERT INTO parts (run_id, stage, epoch, n, data)
			SELECT r.id, r.stage, r.epoch, ?, ? FROM runs r JOIN stages s ON s.run_id = r.id AND s.n = r.stage
			WHERE r.id = ? AND s.side <> ''`, n, part, c.Run.ID)
		if err == nil && stored != 1 {
			err = notCapturing(c)
		}
		return none, err
	})
	return err
}

// notCapturing returns the error of a worker that does what only one does that captures a side.
func notCapturing(c Claim) error {
	return fail(ErrInvalid, message.New("runstore.part.not_capturing", "id", c.Run.ID))
}

// Part implements Work.
func (s *store) Part(ctx context.Context, r Run, stage, n int) ([]byte, error) {
	data, err := one[[]byte](ctx, s, `SELECT p.data FROM parts p
		JOIN stages s ON s.run_id = p.run_id AND s.n = p.stage AND s.epoch = p.epoch
		WHERE p.run_id = ? AND p.stage = ? AND p.n = ?`, r.ID, stage, n)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fail(ErrNotFound, message.New("runstore.part.not_found", "id", r.ID))
	}
	return data, s.explain(err)
}

// Advance implements Work.
func (s *store) Advance(ctx context.Context, c Claim, done Captured) error {
	_, err := s.endings(write(ctx, s, "Advance", func(t *tx) (Run, error) {
		if err := t.aloneOn(ctx, c.Run.ID); err != nil {
			return Run{}, err
		}
		r, err := run(ctx, t, c.Run.ID)
		switch {
		case err != nil:
			return Run{}, err
		case !c.Holds(r):
			return Run{}, c.Lost()
		case r.Now().Side == "":
			return Run{}, notCapturing(c)
		}
		stored, err := one[int](ctx, t, `SELECT COUNT(*) FROM parts WHERE run_id = ? AND stage = ? AND epoch = ?
			AND n < ?`, r.ID, r.Stage, c.Epoch, done.Parts)
		switch {
		case err != nil:
			return Run{}, err
		case done.Parts < 1 || stored != done.Parts:
			return Run{}, fail(ErrInvalid, message.New("runstore.part.missing", "id", r.ID, "stored", stored,
				"parts", done.Parts))
		}
		_, err = t.exec("UPDATE stages SET epoch = ?, parts = ?, agent = ? WHERE run_id = ? AND n = ?", c.Epoch,
			done.Parts, done.Agent, r.ID, r.Stage)
		if err != nil {
			return Run{}, err
		}
		next := r.Stages[r.Stage+1]
		if err := t.need(r.ID, next); err != nil {
			return Run{}, err
		}
		n, err := t.exec(giveUp+", stage = stage + 1, zones = ?, demand = ?"+held, c.held(string(next.zones()),
			demandOf(next.zones(), next.Databases))...)
		switch {
		case err != nil:
			return Run{}, err
		case n != 1:
			return Run{}, c.Lost()
		}
		if err := t.moved(ctx, r.ID); err != nil {
			return Run{}, err
		}
		return t.freed(ctx, r.ID)
	}))
	return err
}

// sweptAtOnce is how many parts a transaction of sweep deletes. A group of servers limits the size of a transaction.
const sweptAtOnce = 32

// unneeded selects the parts of snapshots that no run needs: their run has ended, or their claim was lost.
const unneeded = `SELECT p.run_id, p.stage, p.epoch, p.n FROM parts p LEFT JOIN runs r ON r.id = p.run_id
	LEFT JOIN stages s ON s.run_id = p.run_id AND s.n = p.stage
	WHERE r.id IS NULL OR r.status NOT IN ('PENDING', 'RUNNING') OR COALESCE(s.epoch, 0) <> p.epoch
		AND NOT (r.status = 'RUNNING' AND r.epoch = p.epoch AND r.stage = p.stage) LIMIT ?`

// sweep deletes the parts of snapshots that no run needs.
func (s *store) sweep(ctx context.Context) error {
	type key struct {
		run      string
		stage, n int
		epoch    int64
	}
	scan := func(scan func(...any) error) (k key, err error) { return k, scan(&k.run, &k.stage, &k.epoch, &k.n) }
	for {
		found, err := all(ctx, s, scan, unneeded, sweptAtOnce)
		if err != nil || len(found) == 0 {
			return s.explain(err)
		}
		_, err = write(ctx, s, "Sweep", func(t *tx) (none struct{}, err error) {
			for _, k := range found {
				_, err := t.exec("DELETE FROM parts WHERE run_id = ? AND stage = ? AND epoch = ? AND n = ?", k.run,
					k.stage, k.epoch, k.n)
				if err != nil {
					return none, err
				}
			}
			return none, nil
		})
		if err != nil || len(found) < sweptAtOnce {
			return err
		}
	}
}
