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
	Live:     true,
	Phases:   checks.AllPhases,
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactServer}},
	OMS:      []checks.OMSItem{{Name: "RDB_CONNECT"}},
	OMSCodes: map[string]oms.Code{"": oms.CodeConnect},
	Run:      runConnect,
}

// ofServer reports whether an error shows that the database cannot be reached. Others are of this machine, or of the
// moment, or nothing is known about them.
func ofServer(err *datasource.Error) bool {
	switch err.Class {
	case datasource.ErrCancelled, datasource.ErrLocal, datasource.ErrSession, datasource.ErrLocked,
		datasource.ErrNotCaptured:
		return false
	case datasource.ErrOther:
		return err.Code != ""
	}
	return true
}

func runConnect(ctx context.Context, p *checks.Pass) error {
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if ctx.Err() != nil { // the run ended, which says nothing about the server
		return err
	}
	var known *datasource.Error
	if errors.As(err, &known) && ofServer(known) {
		p.Report(checks.Finding{Rule: "no_connection", Level: checks.Fail, Object: checks.ServerObject,
			Err: known.Err, Args: checks.Args{"cause": known.Cause, "remedy": known.Remedy}})
		return nil
	}
	if err != nil {
		return err
	}
	t := server.Transport
	switch {
	case t.Cipher == "":
		p.Note("not_encrypted", "server", server, "account", server.Account)
	case t.Verified():
		p.Note("encrypted", "server", server, "account", server.Account, "cipher", t.Cipher)
	default:
		p.Note("not_verified", "server", server, "account", server.Account, "cipher", t.Cipher, "mode", t.Mode)
	}
	reportExposure(p, t)
	return nil
}

// reportExposure warns of connections that leave this machine without encryption.
func reportExposure(p *checks.Pass, t datasource.Transport) {
	if !t.Exposed {
		return
	}
	if t.Mode == datasource.TLSPreferred {
		p.Report(checks.Finding{Rule: "tls_not_offered", Level: checks.Warn, Object: checks.ServerObject})
	} else {
		p.Report(checks.Finding{Rule: "tls_disabled", Level: checks.Warn, Object: checks.ServerObject})
	}
	if t.InsecurePassword {
		p.Report(checks.Finding{Rule: "insecure_password", Level: checks.Warn, Object: checks.ServerObject})
	}
}
