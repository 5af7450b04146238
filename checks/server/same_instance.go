package server

import (
	"context"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
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
	Compares: true,
	OMS:      []checks.OMSItem{{Name: "DB_TABLE_CYCLICALLY"}},
	Run:      runSameInstance,
}

func runSameInstance(ctx context.Context, p *checks.Pass) error {
	same, err := sameInstance(ctx, p)
	if err != nil || same == apartInstances {
		return err
	}
	if same == clonedInstances {
		p.Report(checks.Finding{Rule: "cloned", Level: checks.Warn, Object: checks.VariableObject("server_uuid"), Expected: "a UUID of its own"})
		return nil
	}
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	server, err := p.Dest().Server(ctx)
	if err != nil {
		return err
	}
	onto := 0
	for _, pair := range mapping.Tables {
		if server.NameCase.Fold(pair.Source.String()) != server.NameCase.Fold(pair.Dest.String()) {
			continue
		}
		onto++
		f := checks.Finding{Rule: "onto_itself", Level: checks.Fail, Object: checks.TableObject(pair.Dest)}
		if same == alikeInstances {
			f.Rule, f.Level = "maybe_onto_itself", checks.Warn
		}
		p.Report(f)
	}
	if onto == 0 {
		p.Inform("Source and destination are the same server; every object is written under another name.")
	}
	return nil
}

// sameness is what is known of two servers.
type sameness int

const (
	apartInstances  sameness = iota // two servers
	oneInstance                     // one and the same
	alikeInstances                  // nothing tells them apart, but nothing proves them one
	clonedInstances                 // two servers, of which one was copied with the other's UUID
)

// sameInstance compares what servers say of themselves. MySQL has server_uuid, which a copied data
// directory takes along; later releases of MariaDB, as 10.11.18, have server_uid, a hash of the
// machine's hardware address and the port. Neither alone is enough.
func sameInstance(ctx context.Context, p *checks.Pass) (sameness, error) {
	source, err := p.Source().Server(ctx)
	if err != nil {
		return 0, err
	}
	dest, err := p.Dest().Server(ctx)
	if err != nil {
		return 0, err
	}
	if source.Flavor != dest.Flavor || source.VersionText != dest.VersionText {
		return apartInstances, nil
	}
	if source.IsOceanBase() {
		return sameTenant(ctx, p)
	}
	ours, err := p.Source().Variables(ctx)
	if err != nil {
		return 0, err
	}
	theirs, err := p.Dest().Variables(ctx)
	if err != nil {
		return 0, err
	}
	compared := 0
	placed := true // in the same place of the same machine
	for _, name := range []string{"hostname", "port", "datadir", "socket", "server_id"} {
		a, here := ours[name]
		b, there := theirs[name]
		if here && there {
			compared++
			placed = placed && a == b
		}
	}
	if compared == 0 {
		return 0, fmt.Errorf("%s tells nothing by which it could be told from another", source)
	}
	for _, name := range []string{"server_uuid", "server_uid"} {
		a, here := ours[name]
		b, there := theirs[name]
		switch {
		case !here || !there:
			continue
		case a != b:
			return apartInstances, nil
		case placed:
			return oneInstance, nil
		case name == "server_uuid":
			return clonedInstances, nil
		}
	}
	if placed {
		return alikeInstances, nil
	}
	return apartInstances, nil
}

func sameTenant(ctx context.Context, p *checks.Pass) (sameness, error) {
	ours, err := p.Source().Tenant(ctx)
	if err != nil {
		return 0, err
	}
	theirs, err := p.Dest().Tenant(ctx)
	switch {
	case err != nil:
		return 0, err
	case ours.ID != theirs.ID || ours.Name != theirs.Name:
		return apartInstances, nil
	case ours.Cluster == "" || theirs.Cluster == "":
		return alikeInstances, nil
	case ours.Cluster != theirs.Cluster:
		return apartInstances, nil
	}
	return alikeInstances, nil
}
