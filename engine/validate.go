package engine

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/internal/fields"
	"github.com/dbprecheck/precheck/engine/internal/files"
)

// routes maps each type of source to its supported types of destination.
var routes = map[datasource.Type][]datasource.Type{
	datasource.MySQL:           {datasource.MySQL, datasource.MariaDB, datasource.OceanBaseMySQL},
	datasource.MariaDB:         {datasource.MySQL, datasource.MariaDB, datasource.OceanBaseMySQL},
	datasource.OceanBaseMySQL:  {datasource.MySQL, datasource.MariaDB, datasource.OceanBaseMySQL},
	datasource.OceanBaseOracle: {datasource.OceanBaseOracle, datasource.Oracle},
	datasource.Oracle: {datasource.MySQL, datasource.MariaDB, datasource.OceanBaseMySQL,
		datasource.OceanBaseOracle, datasource.Oracle},
}

// The upper bounds of Limits.
const (
	maxConnections = 64
	maxObjects     = 100_000
)

// Validate returns the errors of a task as a TaskErrors, up to 100 of them, or nil if there are none.
func (t Task) Validate() error { return t.validate(validator{}) }

// validate returns the errors of a task.
func (t Task) validate(v validator) error {
	v.task(t)
	if len(v.errs) == 0 {
		return nil
	}
	return v.errs
}

// ValidateEndpoint returns all errors of a primary and its optional standby database as a TaskErrors, or nil if there
// are none. The paths of its errors begin with path.
func ValidateEndpoint(path string, e Endpoint) error {
	var v validator
	v.primaryAndStandby(path, e)
	if len(v.errs) == 0 {
		return nil
	}
	return v.errs
}

type validator struct {
	errs     TaskErrors
	captured checks.Side // the side that is captured; empty: the task is run
	sources  serverSides // the sides that a server describes
}

func (v *validator) fail(path string, text message.Text) {
	v.errs.Add(FieldError{Path: path, Text: text})
}

func (v *validator) required(path string) { v.fail(path, message.New("engine.field.required")) }

// between fails for a number that is neither 0, which stands for the default, nor in a range.
func (v *validator) between(path string, value, most int) {
	if value < 0 || value > most {
		v.fail(path, message.New("engine.field.range", "least", 1, "most", most, "value", value))
	}
}

func (v *validator) notNegative(path string, d time.Duration) {
	if d < 0 {
		v.fail(path, message.New("engine.field.negative", "value", d))
	}
}

func (v *validator) task(t Task) {
	switch {
	case t.Name == "":
		v.required("name")
	case strings.ContainsFunc(t.Name, unicode.IsSpace):
		v.fail("name", message.New("engine.task.name_has_space", "name", strconv.Quote(t.Name)))
	}
	if t.Type != "" && !slices.Contains(TaskTypes(), t.Type) {
		v.fail("type", fields.OneOf(string(t.Type), TaskTypes()))
	}
	if t.Phases == 0 {
		v.fail("phases", message.New("engine.task.phases_required", "allowed", checks.AllPhases.Names()))
	}
	if _, known := message.Language(t.Lang); !known && t.Lang != "" {
		v.fail("lang", message.New("language.unknown", "allowed", message.Languages(), "value", strconv.Quote(t.Lang)))
	}
	for _, side := range checks.BothSides {
		path, e := "source", t.endpoint(side)
		if side == checks.Dest {
			path = "destination"
		}
		switch {
		case v.sources[side] != "":
		case e.fromSnapshot() && v.captured == side:
			v.fail(path+".snapshot", message.New("engine.snapshot.of_snapshot"))
		case e.fromSnapshot():
			v.snapshot(path, e, side)
		case e.Dump != "":
			v.dump(path, e)
		case v.captured != "" && v.captured != side:
			v.databaseType(path, e.Type)
		default:
			v.primaryAndStandby(path, e)
		}
	}
	v.route(t.Source.Type, t.Destination.Type)
	v.selection(t.Objects)
	v.limits(t.Limits)
	if n := t.Settings.Connections; n < 0 {
		v.fail("settings.connections", message.New("engine.field.integer", "least", 1, "value", n))
	}
	v.notNegative("settings.logRetention", t.Settings.LogRetention)
	if ddl := t.Settings.DDL; ddl != "" && !slices.Contains(checks.DDLs(), ddl) {
		v.fail("settings.ddl", fields.OneOf(string(ddl), checks.DDLs()))
	}
	b := t.Settings.DeepBudget
	for _, of := range []struct {
		path  string
		value int64
	}{{"diskSpace", t.Settings.DiskSpace}, {"deepBudget.tableRows", b.TableRows}, {"deepBudget.rows", b.Rows},
		{"deepBudget.bytes", b.Bytes}} {
		if of.value < 0 {
			v.fail("settings."+of.path, message.New("engine.field.negative", "value", of.value))
		}
	}
	v.notNegative("settings.deepBudget.time", b.Time)
	if mode := t.Settings.Loader.SQLMode; mode != nil && !sqlMode.MatchString(*mode) {
		v.fail("settings.loader.sqlMode", message.New("engine.task.sql_mode", "value", strconv.Quote(*mode)))
	}
}

