package grantscript

import (
	"cmp"
	"context"
	"strings"
	"sync"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/datasource/oracle"
	"github.com/dbprecheck/precheck/engine"
)

// end is the primary database of an endpoint, and the account that its script creates.
type end struct {
	side     checks.Side
	endpoint engine.Endpoint
	live     datasource.Reader // nil if there is no connection
	under    datasource.Reader
	server   datasource.Server // Account is the account of the script
	kind     datasource.Type   // of the product
	// assumed reports that nothing is read; unreachable is why not, if the version is not stated.
	assumed     bool
	unreachable error

	account   datasource.Account // of Oracle without a host
	loggedOn  string             // the account that is logged on
	exists    bool               // the account of the script is the one that is logged on
	wildcards bool               // in grants on schemas
	sees      datasource.Rights  // of the account that is logged on
	escapes   bool

	database      datasource.OracleDatabase
	databaseKnown bool
	// root is a script of its own for the root of the container database; common is an account of all containers.
	root, common bool
	// pdbUnknown reports that the script depends on whether the database is a pluggable one, which is not known.
	pdbUnknown bool
}

func (e *end) place() checks.Place { return checks.Place{Side: e.side, Role: checks.Master} }

// identify reads which server it is.
func (e *end) identify(ctx context.Context) error {
	e.under = &cached{Reader: e.live, loads: map[datasource.AnyFact]*datasource.Once[any]{}}
	facts := datasource.NewFacts(ctx, e.under)
	var err error
	if e.server, err = datasource.FactServer.Of(ctx, facts); err != nil {
		return err
	}
	e.loggedOn, e.wildcards = e.server.Account, true
	switch e.kind = e.endpoint.Type; {
	case e.server.IsMariaDB():
		e.kind = datasource.MariaDB
	case e.server.IsMySQL() && e.kind == datasource.MariaDB:
		e.kind = datasource.MySQL
	}
	if e.kind.Dialect() == datasource.MySQLDialect {
		if grants, err := datasource.FactGrants.Of(ctx, facts); err == nil {
			e.wildcards, e.sees, e.escapes = grants.Wildcards, grants.Rights, grants.EscapedIsPattern
		}
	}
	if e.kind == datasource.Oracle {
		e.database, err = datasource.FactOracleDatabase.Of(ctx, facts)
		e.databaseKnown = err == nil
	}
	return nil
}

// latest are the versions that are assumed where none is known.
var latest = map[datasource.Type][]int{datasource.MySQL: {9}, datasource.MariaDB: {11, 8}, datasource.Oracle: {23},
	datasource.OceanBaseMySQL: {4, 3}, datasource.OceanBaseOracle: {4, 3}}

// assume makes the endpoint a server of this version that is not connected to.
func (e *end) assume(t engine.Task, version datasource.Version) {
	if version == (datasource.Version{}) {
		version = datasource.MakeVersion(latest[e.endpoint.Type]...)
	}
	e.live, e.assumed, e.wildcards, e.kind = nil, true, true, e.endpoint.Type
	e.server = datasource.Server{Version: version, VersionText: version.String()}
	switch e.kind {
	case datasource.MySQL:
		e.server.Flavor = datasource.FlavorMySQL
	case datasource.MariaDB:
		e.server.Flavor = datasource.FlavorMariaDB
	case datasource.Oracle:
		e.server.Flavor = datasource.FlavorOracle
	case datasource.OceanBaseMySQL:
		e.server.Flavor, e.server.Mode = datasource.FlavorOceanBase, "MYSQL"
	case datasource.OceanBaseOracle:
		e.server.Flavor, e.server.Mode = datasource.FlavorOceanBase, "ORACLE"
	}
	e.under = assumedFacts(t, e)
}

// commonPrefix is how the names of common accounts of a container database begin, unless it is set otherwise.
const commonPrefix = "C##"

// named sets the account of the script. mined reports whether its log is read.
func (e *end) named(o Options, mined bool) error {
	name := cmp.Or(o.Account, withoutTenant(e.endpoint))
	switch {
	case name == "":
		return message.Err("grantscript.no_account", "place", e.place().Text())
	case !visible.Safe(name) || !visible.Safe(o.Host):
		return message.Err("grantscript.unsafe_account", "account", name)
	}
	if e.kind.Dialect() == datasource.OracleDialect {
		return e.namedInOracle(name, mined)
	}
	now := datasource.ParseAccount(e.loggedOn)
	e.account = datasource.Account{User: name, Host: cmp.Or(o.Host, "%")}
	if e.live != nil && name == now.User && (o.Host == "" || strings.EqualFold(o.Host, now.Host)) {
		e.account, e.exists = now, true
	}
	e.server.Account = e.account.String()
	return nil
}

