// Package files reads the files of a user, which may be of any size and kind.
package files

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/dbprecheck/precheck/datasource/message"
)

// The maximum sizes of files.
const (
	MaxTask   = 16 << 20 // a task, or another file of fields
	MaxSecret = 64 << 10 // a password
	MaxTLS    = 4 << 20  // a certificate or key
	MaxDump   = 1 << 30  // a dump of schemas
)

// Read reads a file of at most limit bytes. It returns when ctx is cancelled, even if the file is a pipe
// to which nothing is written.
func Read(ctx context.Context, path string, limit int64) ([]byte, error) {
	return unless(ctx, func() ([]byte, error) {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }()
		return readAtMost(file, limit)
	})
}

// ReadFrom reads a stream of at most limit bytes, until ctx is cancelled.
func ReadFrom(ctx context.Context, from io.Reader, limit int64) ([]byte, error) {
	return unless(ctx, func() ([]byte, error) { return readAtMost(from, limit) })
}

// unless returns what read returns, unless ctx is cancelled before.
func unless(ctx context.Context, read func() ([]byte, error)) ([]byte, error) {
	type content struct {
		data []byte
		err  error
	}
	done := make(chan content, 1)
	go func() {
		data, err := read()
		done <- content{data, err}
	}()
	select {
	case c := <-done:
		return c.data, c.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func readAtMost(from io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(from, limit+1))
	if err == nil && int64(len(data)) > limit {
		return nil, tooLarge(limit)
	}
	return data, err
}

func tooLarge(limit int64) error {
	return message.Err("engine.file.too_large", "limit", message.Bytes(limit))
}

// Readable returns the reason why a file, which is read more than once, cannot be read, or nil if it can.
func Readable(path string, limit int64) error {
	switch info, err := os.Stat(path); {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return message.Err("engine.file.not_regular")
	case info.Size() > limit:
		return tooLarge(limit)
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return file.Close()
}

// IsExposed reports whether other users can read a file, and this one can change that.
func IsExposed(path string, info os.FileInfo) bool {
	return info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 && modeCanChange(path, info)
}

// Reason returns why a file could not be used, without the name of the file.
func Reason(err error) message.Text {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return message.Of(err)
}
