package page_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"github.com/dbprecheck/precheck/engine/internal/browsertest"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
)

// looks checks the page on a screen and on a phone, in light and in dark colours.
func looks(b *browsertest.Browser, name string) {
	for _, size := range []struct {
		name  string
		width int64
	}{{"phone", 360}, {"wide", 1280}} {
		for _, dark := range []bool{true, false} {
			b.Size(size.width, 1000)
			b.Dark(dark)
			b.Accessible()
			b.Shot(fmt.Sprintf("%s-%s-dark=%v", name, size.name, dark))
		}
	}
}

// A person submits a precheck, watches it finish, opens a finding, copies SQL, skips with a reason and downloads.
func TestSubmitAndWatch(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	b := s.open(nil)
	b.Await(seen("#view-list .empty", "No prechecks yet"))
	looks(b, "list-empty")
	b.Do(chromedp.Evaluate(`location.hash = "#/new"`, nil))
	b.Await(`document.querySelector("#view-new select[name=source]").options.length === 3`)
	click(b, `#view-new form .primary`)
	b.Await(seen(".formerrors", "choose at least one schema"))
	b.Do(chromedp.SetValue(`#view-new select[name=source]`, "e_a"))
	click(b, ".browse")
	const shop = `document.querySelector(".schemas > li:last-child details")`
	b.Await(shop + ` && (` + shop + `.open = true) && ` + seen(".schemas .objects li", "orders"))
	looks(b, "new")
	submit(b, "shop-to-new")

	b.Await(seen("#view-run h1", "shop-to-new"))
	b.Await(seen(".item[data-status=failed]", "TEST_KEY"))
	b.Await(seen(".item[data-status=running]", "TEST_SLOW"))
	if browsertest.Eval[bool](b, seen(".downloads", "HTML")) || !browsertest.Eval[bool](b, seen(".cancel", "Cancel")) {
		t.Error("a precheck that runs cannot be cancelled, or can be downloaded")
	}
	b.Do(chromedp.Evaluate(`document.querySelector(".item[data-status=failed]").open = true`, nil))
	looks(b, "run-running")
	s.finish()
	b.Await(seen(".item[data-status=passed]", "TEST_SLOW"))
	b.Await(seen(".runline .badge", "Failed"))
	b.Await(seen(".verdict", "The migration would fail"))
	if got := browsertest.Eval[string](b, `document.querySelector(".item").dataset.status`); got != "failed" {
		t.Errorf("the first item is %s", got)
	}
	if !browsertest.Eval[bool](b, `document.querySelector(".item[data-status=failed]").open`) {
		t.Error("what was open is closed after an update")
	}
	if !browsertest.Eval[bool](b, seen(".group td", "shop.orders")) ||
		browsertest.Eval[int](b, `document.images.length`) > 0 {
		t.Error("the objects are not shown as they are")
	}
	looks(b, "run-failed")
	click(b, ".copy")
	b.Await(seen(".copy", "Copied"))
	copied := browsertest.Eval[string](b, `navigator.clipboard.readText()`)
	if lines := strings.Split(strings.TrimSpace(copied), "\n"); len(lines) != 3 || !strings.HasSuffix(lines[0], ";") {
		t.Errorf("copied: %q", copied)
	}

	click(b, ".item[data-status=failed] .skip")
	b.Await(seen("#dialog-skip", "Rows may be lost."))
	b.Await(seen("#dialog-skip", "Skip TEST_KEY"))
	b.Accessible()
	b.Shot("run-skip")
	click(b, "#dialog-skip .primary") // without a reason
	b.Await(`document.querySelector("#dialog-skip").open &&
!document.querySelector("#dialog-skip form").checkValidity()`)
	b.Do(chromedp.SendKeys(`#dialog-skip [name=reason]`, "append-only"))
	click(b, "#dialog-skip .primary")
	b.Await(seen(".item[data-status=skipped]", "TEST_KEY"))
	b.Await(seen(".runline .badge", "Skipped"))
	b.Do(chromedp.Evaluate(`document.querySelector(".item[data-status=skipped]").open = true`, nil))
	b.Await(seen(".item[data-status=skipped]", "append-only"))

	folder := t.TempDir()
	b.Do(browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(folder))
	for format, want := range map[string]string{"html": "<!doctype html>", "junit": "<testsuites",
		"markdown": "# Precheck", "full": `"verdict"`} {
		click(b, ".downloads [data-format="+format+"]")
		await(t, folder, want)
	}

	b.Do(chromedp.Evaluate(`location.hash = "#/"`, nil))
	b.Await(seen(".runs td", "shop-to-new"))
	looks(b, "list")
	b.Do(chromedp.SendKeys(`.listfilter [name=search]`, "nothing-like-it"))
	b.Await(seen(".nomatch", "No precheck matches"))
	b.Do(chromedp.Evaluate(`document.querySelector(".listfilter [name=search]").value = "";
document.querySelector(".listfilter [name=status]").value = "SKIPPED";
document.querySelector(".listfilter").dispatchEvent(new Event("input"))`, nil))
	b.Await(seen(".runs td", "shop-to-new"))
}

