package client

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// Request returns the request that submits a task. A database is the data source of the server with an ID, or, where
// that is empty, the endpoint of the task. The error is an engine.TaskErrors with each field of the task that a request
// cannot express.
func Request(t engine.Task, sourceID, sinkID string) (wire.SubmitPreCheckRequest, error) {
	var r wire.SubmitPreCheckRequest
	var errs engine.TaskErrors
	if t.ID != "" {
		errs.Add(engine.FieldError{Path: "id", Text: message.New("api.client.remove")})
	}
	if len(t.Checks) > 0 {
		errs.Add(engine.FieldError{Path: "checks", Text: message.New("api.client.checks")})
	}
	if r.SourceEndpointID = sourceID; sourceID == "" {
		r.SourceEndpoint = endpoint(&errs, "source", t.Source)
	}
	if r.SinkEndpointID = sinkID; sinkID == "" {
		r.SinkEndpoint = endpoint(&errs, "destination", t.Destination)
	}
	if len(errs) > 0 {
		return r, errs
	}
	r.Name, r.Type = t.Name, string(t.Type)
	r.TransferMapping = mapping(t.Objects)
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
		hours := roundUp(kept, time.Hour)
		r.IncrTransferConfig = &wire.IncrTransferConfig{StoreLogKeptHour: &hours}
	}
	for _, s := range t.Skip {
		r.SkipItems = append(r.SkipItems, wire.Skip{Type: s.Type, Objects: s.Objects, Reason: s.Reason})
	}
	r.SkippableFlags = t.SkippableFlags
	r.Deep, r.TransferConnections, r.Settings = t.Settings.Deep, t.Settings.Connections, settings(t.Settings)
	r.TimeoutSeconds = roundUp(t.Limits.Timeout, time.Second)
	limits := wire.Limits{Connections: t.Limits.Connections, Objects: t.Limits.Objects,
		ConnectTimeoutSeconds: roundUp(t.Limits.ConnectTimeout, time.Second),
		CheckTimeoutSeconds:   roundUp(t.Limits.CheckTimeout, time.Second)}
	if limits != (wire.Limits{}) {
		r.Limits = &limits
	}
	return r, nil
}

// endpoint returns an endpoint, and adds an error for each of its fields that a request cannot express.
func endpoint(errs *engine.TaskErrors, path string, e engine.Endpoint) *wire.Endpoint {
	for _, field := range []struct {
		name string
		set  bool
	}{
		{"standby", e.Standby != nil}, {"snapshot", e.Snapshot != ""}, {"captured", e.Captured != nil},
		{"dump", e.Dump != ""}, {"socket", e.Socket != ""},
		{"tls.ca", e.TLS.CA != ""}, {"tls.cert", e.TLS.Cert != ""}, {"tls.key", e.TLS.Key != ""},
		{"serverPublicKey", e.ServerPublicKey != ""}, {"insecurePassword", e.InsecurePassword},
		{"drc.password", e.DRC.User != "" && e.DRC.Password.Empty()},
		{"innerDrc.password", e.InnerDRC.User != "" && e.InnerDRC.Password.Empty()},
	} {
		if field.set {
			errs.Add(engine.FieldError{Path: path + "." + field.name, Text: message.New("api.client.endpoint")})
		}
	}
	_, tenant, _ := strings.Cut(e.User, "@")
	if inner := datasource.InnerDRCUser + "@" + tenant; e.InnerDRC.User != "" && e.InnerDRC.User != inner {
		errs.Add(engine.FieldError{Path: path + ".innerDrc.user", Text: message.New("api.client.inner_drc",
			"account", inner)})
	}
	return &wire.Endpoint{Type: string(e.Type), IP: e.Host, Port: e.Port, UserName: e.User, Service: e.Service,
		SID: e.SID, TLSMode: string(e.TLS.Mode), Password: encoded(e.Password),
		Readers: wire.Readers{DRCUserName: e.DRC.User, DRCPassword: encoded(e.DRC.Password),
			InnerDRCPassword: encoded(e.InnerDRC.Password)}}
}

func encoded(password datasource.Secret) string {
	return base64.StdEncoding.EncodeToString([]byte(password.Reveal()))
}

// mapping returns the objects of a task.
func mapping(o checks.Selection) wire.TransferMapping {
	m := wire.TransferMapping{Mode: string(o.Mode), TableAndViewWhiteList: qualified(o.Include),
		TableAndViewBlackList: qualified(o.Exclude)}
	switch {
	case len(o.Include) > 0 && len(o.Databases) > 0:
		m.Mode = string(checks.Complex)
	case len(o.Include) > 0:
		m.Mode = string(checks.Wildcard)
	case m.Mode == "":
		m.Mode = string(checks.Specific)
	}
	for _, d := range o.Databases {
		m.Databases = append(m.Databases, wire.Database{Name: d.Name, MappedName: d.MappedName,
			Tables: tables(d.Tables), Views: tables(d.Views)})
	}
	return m
}

// settings returns the settings that a request does not have elsewhere, nil if there are none.
func settings(s checks.Settings) *wire.Settings {
	r := wire.Settings{DDL: string(s.DDL), Routines: s.Routines, Heartbeat: s.Heartbeat,
		StartPosition: s.StartPosition, DiskSpace: s.DiskSpace}
	if b := s.DeepBudget; b != (datasource.ReadBudget{}) {
		r.DeepBudget = &wire.DeepBudget{TableRows: b.TableRows, Rows: b.Rows, Bytes: b.Bytes,
			TimeSeconds: roundUp(b.Time, time.Second)}
	}
	if l := s.Loader; l != (checks.Loader{}) {
		r.Loader = &wire.Loader{SQLMode: l.SQLMode, ForeignKeyChecks: l.ForeignKeyChecks}
	}
	if r == (wire.Settings{}) {
		return nil
	}
	return &r
}

// roundUp returns how many units a duration has, the last one perhaps in part.
func roundUp(d, unit time.Duration) int { return int((d + unit - 1) / unit) }

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
