// Package render writes reports, one file per format.
package render

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/engine"
)

// Options change how a report is written.
type Options struct {
	All    bool // table: items that passed, too
	Color  bool // table: with colours of a terminal
	Width  int  // table: columns of the terminal; 0 does not wrap
	Strict bool // table and full: a warning is a failure
	// RequestID and Cost fill the documented envelope: the id of the request and the time that it took.
	RequestID string
	Cost      time.Duration
}

// Format is how a report is written.
type Format string

// The formats.
const (
	Table  Format = "table"   // for a person, failures first
	JSON   Format = "json"    // the documented envelope and records
	JSONCE Format = "json-ce" // the same with the names of the Community Edition
	Full   Format = "full"    // everything that is known of each item
)

var writers = map[Format]func(io.Writer, *engine.Report, Options) error{
	Table: writeTable, JSON: writeJSON, JSONCE: writeJSONCE, Full: writeFull,
}

// Formats lists every format.
func Formats() []Format { return []Format{Table, JSON, JSONCE, Full} }

// Write writes a report in a format. It fails where there is no such format or w fails.
func Write(w io.Writer, format Format, r *engine.Report, o Options) error {
	if err := Check(format); err != nil {
		return err
	}
	return writers[format](w, r, o)
}

// Check tells whether there is such a format.
func Check(format Format) error {
	if slices.Contains(Formats(), format) {
		return nil
	}
	var names []string
	for _, f := range Formats() {
		names = append(names, string(f))
	}
	return fmt.Errorf("%q is not one of the formats %s", format, strings.Join(names, ", "))
}