// await waits until a file of a folder contains a text.
func await(t *testing.T, folder, text string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		names, err := filepath.Glob(filepath.Join(folder, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if data, err := os.ReadFile(name); err == nil && strings.Contains(string(data), text) {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("no file contains %q: %q", text, names)
		}
	}
}

// A person cancels a precheck, runs it again, and removes the objects that it names.
func TestCancelRetryRemove(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	b := s.open(nil)
	b.Await(seen("#view-list .empty", "No prechecks yet"))
	submit(b, "cancelled")
	b.Await(seen(".item[data-status=running]", "TEST_SLOW"))
	click(b, "#view-run .cancel")
	b.Await(seen("#dialog-confirm", "Cancel this precheck?"))
	click(b, "#dialog-confirm .primary")
	b.Await(seen(".runline .badge", "Failed"))
	b.Await(seen(".item[data-status=unknown]", "TEST_SLOW"))
	s.finish()
	click(b, "#view-run .retry")
	b.Await(seen(".item[data-status=passed]", "TEST_SLOW"))
	b.Await(seen(".item[data-status=failed]", "TEST_KEY"))
	b.Await(seen("#view-run .retry", "Run again"))

	click(b, ".item[data-status=failed] .remove")
	b.Await(seen("#dialog-confirm li", "shop."))
	b.Accessible()
	b.Shot("run-remove")
	click(b, "#dialog-confirm .primary")
	b.Await(seen("#notice", "The objects are excluded"))
	b.Await(`document.querySelectorAll("#dialog-confirm[open]").length === 0`)
	b.Await(seen(".item[data-status=failed]", "client") + ` || ` + seen(".runline .badge", "Failed"))
}

// The page goes on after the server has restarted.
func TestServerRestarts(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	b := s.open(func(text string) bool { // while it is away
		return strings.Contains(text, "net::ERR_") || strings.Contains(text, "503")
	})
	b.Await(seen("#view-list .empty", "No prechecks yet"))
	submit(b, "restarted")
	b.Await(seen(".item[data-status=running]", "TEST_SLOW"))
	s.stop()
	b.Await(seen("#banner", "The connection to the server is lost"))
	b.Shot("run-lost")
	s.start()
	b.Await(`document.querySelector("#banner").hidden`)
	s.finish()
	b.Await(seen(".item[data-status=passed]", "TEST_SLOW"))
}

// Where the server has no place for another stream of events, the page polls.
func TestWithoutEvents(t *testing.T) {
	t.Parallel()
	s := serve(t, func(c *config.Config) { c.Limits.Streams = 0 })
	b := s.open(func(text string) bool { return strings.Contains(text, "429") })
	b.Await(seen("#banner", "Live updates are not available"))
	submit(b, "polled")
	b.Await(seen(".item[data-status=running]", "TEST_SLOW"))
	b.Await(seen("#banner", "Live updates are not available"))
	s.finish()
	b.Await(seen(".item[data-status=passed]", "TEST_SLOW"))
	b.Await(seen(".runline .badge", "Failed"))
}

// A precheck that does not exist, and data sources that cannot be read, are errors that the page shows.
func TestErrors(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	s.finish()
	b := s.open(func(text string) bool { return strings.Contains(text, "404") })
	b.Await(seen("#view-list .empty", "No prechecks yet"))
	b.Do(chromedp.Evaluate(`location.hash = "#/runs/t_0000000000000000"`, nil))
	b.Await(seen("#problem", "There is no such precheck."))
	b.Accessible()
	b.Shot("run-missing")
	submit(b, "wrong name")
	b.Await(seen(".formerrors li", "name"))
	b.Shot("new-errors")
}

// 10,000 findings are grouped, and more of them are read from the server. They stay when the page is updated.
func TestManyFindings(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	s.findings = 10_000
	b := s.open(nil)
	b.Await(seen("#view-list .empty", "No prechecks yet"))
	submit(b, "large")
	b.Await(seen(".item[data-status=failed]", "10000 findings"))
	b.Shot("run-large")
	b.Await(seen(".item[data-status=failed] .message", "10000 tables of shop have no key."))
	b.Await(`document.querySelectorAll(".group tbody tr").length === 200`)
	b.Do(chromedp.Evaluate(`document.querySelector(".objects").open = true`, nil))
	click(b, ".more")
	b.Await(`document.querySelectorAll(".group tbody tr").length === 1200`)
	s.finish()
	b.Await(seen(".item[data-status=passed]", "TEST_SLOW"))
	b.Await(`document.querySelectorAll(".group tbody tr").length === 1200`)
	b.Do(chromedp.Evaluate(`document.querySelector(".filters [name=text]").value = "table_009999";
document.querySelector(".filters [name=text]").dispatchEvent(new Event("input", {bubbles: true}))`, nil))
	b.Await(`document.querySelector(".filters [role=status]").textContent.startsWith("1 of ")`)
	b.Shot("run-large")
}

// A user logs in, sees what the role allows, and logs out.
func TestLogin(t *testing.T) {
	t.Parallel()
	hash, err := auth.HashPassword("correct-horse")
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, func(c *config.Config) {
		c.Users = []auth.User{{Name: "alice", PasswordHash: hash, Role: auth.Submit},
			{Name: "bob", PasswordHash: hash, Role: auth.Read}}
	})
	b := s.open(func(text string) bool { return strings.Contains(text, "401") })
	b.Await(seen("#view-login h1", "Log in"))
	looks(b, "login")
	login := func(name, password string) {
		b.Do(chromedp.SetValue(`#view-login [name=username]`, name),
			chromedp.SetValue(`#view-login [name=password]`, password))
		click(b, "#view-login button")
	}
	login("alice", "wrong")
	b.Await(`!document.querySelector("#problem").hidden`)
	b.Shot("login-wrong")
	login("alice", "correct-horse")
	b.Await(seen(".user", "Logged in as alice"))
	s.finish()
	submit(b, "of-alice")
	b.Await(seen(".item[data-status=failed]", "TEST_KEY"))
	click(b, ".logout")
	b.Await(seen("#view-login h1", "Log in"))
	login("bob", "correct-horse")
	b.Await(seen(".user", "Logged in as bob"))
	b.Await(seen(".item[data-status=failed]", "TEST_KEY"))
	if browsertest.Eval[bool](b, seen(".skip", "")) || browsertest.Eval[bool](b, seen("nav a", "New precheck")) {
		t.Error("who may only read sees what changes a precheck")
	}
}

