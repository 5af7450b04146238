package oracle

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource"
)

// server reads which server it is. It is read once for all the facts whose statements depend on it.
func (r *Reader) server(ctx context.Context) (datasource.Server, error) {
	return r.identity.Get(ctx, ctx, r.source.Identify)
}

// roundTrips is how many round trips are timed.
const roundTrips = 3

// latency times round trips and sets the server's clock against this machine's.
func (r *Reader) latency(ctx context.Context) (datasource.Latency, error) {
	var trips, offsets []time.Duration
	for range roundTrips {
		start := time.Now()
		row, err := r.one(ctx, "SELECT TO_CHAR(SYS_EXTRACT_UTC(SYSTIMESTAMP), 'YYYY-MM-DD HH24:MI:SS.FF6') FROM dual")
		if err != nil {
			return datasource.Latency{}, err
		}
		trip := time.Since(start)
		clock, err := time.Parse("2006-01-02 15:04:05.999999", row[0])
		if err != nil {
			return datasource.Latency{}, err
		}
		trips = append(trips, trip)
		offsets = append(offsets, clock.Sub(start.Add(trip/2)))
	}
	slices.Sort(trips)
	slices.Sort(offsets)
	return datasource.Latency{RoundTrip: trips[roundTrips/2], ClockOffset: offsets[roundTrips/2]}, nil
}

// variables reads the instance's parameters (V$PARAMETER; hidden ones are not in it). OceanBase
// has system variables, as MySQL has.
func (r *Reader) variables(ctx context.Context) (datasource.Variables, error) {
	v := datasource.Variables{}
	take := func(c cells) error {
		v[strings.ToLower(c[0])] = strings.Clone(c[1])
		return nil
	}
	server, err := r.server(ctx)
	switch {
	case err != nil:
		return nil, err
	case server.IsOceanBase():
		return v, r.query(ctx, "SHOW VARIABLES", take)
	}
	return v, r.view(ctx, "V$PARAMETER", "SELECT name, value FROM v$parameter", take)
}