// sqlMode matches a value of sql_mode: names of modes.
var sqlMode = regexp.MustCompile(`^[A-Za-z0-9_]*(?:,[A-Za-z0-9_]+)*$`)

// route fails for two known types that no migration connects.
func (v *validator) route(source, destination datasource.Type) {
	supported, known := routes[source]
	if known && slices.Contains(datasource.Types(), destination) && !slices.Contains(supported, destination) {
		v.fail("destination.type", message.New("engine.task.route",
			"source", source, "destination", destination, "supported", supported))
	}
}

func (v *validator) primaryAndStandby(path string, e Endpoint) {
	if e == (Endpoint{}) {
		v.fail(path, message.New("engine.endpoint.required"))
		return
	}
	v.endpoint(path, e.Endpoint)
	if e.Standby != nil {
		v.endpoint(path+".standby", *e.Standby)
		if e.Type != "" && e.Standby.Type != e.Type && slices.Contains(datasource.Types(), e.Standby.Type) {
			v.fail(path+".standby.type", message.New("engine.endpoint.standby_type",
				"primary", e.Type, "standby", e.Standby.Type))
		}
	}
}

// snapshot fails for a snapshot that is not of the side and the type of an endpoint.
func (v *validator) snapshot(path string, e Endpoint, side checks.Side) {
	info, name, err := e.snapshotInfo()
	switch {
	case err != nil:
		v.fail(path+".snapshot", message.Of(err))
	case info.Side != side:
		v.fail(path+".snapshot", message.New("engine.snapshot.other_side", "path", name,
			"endpoint", endpointText(info.Side)))
	case info.Databases[0].Type != e.Type:
		v.fail(path+".type", message.New("engine.snapshot.other_type", "path", name,
			"type", info.Databases[0].Type))
	}
}

// dump fails for a dump that cannot be loaded.
func (v *validator) dump(path string, e Endpoint) {
	if v.databaseType(path, e.Type); e.Type != "" && !slices.Contains(checks.MySQLFamily, e.Type) {
		v.fail(path+".type", message.New("engine.dump.type", "allowed", checks.MySQLFamily))
	}
	switch err := files.ReadableDump(e.Dump); {
	case v.captured == checks.Source:
		v.fail(path+".dump", message.New("engine.dump.captured"))
	case err != nil:
		v.fail(path+".dump", files.Reason(err))
	}
}

func (v *validator) databaseType(path string, t datasource.Type) {
	switch {
	case t == "":
		v.fail(path+".type", message.New("engine.endpoint.type_required", "allowed", datasource.Types()))
	case !slices.Contains(datasource.Types(), t):
		v.fail(path+".type", fields.OneOfHidden(string(t), datasource.Types()))
	}
}

