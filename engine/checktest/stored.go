package checktest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

// WantStored compares what every format shows of a report with what it shows after the report was encoded and decoded.
func WantStored(t testing.TB, e *engine.Engine, r *engine.Report) {
	t.Helper()
	data, err := engine.EncodeReport(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []engine.Endpoint{r.Task.Source, r.Task.Destination} {
		if secret := end.Password.Reveal(); len(secret) > 3 && strings.Contains(string(data), `"`+secret+`"`) {
			t.Error("the stored report contains a password")
		}
	}
	back, err := e.DecodeReport(data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := engine.EncodeReport(back)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(data), string(again)); diff != "" {
		t.Errorf("a stored report differs after it was read back (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(everything(t, r), everything(t, back)); diff != "" {
		t.Errorf("a report that was stored shows something else (-want +got):\n%s", diff)
	}
}

// everything returns what each format shows of a report.
func everything(t testing.TB, r *engine.Report) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, format := range render.Formats() {
		for _, names := range engine.ItemTypesNames() {
			var b strings.Builder
			o := render.Options{All: true, ItemTypes: names, RequestID: "r"}
			if err := render.Write(&b, format, r, o); err != nil {
				t.Fatal(err)
			}
			texts[string(format)+" "+string(names)] = b.String()
		}
	}
	return texts
}
