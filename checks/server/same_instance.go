package server

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// SameInstance is RDB_SAME_INSTANCE.
var SameInstance = &checks.Check{
	Type:     "RDB_SAME_INSTANCE",
	Page:     checks.ReadPage(pages, "same_instance.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Schema | checks.Full | checks.Incremental,
	Sources:  checks.MySQLMode,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactServer, datasource.FactTenant, datasource.FactVariables},
		Dest:    checks.Facts{datasource.FactServer, datasource.FactTenant, datasource.FactVariables},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_TABLE_CYCLICALLY"}},
	Run: runSameInstance,
}

func runSameInstance(ctx context.Context, p *checks.Pass) error {
	found, err := compareInstances(ctx, p)
	if err != nil || found == differentInstances {
		return err
	}
	if found == clonedInstances {
		p.Report(checks.Finding{Rule: "cloned", Level: checks.Warn, Object: checks.VariableObject("server_uuid")})
		return nil
	}
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	server, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	ontoItself := 0
	for _, pair := range mapping.Tables {
		if server.NameCase.Fold(pair.Source.String()) != server.NameCase.Fold(pair.Dest.String()) {
			continue
		}
		ontoItself++
		f := checks.Finding{Rule: "onto_itself", Level: checks.Fail, Object: checks.TableObject(pair.Dest)}
		if found == similarInstances {
			f.Rule, f.Level = "maybe_onto_itself", checks.Warn
		}
		p.Report(f)
	}
	if ontoItself == 0 {
		p.Note("other_names")
	}
	return nil
}

// identity is the result of comparing two servers.
type identity int

const (
	differentInstances identity = iota // two servers
	oneInstance                        // one server
	similarInstances                   // nothing distinguishes them, but nothing proves that they are one server
	clonedInstances                    // two servers, one of which was copied with the UUID of the other
)

// compareInstances compares what the servers report about themselves. MySQL has server_uuid, which is copied with a
// data directory. Later releases of MariaDB, such as 10.11.18, have server_uid, a hash of the machine's hardware
// address and the port. Neither alone is enough.
func compareInstances(ctx context.Context, p *checks.Pass) (identity, error) {
	source, err := datasource.FactServer.Of(ctx, p.Source())
	if err != nil {
		return 0, err
	}
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return 0, err
	}
	if source.Flavor != dest.Flavor || source.VersionText != dest.VersionText {
		return differentInstances, nil
	}
	if source.IsOceanBase() {
		return compareTenants(ctx, p)
	}
	ours, err := datasource.FactVariables.Of(ctx, p.Source())
	if err != nil {
		return 0, err
	}
	theirs, err := datasource.FactVariables.Of(ctx, p.Dest())
	if err != nil {
		return 0, err
	}
	compared := 0
	samePlace := true // of the same machine
	for _, name := range []string{"hostname", "port", "datadir", "socket", "server_id"} {
		a, inSource := ours[name]
		b, inDest := theirs[name]
		if inSource && inDest {
			compared++
			samePlace = samePlace && a == b
		}
	}
	if compared == 0 {
		return 0, p.NotChecked("nothing_to_compare", "server", source)
	}
	for _, name := range []string{"server_uuid", "server_uid"} {
		a, inSource := ours[name]
		b, inDest := theirs[name]
		switch {
		case !inSource || !inDest:
			continue
		case a != b:
			return differentInstances, nil
		case samePlace:
			return oneInstance, nil
		case name == "server_uuid":
			return clonedInstances, nil
		}
	}
	if samePlace {
		return similarInstances, nil
	}
	return differentInstances, nil
}

// compareTenants compares two tenants of OceanBase.
func compareTenants(ctx context.Context, p *checks.Pass) (identity, error) {
	ours, err := datasource.FactTenant.Of(ctx, p.Source())
	if err != nil {
		return 0, err
	}
	theirs, err := datasource.FactTenant.Of(ctx, p.Dest())
	switch {
	case err != nil:
		return 0, err
	case ours.ID != theirs.ID || ours.Name != theirs.Name:
		return differentInstances, nil
	case ours.Cluster == "" || theirs.Cluster == "":
		return similarInstances, nil
	case ours.Cluster != theirs.Cluster:
		return differentInstances, nil
	}
	return similarInstances, nil
}
