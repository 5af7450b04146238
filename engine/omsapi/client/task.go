package client

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// Request returns the request that submits a task, with its endpoints. It fails for what a request cannot express: a
// standby database, files of TLS, a start position, and own checks.
func Request(t engine.Task) (wire.SubmitPreCheckRequest, error) {
	var r wire.SubmitPreCheckRequest
	for _, e := range []engine.Endpoint{t.Source, t.Destination} {
		if e.Standby != nil || e.Snapshot != "" || e.TLS.CA+e.TLS.Cert+e.TLS.Key+e.ServerPublicKey != "" ||
			e.InsecurePassword {
			return r, message.Err("api.client.endpoint")
		}
	}
	if t.Settings.StartPosition != "" {
		return r, message.Err("api.client.start")
	}
	if len(t.Checks) > 0 {
		return r, message.Err("api.client.checks")
	}
	r.Name, r.Type = t.Name, string(t.Type)
	r.SourceEndpoint, r.SinkEndpoint = endpoint(t.Source), endpoint(t.Destination)
	m := &r.TransferMapping
	if m.Mode = string(t.Objects.Mode); m.Mode == "" {
		m.Mode = string(checks.Specific)
	}
	if len(t.Objects.Include) > 0 && len(t.Objects.Databases) > 0 {
		m.Mode = string(checks.Complex)
	} else if len(t.Objects.Include) > 0 {
		m.Mode = string(checks.Wildcard)
	}
	for _, d := range t.Objects.Databases {
		m.Databases = append(m.Databases, wire.Database{Name: d.Name, MappedName: d.MappedName,
			Tables: tables(d.Tables), Views: tables(d.Views)})
	}
	m.TableAndViewWhiteList, m.TableAndViewBlackList = qualified(t.Objects.Include), qualified(t.Objects.Exclude)
	r.CommonTransferConfig = &wire.CommonTransferConfig{TableCategory: string(t.Objects.Category)}
	for _, step := range []struct {
		enabled **bool
		phase   checks.Phases
	}{
		{&r.EnableStructTransfer, checks.Schema}, {&r.EnableFullTransfer, checks.Full},
		{&r.EnableIncrTransfer, checks.Incremental}, {&r.EnableReverseIncrTransfer, checks.Reverse},
	} {
		enabled := t.Phases&step.phase != 0
		*step.enabled = &enabled
	}
	r.FullTransferConfig = &wire.FullTransferConfig{AllowDestTableNotEmpty: t.Settings.AllowNonEmpty}
	if kept := t.Settings.LogRetention; kept > 0 {
		hours := int((kept + time.Hour - 1) / time.Hour)
		r.IncrTransferConfig = &wire.IncrTransferConfig{StoreLogKeptHour: &hours}
	}
	for _, s := range t.Skip {
		r.SkipItems = append(r.SkipItems, wire.Skip{Type: s.Type, Objects: s.Objects, Reason: s.Reason})
	}
	r.Deep, r.TransferConnections = t.Settings.Deep, t.Settings.Connections
	r.SkippableFlags, r.TimeoutSeconds = t.SkippableFlags, int(t.Limits.Timeout/time.Second)
	return r, nil
}

func endpoint(e engine.Endpoint) *wire.Endpoint {
	return &wire.Endpoint{Type: string(e.Type), IP: e.Host, Port: e.Port, UserName: e.User, Service: e.Service,
		SID: e.SID, TLSMode: string(e.TLS.Mode),
		Password: base64.StdEncoding.EncodeToString([]byte(e.Password.Reveal()))}
}

func tables(list []checks.SelectedTable) []wire.Table {
	all := []wire.Table{}
	for _, t := range list {
		all = append(all, wire.Table{Name: t.Name, MappedName: t.MappedName})
	}
	return all
}

// qualified returns patterns with a table: a pattern that only names a schema stands for all of its tables.
func qualified(patterns []string) []string {
	var all []string
	for _, p := range patterns {
		if !strings.Contains(strings.ReplaceAll(p, `\.`, ""), ".") {
			p += ".*"
		}
		all = append(all, p)
	}
	return all
}
