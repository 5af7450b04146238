package datasource_test

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

func TestParseVersion(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]datasource.Version{
		"8.0.36-28-log":       {Major: 8, Patch: 36},
		"10.11.18-MariaDB":    {Major: 10, Minor: 11, Patch: 18},
		" 9.7":                {Major: 9, Minor: 7},
		"8.":                  {Major: 8},
		"8":                   {Major: 8},
		"19.0.0.0.0":          {Major: 19},
		"4.3.5.1-10100-extra": {Major: 4, Minor: 3, Patch: 5, Build: 1},
	} {
		if got, ok := datasource.ParseVersion(text); !ok || got != want {
			t.Errorf("%q: %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "v8.0", "log", "-8.0", ".8", "99999999999999999999", "8.99999999999999999999.1"} {
		if got, ok := datasource.ParseVersion(text); ok {
			t.Errorf("%q is parsed as %v", text, got)
		}
	}
}

func TestVersionsAreComparedAsNumbers(t *testing.T) {
	t.Parallel()
	v := datasource.Version{Major: 8, Minor: 10}
	if !v.AtLeast(8, 9) || !v.AtLeast(8, 10) || v.AtLeast(8, 10, 1) || !v.Before(8, 11) || v.Before(8) ||
		v.String() != "8.10.0" {
		t.Errorf("%v is compared wrongly", v)
	}
}

// A version that is read, shown and read again is the same.
func FuzzParseVersion(f *testing.F) {
	for _, text := range []string{"8.0.36-28-log", "19.0.0.0.0", " 5.7", "10.11.6-MariaDB", "", ".", "8.", "8..1", "-1",
		"99999999999999999999", "4.2.1.7"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, ok := datasource.ParseVersion(text)
		if again, _ := datasource.ParseVersion(v.String()); ok && again != v {
			t.Errorf("%q is %v, which reads as %v", text, v, again)
		}
		if !ok && v != (datasource.Version{}) {
			t.Errorf("%q is not a version, but %v", text, v)
		}
	})
}
