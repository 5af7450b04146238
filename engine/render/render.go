package render

import (
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

// Options change how a report is written.
type Options struct {
	All   bool // table, markdown: includes items that passed, and every object and statement
	Color bool // table: uses colours of the terminal
	// TaskFile is the file of the task. The table ends with the command that writes scripts for it.
	TaskFile string
	Width    int // table: columns of the terminal; 0 does not wrap
	// ItemTypes are the names of the documented records' items; the default is engine.OwnItems.
	ItemTypes engine.ItemTypes
	Strict    bool // treats warnings as failures
	// RequestID and Cost are the ID and the duration of the request in the documented envelope.
	RequestID string
	Cost      time.Duration
}

// Format is an output format of reports.
type Format string

// The formats.
const (
	Table  Format = "table"   // text for a terminal, failures first
	JSON   Format = "json"    // the documented envelope and records
	JSONCE Format = "json-ce" // the same with the field names of the Community Edition
	Full   Format = "full"    // all details of each item

	HTML     Format = "html"     // one page that needs nothing else
	Markdown Format = "markdown" // for tickets and pull requests
	JUnit    Format = "junit"    // for continuous integration
)

var writers = map[Format]func(io.Writer, *engine.Report, Options) error{
	Table: writeTable, JSON: writeJSON, JSONCE: writeJSONCE, Full: writeFull, HTML: writeHTML,
	Markdown: writeMarkdown, JUnit: writeJUnit,
}

// Formats lists every format.
func Formats() []Format { return []Format{Table, HTML, Markdown, JUnit, JSON, JSONCE, Full} }

// Write writes a report in a format. It fails if the format does not exist or writing to w fails.
func Write(w io.Writer, format Format, r *engine.Report, o Options) error {
	if err := Check(format); err != nil {
		return err
	}
	return writers[format](w, r, o)
}

// Check returns an error if a format does not exist.
func Check(format Format) error {
	if slices.Contains(Formats(), format) {
		return nil
	}
	return message.Err("render.format.unknown", "allowed", Formats(), "value", strconv.Quote(string(format)))
}
