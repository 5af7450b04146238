package render_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/internal/browsertest"
	"github.com/dbprecheck/precheck/engine/render"
)

// many adds an item with that many findings to a report.
func many(r *engine.Report, findings int) {
	res := engine.Result{Item: item("RDB_MANY", "Check with many findings", "", checks.Dest), Outcome: engine.Failed,
		Start: 300 * time.Millisecond, Duration: 900 * time.Millisecond}
	for i := range findings {
		f := finding(checks.Fail, fmt.Sprintf("customer_order_%06d", i))
		f.Object.Schema = fmt.Sprintf("shop%02d", i%31)
		f.SQL = []string{fmt.Sprintf("ALTER TABLE `%s`.`%s` ADD PRIMARY KEY (id)", f.Object.Schema, f.Object.Table)}
		res.Findings = append(res.Findings, f)
	}
	r.Results = append(r.Results, res)
}

// open writes a report as a file and opens it in a browser.
func open(t *testing.T, r *engine.Report) *browsertest.Browser {
	t.Helper()
	b := browsertest.Start(t, nil)
	path := filepath.Join(t.TempDir(), "report.html")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := render.Write(file, render.HTML, r, render.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	b.Do(browser.GrantPermissions([]browser.PermissionType{browser.PermissionTypeClipboardReadWrite,
		browser.PermissionTypeClipboardSanitizedWrite}), chromedp.Navigate("file://"+path))
	return b
}

const shown = `[...document.querySelectorAll(".item")].filter((e) => e.checkVisibility()).length`

// The report can be read on a screen and on a phone, in light and in dark colours.
func TestHTMLLooks(t *testing.T) {
	t.Parallel()
	r := report()
	many(r, 1000)
	b := open(t, r)
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"wide", 1280, 1600}, {"phone", 360, 1600}} {
		for _, dark := range []bool{false, true} {
			b.Size(size.width, size.height)
			b.Dark(dark)
			b.Do(chromedp.Evaluate(`document.querySelectorAll("details").forEach((e) => e.open = true)`, nil))
			b.Accessible()
			b.Do(chromedp.Reload())
			b.Shot(fmt.Sprintf("report-%s-dark=%v", size.name, dark))
		}
	}
	b.Do(chromedp.Evaluate(`document.querySelector("details.part").open = true;
document.querySelector("details.part").scrollIntoView()`, nil))
	b.Shot("report-timeline")
}

func TestHTMLFilters(t *testing.T) {
	t.Parallel()
	b := open(t, report())
	status := `document.querySelector("[role=status]").textContent`
	if got := browsertest.Eval[int](b, shown); got != 8 {
		t.Fatalf("%d items are shown", got)
	}
	for _, tc := range []struct {
		field, value string
		want         int
	}{{"status", "failed", 1}, {"side", "DEST", 4}, {"topic", "objects", 1}, {"phase", "FULL", 8}} {
		b.Do(chromedp.SetValue(`select[name=`+tc.field+`]`, tc.value), chromedp.Evaluate(
			`document.querySelector("[name=`+tc.field+`]").dispatchEvent(new Event("input", {bubbles: true}))`, nil))
		b.Await(status + `.startsWith("` + fmt.Sprint(tc.want) + ` of 8")`)
		if got := browsertest.Eval[int](b, shown); got != tc.want {
			t.Errorf("%s=%s: %d items are shown, want %d", tc.field, tc.value, got, tc.want)
		}
		b.Do(chromedp.Click(`button[type=reset]`))
		b.Await(status + `.startsWith("8 of 8")`)
	}
	b.Do(chromedp.KeyEvent("/")) // moves the focus to the text field
	b.Await(`document.activeElement.name === "text"`)
	b.Do(chromedp.Evaluate(`document.activeElement.value = ""`, nil), chromedp.KeyEvent("shop.log"))
	b.Await(status + `.startsWith("1 of 8")`)
	b.Do(chromedp.KeyEvent(kb.Tab + kb.Enter)) // to the button that resets
	b.Await(status + `.startsWith("8 of 8")`)
}

