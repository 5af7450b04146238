package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/dbprecheck/precheck/datasource/message"
)

// outputError is an error of writing a result.
type outputError struct{ error }

// Message returns the text of the error. It does not name the temporary file.
func (e outputError) Message() message.Text {
	return message.New("cmd.output.failed", "reason", withoutPath(e.error))
}

// withoutPath returns the reason of an error of a file.
func withoutPath(err error) error {
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &at):
		return at.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
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
	private   bool // only the user may read the file
}

// openOutput opens the output before the run starts, so that the result can be written.
func openOutput(ctx context.Context, path string, stdout io.Writer) (*output, error) {
	if path == "" {
		return &output{Writer: stdout}, nil
	}
	old, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if target, err := os.Readlink(path); err == nil { // the file behind a link is created, not the link replaced
			if !filepath.IsAbs(target) {
				target = filepath.Join(filepath.Dir(path), target)
			}
			return openOutput(ctx, target, stdout)
		}
	case err != nil:
		return nil, notOpened(path, err)
	case old.IsDir():
		return nil, message.Err("cmd.run.output_directory", "path", path)
	case !old.Mode().IsRegular():
		return openDevice(ctx, path)
	default:
		target, err := filepath.EvalSymlinks(path)
		if err != nil {
			return nil, notOpened(path, err)
		}
		path = target
	}
	removeDead(filepath.Dir(path))
	file, err := createTemporary(filepath.Dir(path))
	if err != nil {
		return nil, notOpened(path, err)
	}
	return &output{Writer: file, temporary: file, old: old, path: path}, nil
}

// outputFlagError returns an error of openOutput as one of the flag --output, unless the result could not be written.
func outputFlagError(err error) error {
	var unwritten outputError
	if errors.As(err, &unwritten) {
		return err
	}
	return flagError("output", err)
}

// openDevice opens what is not a regular file. A pipe waits for its reader, until ctx ends.
func openDevice(ctx context.Context, path string) (*output, error) {
	type opening struct {
		device *os.File
		err    error
	}
	opened := make(chan opening, 1)
	go func() {
		device, err := os.OpenFile(path, os.O_WRONLY, 0)
		opened <- opening{device, err}
	}()
	select {
	case o := <-opened:
		if o.err != nil {
			return nil, notOpened(path, o.err)
		}
		return &output{Writer: o.device, device: o.device}, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// notOpened returns the error of an output that cannot be opened. The command line is wrong if its path is; a full disk
// or another fault of the machine is not its fault.
func notOpened(path string, err error) error {
	at := &fs.PathError{Op: "open", Path: path, Err: withoutPath(err)}
	for _, wrong := range []error{fs.ErrNotExist, fs.ErrPermission, syscall.ENOTDIR, syscall.ENAMETOOLONG,
		syscall.ELOOP} {
		if errors.Is(err, wrong) {
			return at
		}
	}
	return outputError{at}
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
	if o.private {
		if err := o.temporary.Chmod(0o600); err != nil {
			return err
		}
	} else if o.old != nil {
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

// makePrivate makes a file that only the user may read.
func (o *output) makePrivate() error {
	if o.temporary == nil {
		return nil
	}
	o.private = true
	return o.temporary.Chmod(0o600)
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
