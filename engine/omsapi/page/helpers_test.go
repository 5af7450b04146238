package page_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/internal/browsertest"
	"github.com/dbprecheck/precheck/engine/omsapi"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
	"github.com/dbprecheck/precheck/engine/omsapi/page"
	"github.com/dbprecheck/precheck/engine/runstore"
)

const pageText = `# %s: %s

What.

## Why it matters

x

## How it is decided

x

## Privileges

None.

## Remedy

x

## If skipped

Rows may be lost.

## Findings

### wrong

Table {object} has no key.

Several: {objects} have no key.

Actual: none

Expected: a key

Remedy: Add a key.
`

// check returns a check of the source that runs as given.
func check(checkType, title string, run func(context.Context, *checks.Pass) error) *checks.Check {
	return &checks.Check{Type: checkType, Page: checks.ParsePage(fmt.Sprintf(pageText, checkType, title)),
		Level: checks.Fail, Sides: []checks.Side{checks.Source}, Phases: checks.AllPhases,
		Requires: []string{"RDB_CONNECT"}, Reads: checks.Reads{Mapping: true}, Run: run}
}

// facts are those of a database of the tests, with tables whose names are hostile or long.
func facts() datasource.Snapshot {
	var tables []datasource.Table
	for _, name := range []string{"orders", "<img src=x onerror=alert(1)>", strings.Repeat("long_name_", 6), "客户"} {
		tables = append(tables, datasource.Table{TableName: datasource.TableName{Schema: "shop", Name: name},
			Kind: datasource.BaseTable})
	}
	return datasource.Snapshot{
		datasource.FactServer: datasource.Server{Flavor: datasource.FlavorMySQL,
			Version: datasource.Version{Major: 8, Minor: 4}, Account: "u@%", NameCase: datasource.CaseSensitive},
		datasource.FactLatency: datasource.Latency{},
		datasource.FactSchemas: []datasource.Schema{{Name: "crm"}, {Name: "shop"}},
		datasource.FactTables:  datasource.SortTables(tables),
	}
}

// service is a server with its worker. Its checks are one that finds something and one that waits.
type service struct {
	t        *testing.T
	folder   string
	address  string
	change   func(*config.Config)
	findings int
	release  chan struct{} // closed: the check that waits goes on
	stop     func()
}

func serve(t *testing.T, change func(*config.Config)) *service {
	t.Helper()
	s := &service{t: t, folder: t.TempDir(), address: "127.0.0.1:0", change: change, findings: 3,
		release: make(chan struct{})}
	s.start()
	t.Cleanup(func() { s.stop() })
	return s
}

// start starts the server, at the same address as before.
func (s *service) start() {
	s.t.Helper()
	t := s.t
	c := config.Default()
	for _, one := range []struct{ id, host string }{{"e_a", "db1.example.com"}, {"e_b", "db2.example.com"}} {
		c.DataSources = append(c.DataSources, config.DataSource{ID: one.id, Name: "database-" + one.id[2:],
			Endpoint: engine.At(datasource.Endpoint{Type: datasource.MySQL, Host: one.host, User: "u",
				Password: datasource.NewSecret("hunter2")})})
	}
	if s.change != nil {
		s.change(&c)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	store, err := runstore.OpenFolder(t.Context(), s.folder, runstore.Options{Queue: c.Limits.Queue, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	sources, err := omsapi.NewDataSources(c, store)
	if err != nil {
		t.Fatal(err)
	}
	keys := check("TEST_KEY", "Key check", func(ctx context.Context, p *checks.Pass) error {
		m, err := p.Mapping(ctx)
		if err != nil {
			return err
		}
		for i := range s.findings {
			name := m.Tables[i%len(m.Tables)].Source
			if i >= len(m.Tables) {
				name.Name = fmt.Sprintf("table_%06d", i)
			}
			p.Report(checks.Finding{Rule: "wrong", Level: checks.Fail, Object: checks.TableObject(name),
				SQL: []string{"ALTER TABLE `" + name.Schema + "`.`" + name.Name + "` ADD PRIMARY KEY (id)"}})
		}
		return nil
	})
	slow := check("TEST_SLOW", "Slow check", func(ctx context.Context, _ *checks.Pass) error {
		select {
		case <-s.release:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
	open := func(datasource.Endpoint, datasource.Scope) (datasource.Reader, error) { return facts(), nil }
	worker, err := fleet.New(fleet.Config{Store: store, Complete: sources.Complete, Limit: sources.Limit, Log: log,
		Engine: []engine.Option{engine.WithOpener(open), engine.WithChecks(keys, slow),
			engine.WithOnly("TEST_KEY", "TEST_SLOW")}, Runs: c.Limits.Runs})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := omsapi.New(omsapi.Options{Config: c, Store: store, Fleet: worker, DataSources: sources, Log: log,
		Page: page.New(worker, "en")})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	s.address = listener.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { worker.Run(ctx) })
	server := &http.Server{Handler: handler}
	running.Go(func() { _ = server.Serve(listener) })
	s.stop = sync.OnceFunc(func() {
		handler.Drain()
		_ = server.Close()
		cancel()
		running.Wait()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
}

// finish lets the check that waits go on.
func (s *service) finish() { close(s.release) }

// open opens the page in a browser. lost allows that the server cannot be reached for a while.
func (s *service) open(allowed func(string) bool) *browsertest.Browser {
	s.t.Helper()
	b := browsertest.Start(s.t, allowed)
	b.Do(browser.GrantPermissions([]browser.PermissionType{browser.PermissionTypeClipboardReadWrite,
		browser.PermissionTypeClipboardSanitizedWrite}), chromedp.Navigate("http://"+s.address+"/"))
	return b
}

// seen is an expression that is true if an element of the page that a person sees contains a text.
func seen(selector, text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) =>
e.checkVisibility() && e.textContent.includes(%q))`, selector, text)
}

// click clicks the first element that a person sees.
func click(b *browsertest.Browser, selector string) {
	b.Await(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.checkVisibility())`, selector))
	b.Do(chromedp.Evaluate(fmt.Sprintf(
		`[...document.querySelectorAll(%q)].find((e) => e.checkVisibility()).click()`, selector), nil))
}

// submit submits a precheck of schema shop with the form.
func submit(b *browsertest.Browser, name string) {
	b.Do(chromedp.Evaluate(`location.hash = "#/new"`, nil))
	b.Await(`document.querySelector("#view-new select[name=source]").options.length === 3`)
	b.Do(chromedp.SetValue(`#view-new select[name=source]`, "e_a"), chromedp.SetValue(
		`#view-new select[name=destination]`, "e_b"), chromedp.SendKeys(`#view-new input[name=name]`, name),
		chromedp.Evaluate(`document.querySelector("#view-new [name=source]").dispatchEvent(new Event("change"))`, nil))
	b.Await(`document.querySelectorAll(".schemas > li").length === 2`)
	click(b, `.schemas .schema[value=shop]`)
	click(b, `#view-new form .primary`)
	b.Await(`location.hash.startsWith("#/runs/") || ` + seen(".formerrors", ""))
}
