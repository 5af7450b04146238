package render

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

// Report returns the report that the format shows, with what the format has of it. It fails if a value of a finding
// does not exist.
func (f *FullReport) Report(e *engine.Engine) (*engine.Report, error) {
	r := &engine.Report{Interrupted: f.Interrupted, Warnings: f.Warnings, Started: f.Volatile.Started,
		Duration: time.Duration(f.Volatile.Duration) * time.Millisecond}
	r.Task.ID, r.Task.Name, r.Task.Lang = f.ID, f.Name, f.Lang
	for _, d := range f.Databases {
		end := datasource.Endpoint{Type: d.Type, User: d.Account}
		if host, port, err := net.SplitHostPort(d.Address); err == nil {
			end.Host = host
			end.Port, _ = strconv.Atoi(port)
		} else {
			end.Socket = d.Address
		}
		if product, version, found := cutLast(d.Product, " "); found {
			server := datasource.Server{Flavor: datasource.Flavor(product), Account: d.Account}
			server.Version, _ = datasource.ParseVersion(version)
			checked := engine.CheckedDatabase{Side: d.Side, Role: d.Role, Server: server}
			if d.Snapshot != nil {
				checked.Snapshot = &engine.SnapshotUse{File: d.Snapshot.File, Captured: d.Snapshot.Captured,
					Agent: d.Snapshot.Agent, Zone: d.Snapshot.Zone}
			}
			r.Databases = append(r.Databases, checked)
		}
		of := &r.Task.Source
		if d.Side == checks.Dest {
			of = &r.Task.Destination
		}
		if d.Role == checks.Slave {
			of.Standby = &end
		} else {
			of.Endpoint = end
		}
	}
	var errs []error
	for _, item := range f.Items {
		res := engine.Result{Item: engine.Item{Check: e.CheckNamed(item.CheckType), Side: item.Side, Role: item.Role},
			Lang: f.Lang, Outcome: item.Outcome, Reason: item.Reason, NotChecked: item.NotChecked, Advice: item.Advice,
			Notes: item.Notes}
		if item.Error != "" {
			res.Err = errors.New(item.Error)
		}
		for _, found := range item.Findings {
			finding, err := found.finding()
			errs = append(errs, err)
			res.Findings = append(res.Findings, finding)
		}
		r.Results = append(r.Results, res)
	}
	return r, errors.Join(errs...)
}

// cutLast cuts a text at the last separator.
func cutLast(text, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):], true
	}
	return text, "", false
}

func (f FullFinding) finding() (engine.Finding, error) {
	level, known := checks.LevelNamed(f.Level)
	if !known {
		return engine.Finding{}, message.Err("engine.stored.level", "level", strconv.Quote(f.Level))
	}
	on, known := checks.ParsePlace(f.On)
	if !known && f.On != "" {
		return engine.Finding{}, message.Err("render.full.place", "value", strconv.Quote(f.On))
	}
	if f.On == "" {
		on = checks.Place{}
	}
	return engine.Finding{Finding: checks.Finding{Rule: f.Rule, Level: level, Object: checks.Object(f.Object),
		Message: f.Message, Actual: f.Actual, Expected: f.Expected, Remedy: f.Remedy, SQL: f.SQL, On: on},
		Skipped: f.Skipped}, nil
}
