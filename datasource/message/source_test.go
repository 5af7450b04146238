package message

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/datasource/message/messagetest"
)

// entry is a text as its file has it: one form, or one per plural category.
type entry map[string]string

func (e *entry) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*e = entry{"other": n.Value}
		return nil
	}
	forms := map[string]string{}
	err := n.Decode(&forms)
	*e = forms
	return err
}

// placeholders returns the names of the values that an entry shows.
func (e entry) placeholders() []string {
	var names []string
	for _, form := range e {
		for _, m := range placeholder.FindAllStringSubmatch(form, -1) {
			if !slices.Contains(names, m[1]) {
				names = append(names, m[1])
			}
		}
	}
	slices.Sort(names)
	return names
}

// entries returns the texts of a language.
func entries(t *testing.T, lang string) map[string]entry {
	t.Helper()
	all := map[string]entry{}
	names, err := fs.Glob(files, lang+"/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		var area map[string]entry
		if err := yaml.Unmarshal(data, &area); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		prefix := strings.TrimSuffix(path.Base(name), "yaml")
		for key, e := range area {
			if !strings.HasPrefix(key, prefix) {
				t.Errorf("%s: the key %s does not begin with %s", name, key, prefix)
			}
			all[key] = e
		}
	}
	return all
}

// Code names only texts that exist, with exactly the values that they show, and every text is used.
func TestCallsFitCatalogue(t *testing.T) {
	t.Parallel()
	root, err := messagetest.Root()
	if err != nil {
		t.Fatal(err)
	}
	calls, err := messagetest.Calls(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems(calls, entries(t, English)) {
		t.Error(problem)
	}
}

func problems(calls []messagetest.Call, catalogue map[string]entry) []string {
	var found []string
	used := map[string]bool{}
	for _, c := range calls {
		report := func(text string) { found = append(found, c.Position.String()+": "+text) }
		e, known := catalogue[c.Key]
		used[c.Key] = true
		switch {
		case c.Key == "":
			report("the key is not a string literal")
			continue
		case !known:
			report("English does not have the key " + c.Key)
			continue
		case c.Spread || slices.Contains(c.Args, ""):
			report("the names of the arguments of " + c.Key + " are not string literals")
			continue
		}
		shown := e.placeholders()
		for _, name := range c.Args {
			chooses := name == "count" && len(e) > 1
			if !slices.Contains(shown, name) && !chooses {
				report(c.Key + " does not show the argument " + name)
			}
		}
		if len(e) > 1 && !slices.Contains(shown, "count") {
			shown = append(shown, "count")
		}
		for _, name := range shown {
			if !slices.Contains(c.Args, name) {
				report(c.Key + " shows {" + name + "}, which is not passed")
			}
		}
	}
	for key := range catalogue {
		if !used[key] {
			found = append(found, "no code uses the key "+key)
		}
	}
	slices.Sort(found)
	return found
}

func TestProblemsAreFound(t *testing.T) {
	t.Parallel()
	catalogue := map[string]entry{
		"a.plain":  {"other": "no values"},
		"a.value":  {"other": "value {x}, not {a b} or {X}"},
		"a.plural": {"one": "{count} table", "other": "{count} tables"},
		"a.unused": {"other": "nobody needs it"},
	}
	call := func(key string, args ...string) messagetest.Call { return messagetest.Call{Key: key, Args: args} }
	right := []messagetest.Call{call("a.plain"), call("a.value", "x"), call("a.plural", "count"), call("a.unused")}
	if got := problems(right, catalogue); got != nil {
		t.Errorf("got %q, want none", got)
	}
	wrong := append(right[:3:3], call(""), call("a.missing"), call("a.value"), call("a.value", "x", "y"),
		call("a.plural"),
		call("a.value", ""), messagetest.Call{Key: "a.value", Spread: true})
	want := []string{
		"-: English does not have the key a.missing",
		"-: a.plural shows {count}, which is not passed",
		"-: a.value does not show the argument y",
		"-: a.value shows {x}, which is not passed",
		"-: the key is not a string literal",
		"-: the names of the arguments of a.value are not string literals",
		"-: the names of the arguments of a.value are not string literals",
		"no code uses the key a.unused",
	}
	if got := problems(wrong, catalogue); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Every language has the texts of English, which show the same values, and no text of its own.
func TestLanguagesAgree(t *testing.T) {
	t.Parallel()
	english := entries(t, English)
	for _, lang := range Languages()[1:] {
		translated := entries(t, lang)
		for key := range english {
			if _, known := translated[key]; !known {
				t.Errorf("%s does not have the key %s", lang, key)
			}
		}
		for key, e := range translated {
			if _, known := english[key]; !known {
				t.Errorf("%s: English does not have the key %s", lang, key)
			}
			if len(e) != 1 || e["other"] == "" {
				t.Errorf("%s: %s must have the form other alone, which is not empty", lang, key)
			}
			if want := english[key].placeholders(); !slices.Equal(e.placeholders(), want) {
				t.Errorf("%s: %s shows %v, but English shows %v", lang, key, e.placeholders(), want)
			}
		}
	}
}

func TestNoBannedPhrase(t *testing.T) {
	t.Parallel()
	for key, e := range entries(t, English) {
		for _, form := range e {
			for _, phrase := range messagetest.Banned(form) {
				t.Errorf("%s: %s in %q", key, phrase, form)
			}
		}
	}
}
