package engine

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// routes holds the types of destination that each type of source may be migrated to.
var routes = map[datasource.Type][]datasource.Type{
	datasource.MySQL:           {datasource.MySQL, datasource.MariaDB, datasource.OceanBaseMySQL},
	datasource.MariaDB:         {datasource.MySQL, datasource.MariaDB, datasource.OceanBaseMySQL},
	datasource.OceanBaseMySQL:  {datasource.MySQL, datasource.MariaDB, datasource.OceanBaseMySQL},
	datasource.OceanBaseOracle: {datasource.OceanBaseOracle, datasource.Oracle},
	datasource.Oracle:          {datasource.MySQL, datasource.MariaDB, datasource.OceanBaseMySQL, datasource.OceanBaseOracle, datasource.Oracle},
}

// The most that Limits may ask for.
const (
	maxConnections = 64
	maxObjects     = 100_000
)

// Validate tells everything that is wrong with a task: a TaskErrors, nil if nothing.
func (t Task) Validate() error {
	var v validator
	v.task(t)
	if len(v.errs) == 0 {
		return nil
	}
	return v.errs
}

type validator struct{ errs TaskErrors }

func (v *validator) fail(path, format string, args ...any) {
	v.errs = append(v.errs, FieldError{Path: path, Message: fmt.Sprintf(format, args...)})
}

func (v *validator) task(t Task) {
	switch {
	case t.Name == "":
		v.fail("name", "a name is needed")
	case strings.ContainsFunc(t.Name, unicode.IsSpace):
		v.fail("name", "%q holds a space, which a name may not", t.Name)
	}
	if t.Type != "" && !slices.Contains(TaskTypes(), t.Type) {
		v.fail("type", "%s", oneOf(string(t.Type), TaskTypes()))
	}
	if t.Phases == 0 {
		v.fail("phases", "at least one of %s is needed", checks.AllPhases)
	}
	v.end("source", t.Source)
	v.end("destination", t.Destination)
	if to, known := routes[t.Source.Type]; known && slices.Contains(datasource.Types(), t.Destination.Type) && !slices.Contains(to, t.Destination.Type) {
		v.fail("destination.type", "a source of type %s cannot be migrated to %s; it can be to %s", t.Source.Type, t.Destination.Type, join(to))
	}
	v.selection(t.Objects)
	v.limits(t.Limits)
	if t.Settings.Connections < 0 {
		v.fail("settings.connections", "%d is not a number of connections", t.Settings.Connections)
	}
	if t.Settings.LogRetention < 0 {
		v.fail("settings.logRetention", "%s is negative", t.Settings.LogRetention)
	}
}

func (v *validator) end(path string, e Endpoint) {
	if e == (Endpoint{}) {
		v.fail(path, "an endpoint is needed: type, host, port, user and password")
		return
	}
	v.endpoint(path, e.Endpoint)
	if e.Standby != nil {
		v.endpoint(path+".standby", *e.Standby)
		if e.Type != "" && e.Standby.Type != e.Type {
			v.fail(path+".standby.type", "%s is not the type of its primary, %s", e.Standby.Type, e.Type)
		}
	}
}

func (v *validator) endpoint(path string, e datasource.Endpoint) {
	switch {
	case e.Type == "":
		v.fail(path+".type", "a type is needed, one of %s", join(datasource.Types()))
	case !slices.Contains(datasource.Types(), e.Type):
		v.fail(path+".type", "%s", oneOf(string(e.Type), datasource.Types()))
	}
	switch _, err := netip.ParseAddr(e.Host); {
	case e.Host == "":
		v.fail(path+".host", "a host is needed")
	case err != nil && strings.ContainsAny(e.Host, ":/@"): // it may be a URL with a password
		v.fail(path+".host", "the name or the address of a host is wanted, and nothing else: its port belongs to %s.port", path)
	}
	if e.Port < 0 || e.Port > 65535 {
		v.fail(path+".port", "%d is not a port, which is 1 to 65535", e.Port)
	}
	if e.User == "" {
		v.fail(path+".user", "a user is needed")
	}
	switch oracle := e.Type == datasource.Oracle; {
	case oracle && (e.Service == "") == (e.SID == ""):
		v.fail(path+".service", "either service or sid is needed")
	case !oracle && e.Service != "":
		v.fail(path+".service", "only an endpoint of type ORACLE has a service")
	case !oracle && e.SID != "":
		v.fail(path+".sid", "only an endpoint of type ORACLE has a sid")
	}
	v.tls(path+".tls", e.TLS)
}

