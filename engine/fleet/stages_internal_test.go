package fleet

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/dbprecheck/precheck/engine/runstore"
)

// What is uploaded in parts is what is downloaded, whatever its size and that of the writes.
func TestParts(t *testing.T) {
	t.Parallel()
	random := rand.NewChaCha8([32]byte{1})
	for _, size := range []int{1, runstore.PartSize - 1, runstore.PartSize, runstore.PartSize + 1,
		5*runstore.PartSize + 7} {
		data := make([]byte, size)
		_, _ = random.Read(data) // never fails
		var parts [][]byte
		up := &upload{put: func(n int, part []byte) error {
			if n != len(parts) || len(part) > runstore.PartSize {
				t.Errorf("part %d after %d, of %d bytes", n, len(parts), len(part))
			}
			parts = append(parts, part)
			return nil
		}}
		if _, err := io.CopyBuffer(struct{ io.Writer }{up}, struct{ io.Reader }{bytes.NewReader(data)},
			make([]byte, 100_003)); err != nil {
			t.Fatal(err)
		}
		if err := up.flush(); err != nil {
			t.Fatal(err)
		}
		if want := (size + runstore.PartSize - 1) / runstore.PartSize; up.n != want || len(parts) != want {
			t.Errorf("%d bytes in %d parts", size, up.n)
		}
		got, err := io.ReadAll(&download{next: func(n int) ([]byte, error) {
			if n == len(parts) {
				return nil, io.EOF
			}
			return parts[n], nil
		}})
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d of %d bytes, %v", len(got), size, err)
		}
	}
}

// The error of a part ends an upload and a download, and is not lost.
func TestPartsFail(t *testing.T) {
	t.Parallel()
	wrong := errors.New("wrong")
	calls := 0
	up := &upload{put: func(int, []byte) error {
		calls++
		return wrong
	}}
	for range 3 {
		if _, err := up.Write(make([]byte, runstore.PartSize)); !errors.Is(err, wrong) {
			t.Errorf("write: %v", err)
		}
	}
	if err := up.flush(); !errors.Is(err, wrong) || !errors.Is(up.err, wrong) || calls != 1 {
		t.Errorf("flush: %v after %d calls", err, calls)
	}
	down := &download{next: func(int) ([]byte, error) { return nil, wrong }}
	if _, err := io.ReadAll(down); !errors.Is(err, wrong) || !errors.Is(down.err, wrong) {
		t.Errorf("read: %v", err)
	}
}