// namedInOracle sets an account of Oracle, which has upper case unless it is quoted. LogMiner before 21c runs only in
// the root, as a common account.
func (e *end) namedInOracle(name string, mined bool) error {
	quoted := len(name) > 2 && strings.HasPrefix(name, `"`) && strings.HasSuffix(name, `"`)
	if name = strings.Trim(name, `"`); strings.Contains(name, `"`) {
		return message.Err("grantscript.unsafe_account", "account", name)
	}
	if !quoted && name != e.loggedOn {
		name = strings.ToUpper(name)
	}
	if e.kind == datasource.Oracle {
		minesRoot := mined && e.server.Version.AtLeast(12, 1) && e.server.Version.Before(21)
		inRoot := e.databaseKnown && e.database.CDB && !e.database.InPDB()
		isCommon := strings.HasPrefix(name, commonPrefix)
		e.root = minesRoot && (e.database.InPDB() || !e.databaseKnown && isCommon)
		e.pdbUnknown = minesRoot && !e.databaseKnown && !isCommon
		if e.common = e.root || inRoot || isCommon && !e.databaseKnown; e.common && !isCommon {
			name = commonPrefix + name
		}
	}
	e.account = datasource.Account{User: name}
	e.exists = e.live != nil && name == e.loggedOn
	e.server.Account = name
	return nil
}

// withoutTenant returns the user of an endpoint. A user of OceanBase is followed by its tenant and cluster, or preceded
// by them: user@tenant#cluster, cluster:tenant:user.
func withoutTenant(e engine.Endpoint) string {
	if e.Type != datasource.OceanBaseMySQL && e.Type != datasource.OceanBaseOracle {
		return e.User
	}
	if parts := strings.Split(e.User, ":"); len(parts) == 3 {
		return parts[2]
	}
	user, _, _ := strings.Cut(e.User, "@")
	return user
}

// grantee returns the account as GRANT names it.
func (e *end) grantee() string {
	if e.kind.Dialect() == datasource.OracleDialect {
		return checks.Quote(e.kind, e.account.User)
	}
	return e.account.Quoted()
}

// privilege is a privilege that a statement grants, and on what.
type privilege struct{ name, on string }

// privilegesOf returns the privileges that the statements of a finding grant to the account.
func (e *end) privilegesOf(f finding) []privilege {
	var all []privilege
	for _, sql := range f.SQL {
		rest, grants := strings.CutPrefix(sql, "GRANT ")
		rest, own := strings.CutSuffix(rest, " TO "+e.grantee())
		if !grants || !own {
			continue
		}
		list, on, _ := strings.Cut(rest, " ON ")
		for name := range strings.SplitSeq(list, ", ") {
			all = append(all, privilege{name, on})
		}
	}
	return all
}

// held returns the grants that findings ask for, without REFERENCES.
func (e *end) held(found []finding) []datasource.Grant {
	var all []datasource.Grant
	for _, f := range found {
		grant := datasource.Grant{Schema: f.Object.Schema, Name: f.Object.Table}
		switch {
		case f.Object.Table != "":
			grant.Level = datasource.OnTable
		case f.Object.Schema != "":
			grant.Level = datasource.OnSchema
			pattern := checks.SchemaPattern(e.server, e.wildcards, f.Object.Schema)
			grant.Schema = strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(pattern, "`"), "`.*"), "``", "`")
		}
		for _, p := range f.Privileges {
			if p != "REFERENCES" {
				grant.Privileges = append(grant.Privileges, p)
			}
		}
		all = append(all, grant)
	}
	return all
}

// facts returns the facts of the endpoint as an account with only these grants reads them, except that it sees what the
// account that is logged on sees.
func (e *end) facts(ctx context.Context, grants []datasource.Grant) *datasource.Facts {
	own := datasource.Snapshot{
		datasource.FactServer: e.server,
		datasource.FactGrants: datasource.Grants{Account: e.account, Rights: datasource.Rights{Grants: grants,
			Wildcards: e.wildcards, EscapedIsPattern: e.escapes, NameCase: e.server.NameCase}},
		datasource.FactBinaryLogStatus: &datasource.Error{Class: datasource.ErrPrivilege},
	}
	if e.kind.Dialect() == datasource.OracleDialect {
		own[datasource.FactOraclePrivileges] = datasource.OraclePrivileges{Account: e.account.User, SeesAll: true,
			Schemas: map[string][]string{}, Objects: map[datasource.TableName][]string{}}
		own[datasource.FactDictionaryViews] = oracle.DictionaryViews(e.server.Version, e.account.User)
		if e.root { // where LogMiner runs
			own[datasource.FactOracleDatabase] = datasource.OracleDatabase{CDB: true, Container: "CDB$ROOT"}
		} else if !e.databaseKnown {
			own[datasource.FactOracleDatabase] = datasource.OracleDatabase{}
		}
	}
	return datasource.NewFacts(ctx, overlay{own, e.under})
}

// overlay reads the facts that it has, and the others from a reader.
type overlay struct {
	own datasource.Snapshot
	datasource.Reader
}

// Read reads one fact.
func (o overlay) Read(ctx context.Context, fact datasource.AnyFact) (any, error) {
	if _, has := o.own[fact]; has {
		return o.own.Read(ctx, fact)
	}
	return o.Reader.Read(ctx, fact)
}

// cached reads each fact once.
type cached struct {
	datasource.Reader
	mu    sync.Mutex
	loads map[datasource.AnyFact]*datasource.Once[any]
}

// Read reads one fact.
func (c *cached) Read(ctx context.Context, fact datasource.AnyFact) (any, error) {
	c.mu.Lock()
	once := c.loads[fact]
	if once == nil {
		once = &datasource.Once[any]{}
		c.loads[fact] = once
	}
	c.mu.Unlock()
	return once.Get(ctx, ctx, func(ctx context.Context) (any, error) { return c.Reader.Read(ctx, fact) })
}
