// Package browsertest looks at pages in a headless Chromium, as a person with a browser does.
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Browser is a tab of a browser of its own.
type Browser struct {
	t       *testing.T
	context context.Context
}

// programs are the names of Chromium on different systems.
var programs = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// Screenshots is the environment variable that names a folder to which Shot writes pictures.
const Screenshots = "PRECHECK_SCREENSHOTS"

// Start starts a browser, which ends with the test. Without Chromium the test is skipped. An error or a violation of
// the content security policy that the browser logs fails the test, unless allowed returns true for its text.
func Start(t *testing.T, allowed func(text string) bool) *Browser {
	t.Helper()
	program := ""
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skipf("Chromium is not installed (Debian: apt-get install chromium); looked for %q", programs)
	}
	temporary, err := os.MkdirTemp("", "precheck-browser-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(temporary) }) // the browser leaves files behind
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Env("TMPDIR="+temporary),
		chromedp.UserDataDir(filepath.Join(temporary, "user")))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ignored := chromedp.WithErrorf(func(string, ...any) {}) // events of newer browsers
	ctx, cancel := chromedp.NewContext(allocator, ignored)
	t.Cleanup(cancel)
	ctx, cancelTimeout := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancelTimeout)
	b := &Browser{t, ctx}
	report := func(text string) {
		if allowed == nil || !allowed(text) {
			t.Errorf("the browser logs: %s", text)
		}
	}
	chromedp.ListenTarget(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			report(e.ExceptionDetails.Error())
		case *log.EventEntryAdded:
			if e.Entry.Level == log.LevelError {
				report(e.Entry.Text + " " + e.Entry.URL)
			}
		}
	})
	b.Do(log.Enable(), emulation.SetFocusEmulationEnabled(true))
	return b
}

// Do performs actions one after the other. The test fails at once if one fails.
func (b *Browser) Do(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.context, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// Eval returns the value of an expression; it waits for a promise.
func Eval[T any](b *Browser, expression string) T {
	b.t.Helper()
	var value T
	b.Do(chromedp.Evaluate(expression, &value, func(p *runtime.EvaluateParams) *runtime.EvaluateParams {
		return p.WithAwaitPromise(true)
	}))
	return value
}

// Await waits until an expression is true.
func (b *Browser) Await(expression string) {
	b.t.Helper()
	var ok bool
	err := chromedp.Run(b.context, chromedp.Poll("Boolean("+expression+")", &ok,
		chromedp.WithPollingTimeout(time.Minute)))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
}

// Size sets the width and the height of the window in CSS pixels.
func (b *Browser) Size(width, height int64) {
	b.t.Helper()
	b.Do(chromedp.EmulateViewport(width, height))
}

// Dark chooses the dark or the light colours.
func (b *Browser) Dark(dark bool) {
	b.t.Helper()
	value := "light"
	if dark {
		value = "dark"
	}
	b.Do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: value}}))
}

// Shot writes a picture of the page to the folder that the variable Screenshots names, if it is set.
func (b *Browser) Shot(name string) {
	b.t.Helper()
	folder := os.Getenv(Screenshots)
	if folder == "" {
		return
	}
	var picture []byte
	b.Do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		picture, err = page.CaptureScreenshot().WithFormat(page.CaptureScreenshotFormatPng).Do(ctx)
		return err
	}))
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// Accessible fails the test where text of the page has too little contrast (WCAG 2.2, 1.4.3: 4.5 to 1), a control has
// no name, or the page is wider than its window.
func (b *Browser) Accessible() {
	b.t.Helper()
	for _, problem := range Eval[[]string](b, accessible) {
		b.t.Error(problem)
	}
}

const accessible = `(() => {
  const problems = [];
  const parse = (color) => {
    const m = color.match(/rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)/);
    return m ? [Number(m[1]), Number(m[2]), Number(m[3]), m[4] === undefined ? 1 : Number(m[4])] : [0, 0, 0, 0];
  };
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const background = (e) => {
    for (; e; e = e.parentElement) {
      const color = parse(getComputedStyle(e).backgroundColor);
      if (color[3] > 0.99) return color;
    }
    return [255, 255, 255, 1];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !e.checkVisibility() || e.closest("script,style,:disabled")) continue;
    const style = getComputedStyle(e);
    const front = parse(e.closest("svg") ? style.fill : style.color);
    const [a, b] = [luminance(front), luminance(background(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) problems.push("contrast " + ratio.toFixed(2) + ": " + texts.currentNode.textContent.trim());
  }
  for (const e of document.querySelectorAll("input,select,textarea,button,summary,a")) {
    if (e.type === "hidden" || !e.checkVisibility()) continue;
    const name = e.getAttribute("aria-label") || [...(e.labels ?? [])].map((l) => l.textContent).join("") ||
      (e.matches("button,summary,a") ? e.textContent : "");
    if (!name.trim()) problems.push("no name: " + e.outerHTML.slice(0, 200));
  }
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  if (new Set(ids).size !== ids.length) problems.push("an id occurs twice");
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.body.querySelectorAll("*")].find((e) =>
      e.getBoundingClientRect().right > root.clientWidth + 1 && !e.closest(".tablebox,.timeline,pre"));
    problems.push("the page is " + root.scrollWidth + " wide, the window " + root.clientWidth + ": " +
      (wide ? wide.outerHTML.slice(0, 200) : ""));
  }
  return problems;
})()`
