package runstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The demand of a run is what it needs before it can be claimed: a worker in its zones, and connections to databases.
// Of the queued runs with the same demand, Claim looks only at the one that has waited longest.
//
// The table demands has that run of each demand, a row per database. It changes only in transactions that are alone.

// demandOf returns the ID of the demand of a run.
func demandOf(zones Zones, databases []Database) string {
	needs := []string{string(zones)}
	for _, d := range databases {
		needs = append(needs, fmt.Sprint(d.Address, " ", d.Connections))
	}
	slices.Sort(needs[1:])
	sum := sha256.Sum256([]byte(strings.Join(needs, "\n")))
	return hex.EncodeToString(sum[:16])
}

// headDemands is the number of rows of demands at the head of the queue that Claim looks at first: mostly one fits.
const headDemands = 256

// candidate returns the run that a worker may claim, or sql.ErrNoRows: the one that has waited longest of those in its
// zones whose databases all have enough free connections. A run that needs more than the present limit of a database
// runs when nothing else uses that.
func (w Worker) candidate(ctx context.Context, q querier) (id string, err error) {
	zones := w.Zones
	if len(zones) == 0 {
		zones = []Zones{""}
	}
	var of where
	in(&of, "zones", zones)
	head := fmt.Sprintf(` WHERE demand IN (
		SELECT demand FROM (SELECT demand FROM demands%s ORDER BY queued LIMIT %d) h)`, of.sql(), headDemands)
	for _, which := range []string{head, of.sql()} {
		id, err = one[string](ctx, q, fmt.Sprintf(fitting, which), of.args...)
		if !errors.Is(err, sql.ErrNoRows) {
			break
		}
	}
	return id, err
}

// fitting selects the run that has waited longest of those that fit, of the demands with a condition, %s.
const fitting = `SELECT MIN(d.run_id) FROM demands d LEFT JOIN (
		SELECT c.address AS busy, a.most - SUM(c.connections) AS free FROM claimed c
		JOIN addresses a ON a.address = c.address GROUP BY c.address, a.most) b ON b.busy = d.address%s
	GROUP BY d.demand HAVING SUM(CASE WHEN d.connections > b.free THEN 1 ELSE 0 END) = 0
	ORDER BY MIN(d.queued) LIMIT 1`

const (
	// nameDemands gives a demand of its own to each run that an older program has queued.
	nameDemands = "UPDATE runs SET demand = id WHERE status = 'PENDING' AND demand = ''"
	// addDemands adds the demands of queued runs, r, of which there are none.
	addDemands = `INSERT INTO demands (demand, address, connections, zones, run_id, queued)
		SELECT r.demand, COALESCE(d.address, ''), COALESCE(d.connections, 0), r.zones, r.id, r.queued
		FROM runs r LEFT JOIN run_databases d ON d.run_id = r.id
		WHERE r.status = 'PENDING' AND NOT EXISTS (SELECT 1 FROM demands x WHERE x.demand = r.demand)`
	// missingDemands and staleDemands select what an older program, which does not know of demands, has left.
	missingDemands = `SELECT DISTINCT r.demand FROM runs r
		WHERE r.status = 'PENDING' AND NOT EXISTS (SELECT 1 FROM demands d WHERE d.demand = r.demand)`
	staleDemands = `SELECT DISTINCT d.demand FROM demands d
		WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE r.id = d.run_id AND r.demand = d.demand
			AND r.status = 'PENDING')`
)

// last records the demand of a run that was put at the end of the queue.
func (t *tx) last(id string) error {
	_, err := t.exec(addDemands+" AND r.id = ?", id)
	return err
}

// moved records the demand of a run that has left the queue, or is back at its former place in it.
func (t *tx) moved(ctx context.Context, id string) error {
	demand, err := one[string](ctx, t, "SELECT demand FROM runs WHERE id = ?", id)
	if err != nil {
		return err
	}
	return t.renew(demand)
}

// renew finds the run of a demand that has waited longest.
func (t *tx) renew(demand string) error {
	if _, err := t.exec("DELETE FROM demands WHERE demand = ?", demand); err != nil {
		return err
	}
	_, err := t.exec(addDemands+` AND r.id = (SELECT q.id FROM runs q WHERE q.demand = ? AND q.status = 'PENDING'
		ORDER BY q.queued LIMIT 1)`, demand)
	return err
}

// fixDemands renews the demands that an older program, which uses the store at the same time, has left.
func (s *store) fixDemands(ctx context.Context) error {
	_, err := write(ctx, s, "FixDemands", func(t *tx) (none struct{}, err error) {
		if err := t.alone(ctx); err != nil {
			return none, err
		}
		if _, err := t.exec(nameDemands); err != nil {
			return none, err
		}
		for _, query := range []string{missingDemands, staleDemands} {
			demands, err := all(ctx, t, value[string], query)
			if err != nil {
				return none, err
			}
			for _, d := range demands {
				if err := t.renew(d); err != nil {
					return none, err
				}
			}
		}
		return none, nil
	})
	return err
}
