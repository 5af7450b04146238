package catalogue_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
)

// inLanguage returns the name of the page of a language beside an English page.
func inLanguage(page, lang string) string {
	return strings.TrimSuffix(page, ".md") + "." + lang + ".md"
}

// TestPagesInOtherLanguages compares the page of each other language with each English page.
func TestPagesInOtherLanguages(t *testing.T) {
	t.Parallel()
	for folder, pages := range pagesByFolder(t) {
		for _, lang := range message.Languages()[1:] {
			for _, page := range pages {
				translated := inLanguage(page, lang)
				t.Run(filepath.Base(folder)+"/"+filepath.Base(translated), func(t *testing.T) {
					t.Parallel()
					english, other := read(t, page), read(t, translated)
					for _, problem := range differences(english, other) {
						t.Error(problem)
					}
					for i, line := range strings.Split(other, "\n") {
						if columns := runewidth.StringWidth(line); columns > 120 && !strings.HasPrefix(line, "|") {
							t.Errorf("line %d is %d columns wide", i+1, columns)
						}
					}
				})
			}
		}
		found, err := filepath.Glob(filepath.Join(folder, "*.zh.md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, translated := range found {
			if english := strings.TrimSuffix(translated, ".zh.md") + ".md"; !slices.Contains(pages, english) {
				t.Errorf("%s is beside no English page", translated)
			}
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	headings    = regexp.MustCompile(`(?m)^(#{2,3} .*|# \S+: )`)
	placeholder = regexp.MustCompile(`\{[a-z][A-Za-z0-9]*\}`)
	wideChar    = regexp.MustCompile(`\p{Han}`)
)

// differences returns in what the page of another language is not that of the English one.
func differences(english, other string) []string {
	var found []string
	e, o := checks.ParsePage(english), checks.ParsePage(other)
	if o.Err != nil {
		found = append(found, o.Err.Error())
	}
	want, got := headings.FindAllString(english, -1), headings.FindAllString(other, -1)
	if !slices.Equal(want, got) {
		found = append(found, "the headings are "+strings.Join(got, ", ")+", want "+strings.Join(want, ", "))
	}
	if !wideChar.MatchString(o.Title) {
		found = append(found, "the title is not translated: "+o.Title)
	}
	if (e.SkipConsequence == "") != (o.SkipConsequence == "") {
		found = append(found, "only one of the pages says what follows if it is skipped")
	}
	for name, texts := range map[string][2]map[string]checks.Wording{"Findings": {e.Wording, o.Wording},
		"Notes": {e.Notes, o.Notes}, "Not checked": {e.NotChecked, o.NotChecked}, "Terms": {e.Terms, o.Terms}} {
		for key, want := range texts[0] {
			got, ok := texts[1][key]
			if !ok {
				continue // the headings differ
			}
			for label, part := range map[string][2]string{"the message": {want.Message, got.Message},
				"Several": {want.Several, got.Several}, "Actual": {want.Actual, got.Actual},
				"Expected": {want.Expected, got.Expected}, "Remedy": {want.Remedy, got.Remedy}} {
				at := name + " " + key + ": " + label
				if (part[0] == "") != (part[1] == "") {
					found = append(found, at+" is only in one of the pages")
				}
				if want, got := placeholders(part[0]), placeholders(part[1]); !slices.Equal(want, got) {
					found = append(found, at+" shows "+strings.Join(got, ", ")+", want "+strings.Join(want, ", "))
				}
			}
			if got.One != "" && !slices.Equal(placeholders(want.One), placeholders(got.One)) {
				found = append(found, name+" "+key+": One shows other values")
			}
			sentence := strings.HasSuffix(got.Message, "。")
			if name != "Terms" && sentence == (name == "Not checked") {
				found = append(found, name+" "+key+`: a finding and a note end with "。", a reason does not: `+
					got.Message)
			}
		}
	}
	slices.Sort(found)
	return found
}

func placeholders(text string) []string {
	all := placeholder.FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

// A page that differs from the English one is found.
func TestDifferencesOfPages(t *testing.T) {
	t.Parallel()
	const english = "# RDB_X: Title\n\nWhat.\n\n## Why it matters\n\nx\n\n## How it is decided\n\nx\n\n" +
		"## Privileges\n\nx\n\n## Remedy\n\nx\n\n## Findings\n\n### wrong\n\n{object} is wrong.\n\nOne: It is.\n\n" +
		"Actual: {actual}\n\nRemedy: Fix it.\n"
	const chinese = "# RDB_X: 标题\n\n内容。\n\n## Why it matters\n\nx\n\n## How it is decided\n\nx\n\n" +
		"## Privileges\n\nx\n\n## Remedy\n\nx\n\n## Findings\n\n### wrong\n\n{object} 有误。\n\n" +
		"Actual: {actual}\n\nRemedy: 修复。\n"
	if found := differences(english, chinese); found != nil {
		t.Errorf("%q", found)
	}
	for _, change := range [][2]string{{"RDB_X", "RDB_Y"}, {"标题", "Title"}, {"## Why it matters", "## 为什么重要"},
		{"### wrong", "### wong"}, {"Actual: {actual}\n\n", ""}, {"Remedy: 修复。", "Remedy: 修复 {object}。"},
		{"{object} 有误", "对象有误"}, {"{object} 有误。", "{object} 有误"},
		{"## Findings", "## If skipped\n\nx\n\n## Findings"}} {
		if found := differences(english, strings.Replace(chinese, change[0], change[1], 1)); found == nil {
			t.Errorf("%q in place of %q is not found", change[1], change[0])
		}
	}
}
