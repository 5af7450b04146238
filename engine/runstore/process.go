package runstore

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
)

// process is a process that uses a folder. It keeps a file locked for as long as it lives, so that another process
// notices at once when it is killed, and does not wait for the leases of its workers.
type process struct {
	folder, name string
	file         *os.File
}

const (
	processPrefix = "process-"
	processSuffix = ".lock"
)

func newProcess(folder string) (*process, error) {
	name := strings.ToLower(rand.Text()[:12])
	file, err := os.OpenFile(filepath.Join(folder, processPrefix+name+processSuffix), os.O_RDWR|os.O_CREATE|os.O_EXCL,
		0o600)
	if err != nil {
		return nil, err
	}
	tryLock(file)
	return &process{folder, name, file}, nil
}

// owner returns the name of a worker of this process.
func (p *process) owner(worker string) string { return p.name + "/" + worker }

// dead returns the names of processes that have ended. forget removes their files.
func (p *process) dead() (names []string, forget func()) {
	paths, err := filepath.Glob(filepath.Join(p.folder, processPrefix+"*"+processSuffix))
	if err != nil {
		return nil, func() {}
	}
	var files []*os.File
	for _, path := range paths {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), processPrefix), processSuffix)
		if name == p.name {
			continue
		}
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if !tryLock(file) {
			_ = file.Close()
			continue
		}
		names, files = append(names, name), append(files, file)
	}
	return names, func() {
		for _, file := range files {
			_ = os.Remove(file.Name())
			_ = file.Close()
		}
	}
}

// leave unlocks the file of the process. The next that looks for dead processes takes back what this one left.
func (p *process) leave() {
	if p != nil {
		_ = p.file.Close()
	}
}