func (v *validator) endpoint(path string, e datasource.Endpoint) {
	v.databaseType(path, e.Type)
	switch {
	case e.Socket != "":
		v.socket(path, e)
	case e.Host == "":
		v.required(path + ".host")
	case !isHost(e.Host): // it may be a URL with a password
		v.fail(path+".host", message.New("engine.endpoint.host", "path", path))
	}
	if e.Port < 0 || e.Port > 65535 {
		v.fail(path+".port", message.New("engine.endpoint.port"))
	}
	if e.User == "" {
		v.required(path + ".user")
	}
	switch oracle := e.Type == datasource.Oracle; {
	case oracle && (e.Service == "") == (e.SID == ""):
		v.fail(path+".service", message.New("engine.endpoint.service_or_sid"))
	case !oracle && e.Service != "":
		v.fail(path+".service", message.New("engine.endpoint.oracle_only"))
	case !oracle && e.SID != "":
		v.fail(path+".sid", message.New("engine.endpoint.oracle_only"))
	}
	v.login(path+".drc", e, e.DRC)
	v.login(path+".innerDrc", e, e.InnerDRC)
	v.password(path, e)
	v.tls(path+".tls", e.WithDefaults().TLS)
}

// login fails for a further account of an endpoint that has none, or without a user.
func (v *validator) login(path string, e datasource.Endpoint, account datasource.Login) {
	switch {
	case account == (datasource.Login{}):
	case !slices.Contains(checks.OceanBase, e.Type):
		v.fail(path, message.New("engine.endpoint.oceanbase_only"))
	case account.User == "":
		v.required(path + ".user")
	}
}

// socket fails for settings that do not belong to a connection through a Unix socket.
func (v *validator) socket(path string, e datasource.Endpoint) {
	switch {
	case e.Type != datasource.MySQL && e.Type != datasource.MariaDB:
		v.fail(path+".socket", message.New("engine.endpoint.no_socket"))
	case e.Host != "" || e.Port != 0:
		v.fail(path+".socket", message.New("engine.endpoint.socket_and_host"))
	case e.TLS.Mode == datasource.TLSVerifyIdentity:
		v.fail(path+".tls.mode", message.New("engine.endpoint.socket_identity"))
	}
}

// isHost reports whether a text can be a host name or an IP address.
func isHost(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil || !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._", r)
	})
}

// password fails for settings of the protection of a password that cannot be used.
func (v *validator) password(path string, e datasource.Endpoint) {
	oracle := e.Type == datasource.Oracle
	if e.InsecurePassword && oracle {
		v.fail(path+".insecurePassword", message.New("engine.endpoint.not_oracle"))
	}
	switch {
	case e.ServerPublicKey == "":
	case oracle:
		v.fail(path+".serverPublicKey", message.New("engine.endpoint.not_oracle"))
	default:
		if err := files.Readable(e.ServerPublicKey, files.MaxTLS); err != nil {
			v.fail(path+".serverPublicKey", files.Reason(err))
		}
	}
}

func (v *validator) tls(path string, t datasource.TLS) {
	if !t.Mode.Valid() {
		v.fail(path+".mode", fields.OneOfHidden(string(t.Mode), datasource.TLSModes()))
		return
	}
	off := t.Mode == datasource.TLSDisabled
	for _, f := range []struct{ name, file string }{{"ca", t.CA}, {"cert", t.Cert}, {"key", t.Key}} {
		switch {
		case f.file == "":
		case off:
			v.fail(path+"."+f.name, message.New("engine.tls.off", "path", path))
		case f.name == "ca" && !t.Mode.Verifies():
			v.fail(path+".ca", message.New("engine.tls.ca_unused", "mode", t.Mode, "path", path))
		default:
			if err := files.Readable(f.file, files.MaxTLS); err != nil {
				v.fail(path+"."+f.name, files.Reason(err))
			}
		}
	}
	switch {
	case t.Cert != "" && t.Key == "":
		v.fail(path+".key", message.New("engine.tls.required_with", "field", "cert"))
	case t.Cert == "" && t.Key != "":
		v.fail(path+".cert", message.New("engine.tls.required_with", "field", "key"))
	}
}

