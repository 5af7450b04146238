package fleet

import (
	"maps"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// fit returns the task with no more connections to each database than the limits of the servers allow, and the
// connections that it needs on each server to read these sides. Several databases of a task may be on one.
func fit(t engine.Task, sides []checks.Side,
	limit func(address string) int) (engine.Task, []runstore.Database, error) {
	databases := map[string]int{} // of the task, by the address of their server
	for _, side := range sides {
		e := *endpoint(&t, side)
		databases[address(e.Endpoint)]++
		if e.Standby != nil {
			databases[address(*e.Standby)]++
		}
	}
	connections := t.Limits.Connections
	if connections == 0 {
		connections = engine.DefaultConnections
	}
	var needed []runstore.Database
	for _, a := range slices.Sorted(maps.Keys(databases)) {
		limit := limit(a)
		switch {
		case limit == 0:
			return engine.Task{}, nil, message.Err("fleet.moved", "address", a)
		case limit < databases[a]:
			return engine.Task{}, nil, engine.TaskErrors{{Path: "limits.connections", Text: message.New(
				"fleet.limit", "address", a, "limit", limit, "databases", databases[a])}}
		}
		connections = min(connections, limit/databases[a])
		needed = append(needed, runstore.Database{Address: a, Limit: limit})
	}
	for i := range needed {
		needed[i].Connections = connections * databases[needed[i].Address]
	}
	t.Limits.Connections = connections
	return t, needed, nil
}

// granted returns the limits of the servers within the connections that a claim has.
func (f *Fleet) granted(c runstore.Claim) func(address string) int {
	return func(address string) int {
		for _, d := range c.Databases {
			if d.Address == address {
				return min(d.Connections, f.limit(address))
			}
		}
		return 0
	}
}

func (f *Fleet) limit(address string) int {
	if limit := f.Limit(address); limit > 0 {
		return min(limit, engine.ServerConnections)
	}
	return engine.ServerConnections
}

func address(e datasource.Endpoint) string { return strings.ToLower(e.WithDefaults().Address()) }
