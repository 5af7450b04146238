//go:build unix

package main

import (
	"errors"
	"os"
	"syscall"
)

// lock locks a new file until it is closed. It reports whether the file still has its name. A file system without
// locks needs none, because removeUnlocked keeps its files.
func lock(file *os.File) bool {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false
	}
	held, err1 := file.Stat()
	named, err2 := os.Lstat(file.Name())
	return err1 == nil && err2 == nil && os.SameFile(held, named)
}

// removeUnlocked removes a file of this user that no process has locked.
func removeUnlocked(path string) {
	file, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(stat.Uid) != os.Geteuid() || syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		return
	}
	if named, err := os.Lstat(path); err == nil && os.SameFile(info, named) {
		_ = os.Remove(path)
	}
}

// keepOwner gives a file the owner and the group of another, as far as the account may.
func keepOwner(file *os.File, old os.FileInfo) {
	if stat, ok := old.Sys().(*syscall.Stat_t); ok && file.Chown(int(stat.Uid), int(stat.Gid)) != nil {
		_ = file.Chown(-1, int(stat.Gid))
	}
}
