package demoprogram_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/cmd/internal/demoprogram"
)

// program makes a shell script the program on the path.
func program(t *testing.T, script string) (folder string) {
	t.Helper()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skipf("there is no sh: %v", err)
	}
	folder = t.TempDir()
	text := "#!" + shell + "\ncd " + folder + "\n" + script
	if err := os.WriteFile(filepath.Join(folder, "precheck-demo"), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	return folder
}

// The program runs until it is stopped, and ends with its standard input.
func TestStart(t *testing.T) {
	folder := program(t, `echo '{"Source": "127.0.0.1:1", "Destination": "127.0.0.1:2"}'
cat >input
echo "$1" >ended
`)
	got, stop, err := demoprogram.Start(t.Context())
	if err != nil || got.Source != "127.0.0.1:1" || got.Destination != "127.0.0.1:2" {
		t.Fatalf("got %+v, %v", got, err)
	}
	if _, err := os.Stat(filepath.Join(folder, "ended")); err == nil {
		t.Error("the program has ended before stop")
	}
	stop()
	if ended, err := os.ReadFile(filepath.Join(folder, "ended")); err != nil || string(ended) != "--databases\n" {
		t.Errorf("the program was called with %q: %v", ended, err)
	}
}

func TestStartFails(t *testing.T) {
	t.Run("no addresses", func(t *testing.T) {
		folder := program(t, "echo no; exit 1")
		_, _, err := demoprogram.Start(t.Context())
		if err == nil || !strings.Contains(err.Error(), "cannot start "+folder) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("no program", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		_, _, err := demoprogram.Start(t.Context())
		if err == nil || !strings.Contains(err.Error(), "go install github.com/dbprecheck/precheck/cmd/") {
			t.Errorf("got %v", err)
		}
	})
}
