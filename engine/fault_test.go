package engine_test

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/faulttest"
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
// that it is known which check needs a statement: at least one of its items.
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

// refuseEach runs each check of a task alone, once for each statement that it sends to a server, with that statement
// refused.
func refuseEach(t *testing.T, task engine.Task, proxies [2]*faulttest.Proxy) {
	t.Helper()
	tried := [2][]string{}
	for _, checkType := range typesOf(t, task) {
		for _, p := range proxies {
			p.ForgetStatements()
		}
		outcomes(t, task, checkType)
		var sent [2][]string
		for i, p := range proxies {
			sent[i] = statementsOf(p)
		}
		for i, p := range proxies {
			for n, statement := range sent[i] {
				if slices.Contains(tried[i], statement) {
					continue
				}
				if checkType == "RDB_CONNECT" { // which every check requires
					tried[i] = append(tried[i], statement)
				}
				code := []uint16{1053, 1205}[n%2]
				fault := p.Inject(faulttest.Fault{At: faulttest.Statement, SQL: statement, Do: faulttest.Refuse, Code: code,
					Message: "refused for the moment"})
				got := outcomes(t, task, checkType)
				fault.Release()
				if fault.Struck() == 0 {
					t.Errorf("%s did not send %q again", checkType, statement)
				}
				if !slices.ContainsFunc(got, func(res engine.Result) bool {
					return res.Err != nil || res.Outcome == engine.Blocked
				}) {
					t.Errorf("%s does not notice that server %d refuses with %d: %q: %s", checkType, i, code, statement,
						describe(got))
				}
			}
		}
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

// outcomes runs one check and returns the results of its items.
func outcomes(t *testing.T, task engine.Task, checkType string) []engine.Result {
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
		text += fmt.Sprintf("\n%s %s: %s", r.Item.Side, r.Outcome, r.Message(3))
	}
	return text
}
