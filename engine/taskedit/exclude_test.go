package taskedit_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/engine/taskedit"
)

func TestExclude(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, want string }{
		"new list after the object": {
			"name: x\nobjects: # what\n  mode: SPECIFIC\n  databases:\n    - name: shop # all\n" +
				"\n# end\nphases: [FULL]\n",
			"name: x\nobjects: # what\n  mode: SPECIFIC\n  databases:\n    - name: shop # all\n" +
				"  exclude:\n    - \"shop.a\"\n    - \"shop.b\"\n\n# end\nphases: [FULL]\n"},
		"new list without an end of line": {
			"objects:\n  databases: [{name: shop}]",
			"objects:\n  databases: [{name: shop}]\n  exclude:\n    - \"shop.a\"\n    - \"shop.b\"\n"},
		"new list before a list that ends later": {
			"objects:\n  databases: [\n    {name: shop}\n  ]\n",
			"objects:\n  exclude:\n    - \"shop.a\"\n    - \"shop.b\"\n  databases: [\n    {name: shop}\n  ]\n"},
		"list in brackets": {
			"objects:\n  exclude: [\"shop.tmp_*\"] # temporary\n  databases: [{name: shop}]\n",
			"objects:\n  exclude: [\"shop.a\", \"shop.b\", \"shop.tmp_*\"] # temporary\n  databases: [{name: shop}]\n"},
		"empty list": {
			"objects: {exclude: [], databases: [{name: shop}]}\n",
			"objects: {exclude: [\"shop.a\", \"shop.b\"], databases: [{name: shop}]}\n"},
		"no value": {
			"objects:\n  exclude: # none yet\n  databases: [{name: shop}]\n",
			"objects:\n  exclude: [\"shop.a\", \"shop.b\"] # none yet\n  databases: [{name: shop}]\n"},
		"list of lines": {
			"objects:\n  exclude:\n  # temporary\n  - shop.tmp_*   # all of them\n  - 'shop.x'\n" +
				"  databases: [{name: shop}]\n",
			"objects:\n  exclude:\n  # temporary\n  - shop.tmp_*   # all of them\n  - 'shop.x'\n" +
				"  - \"shop.a\"\n  - \"shop.b\"\n  databases: [{name: shop}]\n"},
		"element of several lines": {
			"objects:\n  exclude:\n    - >-\n      shop.tmp\n      x\n  databases: [{name: shop}]\n",
			"objects:\n  exclude:\n    - \"shop.a\"\n    - \"shop.b\"\n    - >-\n      shop.tmp\n      x\n" +
				"  databases: [{name: shop}]\n"},
		"ends of lines of Windows": {
			"objects:\r\n  exclude:\r\n    - shop.x\r\nname: x\r\n",
			"objects:\r\n  exclude:\r\n    - shop.x\r\n    - \"shop.a\"\r\n    - \"shop.b\"\r\nname: x\r\n"},
		"byte order mark": {
			"\uFEFFobjects: {databases: [{name: \"表\"}]}",
			"\uFEFFobjects: {exclude: [\"shop.a\", \"shop.b\"], databases: [{name: \"表\"}]}"},
		"characters before the list": {
			"objects: {databases: [{name: \"表😀\"}], exclude: [x.y]}\n",
			"objects: {databases: [{name: \"表😀\"}], exclude: [\"shop.a\", \"shop.b\", x.y]}\n"},
		"JSON": {
			`{"name": "a\/b \ud83d\ude00", "objects": {"databases": [{"name": "shop"}]}}`,
			`{"name": "a\/b \ud83d\ude00", "objects": {"exclude": ["shop.a", "shop.b"], ` +
				`"databases": [{"name": "shop"}]}}`},
		"JSON with a list": {
			`{"name": "a\/b", "objects": {"exclude": ["x\/y.z"], "databases": [{"name": "shop"}]}}`,
			`{"name": "a\/b", "objects": {"exclude": ["shop.a", "shop.b", "x\/y.z"], ` +
				`"databases": [{"name": "shop"}]}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := taskedit.Exclude([]byte(c.file), []string{"shop.a", "shop.b"})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A form that cannot be edited is an error, and no other file.
func TestExcludeFails(t *testing.T) {
	t.Parallel()
	for _, file := range []string{
		"", "- a\n", "name: x\n", "objects: shop\n", "objects: [", "objects: {}\n",
		"a: &a [x.y]\nobjects:\n  exclude: *a\n",
		"objects:\n  exclude: x.y\n",
	} {
		if got, err := taskedit.Exclude([]byte(file), []string{"shop.a"}); !errors.Is(err, taskedit.ErrForm) {
			t.Errorf("%q: %q, %v", file, got, err)
		}
	}
	if got, err := taskedit.Exclude([]byte("name: x\n"), nil); string(got) != "name: x\n" || err != nil {
		t.Errorf("without patterns: %q, %v", got, err)
	}
}

// Whatever the file and the pattern, the edited file excludes it.
func FuzzExclude(f *testing.F) {
	f.Add("objects:\n  exclude:\n    - x\n  mode: SPECIFIC\n", "shop.a")
	f.Add(`{"objects": {"exclude": ["a\/b"], "mode": "\ud83d\ude00"}}`, `sh"op.\*`)
	f.Add("objects: {exclude: [], mode: X}\r\n", "shop.\u2028\x00")
	f.Add(`{"objects":{"eXCludE":[]}}`, "shop.a")
	f.Fuzz(func(t *testing.T, file, pattern string) {
		edited, err := taskedit.Exclude([]byte(file), []string{pattern})
		if err != nil {
			return
		}
		var content map[string]any // as names that differ in case are other fields
		text := strings.TrimPrefix(string(edited), "\uFEFF")
		if json.Valid([]byte(text)) {
			err = json.Unmarshal([]byte(text), &content)
		} else {
			err = yaml.Unmarshal([]byte(text), &content)
		}
		objects, ok := content["objects"].(map[string]any)
		if err != nil || !ok {
			return // with fields whose names are no texts
		}
		if list, _ := objects["exclude"].([]any); !slices.Contains(list, any(pattern)) {
			t.Errorf("%q has become %q", file, edited)
		}
	})
}