func (v *validator) selection(s checks.Selection) {
	if s.Mode != "" && !slices.Contains(checks.MappingModes(), s.Mode) {
		v.fail("objects.mode", fields.OneOf(string(s.Mode), checks.MappingModes()))
	}
	if s.Category != "" && !slices.Contains(checks.TableCategories(), s.Category) {
		v.fail("objects.tableCategory", fields.OneOf(string(s.Category), checks.TableCategories()))
	}
	switch {
	case s.Mode == checks.Wildcard && len(s.Include) == 0:
		v.fail("objects.include", message.New("engine.objects.pattern_required"))
	case s.Mode == checks.Specific && len(s.Include) > 0:
		v.fail("objects.include", message.New("engine.objects.pattern_not_allowed"))
	case len(s.Databases) == 0 && len(s.Include) == 0:
		v.fail("objects", message.New("engine.objects.required"))
	}
	for i, d := range s.Databases {
		at := fmt.Sprintf("objects.databases[%d]", i)
		if d.Name == "" {
			v.required(at + ".name")
		}
		v.names(at+".tables", d.Tables)
		v.names(at+".views", d.Views)
	}
	for _, list := range []struct {
		name     string
		patterns []string
	}{{"include", s.Include}, {"exclude", s.Exclude}} {
		for i, text := range list.patterns {
			if err := checks.CheckPattern(text); err != nil {
				v.fail(fmt.Sprintf("objects.%s[%d]", list.name, i), message.Of(err))
			}
		}
	}
}

func (v *validator) names(path string, tables []checks.SelectedTable) {
	for i, t := range tables {
		if t.Name == "" {
			v.required(fmt.Sprintf("%s[%d].name", path, i))
		}
	}
}

func (v *validator) limits(l Limits) {
	v.between("limits.connections", l.Connections, maxConnections)
	v.notNegative("limits.connectTimeout", l.ConnectTimeout)
	v.notNegative("limits.checkTimeout", l.CheckTimeout)
	v.notNegative("limits.timeout", l.Timeout)
	v.between("limits.objects", l.Objects, maxObjects)
}

// validateOnly returns an error for each name of WithOnly that selects no check of the task, as a TaskErrors, or nil.
func (e *Engine) validateOnly(t Task) error {
	var v validator
	for _, name := range e.only {
		if reasons, applies := e.notApplicable(name, t.Route()); !applies {
			v.fail("", message.New("engine.only.not_applicable", "name", name, "reasons", reasons))
		}
	}
	if len(v.errs) == 0 {
		return nil
	}
	return v.errs
}

// ValidateSkips returns the errors of a task's skips as a TaskErrors, up to 100 of them, or nil if there are none.
// Run validates them, too.
func (e *Engine) ValidateSkips(t Task) error {
	e = e.of(t)
	var v validator
	for i, s := range t.Skip {
		if v.errs.Full() {
			break
		}
		at := fmt.Sprintf("skip[%d]", i)
		selected, err := named(e.order, s.Type)
		switch {
		case s.Type == "":
			v.fail(at+".type", message.New("engine.skip.type_required"))
		case err != nil:
			v.fail(at+".type", message.Of(err))
		case !slices.ContainsFunc(selected, func(c *checks.Check) bool { return t.skippable(c, s.Type) }):
			if t.protects(selected, s.Type) {
				v.fail(at+".type", message.New("engine.skip.protected", "type", s.Type))
			} else {
				v.fail(at+".type", message.New("engine.skip.not_skippable", "type", s.Type))
			}
		}
		if strings.TrimSpace(s.Reason) == "" {
			v.required(at + ".reason")
		}
		for j, text := range s.Objects {
			if err := checks.CheckPattern(text); err != nil {
				v.fail(fmt.Sprintf("%s.objects[%d]", at, j), message.Of(err))
			}
		}
	}
	if len(v.errs) == 0 {
		return nil
	}
	return v.errs
}
