package server

import (
	"context"
	"errors"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/oms"
	"github.com/dbprecheck/precheck/datasource"
)

// Connect is RDB_CONNECT. Every other check requires it.
var Connect = &checks.Check{
	Type:     "RDB_CONNECT",
	Page:     checks.ReadPage(pages, "connect.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Standby:  true,
	Phases:   checks.AllPhases,
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactServer}},
	OMS:      []checks.OMSItem{{Name: "RDB_CONNECT"}},
	OMSCodes: map[string]oms.Code{"": oms.CodeConnect},
	Run:      runConnect,
}

func runConnect(ctx context.Context, p *checks.Pass) error {
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if ctx.Err() != nil { // the run ended, which says nothing about the server
		return err
	}
	var known *datasource.Error
	if errors.As(err, &known) && known.Class != datasource.ErrCancelled &&
		known.Class != datasource.ErrLocal {
		p.Report(checks.Finding{Rule: "no_connection", Level: checks.Fail, Object: checks.ServerObject,
			Err: known.Err, Args: checks.Args{"cause": known.Cause, "remedy": known.Remedy}})
		return nil
	}
	if err != nil {
		return err
	}
	if server.TLSCipher != "" {
		p.Note("encrypted", "server", server, "account", server.Account, "cipher", server.TLSCipher)
	} else {
		p.Note("not_encrypted", "server", server, "account", server.Account)
	}
	return nil
}
