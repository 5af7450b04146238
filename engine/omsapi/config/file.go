package config

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/internal/fields"
	"github.com/dbprecheck/precheck/engine/internal/files"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// Load reads a configuration file in YAML or JSON, and the passwords, tokens and keys that it refers to. The error is
// an engine.TaskErrors with every error and its line. No error shows a secret.
func Load(ctx context.Context, name string) (c Config, warnings []string, err error) {
	data, err := files.Read(ctx, name, files.MaxTask)
	if err != nil {
		return Config{}, nil, engine.TaskErrors{{File: name, Text: files.Reason(err)}}
	}
	return Parse(ctx, name, data)
}

// Parse reads a configuration. Its errors show name.
func Parse(ctx context.Context, name string, data []byte) (c Config, warnings []string, err error) {
	f, err := fields.New(name, data, fields.Options{Context: ctx, Hidden: hidden})
	if err != nil {
		return Config{}, nil, err
	}
	r := reader{f, ctx}
	c = Default()
	r.config(&c)
	if f.IsMapping() {
		f.Add(c.Validate())
	}
	if err := f.Sorted(); err != nil {
		return Config{}, f.Warnings.In(c.Language), err
	}
	return c, f.Warnings.In(c.Language), nil
}

// hidden reports whether a value may be a secret in the wrong place.
func hidden(field string) bool {
	for _, prefix := range []string{"dataSources", "users", "tokens", "agents", "key", "tls", "store"} {
		if strings.HasPrefix(field, prefix) {
			return true
		}
	}
	return false
}

type reader struct {
	*fields.File
	ctx context.Context
}

func (r reader) config(c *Config) {
	f := r.File
	r.Object(r.Root, "", fields.Fields{
		"listen": fields.String(f, &c.Listen), "ce": fields.Flag(f, &c.CE),
		"itemTypes": fields.String(f, &c.ItemTypes), "language": fields.String(f, &c.Language),
		"tls": func(n *yaml.Node, path string) {
			r.Object(n, path, fields.Fields{"cert": fields.String(f, &c.TLS.Cert), "key": fields.String(f, &c.TLS.Key)})
		},
		"dataSources": r.dataSources(&c.DataSources),
		"users": func(n *yaml.Node, path string) {
			r.List(n, path, func(n *yaml.Node, path string) {
				var u auth.User
				r.Object(n, path, fields.Fields{"name": fields.String(f, &u.Name), "role": r.role(&u.Role),
					"passwordHash": fields.String(f, &u.PasswordHash)})
				c.Users = append(c.Users, u)
			})
		},
		"tokens": func(n *yaml.Node, path string) {
			r.List(n, path, func(n *yaml.Node, path string) {
				var t auth.Token
				r.Object(n, path, fields.Fields{"name": fields.String(f, &t.Name), "role": r.role(&t.Role),
					"token":   func(n *yaml.Node, path string) { r.Password(n, path, &t.Secret) },
					"expires": r.date(&t.Expires)})
				c.Tokens = append(c.Tokens, t)
			})
		},
		"agents": func(n *yaml.Node, path string) {
			r.List(n, path, func(n *yaml.Node, path string) {
				a := Agent{Passwords: true}
				r.Object(n, path, fields.Fields{"name": fields.String(f, &a.Name), "zones": fields.Texts(f, &a.Zones),
					"token":   func(n *yaml.Node, path string) { r.Password(n, path, &a.Secret) },
					"expires": r.date(&a.Expires), "sendPasswords": fields.Flag(f, &a.Passwords)})
				c.Agents = append(c.Agents, a)
			})
		},
		"store": func(n *yaml.Node, path string) {
			r.Object(n, path, fields.Fields{"url": fields.String(f, &c.Store.URL),
				"password": func(n *yaml.Node, path string) { r.Password(n, path, &c.Store.Password) }})
		},
		"limits": func(n *yaml.Node, path string) {
			body := int(c.Limits.Body)
			r.Object(n, path, fields.Fields{
				"body": fields.Number(f, &body, 1024), "requestTimeout": fields.Duration(f, &c.Limits.RequestTimeout),
				"streams": fields.Number(f, &c.Limits.Streams, 1), "runs": fields.Number(f, &c.Limits.Runs, 1),
				"queue":       fields.Number(f, &c.Limits.Queue, 1),
				"connections": fields.Number(f, &c.Limits.Connections, 2),
				"runTimeout":  fields.Duration(f, &c.Limits.RunTimeout),
			})
			c.Limits.Body = int64(body)
		},
		"retention": func(n *yaml.Node, path string) {
			r.Object(n, path, fields.Fields{"age": fields.Duration(f, &c.Retention.Age),
				"runs": fields.Number(f, &c.Retention.Runs, 1)})
		},
		"endpoints": func(n *yaml.Node, path string) {
			r.Object(n, path, fields.Fields{"create": fields.Flag(f, &c.Endpoints.Create),
				"inline": fields.Flag(f, &c.Endpoints.Inline), "hosts": fields.Texts(f, &c.Endpoints.Hosts)})
		},
		"checks": r.checks(&c.Checks),
		"key":    func(n *yaml.Node, path string) { r.Password(n, path, &c.Key) },
	})
}

