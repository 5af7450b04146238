//go:build unix

package files

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// modeCanChange reports whether this account can change who reads a file: a secret that a container is given belongs
// to another account, or is on a file system that cannot be written.
func modeCanChange(path string, info os.FileInfo) bool {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && os.Geteuid() != 0 && int(stat.Uid) != os.Geteuid() {
		return false
	}
	return unix.Access(path, unix.W_OK) != unix.EROFS
}
