//go:build unix

package runstore

import (
	"os"
	"syscall"
)

// tryLock locks a file until it is closed. It reports whether it could.
func tryLock(file *os.File) bool {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
