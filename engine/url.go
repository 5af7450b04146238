package engine

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/internal/optionfile"
)

// schemes maps the scheme of a URL to the type of endpoint.
var schemes = map[string]datasource.Type{
	"mysql": datasource.MySQL, "mariadb": datasource.MariaDB, "oceanbase": datasource.OceanBaseMySQL,
	"oceanbase-oracle": datasource.OceanBaseOracle, "oracle": datasource.Oracle,
}

// ParseEndpoint reads an endpoint from a URL such as mysql://user@host:3306?tls=required or
// oracle://user@host:1521/service. Schemes are mysql, mariadb, oceanbase, oceanbase-oracle and
// oracle; parameters are tls (a TLSMode), ca, cert, key, serverPublicKey, insecurePassword (true or
// false), socket (of a MySQL or MariaDB server, instead of a host) and sid. The host localhost
// without a port is the server's usual socket where that exists, as for the clients of MySQL and
// MariaDB. An @ or # is written as %40 or %23 except before the host. Errors show nothing of a URL
// but its scheme.
func ParseEndpoint(raw string) (datasource.Endpoint, error) {
	var e datasource.Endpoint
	u, err := url.Parse(raw)
	if err != nil || misread(u, raw) {
		return e, message.Err("engine.url.malformed")
	}
	var known bool
	if e.Type, known = schemes[u.Scheme]; !known {
		names := []string{"mysql", "mariadb", "oceanbase", "oceanbase-oracle", "oracle"}
		return e, message.Err("engine.url.scheme", "allowed", names, "hint", message.DidYouMean(u.Scheme, names))
	}
	e.Host, e.User = u.Hostname(), u.User.Username()
	if password, given := u.User.Password(); given {
		e.Password = datasource.NewSecret(password)
	}
	if u.Port() != "" {
		if e.Port, err = strconv.Atoi(u.Port()); err != nil || e.Port == 0 { // which would stand for the default
			return e, message.Err("engine.url.malformed")
		}
	}
	if path := strings.Trim(u.Path, "/"); path != "" {
		if e.Type != datasource.Oracle {
			return e, message.Err("engine.url.path")
		}
		e.Service = path
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return e, message.Err("engine.url.parameters")
	}
	var insecure string
	parameters := map[string]*string{
		"ca": &e.TLS.CA, "cert": &e.TLS.Cert, "insecurePassword": &insecure, "key": &e.TLS.Key,
		"serverPublicKey": &e.ServerPublicKey, "sid": &e.SID, "socket": &e.Socket, "tls": (*string)(&e.TLS.Mode),
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		to := parameters[name]
		switch {
		case to == nil:
			names := slices.Sorted(maps.Keys(parameters))
			return e, message.Err("engine.url.parameter", "allowed", names, "hint", message.DidYouMean(name, names))
		case len(query[name]) != 1:
			return e, message.Err("engine.url.duplicate", "name", name)
		}
		*to = query[name][0]
	}
	if insecure != "" && insecure != "false" {
		if e.InsecurePassword = insecure == "true"; !e.InsecurePassword {
			return e, message.Err("engine.url.boolean", "name", "insecurePassword")
		}
	}
	optionfile.UseSocket(&e)
	return e, nil
}

// misread reports whether the host's part of the URL ended at a character of the user name or the
// password that is not written as %XX. The rest may then be the password.
func misread(u *url.URL, raw string) bool {
	return strings.Contains(raw, "#") || strings.Contains(u.Path, "@") || strings.Contains(u.RawQuery, "@") ||
		!isHost(u.Hostname())
}
