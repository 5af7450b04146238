package render

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
)

func writeJSON(w io.Writer, r *engine.Report, o Options) error {
	return encode(w, envelope(o, r.DataAs(o.ItemTypes, o.Strict)))
}

func writeJSONCE(w io.Writer, r *engine.Report, o Options) error {
	return encode(w, envelope(o, r.DataAs(o.ItemTypes, o.Strict).CE()))
}

// envelope returns the response of a successful call.
func envelope(o Options, data any) engine.Envelope {
	cost := fmt.Sprintf("%d ms", o.Cost.Milliseconds())
	return engine.Envelope{Success: true, RequestID: o.RequestID, Cost: cost, Data: data}
}

func encode(w io.Writer, v any) error {
	e := newEncoder(w)
	e.SetIndent("", "    ")
	return e.Encode(v)
}

func newEncoder(w io.Writer) *json.Encoder {
	e := json.NewEncoder(visible.JSON(w))
	e.SetEscapeHTML(false)
	return e
}