func (v *validator) tls(path string, t datasource.TLS) {
	if !t.Mode.Valid() {
		v.fail(path+".mode", "%s", oneOf(string(t.Mode), datasource.TLSModes()))
		return
	}
	off := t.Mode == "" || t.Mode == datasource.TLSDisabled
	for _, f := range []struct{ name, file string }{{"ca", t.CA}, {"cert", t.Cert}, {"key", t.Key}} {
		switch {
		case f.file == "":
		case off:
			v.fail(path+"."+f.name, "a file is given, but TLS is off: set %s.mode", path)
		default:
			if err := readable(f.file); err != nil {
				v.fail(path+"."+f.name, "%s: %s", f.file, reason(err))
			}
		}
	}
	switch {
	case t.Cert != "" && t.Key == "":
		v.fail(path+".key", "cert is given without its key")
	case t.Cert == "" && t.Key != "":
		v.fail(path+".cert", "key is given without its cert")
	}
}

// readable tells why a file cannot be read, nil if it can.
func readable(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		return errors.New("it is a folder")
	}
	return err
}

func (v *validator) selection(s checks.Selection) {
	if s.Mode != "" && !slices.Contains(checks.MappingModes(), s.Mode) {
		v.fail("objects.mode", "%s", oneOf(string(s.Mode), checks.MappingModes()))
	}
	switch {
	case s.Mode == checks.Wildcard && len(s.Include) == 0:
		v.fail("objects.include", "the mode WILDCARD needs a pattern, as in shop.*")
	case s.Mode == checks.Specific && len(s.Include) > 0:
		v.fail("objects.include", "patterns belong to the modes WILDCARD and COMPLEX; this one is SPECIFIC")
	case len(s.Databases) == 0 && len(s.Include) == 0:
		v.fail("objects", "databases or include is needed: say what is to be migrated")
	}
	for i, d := range s.Databases {
		at := fmt.Sprintf("objects.databases[%d]", i)
		if d.Name == "" {
			v.fail(at+".name", "a name is needed")
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
				v.fail(fmt.Sprintf("objects.%s[%d]", list.name, i), "%v", err)
			}
		}
	}
}

func (v *validator) names(path string, tables []checks.SelectedTable) {
	for i, t := range tables {
		if t.Name == "" {
			v.fail(fmt.Sprintf("%s[%d].name", path, i), "a name is needed")
		}
	}
}

func (v *validator) limits(l Limits) {
	if l.Connections < 0 || l.Connections > maxConnections {
		v.fail("limits.connections", "%d is not 1 to %d", l.Connections, maxConnections)
	}
	if l.CheckTimeout < 0 {
		v.fail("limits.checkTimeout", "%s is negative", l.CheckTimeout)
	}
	if l.Timeout < 0 {
		v.fail("limits.timeout", "%s is negative", l.Timeout)
	}
	if l.Objects < 0 || l.Objects > maxObjects {
		v.fail("limits.objects", "%d is not 1 to %d", l.Objects, maxObjects)
	}
}

func join[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return strings.Join(words, ", ")
}

// ValidateSkips tells everything that is wrong with the skips of a task, as Run does: a
// TaskErrors, nil if nothing.
func (e *Engine) ValidateSkips(skips []Skip) error {
	var v validator
	for i, s := range skips {
		at := fmt.Sprintf("skip[%d]", i)
		c, err := e.Check(s.Type)
		switch {
		case s.Type == "":
			v.fail(at+".type", "the type of a check is needed, as in RDB_PRIMARY_KEY")
		case err != nil:
			v.fail(at+".type", "%v", err)
		case !c.Skippable():
			v.fail(at+".type", "%s cannot be skipped: a migration cannot go on without it", s.Type)
		}
		if strings.TrimSpace(s.Reason) == "" {
			v.fail(at+".reason", "a reason is needed")
		}
		for j, text := range s.Objects {
			if err := checks.CheckPattern(text); err != nil {
				v.fail(fmt.Sprintf("%s.objects[%d]", at, j), "%v", err)
			}
		}
	}
	if len(v.errs) == 0 {
		return nil
	}
	return v.errs
}
