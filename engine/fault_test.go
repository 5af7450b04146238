package engine_test

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/faulttest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// behindProxy returns a proxy before a server, and the server as it is behind it.
func behindProxy(t *testing.T, s *dbtest.Server) (*faulttest.Proxy, *dbtest.Server) {
	t.Helper()
	p := faulttest.Start(t, faulttest.MySQL, net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
	through := *s
	through.Host, through.Port = p.Host, p.Port
	return p, &through
}

// statementsOf returns the statements of checks that a proxy has seen, without the names of the checks, each once.
func statementsOf(p *faulttest.Proxy) []string {
	var list []string
	for _, s := range p.Statements() {
		if text := checkComment.ReplaceAllString(s.SQL, ""); s.Phase == faulttest.Statement &&
			!slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

var checkComment = regexp.MustCompile(`^/\* precheck:\w* \*/ `)

// If a server refuses a statement for a reason of the moment, no item that needs it passes. Each check runs alone, so
// that it is known which check needs a statement.
func TestRefusedStatementNeverPasses(t *testing.T) {
	t.Parallel()
	for _, products := range [][2]dbtest.Product{{dbtest.MariaDB, dbtest.MySQL}, {dbtest.MySQL, dbtest.MariaDB}} {
		t.Run(string(products[0])+" to "+string(products[1]), func(t *testing.T) {
			t.Parallel()
			from, to := dbtest.Get(t, products[0]), dbtest.Get(t, products[1])
			task := checktest.Real{Source: checktest.Endpoint{Schema: from.Database(t)},
				Dest: checktest.Endpoint{Schema: to.Database(t)}}
			createFaulty(t, from, task.Source.Schema)
			createFaulty(t, to, task.Dest.Schema)
			var proxies [2]*faulttest.Proxy
			proxies[0], task.Source.Server = behindProxy(t, from)
			proxies[1], task.Dest.Server = behindProxy(t, to)
			refuseEach(t, task.Task(checks.AllPhases), proxies)
		})
	}
}

// createFaulty creates objects for which every statement of the checks has rows.
func createFaulty(t *testing.T, s *dbtest.Server, schema string) {
	t.Helper()
	s.Exec(t, "CREATE TABLE "+schema+".parent (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(9), UNIQUE (name))",
		"CREATE TABLE "+schema+".child (id INT PRIMARY KEY, p INT DEFAULT 1, e ENUM('a'), CHECK (p > 0), "+
			"FOREIGN KEY (p) REFERENCES "+schema+".parent (id))",
		"CREATE TABLE "+schema+".parts (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION p VALUES LESS THAN (9))",
		"CREATE VIEW "+schema+".v AS SELECT id FROM "+schema+".parent")
}

// momentary are errors that say nothing about what a statement reads: 1053 server shutdown in progress, 1205 lock wait
// timeout exceeded.
var momentary = []uint16{1053, 1205}

// refuseEach runs each check of a task alone, once for each statement that it sends to a server, with that statement
// refused.
func refuseEach(t *testing.T, task engine.Task, proxies [2]*faulttest.Proxy) {
	t.Helper()
	var ofConnect [2][]string // which every check requires
	for _, checkType := range typesOf(t, task) {
		for _, p := range proxies {
			p.ForgetStatements()
		}
		resultsOf(t, task, checkType)
		sent := [2][]string{statementsOf(proxies[0]), statementsOf(proxies[1])}
		for i, side := range []checks.Side{checks.Source, checks.Dest} {
			for _, statement := range sent[i] {
				if slices.Contains(ofConnect[i], statement) {
					continue
				}
				if checkType == "RDB_CONNECT" {
					ofConnect[i] = append(ofConnect[i], statement)
				}
				for _, code := range momentary {
					fault := proxies[i].Inject(faulttest.Fault{At: faulttest.Statement, SQL: statement,
						Do: faulttest.Refuse, Code: code, Message: "refused for the moment"})
					got := resultsOf(t, task, checkType)
					fault.Release()
					if fault.Struck() == 0 {
						t.Errorf("%s did not send %q again", checkType, statement)
					}
					wantNoticed(t, got, side, fmt.Sprintf("error %d of %q", code, statement))
				}
			}
		}
	}
}

// needsOnlyGrants is the check whose item on the source does not need the facts of the source that its item on the
// destination needs.
const needsOnlyGrants = "RDB_WRITE_PRIVILEGE"

// wantNoticed compares results of a check whose statement on one side was refused: its item on that side, or else one
// on the other side, must not have been decided.
func wantNoticed(t *testing.T, results []engine.Result, side checks.Side, fault string) {
	t.Helper()
	of := results
	onSide := func(r engine.Result) bool { return r.Item.Side == side }
	if slices.ContainsFunc(results, onSide) && results[0].Item.Check.Type != needsOnlyGrants {
		of = slices.DeleteFunc(slices.Clone(results), func(r engine.Result) bool { return !onSide(r) })
	}
	if !slices.ContainsFunc(of, func(r engine.Result) bool {
		return r.ServerError() != nil || r.Outcome == engine.Blocked
	}) {
		t.Errorf("an item does not notice %s on the %s:%s", fault, side, describe(results))
	}
}

func typesOf(t *testing.T, task engine.Task) []string {
	t.Helper()
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, item := range e.Plan(task).Items {
		if !slices.Contains(types, item.Check.Type) {
			types = append(types, item.Check.Type)
		}
	}
	return types
}

// resultsOf runs one check and returns the results of its items.
func resultsOf(t *testing.T, task engine.Task, checkType string) []engine.Result {
	t.Helper()
	e, err := engine.New(engine.WithOnly(checkType))
	if err != nil {
		t.Fatal(err)
	}
	report, err := e.Run(t.Context(), task)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(report.Results, func(r engine.Result) bool { return r.Item.Check.Type != checkType })
}

func describe(results []engine.Result) (text string) {
	for _, r := range results {
		text += fmt.Sprintf("\n%s %s %s: %s", r.Item.Check.Type, r.Item.Side, r.Outcome, r.Message(3))
	}
	return text
}

// momentaryOracle are what may happen to any statement on Oracle: an error in recursive SQL, a snapshot too old, a
// cancelled call, a killed session, and a lost connection.
var momentaryOracle = []oracletest.Fault{{Code: 604}, {Code: 1466}, {Code: 1555}, {Code: 1013}, {Code: 28},
	{Drop: true}}

// The same for Oracle, with an emulated listener on both sides.
func TestRefusedStatementNeverPassesOnOracleEmulated(t *testing.T) {
	t.Parallel()
	from, source := emulatedTables(t, oracletest.Release19c, 3)
	to, dest := emulatedTables(t, oracletest.Release19c, 3)
	servers := [2]*oracletest.Server{from, to}
	task := checktest.Real{Source: source, Dest: dest}.Task(checks.AllPhases)
	task.Settings.Deep, task.Limits.Connections = true, 1 // a logon takes longer than a statement
	var ofConnect [2][]string
	n := 0
	for _, checkType := range typesOf(t, task) {
		for _, srv := range servers {
			srv.ForgetStatements()
		}
		resultsOf(t, task, checkType)
		sent := [2][]string{executed(from), executed(to)}
		for i, side := range []checks.Side{checks.Source, checks.Dest} {
			for _, statement := range sent[i] {
				if slices.Contains(ofConnect[i], statement) {
					continue
				}
				if checkType == "RDB_CONNECT" {
					ofConnect[i] = append(ofConnect[i], statement)
				}
				fault := momentaryOracle[n%len(momentaryOracle)]
				n++
				fault.Stage, fault.SQL = oracletest.StageExecute, statement
				injected := servers[i].Fault(fault)
				got := resultsOf(t, task, checkType)
				injected.Release()
				if injected.Struck() == 0 {
					t.Errorf("%s did not send %q again", checkType, statement)
				}
				wantNoticed(t, got, side, fmt.Sprintf("%+v", fault))
			}
		}
	}
}

// executed returns the queries that a listener has executed, each once, and few of those that only probe a view: one
// loop sends them all.
func executed(srv *oracletest.Server) []string {
	var list []string
	probes := 0
	for _, s := range srv.Statements() {
		if !strings.HasPrefix(s.SQL, "SELECT ") || slices.Contains(list, s.SQL) {
			continue
		}
		if strings.HasSuffix(s.SQL, " WHERE 1 = 0") {
			if probes++; probes > 3 {
				continue
			}
		}
		list = append(list, s.SQL)
	}
	return list
}
