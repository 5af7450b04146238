package main

import (
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
)

// outputError is an error of writing a result.
type outputError struct{ error }

// Message returns the text of the error.
func (e outputError) Message() message.Text {
	return message.New("cmd.output.failed", "reason", e.error)
}

// standardOutput keeps the first error of writing.
type standardOutput struct {
	io.Writer
	err error
}

// Write writes to the standard output.
func (o *standardOutput) Write(b []byte) (int, error) {
	n, err := o.Writer.Write(b)
	if err != nil && o.err == nil {
		o.err = err
	}
	return n, err
}

// output is the destination of the result: standard output, a file that is replaced as a whole, or
// an existing path that is not a regular file, such as a device.
type output struct {
	io.Writer
	temporary *os.File
	old       os.FileInfo // of the file that is replaced; may be nil
	path      string
	device    *os.File
}

// openOutput opens the output before the run starts, so that the result can be written.
func openOutput(path string, stdout io.Writer) (*output, error) {
	if path == "" {
		return &output{Writer: stdout}, nil
	}
	old, err := os.Stat(path)
	switch {
	case err != nil:
		old = nil
	case old.IsDir():
		return nil, flagError("output", message.Err("cmd.run.output_directory", "path", path))
	case !old.Mode().IsRegular():
		device, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, flagError("output", err)
		}
		return &output{Writer: device, device: device}, nil
	default: // the target of a link is replaced, not the link
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return nil, flagError("output", err)
		}
	}
	removeDead(filepath.Dir(path))
	file, err := createTemporary(filepath.Dir(path))
	if err != nil {
		return nil, flagError("output", err)
	}
	return &output{Writer: file, temporary: file, old: old, path: path}, nil
}

// commit makes the result visible. The file keeps the mode of the one that it replaces, and the owner where the
// account may set it.
func (o *output) commit() error {
	if o.device != nil {
		return o.device.Close()
	}
	if o.temporary == nil {
		return nil
	}
	if o.old != nil {
		keepOwner(o.temporary, o.old)
		if err := o.temporary.Chmod(o.old.Mode().Perm()); err != nil {
			return err
		}
	}
	if err := o.temporary.Sync(); err != nil {
		return err
	}
	if err := os.Rename(o.temporary.Name(), o.path); err != nil { // before closing, which releases the lock
		return err
	}
	file := o.temporary
	o.temporary = nil
	return file.Close()
}

// discard removes an output that was not committed.
func (o *output) discard() {
	if o.temporary != nil {
		_ = os.Remove(o.temporary.Name())
		_ = o.temporary.Close()
	}
}

const temporaryPrefix = ".precheck-"

// temporaryName returns a name that no other file has.
func temporaryName() string { return temporaryPrefix + rand.Text() }

func isTemporary(name string) bool {
	return strings.HasPrefix(name, temporaryPrefix) && len(name) == len(temporaryName())
}

// createTemporary creates a file that is locked while this process lives.
func createTemporary(folder string) (*os.File, error) {
	for {
		file, err := os.OpenFile(filepath.Join(folder, temporaryName()), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if err != nil {
			return nil, err
		}
		if lock(file) {
			return file, nil
		}
		_ = file.Close() // removed by another process before it was locked
	}
}

// removeDead removes the temporary files of processes that were killed. It keeps what another user owns or a
// process holds.
func removeDead(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, e := range entries {
		if isTemporary(e.Name()) && e.Type().IsRegular() {
			removeUnlocked(filepath.Join(folder, e.Name()))
		}
	}
}