// 100,000 findings are grouped, 200 are shown, and the others can be shown, found and copied.
func TestHTMLWithManyFindings(t *testing.T) {
	t.Parallel()
	const findings = 100_000
	r := report()
	many(r, findings)
	started := time.Now()
	counted := &counter{}
	if err := render.Write(counted, render.HTML, r, render.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes in %v", counted.n, time.Since(started))
	if counted.n > 8<<20 {
		t.Errorf("the report has %d bytes", counted.n)
	}
	b := open(t, r)
	const item = `[...document.querySelectorAll(".item")].find((e) => e.textContent.includes("RDB_MANY"))`
	rows := item + `.querySelectorAll("tbody tr").length`
	if got := browsertest.Eval[int](b, rows); got != 200 {
		t.Errorf("%d rows are shown", got)
	}
	b.Do(chromedp.Evaluate(item+`.querySelector(".more").click()`, nil))
	b.Await(rows + ` === 1200`)
	if got := browsertest.Eval[string](b, item+`.querySelector(".more").textContent`); got != "Show more (98800 left)" {
		t.Errorf("the button is %q", got)
	}
	b.Do(chromedp.Evaluate(`document.querySelector("[name=text]").value = "customer_order_099999";
document.querySelector("[name=text]").dispatchEvent(new Event("input", {bubbles: true}))`, nil))
	b.Await(`document.querySelector("[role=status]").textContent.startsWith("1 of 9")`)
	b.Do(chromedp.Evaluate(item+`.querySelector(".copy").click()`, nil))
	b.Await(item + `.querySelector(".copy").textContent === "Copied"`)
	copied := browsertest.Eval[string](b, `navigator.clipboard.readText()`)
	if lines := strings.Split(strings.TrimSpace(copied), "\n"); len(lines) != findings ||
		lines[findings-1] != "ALTER TABLE `shop24`.`customer_order_099999` ADD PRIMARY KEY (id);" {
		t.Errorf("%d lines are copied, the last is %q", len(lines), lines[len(lines)-1])
	}
}

type counter struct{ n int }

func (c *counter) Write(b []byte) (int, error) {
	c.n += len(b)
	return len(b), nil
}

// A name is never read as HTML or JavaScript, and nothing of another place is loaded.
func TestHTMLHostileNames(t *testing.T) {
	t.Parallel()
	r := report()
	for _, name := range []string{`<script>document.title='x'</script>`, `"><img src=x onerror="document.title='x'">`,
		`</script><script>document.title='x'</script>`, "{{.}}", `javascript:alert(1)`, `]]>`, `<!--`} {
		f := finding(checks.Fail, name, "DROP TABLE `"+name+"`")
		f.Message, f.Actual, f.Expected, f.Remedy = name, name, name, name
		r.Results[2].Findings = append(r.Results[2].Findings, f)
		r.Results[3].Notes = append(r.Results[3].Notes, name)
	}
	r.Task.Name = `</title><script>document.title='x'</script>`
	r.Plan.Excluded[0].Reason = `<img src=x onerror="document.title='x'">`
	r.Databases[0].Server.Account = `"><script>document.title='x'</script>`
	many(r, 300)
	last := &r.Results[len(r.Results)-1]
	last.Findings[250].Object = checks.TableObject(datasource.TableName{Schema: "shop00",
		Name: `<img src=x onerror=1>`})
	b := open(t, r)
	b.Do(chromedp.Evaluate(`document.querySelector(".more").click()`, nil))
	b.Await(`document.body.textContent.includes("shop00.<img src=x onerror=1>")`)
	if got := browsertest.Eval[string](b, `document.title`); got != "Precheck of "+r.Task.Name {
		t.Errorf("the title is %q", got)
	}
	if got := browsertest.Eval[int](b, `document.images.length + document.links.length - 1`); got != 0 {
		t.Errorf("%d images and links came from names", got)
	}
	if got := browsertest.Eval[int](b, `performance.getEntriesByType("resource").length`); got != 0 {
		t.Errorf("%d resources are loaded", got)
	}
}

func BenchmarkHTML(b *testing.B) {
	r := report()
	many(r, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		if err := render.Write(io.Discard, render.HTML, r, render.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
