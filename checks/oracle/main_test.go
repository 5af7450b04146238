package oracle_test

import (
	"maps"
	"os"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

type row = oracletest.Row

// emulated starts an emulated listener of the release and gives a task from it to itself.
func emulated(t *testing.T, release oracletest.Release) (*oracletest.Server, checktest.Real) {
	t.Helper()
	srv := oracletest.New(t, release, oracletest.Options{})
	end := checktest.End{Server: &dbtest.Server{Product: dbtest.OracleFree, Host: srv.Host, Port: srv.Port, User: srv.User, Password: srv.Password, Service: srv.Service}, Schema: "SHOP"}
	return srv, checktest.Real{Source: end, Dest: end}
}

// eachRelease runs a test against an emulated listener of each release.
func eachRelease(t *testing.T, run func(*testing.T, *oracletest.Server, checktest.Real)) {
	t.Helper()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, task := emulated(t, release)
			run(t, srv, task)
		})
	}
}

// oracleRoute is a task from an Oracle database to a tenant of OceanBase.
func oracleRoute(phases checks.Phases) checks.Route {
	return checks.Route{Source: datasource.Oracle, Dest: datasource.OceanBaseOracle, Phases: phases}
}

// with gives a snapshot of an Oracle 19c database that holds these facts, too.
func with(facts datasource.Snapshot) datasource.Snapshot {
	s := datasource.Snapshot{datasource.FactServer: datasource.Server{Flavor: datasource.FlavorOracle, Version: datasource.Version{Major: 19}, Account: "PRECHECK"}}
	maps.Copy(s, facts)
	return s
}

// refused is what reading a view gives that the account may not read.
var refused = &datasource.Error{Class: datasource.ErrPrivilege, Cause: "the account PRECHECK may not read the view"}