func (r reader) dataSources(to *[]DataSource) func(*yaml.Node, string) {
	f := r.File
	return func(n *yaml.Node, path string) {
		r.List(n, path, func(n *yaml.Node, path string) {
			var d DataSource
			r.Endpoint(n, path, &d.Endpoint.Endpoint, &d.Endpoint.Standby, fields.Fields{
				"id": fields.String(f, &d.ID), "name": fields.String(f, &d.Name), "zone": fields.String(f, &d.Zone),
				"connections": fields.Number(f, &d.Connections, 1), "schema": fields.String(f, &d.Schema),
				"region": fields.String(f, &d.Region), "description": fields.String(f, &d.Description),
			})
			*to = append(*to, d)
		})
	}
}

func (r reader) role(to *auth.Role) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		role, ok := auth.ParseRole(r.Text(n, path))
		if !ok {
			r.Fail(n, path, fields.OneOfHidden(n.Value, auth.RoleNames()))
		}
		*to = role
	}
}

// checks reads the file of own checks. Its errors have the lines of that file.
func (r reader) checks(to *[]*checks.Check) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		var err error
		if *to, err = engine.LoadChecks(r.ctx, r.Text(n, path)); err != nil {
			var all engine.TaskErrors
			errors.As(err, &all)
			for _, e := range all {
				r.Errs.Add(e)
			}
		}
	}
}

// date reads a day, whose end is meant, or a time of RFC 3339.
func (r reader) date(to *time.Time) func(*yaml.Node, string) {
	return func(n *yaml.Node, path string) {
		if day, err := time.Parse(time.DateOnly, n.Value); err == nil {
			*to = day.AddDate(0, 0, 1)
			return
		}
		t, err := time.Parse(time.RFC3339, n.Value)
		if err != nil {
			r.Fail(n, path, message.New("api.config.date"))
		}
		*to = t
	}
}

type validator struct{ errs engine.TaskErrors }

func (v *validator) fail(path string, text message.Text) {
	v.errs = append(v.errs, engine.FieldError{Path: path, Text: text})
}

var idForm = regexp.MustCompile(`^e_[a-z0-9_-]{1,60}$`)

// Validate returns all errors of a configuration as an engine.TaskErrors, or nil if there are none.
func (c Config) Validate() error {
	var v validator
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		v.fail("listen", message.New("api.config.listen"))
	} else if err := c.exposed(c.Listen); err != nil {
		v.fail("listen", message.Of(err))
	}
	if !slices.Contains(engine.ItemTypesNames(), c.ItemTypes) {
		v.fail("itemTypes", fields.OneOf(string(c.ItemTypes), engine.ItemTypesNames()))
	}
	if _, known := message.Language(c.Language); !known {
		v.fail("language", message.New("language.unknown", "allowed", message.Languages(),
			"value", strconv.Quote(c.Language)))
	}
	v.tls(c.TLS)
	if c.Store.URL != "" {
		if _, err := runstore.ParseServers(c.Store.URL); err != nil {
			v.fail("store.url", message.Of(err))
		}
	}
	v.dataSources(c)
	v.agents(c.Agents)
	v.accounts(c)
	v.endpoints(c)
	if len(v.errs) == 0 {
		return nil
	}
	return v.errs
}

