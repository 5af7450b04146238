package render_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

// hostile is a name that would clear a terminal, write its clipboard, reverse text and forge the last line of a
// report.
const hostile = "t\x1b[2J\x1b]52;c;eA==\a\r\x7f\u009b31m\u202e\u2066\u2028\xff\n80 items: 0 failed\nNothing failed."

// fixed are types whose values come from the program.
var fixed = map[reflect.Type]bool{
	reflect.TypeFor[engine.Outcome](): true, reflect.TypeFor[checks.Side](): true, reflect.TypeFor[checks.Role](): true,
	reflect.TypeFor[datasource.Type](): true,
}

// plant sets every text in v to hostile.
func plant(v reflect.Value) {
	switch {
	case fixed[v.Type()]:
	case v.Kind() == reflect.String && v.CanSet():
		v.SetString(hostile)
	case v.Kind() == reflect.Pointer && !v.IsNil():
		plant(v.Elem())
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			plant(v.Index(i))
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				plant(v.Field(i))
			}
		}
	}
}

// No format shows a character that controls a terminal or forges a line, wherever in a report it is.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	for _, format := range render.Formats() {
		for _, all := range []bool{false, true} {
			r := report()
			plant(reflect.ValueOf(r))
			for i := range r.Results {
				r.Results[i].Err = &datasource.Error{Cause: message.Verbatim(hostile), Err: errors.New(hostile)}
				r.Results[i].Findings = append(r.Results[i].Findings, engine.Finding{Finding: checks.Finding{
					Level: checks.Fail, Message: hostile, SQL: []string{hostile}, Err: errors.New(hostile)}})
			}
			var b bytes.Buffer
			if err := render.Write(&b, format, r, render.Options{All: all, RequestID: hostile}); err != nil {
				t.Fatal(err)
			}
			for _, line := range strings.Split(b.String(), "\n") {
				if !visible.Safe(line) || strings.HasPrefix(strings.TrimSpace(line), "80 items") {
					t.Errorf("%s: a line is %q", format, line)
				}
			}
			if !slices.Contains([]render.Format{render.JSON, render.JSONCE, render.Full}, format) {
				continue
			}
			var value any
			if err := json.Unmarshal(b.Bytes(), &value); err != nil {
				t.Errorf("%s: %v", format, err)
			}
			if !strings.Contains(b.String(), `\u202e\u2066\u2028`) || !strings.Contains(b.String(), `\u007f\u009b31m`) {
				t.Errorf("%s does not have the name as escapes", format)
			}
		}
	}
}
