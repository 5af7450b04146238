package binlog

import (
	"context"
	"fmt"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// ServerID is MYSQL_SERVER_ID.
var ServerID = logCheck(checks.Check{
	Type:  "MYSQL_SERVER_ID",
	Page:  checks.ReadPage(pages, "server_id.md"),
	Level: checks.Fail,
	Reads: checks.Reads{
		Own:    checks.Facts{datasource.FactReplicas, datasource.FactServer, datasource.FactVariables},
		Source: checks.Facts{datasource.FactVariables},
		Dest:   checks.Facts{datasource.FactVariables},
	},
	Run: runServerID,
})

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
		f.Rule, f.Level = "zero", checks.Fail
		p.Report(f)
		return nil
	}
	same, err := sameOnDest(ctx, p, id)
	if err != nil {
		return err
	}
	switch {
	case same:
		f.Rule, f.Level = "same_as_destination", checks.Warn
		p.Report(f)
	case id == 1:
		f.Rule, f.Level = "preset", checks.Info
		p.Report(f)
	}
	replicas, err := datasource.FactReplicas.Of(ctx, p.Facts())
	switch {
	case err != nil && !datasource.NotShown(err):
		return err
	case err != nil:
		p.Note("readers_not_checked", "error", err)
	case len(replicas) > 0:
		ids := make([]string, len(replicas))
		for i, r := range replicas {
			ids[i] = fmt.Sprint(r.ServerID)
		}
		p.Note("readers", "count", len(ids), "ids", ids)
	}
	return nil
}

// sameOnDest reports whether the destination is another server with the same ID as the source.
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
	return ok && other == id && slices.ContainsFunc(identifyingVariables, func(name string) bool {
		a, here := ours[name]
		b, there := theirs[name]
		return here && there && a != b
	}), nil
}

// identifyingVariables are variables that distinguish two servers if any of them differs. Most releases of MariaDB do
// not have the first two.
var identifyingVariables = []string{"server_uuid", "server_uid", "hostname", "port", "datadir", "socket", "version"}
