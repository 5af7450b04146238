package files

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
)

// Script is a file of a dump.
type Script struct {
	Path   string
	Text   string
	Schema string // of the names in it, if the file does not say that itself
	// Delimiter is between its statements, until it names another one. mydumper puts a space after the semicolons at
	// the ends of lines that are in a statement.
	Delimiter string
}

// ReadDump reads a dump: one file, or the files of a folder as mydumper writes it, in the order in which they are
// executed. Files can be compressed with gzip.
func ReadDump(ctx context.Context, path string) ([]Script, error) {
	entries, err := os.ReadDir(path)
	if err != nil { // it is a file
		text, err := readScript(ctx, path, MaxDump)
		schema, _, _ := strings.Cut(filepath.Base(path), ".")
		return []Script{{path, text, schema, ";"}}, err
	}
	slices.SortStableFunc(entries, func(a, b os.DirEntry) int { return cmp.Compare(turn(a.Name()), turn(b.Name())) })
	var all []Script
	left := int64(MaxDump)
	for _, e := range entries {
		name, isScript := strings.CutSuffix(strings.TrimSuffix(e.Name(), ".gz"), ".sql")
		if !isScript || !e.Type().IsRegular() {
			continue
		}
		text, err := readScript(ctx, filepath.Join(path, e.Name()), left)
		if err != nil {
			return nil, err
		}
		left -= int64(len(text))
		schema, _, found := strings.Cut(name, ".")
		if !found {
			schema, _, _ = strings.Cut(name, "-schema")
		}
		if strings.HasSuffix(name, turns[0]) { // the schema does not exist yet
			schema = ""
		}
		all = append(all, Script{filepath.Join(path, e.Name()), text, schema, ";\n"})
	}
	if all == nil {
		return nil, message.Err("engine.dump.empty")
	}
	return all, nil
}

// ReadableDump returns the reason why a dump cannot be read, or nil if it can.
func ReadableDump(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		_, err := os.ReadDir(path)
		return err
	}
	return Readable(path, MaxDump)
}

// turns are the ends of the names of mydumper's files, in the order in which they are executed (mydumper, "Files"):
// rows before the triggers that they would fire, functions before the views that call them.
var turns = []string{"-schema-create", "-schema", "", "-schema-post", "-schema-view", "-schema-triggers"}

// turn returns the index of a file's end in turns; other files have that of rows.
func turn(name string) int {
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".sql")
	for i, end := range turns {
		if end != "" && strings.HasSuffix(name, end) {
			return i
		}
	}
	return slices.Index(turns, "")
}

// readScript reads a file of at most limit bytes, uncompressed.
func readScript(ctx context.Context, path string, limit int64) (string, error) {
	data, err := Read(ctx, path, limit)
	if err != nil || !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return string(data), err
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	data, err = readAtMost(unpacked, limit)
	return string(data), err
}
