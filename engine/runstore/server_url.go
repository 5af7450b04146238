package runstore

import (
	"net/url"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

// Servers are the servers of a database that keeps a store.
type Servers struct {
	Endpoints []datasource.Endpoint // of one server or of all members of a group
	Database  string
}

// IsURL reports whether the name of a store is that of servers, and not of a folder.
func IsURL(store string) bool { return strings.Contains(store, "://") }

// ParseServers reads mysql://user@host:port,host2:port/database?tls=verify. The parameters are those of
// engine.ParseEndpoint. Errors show nothing of a URL but its scheme.
func ParseServers(raw string) (Servers, error) {
	scheme, rest, _ := strings.Cut(raw, "://")
	if scheme != "mysql" && scheme != "mariadb" && scheme != "oceanbase" {
		return Servers{}, message.Err("runstore.url.scheme")
	}
	rest, query, asked := strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(rest, "/")
	user, hosts := "", authority
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		user, hosts = authority[:i+1], authority[i+1:]
	}
	s := Servers{}
	var err error
	if s.Database, err = url.PathUnescape(path); err != nil || s.Database == "" ||
		strings.ContainsAny(s.Database, "/@") {
		return Servers{}, message.Err("runstore.url.database")
	}
	for host := range strings.SplitSeq(hosts, ",") {
		one := scheme + "://" + user + host
		if asked {
			one += "?" + query
		}
		e, err := engine.ParseEndpoint(one)
		if err != nil {
			return Servers{}, err
		}
		if e.User == "" || e.Host == "" && e.Socket == "" {
			return Servers{}, message.Err("runstore.url.account")
		}
		s.Endpoints = append(s.Endpoints, e)
	}
	return s, nil
}

// WithPassword returns the servers with a password of the account.
func (s Servers) WithPassword(password datasource.Secret) Servers {
	endpoints := make([]datasource.Endpoint, len(s.Endpoints))
	for i, e := range s.Endpoints {
		e.Password = password
		endpoints[i] = e
	}
	s.Endpoints = endpoints
	return s
}

// HasPassword reports whether the URL had the password.
func (s Servers) HasPassword() bool { return len(s.Endpoints) > 0 && !s.Endpoints[0].Password.Empty() }

// String returns the servers and the database, without the account.
func (s Servers) String() string {
	var addresses []string
	for _, e := range s.Endpoints {
		addresses = append(addresses, e.WithDefaults().Address())
	}
	return strings.Join(addresses, ",") + "/" + s.Database
}
