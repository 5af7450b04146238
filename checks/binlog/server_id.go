package binlog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// ServerID is MYSQL_SERVER_ID.
var ServerID = &checks.Check{
	Type:     "MYSQL_SERVER_ID",
	Page:     checks.ReadPage(pages, "server_id.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Phases:   checks.Incremental | checks.Reverse,
	Sources:  checks.MySQLMode,
	Dests:    checks.MySQLMode,
	LogOf:    checks.MySQLFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own:    checks.Facts{datasource.FactReplicas, datasource.FactServer, datasource.FactVariables},
		Source: checks.Facts{datasource.FactVariables},
		Dest:   checks.Facts{datasource.FactVariables},
	},
	OMS: []checks.OMSItem{{Name: "DB_INCR_LOG"}},
	Run: runServerID,
}

func runServerID(ctx context.Context, p *checks.Pass) error {
	server, variables, err := sysvar.WithServer(ctx, p.Facts())
	if err != nil {
		return err
	}
	id, ok := variables.Int("server_id")
	if !ok {
		return sysvar.Missing(server, "server_id")
	}
	f := checks.Finding{Object: checks.VariableObject("server_id"), Actual: fmt.Sprint(id)}
	if id == 0 {
		f.Rule, f.Level, f.Expected = "zero", checks.Fail, "a number from 1 to 4294967295 that no other server has"
		p.Report(f)
		return nil
	}
	same, err := sameOnDest(ctx, p, id)
	if err != nil {
		return err
	}
	switch {
	case same:
		f.Rule, f.Level, f.Expected = "same_as_destination", checks.Warn, "another number than the destination's"
		p.Report(f)
	case id == 1:
		f.Rule, f.Level = "preset", checks.Info
		p.Report(f)
	}
	replicas, err := datasource.FactReplicas.Of(ctx, p.Facts())
	switch {
	case err != nil:
		p.Inform("The ids of the servers that read this log already could not be looked at: %v", err)
	case len(replicas) > 0:
		ids := make([]string, len(replicas))
		for i, r := range replicas {
			ids[i] = fmt.Sprint(r.ServerID)
		}
		p.Inform("These ids read the log already: %s. The reader needs another one.", strings.Join(ids, ", "))
	}
	return nil
}

// sameOnDest tells whether the destination is another server with the same id as the source.
func sameOnDest(ctx context.Context, p *checks.Pass, id int64) (bool, error) {
	if p.Side == checks.Dest || p.Route.Dest == datasource.OceanBaseMySQL {
		return false, nil
	}
	theirs, err := datasource.FactVariables.Of(ctx, p.Dest())
	if err != nil {
		return false, err
	}
	ours, err := datasource.FactVariables.Of(ctx, p.Source())
	if err != nil {
		return false, err
	}
	other, ok := theirs.Int("server_id")
	return ok && other == id && slices.ContainsFunc(tellingApart, func(name string) bool {
		a, here := ours[name]
		b, there := theirs[name]
		return here && there && a != b
	}), nil
}

// tellingApart are variables of which any that differs tells two servers apart. Most releases of MariaDB
// have neither of the first two.
var tellingApart = []string{"server_uuid", "server_uid", "hostname", "port", "datadir", "socket", "version"}