// The overview counts prechecks, a number leads to those that it counts, and all of it is exported.
func TestOverview(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	s.finish()
	b := s.open(nil)
	b.Await(seen("#view-list .empty", "No prechecks yet"))
	b.Do(chromedp.Evaluate(`location.hash = "#/fleet"`, nil))
	b.Await(seen("#view-fleet .empty", "No precheck matches"))
	looks(b, "overview-empty")
	for _, name := range []string{"shop", "shop", "crm"} {
		b.Do(chromedp.Evaluate(`document.querySelector("#view-new input[name=name]").value = ""`, nil))
		submit(b, name)
		b.Await(seen(".item[data-status=failed]", "TEST_KEY"))
		b.Await(seen(".runline .badge", "Failed"))
	}
	b.Do(chromedp.Evaluate(`location.hash = "#/fleet"`, nil))
	b.Await(seen("#view-fleet .total", "Runs: 2"))
	b.Await(seen("#view-fleet .counts .failed a", "Failed: 2"))
	b.Await(seen("#view-fleet .total", "Runs: 2"))
	b.Await(seen("#view-fleet .checks td", "TEST_KEY"))
	b.Await(seen("#view-fleet .sources td", "database-a"))
	looks(b, "overview")
	click(b, "#view-fleet [name=all]")
	b.Await(seen("#view-fleet .total", "Runs: 3"))
	folder := t.TempDir()
	b.Do(browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(folder))
	click(b, "#view-fleet .export")
	await(t, folder, "Check,TEST_KEY,Key check,,3,")
	b.Do(chromedp.SendKeys(`#view-fleet [name=search]`, "shop"))
	b.Await(seen("#view-fleet .total", "Runs: 2"))
	click(b, "#view-fleet [name=all]")
	b.Await(seen("#view-fleet .total", "Runs: 1"))
	click(b, "#view-fleet .checks a")
	b.Await(seen("#view-list .only", "Only runs in which TEST_KEY failed. Only the newest run of each name."))
	b.Await(`document.querySelectorAll("#view-list tbody tr").length === 1`)
	looks(b, "list-of-check")
	click(b, "#view-list .only a")
	b.Await(`document.querySelectorAll("#view-list tbody tr").length === 2 &&
document.querySelector(".only").hidden`) // the search stays
}

// New prechecks come to the front of the list, and what a person has asked for stays.
func TestManyRuns(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	queue := func(name string) {
		t.Helper()
		body := fmt.Sprintf(`{"name":%q,"sourceEndpointId":"e_a","sinkEndpointId":"e_b",`+
			`"transferMapping":{"databases":[{"name":"shop"}]}}`, name)
		response, err := http.Post("http://"+s.address+"/api/v2?Action=SubmitPreCheck", "application/json",
			strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		if answer, err := io.ReadAll(response.Body); err != nil || !strings.Contains(string(answer), `"success":true`) {
			t.Fatalf("%s, %v", answer, err)
		}
	}
	for i := range 120 {
		queue(fmt.Sprintf("run-%03d", i))
	}
	b := s.open(nil)
	const rows = `document.querySelectorAll("#view-list tbody tr").length`
	b.Await(rows + " === 50")
	click(b, ".morelist")
	b.Await(rows + " === 100")
	queue("newest")
	b.Await(`document.querySelector("#view-list tbody tr a").textContent === "newest"`)
	if n := browsertest.Eval[int](b, rows); n != 100 {
		t.Errorf("%d rows after an update", n)
	}
	click(b, ".morelist")
	b.Await(rows + " === 121")
	b.Await(seen("#view-list tbody tr:last-child", "run-000"))
}
