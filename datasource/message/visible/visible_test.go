package visible

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
)

func TestValue(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":                                  "",
		"shop.orders":                       "shop.orders",
		`C:\x "y" 表 é \n`:                   `C:\x "y" 表 é \n`,
		"family \U0001f468\u200d\U0001f469": "family \U0001f468\u200d\U0001f469",
		"\uFFFD":                            "\uFFFD",
		"a\nb":                              `"a\nb"`,
		"\x1b]52;c;eA==\a":                  `"\x1b]52;c;eA==\a"`,
		"a\rb\tc\x00":                       `"a\rb\tc\x00"`,
		"\x7f\u0085\u009b31m":               `"\x7f\u0085\u009b31m"`,
		"\u200e\u200f\u061c":                `"\u200e\u200f\u061c"`,
		"\u202a\u202e\u2066\u2069":          `"\u202a\u202e\u2066\u2069"`,
		"\u2028\u2029":                      `"\u2028\u2029"`,
		"caf\xe9 \"x\"":                     `"caf\xe9 \"x\""`,
	} {
		got := Value(s)
		if got != want || Value(got) != got {
			t.Errorf("%q: got %s, then %s; want %s", s, got, Value(got), want)
		}
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		`say "é" \n`:     `say "é" \n`,
		"say \"a\x1b\"":  `say "a\x1b"`,
		"a\nb\u202e\xff": `a\nb\u202e\xff`,
	} {
		if got := Line(s); got != want || !Safe(got) {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestJSONWriteFails(t *testing.T) {
	t.Parallel()
	if n, err := JSON(full{}).Write([]byte("{}")); n != 0 || !errors.Is(err, errFull) {
		t.Errorf("got %d, %v", n, err)
	}
}

// Whatever a text is, its forms are safe, and none loses anything.
func FuzzVisible(f *testing.F) {
	for _, s := range []string{"", "a", "a\nb", "\x1b[2J", "\u202e\x7f\u009b\xff", `"\`, "\u2028", "表\uFFFD"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		value := Value(s)
		if !Safe(value) || !Safe(Line(s)) {
			t.Errorf("not safe: %q, %q", value, Line(s))
		}
		if back, err := strconv.Unquote(value); value != s && (err != nil || back != s) {
			t.Errorf("%q reads as %q, %v", value, back, err)
		}
		var b bytes.Buffer
		if err := json.NewEncoder(JSON(&b)).Encode(s); err != nil {
			t.Fatal(err)
		}
		if line := strings.TrimSuffix(b.String(), "\n"); !Safe(line) {
			t.Errorf("JSON is not safe: %q", line)
		}
		var back string
		if err := json.Unmarshal(b.Bytes(), &back); err != nil || back != string([]rune(s)) {
			t.Errorf("%q reads as %q, %v", &b, back, err)
		}
	})
}
