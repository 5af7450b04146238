package engine

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// schemes holds the types of endpoint by the scheme of their URL.
var schemes = map[string]datasource.Type{
	"mysql": datasource.MySQL, "mariadb": datasource.MariaDB, "oceanbase": datasource.OceanBaseMySQL,
	"oceanbase-oracle": datasource.OceanBaseOracle, "oracle": datasource.Oracle,
}

// ParseEndpoint reads an endpoint from a URL, as in mysql://user@host:3306?tls=required or
// oracle://user@host:1521/service. Schemes are mysql, mariadb, oceanbase, oceanbase-oracle and
// oracle; parameters are tls (a TLSMode), ca, cert, key and sid. The user's @ and # are written
// %40 and %23. Its errors do not show a password.
func ParseEndpoint(raw string) (datasource.Endpoint, error) {
	var e datasource.Endpoint
	u, err := url.Parse(raw)
	if err != nil || misread(u, raw) {
		return e, errors.New("it is not a URL of the form mysql://user@host:3306; write special characters of the user or the password as %XX: @ is %40, # is %23, / is %2F")
	}
	var known bool
	if e.Type, known = schemes[u.Scheme]; !known {
		names := []string{"mysql", "mariadb", "oceanbase", "oceanbase-oracle", "oracle"}
		return e, fmt.Errorf("scheme %s", oneOf(u.Scheme, names))
	}
	e.Host, e.User = u.Hostname(), u.User.Username()
	if password, given := u.User.Password(); given {
		e.Password = datasource.NewSecret(password)
	}
	if u.Port() != "" {
		if e.Port, err = strconv.Atoi(u.Port()); err != nil {
			return e, fmt.Errorf("%q is not a port", u.Port())
		}
	}
	if path := strings.Trim(u.Path, "/"); path != "" {
		if e.Type != datasource.Oracle {
			return e, fmt.Errorf("the path %q has no meaning here: only oracle:// takes a service; name schemas with --objects", path)
		}
		e.Service = path
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return e, fmt.Errorf("its parameters cannot be read: %w", err)
	}
	parameters := map[string]*string{"ca": &e.TLS.CA, "cert": &e.TLS.Cert, "key": &e.TLS.Key, "sid": &e.SID, "tls": (*string)(&e.TLS.Mode)}
	names := []string{"ca", "cert", "key", "sid", "tls"}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		to := parameters[name]
		switch {
		case to == nil:
			return e, fmt.Errorf("parameter %s", oneOf(name, names))
		case len(query[name]) != 1:
			return e, fmt.Errorf("the parameter %s comes twice", name)
		}
		*to = query[name][0]
	}
	return e, nil
}

// misread tells whether a character of the user or the password that is not written as %XX ended
// the host's part of the URL: what follows it may be the password.
func misread(u *url.URL, raw string) bool {
	return strings.Contains(raw, "#") || strings.Contains(u.Path, "@") || u.User == nil && strings.Contains(u.RawQuery, "@")
}
