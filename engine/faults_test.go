package engine_test

import (
	"context"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/faulttest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// allFaults is the environment variable with which every fault is tried 50 times.
const allFaults = "PRECHECK_TEST_ALL_FAULTS"

// The limits of a run under a fault, and how much longer it may last.
const (
	faultStep    = 2 * time.Second // of connecting, and of a statement
	faultRun     = 60 * time.Second
	faultOverrun = 2 * time.Second
	faultEnd     = 10 * time.Second // for a peer to notice that a connection is closed
)

// faultChecks are the checks that run under a fault: of the server, its tables and their columns.
var faultChecks = []string{"RDB_CONNECT", "RDB_VERSION", "RDB_CONNECTION_LIMIT", "RDB_CHARSET", "RDB_TABLE_CONFLICT",
	"RDB_PRIMARY_KEY", "RDB_COLUMN_TYPE", "RDB_LOB_COLUMN"}

// scene is a task whose source is behind a proxy.
type scene struct {
	protocol faulttest.Protocol
	server   string // the address of the source
	task     engine.Task
	sql      string // a text of a statement that the task cannot do without
	tls      bool
}

// A fault between this program and a database never makes an item pass that would not pass without it, never
// lasts longer than the limits allow, and leaves neither a goroutine nor a connection behind.
func TestFaultsOfMySQL(t *testing.T) {
	scenes := map[bool]scene{}
	for secure, product := range map[bool]dbtest.Product{false: dbtest.MariaDB, true: dbtest.MySQL} {
		source, _, real := checktest.PairOf(t, product, product)
		createTables(t, source, real.Source.Schema, 3)
		scenes[secure] = scene{protocol: faulttest.MySQL, server: address(source.Host, source.Port),
			task: real.Task(checks.AllPhases), sql: "information_schema.COLUMNS", tls: secure}
	}
	everyFault(t, func(phase faulttest.Phase) scene { return scenes[phase == faulttest.TLS] })
}

func TestFaultsOfOracleEmulated(t *testing.T) {
	const tables = 501 // whose columns take more than one fetch
	scenes := map[bool]scene{}
	for _, secure := range []bool{false, true} {
		source, from := emulatedTables(t, oracletest.Release19c, tables)
		if secure {
			certified := httptest.NewTLSServer(nil)
			certified.Close()
			secured := oracletest.New(t, oracletest.Release19c, oracletest.Options{TLS: certified.TLS})
			source, from.Server.Port = secured, secured.Port
		}
		_, to := emulatedTables(t, oracletest.Release19c, 0)
		task := checktest.Real{Source: from, Dest: to}.Task(checks.AllPhases)
		if secure {
			task.Source.TLS.Mode = datasource.TLSRequired
		}
		scenes[secure] = scene{protocol: faulttest.Oracle, server: source.Address(), task: task, tls: secure,
			sql: "DBA_TAB_COLS"}
	}
	everyFault(t, func(phase faulttest.Phase) scene { return scenes[phase == faulttest.TLS] })
}

func address(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

// everyFault runs each fault at each phase, those of a phase at the same time.
func everyFault(t *testing.T, at func(faulttest.Phase) scene) {
	t.Helper()
	times, width := 1, 1
	if os.Getenv(allFaults) != "" {
		times, width = 50, 5
	} else {
		t.Logf("each fault is tried once; set %s to try it 50 times", allFaults)
	}
	for _, phase := range faulttest.Phases() {
		scene := at(phase)
		usual := scene.usual(t)
		before := goleak.IgnoreCurrent()
		t.Run(string(phase), func(t *testing.T) {
			var running sync.WaitGroup
			for _, do := range scene.protocol.Actions() {
				if !possible(scene.protocol, phase, do) {
					continue
				}
				for range width {
					running.Go(func() {
						for range times / width {
							scene.suffer(t, phase, do, usual)
						}
					})
				}
			}
			running.Wait()
		})
		if err := goleak.Find(before); err != nil {
			t.Errorf("after the faults at %s: %v", phase, err)
		}
	}
}

// possible reports whether an action means something at the phase.
func possible(protocol faulttest.Protocol, phase faulttest.Phase, do faulttest.Action) bool {
	counts := []faulttest.Action{faulttest.MoreColumns, faulttest.FewerColumns, faulttest.HugeColumns}
	answers := []faulttest.Phase{faulttest.SetUp, faulttest.Statement}
	switch {
	case slices.Contains(counts, do):
		return slices.Contains(answers, phase)
	case phase == faulttest.TLS:
		return do != faulttest.Sequence && do != faulttest.Refuse
	case protocol == faulttest.Oracle && phase == faulttest.Kill:
		return false // the driver's socket is closed after the time that the server has for a break
	}
	return true
}

// harmless reports whether a fault only takes time.
func harmless(do faulttest.Action) bool { return do == faulttest.Delay || do == faulttest.Drip }

// run runs the task through the proxy with a limit of each step.
func (s scene) run(t *testing.T, p *faulttest.Proxy, step time.Duration) *engine.Report {
	t.Helper()
	task := s.task
	task.Source.Host, task.Source.Port = p.Host, p.Port
	task.Limits.ConnectTimeout, task.Limits.CheckTimeout, task.Limits.Timeout = step, step, faultRun
	if s.tls {
		p.OfferTLS()
		task.Source.TLS.Mode = datasource.TLSRequired
	}
	e, err := engine.New(engine.WithOnly(faultChecks...))
	if err != nil {
		t.Error(err)
		return &engine.Report{}
	}
	report, err := e.Run(context.WithoutCancel(t.Context()), task)
	if err != nil {
		t.Error(err)
		return &engine.Report{}
	}
	return report
}

// verdicts returns what a report says of each item.
func verdicts(r *engine.Report) map[string]string {
	all := map[string]string{}
	for _, res := range r.Results {
		verdict := string(res.Outcome)
		for _, f := range res.Findings {
			verdict += "\n" + f.Message
		}
		all[fmt.Sprint(res.Item.Check.Type, " of ", res.Item.Side, " ", res.Item.Role)] = verdict
	}
	return all
}

// usual returns the verdicts without a fault.
func (s scene) usual(t *testing.T) map[string]string {
	t.Helper()
	p := faulttest.Start(t, s.protocol, s.server)
	defer p.Close()
	all := verdicts(s.run(t, p, faultRun))
	if !p.WaitClosed(0, faultEnd) {
		t.Error("connections are left without a fault")
	}
	return all
}

// suffer runs the task under a fault.
func (s scene) suffer(t *testing.T, phase faulttest.Phase, do faulttest.Action, usual map[string]string) {
	t.Helper()
	p := faulttest.Start(t, s.protocol, s.server)
	defer p.Close()
	f := faulttest.Fault{At: phase, Do: do, Code: 1053, Message: "Server shutdown in progress"}
	named := []faulttest.Phase{faulttest.Statement}
	if s.protocol == faulttest.MySQL {
		named = append(named, faulttest.Row, faulttest.Idle)
	}
	if slices.Contains(named, phase) {
		f.SQL = s.sql
	}
	switch do {
	case faulttest.Delay:
		f.Pause = 10 * time.Millisecond
	case faulttest.Drip:
		f.Pause = time.Microsecond
	}
	if phase == faulttest.Row && harmless(do) {
		f.Times = 3
	}
	if phase == faulttest.Kill {
		p.Inject(faulttest.Fault{At: faulttest.Statement, SQL: s.sql, Do: faulttest.Stall})
	}
	fault := p.Inject(f)
	began := time.Now()
	step := faultStep
	if harmless(do) && phase != faulttest.Kill {
		step = faultRun
	}
	report := s.run(t, p, step)
	if took := time.Since(began); took > faultRun+faultOverrun {
		t.Errorf("%s: the run took %v with a limit of %v", do, took, faultRun)
	}
	if !p.WaitClosed(0, faultEnd) {
		t.Errorf("%s: %d connections are left", do, p.Open())
	}
	differ := 0
	for item, verdict := range verdicts(report) {
		outcome, _, _ := strings.Cut(verdict, "\n")
		switch {
		case verdict == usual[item]:
			continue
		case outcome == string(engine.Unknown), outcome == string(engine.Blocked):
		case outcome == string(engine.Failed) && strings.HasPrefix(item, "RDB_CONNECT"):
		default:
			t.Errorf("%s: %s is %q, without the fault %q", do, item, verdict, usual[item])
		}
		if differ++; strings.Contains(verdict, "runtime error") {
			t.Errorf("%s: %s shows a panic: %s", do, item, verdict)
		}
	}
	for _, res := range report.Results {
		if res.Err != nil && strings.Contains(res.Err.Error()+res.Reason, "runtime error") {
			t.Errorf("%s: %s shows a panic: %v", do, res.Item.Check.Type, res.Err)
		}
	}
	switch {
	case fault.Struck() == 0 && differ == 0:
		t.Errorf("%s did not strike", do)
	case phase == faulttest.Idle, phase == faulttest.Close:
	case harmless(do) && phase != faulttest.Kill && differ > 0:
		t.Errorf("%s: %d items differ although it only takes time", do, differ)
	case !harmless(do) && differ == 0:
		t.Errorf("%s: every item is as without it", do)
	}
}