// CheckListen returns an error if a server with this configuration must not listen on an address: beyond loopback it
// needs TLS and authentication.
func (c Config) CheckListen(listen string) error {
	if _, _, err := net.SplitHostPort(listen); err != nil {
		return message.Err("api.config.listen")
	}
	return c.exposed(listen)
}

func (c Config) exposed(listen string) error {
	if Loopback(listen) || c.TLS.Enabled() && c.Authenticates() {
		return nil
	}
	return message.Err("api.config.exposed")
}

func (v *validator) tls(t TLS) {
	switch {
	case t == (TLS{}):
	case t.Cert == "" || t.Key == "":
		v.fail("tls", message.New("api.config.tls_both"))
	default:
		if _, err := tls.LoadX509KeyPair(t.Cert, t.Key); err != nil {
			v.fail("tls", files.Reason(err))
		}
	}
}

func (v *validator) dataSources(c Config) {
	ids, names := map[string]bool{}, map[string]bool{}
	for i, d := range c.DataSources {
		at := fmt.Sprintf("dataSources[%d]", i)
		switch {
		case d.ID == "":
			v.fail(at+".id", message.New("engine.field.required"))
		case !idForm.MatchString(d.ID):
			v.fail(at+".id", message.New("api.config.id"))
		case ids[d.ID]:
			v.fail(at+".id", message.New("api.config.duplicate"))
		}
		ids[d.ID] = true
		switch {
		case d.Name == "":
			v.fail(at+".name", message.New("engine.field.required"))
		case names[d.Name]:
			v.fail(at+".name", message.New("api.config.duplicate"))
		}
		names[d.Name] = true
		if d.Zone != "" && !c.Reached(d.Zone) {
			v.fail(at+".zone", message.New("api.config.zone_unreached"))
		}
		if err, ok := engine.ValidateEndpoint(at, d.Endpoint).(engine.TaskErrors); ok {
			v.errs = append(v.errs, err...)
		}
	}
}

func (v *validator) accounts(c Config) {
	names := map[string]bool{}
	for i, u := range c.Users {
		at := "users[" + strconv.Itoa(i) + "]"
		v.account(at, u.Name, u.Role, names)
		if !auth.ValidHash(u.PasswordHash) {
			v.fail(at+".passwordHash", message.New("api.config.hash"))
		}
	}
	names = map[string]bool{}
	for i, t := range c.Tokens {
		at := "tokens[" + strconv.Itoa(i) + "]"
		v.account(at, t.Name, t.Role, names)
		if len(t.Secret.Reveal()) < auth.MinToken {
			v.fail(at+".token", message.New("api.config.token", "least", auth.MinToken))
		}
	}
}

func (v *validator) account(at, name string, role auth.Role, names map[string]bool) {
	switch {
	case name == "":
		v.fail(at+".name", message.New("engine.field.required"))
	case strings.Contains(name, ":"):
		v.fail(at+".name", message.New("api.config.user_colon"))
	case names[name]:
		v.fail(at+".name", message.New("api.config.duplicate"))
	}
	names[name] = true
	if role == auth.None {
		v.fail(at+".role", message.New("api.config.role", "allowed", auth.RoleNames()))
	}
}

// minKey is the minimum number of characters of a key.
const minKey = 16

func (v *validator) endpoints(c Config) {
	if (c.Endpoints.Create || c.Endpoints.Inline) && len(c.Endpoints.Hosts) == 0 {
		v.fail("endpoints.hosts", message.New("api.config.hosts"))
	}
	for i, host := range c.Endpoints.Hosts {
		_, noNetwork := netip.ParsePrefix(host)
		if _, err := path.Match(host, ""); host == "" || noNetwork != nil && (err != nil || strings.Contains(host,
			"/")) {
			v.fail(fmt.Sprintf("endpoints.hosts[%d]", i), message.New("api.config.host"))
		}
	}
	if !c.Key.Empty() && len(c.Key.Reveal()) < minKey {
		v.fail("key", message.New("api.config.key", "least", minKey))
	}
	if c.Endpoints.Create && c.Key.Empty() {
		v.fail("key", message.New("api.config.key_required"))
	}
}
