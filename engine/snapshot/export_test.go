package snapshot

import (
	"io"
	"strings"
)

// ReadLines reads the lines of a snapshot that is not compressed, within small limits.
func ReadLines(text string) (*Snapshot, error) {
	most := limits{text: 1 << 20, line: 1 << 20, memory: 64 << 20, facts: 100}
	return newLines(strings.NewReader(text), most).snapshot()
}

// WriteLines writes the lines of a snapshot that is not compressed.
func WriteLines(w io.Writer, s *Snapshot) error { return writeLines(w, s) }
