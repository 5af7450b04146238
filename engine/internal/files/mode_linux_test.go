package files_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/dbprecheck/precheck/engine/internal/files"
)

// A secret whose mode this account cannot change, as in a volume of Kubernetes, is not reported.
func TestIsExposed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	exposed := func(path string) bool {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return files.IsExposed(path, info)
	}
	path := filepath.Join(folder, "secret")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if exposed(path) {
		t.Error("a file of the user alone is exposed")
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if !exposed(path) {
		t.Error("a file that all can read is not exposed")
	}
	if os.Geteuid() != 0 {
		if exposed("/etc/passwd") {
			t.Error("a file of another user is exposed")
		}
		return
	}
	volume := filepath.Join(folder, "volume")
	if err := os.Mkdir(volume, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", volume, "tmpfs", 0, ""); err != nil {
		t.Skipf("a file system cannot be mounted: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(volume, 0) })
	secret := filepath.Join(volume, "secret")
	if err := os.WriteFile(secret, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if !exposed(secret) {
		t.Error("a file of a volume that can be written is not exposed")
	}
	if err := unix.Mount("", volume, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if exposed(secret) {
		t.Error("a file of a volume that cannot be written is exposed")
	}
}
