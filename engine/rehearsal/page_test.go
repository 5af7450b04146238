package rehearsal_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/messagetest"
	"github.com/dbprecheck/precheck/engine/rehearsal"
)

// The pages in all languages have the same texts, and read well.
func TestPages(t *testing.T) {
	t.Parallel()
	page := rehearsal.Check().Page
	if page.Err != nil {
		t.Fatal(page.Err)
	}
	keys := func(p checks.Page) (all []string) {
		for _, section := range []map[string]checks.Wording{p.Wording, p.Notes, p.NotChecked, p.Terms} {
			all = append(all, slices.Sorted(maps.Keys(section))...)
		}
		return all
	}
	for _, lang := range message.Languages()[1:] {
		translated, ok := page.In[lang]
		if !ok || !slices.Equal(keys(translated), keys(page)) {
			t.Errorf("%s: %v instead of %v", lang, keys(translated), keys(page))
		}
		for rule, w := range page.Wording {
			for _, name := range []string{"{object}", "{kind}", "{checks}", "{keys}", "{rows}"} {
				if strings.Contains(w.Message, name) != strings.Contains(translated.Wording[rule].Message, name) {
					t.Errorf("%s: %s: %s", lang, rule, name)
				}
			}
		}
	}
	if found := messagetest.Banned(page.Text); found != nil {
		t.Error(found)
	}
}
