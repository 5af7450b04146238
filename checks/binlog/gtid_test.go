package binlog

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGTIDSubset(t *testing.T) {
	t.Parallel()
	for _, tc := range subsets {
		if got := len(set(t, tc.a).sourcesBeyond(set(t, tc.b))) == 0; got != tc.want {
			t.Errorf("%q is a subset of %q: got %v, want %v", tc.a, tc.b, got, tc.want)
		}
	}
}

func set(t *testing.T, text string) gtidSet {
	t.Helper()
	s, ok := parseGTIDSet(text)
	if !ok {
		t.Fatalf("%q was not parsed", text)
	}
	return s
}

func TestInvalidGTIDSet(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"x", uuidA, uuidA + ":", uuidA + ":0", uuidA + ":5-1", uuidA + ":1-", uuidA + ":1:TAG!:2", "0-1-5",
		"binlog.000001:4",
		uuidA + ":99999999999999999999",
	} {
		if s, ok := parseGTIDSet(text); ok {
			t.Errorf("%q was parsed as %v", text, s)
		}
	}
}

func TestGTIDPosition(t *testing.T) {
	t.Parallel()
	got, ok := parseGTIDPosition("0-1-270, 3-2-10,0-4-300")
	if !ok {
		t.Fatal("the position was not parsed")
	}
	if diff := cmp.Diff(gtidPosition{0: 300, 3: 10}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, text := range []string{"x", "0-1", "0-1-2-3", "0--1", "-1-1-1", "99999999999-1-1", uuidA + ":1"} {
		if p, ok := parseGTIDPosition(text); ok {
			t.Errorf("%q was parsed as %v", text, p)
		}
	}
}

func FuzzGTIDs(f *testing.F) {
	for _, tc := range subsets {
		f.Add(tc.a)
	}
	f.Add("0-1-270,3-2-10")
	f.Fuzz(func(t *testing.T, text string) {
		if s, ok := parseGTIDSet(text); ok && len(s.sourcesBeyond(s)) > 0 {
			t.Errorf("%q is not a subset of itself", text)
		}
		_, _ = parseGTIDPosition(text)
	})
}

const (
	uuidA = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
	uuidB = "4e11fa47-71ca-11e1-9e33-c80aa9429562"
)

// subsets are pairs of sets, and whether the first is a subset of the second.
var subsets = []struct {
	a, b string
	want bool
}{
	{"", "", true},
	{"", uuidA + ":1-5", true},
	{uuidA + ":1", "", false},
	{uuidA + ":1-5", uuidA + ":1-5", true},
	{uuidA + ":1-5", uuidA + ":1-6", true},
	{uuidA + ":1-6", uuidA + ":1-5", false},
	{uuidA + ":2:4", uuidA + ":1-3:4-5", true},
	{uuidA + ":1-5", uuidA + ":1-2:4-5", false},
	{uuidA + ":1-5", uuidA + ":3-5:1-2", true},
	{uuidA + ":3", uuidB + ":3", false},
	{uuidA + ":3," + uuidB + ":1", uuidB + ":1-2,\n" + uuidA + ":1-3", true},
	{"3E11FA47-71CA-11E1-9E33-C80AA9429562:1", uuidA + ":1-9", true},
	{uuidA + ":tag:1-2", uuidA + ":1-2", false},
	{uuidA + ":1-2", uuidA + ":tag:1-2", false},
	{uuidA + ":1-2:tag:1", uuidA + ":tag:1-3," + uuidA + ":1-2", true},
}
