package server

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// NodeConnect is OB_NODE_CONNECT.
var NodeConnect = &checks.Check{
	Type:      "OB_NODE_CONNECT",
	Page:      checks.ReadPage(pages, "node_connect.md"),
	Level:     checks.Warn,
	Sides:     checks.BothSides,
	Phases:    checks.AllPhases,
	AppliesTo: checks.OceanBase,
	Live:      true,
	Requires:  []string{"RDB_CONNECT"},
	Reads:     checks.Reads{Own: checks.Facts{datasource.FactNodes}},
	OMS:       []checks.OMSItem{{Name: "DB_NODE_CONNECT"}},
	Run:       runNodeConnect,
}

func runNodeConnect(ctx context.Context, p *checks.Pass) error {
	nodes, err := datasource.FactNodes.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	if len(nodes) == 0 {
		return p.NotChecked("none")
	}
	reached, untried := 0, 0
	for _, n := range nodes {
		if n.Untried {
			untried++
			continue
		}
		if n.Reached {
			reached++
			continue
		}
		p.Report(checks.Finding{Rule: "unreached", Level: checks.Warn,
			Object: checks.Object{Kind: "NODE", Name: n.Address}, Args: checks.Args{"zone": n.Zone}})
	}
	p.Note("reached", "reached", reached, "count", len(nodes))
	if untried > 0 {
		return p.NotChecked("untried", "count", untried)
	}
	return nil
}
