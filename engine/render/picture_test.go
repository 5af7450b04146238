package render_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dbprecheck/precheck/engine/internal/browsertest"
)

// The picture of the report in README.md is of the demo's run.
func TestPictureOfDemo(t *testing.T) {
	t.Parallel()
	if os.Getenv(browsertest.Screenshots) == "" {
		t.Skipf("%s does not name a folder for the picture", browsertest.Screenshots)
	}
	b := browsertest.Start(t, nil)
	html, err := exec.Command("go", "run", "../../cmd/precheck-demo", "--format", "html").Output()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, html, 0o600); err != nil {
		t.Fatal(err)
	}
	b.Dark(false)
	b.Size(1000, 900)
	b.Do(chromedp.Navigate("file://" + path))
	b.Await(`document.querySelector(".item[data-status=failed]")`)
	b.Shot("report")
}
