package message

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

// fixture is a catalogue of two languages.
func fixture(t *testing.T) *catalogue {
	t.Helper()
	c, err := load(fstest.MapFS{
		"en/a.yaml": {Data: []byte(`
a.plain: "No primary key."
a.value: "value {x}, not {env: NAME} or {X}"
a.tables: {one: "{count} table", other: "{count} tables"}
a.nested: "{tables} in {schema}"
a.english: "English only"
`)},
		"zh/a.yaml": {Data: []byte(`
a.plain: "没有主键。"
a.tables: {other: "{count} 张表"}
a.nested: "{schema} 中有 {tables}"
`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRender(t *testing.T) {
	t.Parallel()
	c := fixture(t)
	for _, tc := range []struct {
		lang string
		text Text
		want string
	}{
		{"en", New("a.plain"), "No primary key."},
		{"zh", New("a.plain"), "没有主键。"},
		{"zh-CN,en;q=0.5", New("a.plain"), "没有主键。"},
		{"fr", New("a.plain"), "No primary key."},
		{"", New("a.plain"), "No primary key."},
		{"zh", New("a.english"), "English only"},
		{"en", New("a.value", "x", 1), "value 1, not {env: NAME} or {X}"},
		{"en", New("a.value"), "value {x}, not {env: NAME} or {X}"},
		{"en", New("a.value", "x"), "value %!(MISSING), not {env: NAME} or {X}"},
		{"en", New("a.tables", "count", 0), "0 tables"},
		{"en", New("a.tables", "count", 1), "1 table"},
		{"en", New("a.tables", "count", int64(1)), "1 table"},
		{"en", New("a.tables", "count", uint8(1)), "1 table"},
		{"en", New("a.tables", "count", 1.5), "1.5 tables"},
		{"en", New("a.tables", "count", "many"), "many tables"},
		{"en", New("a.tables"), "{count} tables"},
		{"zh", New("a.tables", "count", 1), "1 张表"},
	} {
		if got, ok := c.render(tc.lang, tc.text); got != tc.want || !ok {
			t.Errorf("%s %v: got %q, want %q", tc.lang, tc.text.Key, got, tc.want)
		}
	}
	if got, ok := c.render("en", New("a.missing")); ok {
		t.Errorf("a missing key is rendered as %q", got)
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{
		"en": English, "en-US": English, "en-us": English, "en_GB": English, "zh": Chinese, "zh-CN": Chinese,
		"zh-cn": Chinese, "zh_CN": Chinese, "zh-Hans": Chinese, "zh-Hans-SG": Chinese, "zh-TW": Chinese,
		"fr, zh;q=0.5": Chinese, "fr": "", "": "", "x": "", "klingon": "", "zh-": "", "*": "",
	} {
		if got, ok := Language(tag); ok != (want != "") || ok && got != want || !ok && got != English {
			t.Errorf("%q: %q, %v", tag, got, ok)
		}
	}
}

func TestLoadRefusesWrongFiles(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{"en/a.yaml": "a: [", "english!/a.yaml": "a: b", "en/b.yaml": "a: 1"} {
		if _, err := load(fstest.MapFS{name: {Data: []byte(data)}}); err == nil ||
			!strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := fs.Glob(files, "en/*.yaml"); err != nil {
		t.Error(err)
	}
}

func TestUnknownKey(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text Text
		want string
	}{
		{New("x.y"), "x.y"},
		{New("x.y", "size", Bytes(2048), "names", []string{"a", "b"}), "x.y{names: a, b, size: 2 KiB}"},
		{New("x.y", "lost"), "x.y{lost: %!(MISSING)}"},
		{Text{}, ""},
		{Verbatim("Access denied"), "Access denied"},
		{Verbatim(""), ""},
	} {
		if got := tc.text.String(); got != tc.want {
			t.Errorf("got %q, want %q", got, tc.want)
		}
	}
}

type level string

type version [2]int

func (v version) String() string { return fmt.Sprintf("%d.%d", v[0], v[1]) }

func TestFormat(t *testing.T) {
	t.Parallel()
	var none *Error
	for _, tc := range []struct {
		value any
		want  string
	}{
		{"text", "text"}, {level("FULL"), "FULL"}, {42, "42"}, {uint64(1 << 63), "9223372036854775808"},
		{1.25, "1.25"}, {2.0, "2"}, {true, "true"}, {nil, "<nil>"},
		{[]string{"a", "b"}, "a, b"}, {[]level{"FULL", "SCHEMA"}, "FULL, SCHEMA"}, {[]int{1, 2}, "1, 2"},
		{[]string{}, ""},
		{version{8, 4}, "8.4"}, {[]version{{8, 0}, {8, 4}}, "8.0, 8.4"},
		{errors.New("refused"), "refused"}, {Wrap(errors.New("refused"), "x.y"), "x.y: refused"}, {none, ""},
		{New("x.y"), "x.y"}, {[]Text{New("x.y"), New("x.z")}, "x.y, x.z"},
		{Bytes(0), "0 B"}, {Bytes(1023), "1023 B"}, {Bytes(1536), "1.5 KiB"}, {Bytes(3 << 29), "1.5 GiB"},
		{Bytes(-2048), "-2 KiB"}, {Bytes(1 << 62), "4 EiB"},
		{time.Duration(0), "0 s"}, {250 * time.Nanosecond, "0 µs"}, {40 * time.Microsecond, "40 µs"},
		{120 * time.Millisecond, "120 ms"}, {1500 * time.Millisecond, "1.5 s"},
		{time.Minute, "1 min"}, {90 * time.Second, "1 min 30 s"}, {2 * time.Hour, "2 h"},
		{90 * time.Minute, "1 h 30 min"},
		{24 * time.Hour, "24 h"}, {168 * time.Hour, "7 d"}, {50 * time.Hour, "2 d 2 h"}, {-time.Minute, "-1 min"},
	} {
		if got := Format(English, tc.value); got != tc.want {
			t.Errorf("%#v: got %q, want %q", tc.value, got, tc.want)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	sentinel := Err("x.sentinel")
	cause := errors.New("refused")
	err := fmt.Errorf("source: %w", Wrap(errors.Join(sentinel, cause), "x.open", "host", "db1"))
	if !errors.Is(err, sentinel) || !errors.Is(err, cause) {
		t.Errorf("%v does not unwrap to what it wraps", err)
	}
	if got, want := err.Error(), `source: x.open{host: db1}: "x.sentinel\nrefused"`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := Wrap(nil, "x.open"); err != nil {
		t.Errorf("got %v, want nil", err)
	}
	if !Of(nil).IsZero() || Of(sentinel).Key != "x.sentinel" || Of(cause).String() != "refused" {
		t.Errorf("Of: %v %v %v", Of(nil), Of(sentinel), Of(cause))
	}
}

// A text that is written as JSON and read back reads the same.
func TestJSON(t *testing.T) {
	t.Parallel()
	for _, text := range []Text{
		{}, New("x.y"), Verbatim("Access denied"),
		New("x.y", "n", 3, "f", 1.5, "ok", true, "size", Bytes(1<<30), "after", 90*time.Second,
			"names", []level{"a", "b"}, "nothing", nil,
			"of", New("x.z", "n", 1), "list", []Text{New("x.a"), New("x.b")},
			"err", Wrap(errors.New("refused"), "x.open", "host", "db1"), "plain", errors.New("plain")),
	} {
		data, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var got Text
		if err := json.Unmarshal(data, &got); err != nil || got.String() != text.String() {
			t.Errorf("%s: %v, got %q, want %q", data, err, got, text)
		}
	}
	var got Text
	if err := json.Unmarshal([]byte(`{"key": "x", "args": {"a": {"key": 1}}}`), &got); err == nil {
		t.Errorf("got %v, want an error", got)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for _, lang := range []string{"en", "zh", "zh-TW", "xx"} {
				got := Because(New("x.y", "n", i), errors.New("refused")).In(lang)
				if want := fmt.Sprintf("x.y{n: %d}", i); !strings.HasPrefix(got, want) ||
					!strings.HasSuffix(got, "refused") {
					t.Errorf("%s: got %q, want %q and the cause", lang, got, want)
				}
			}
		})
	}
	group.Wait()
}

func BenchmarkText(b *testing.B) {
	text := Because(Verbatim("a"), errors.New("b"))
	for b.Loop() {
		_ = text.String()
	}
}
