package message

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

// English is the language of String and of what another language does not have.
const English = "en"

//go:embed en/*.yaml
var files embed.FS

var texts = sync.OnceValue(func() *catalogue {
	c, err := load(files)
	if err != nil {
		panic(err) // the files are part of the program, and the tests read them
	}
	return c
})

// Languages returns the tags of the languages that have a catalogue, English first.
func Languages() []string { return texts().languages }

// catalogue is the texts of all languages. It does not change once it is loaded.
type catalogue struct {
	languages []string // English first
	matcher   language.Matcher
	in        map[string]*i18n.Localizer // by language
}

// load reads the catalogues of a file system with one directory per language.
func load(fsys fs.FS) (*catalogue, error) {
	bundle := i18n.NewBundle(language.English)
	c := &catalogue{languages: []string{English}, in: map[string]*i18n.Localizer{}}
	names, err := fs.Glob(fsys, "*/*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		lang := path.Dir(name)
		tag, err := language.Parse(lang)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if _, err := bundle.ParseMessageBytes(tag, data, yaml.Unmarshal); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if lang != c.languages[len(c.languages)-1] && lang != English {
			c.languages = append(c.languages, lang)
		}
	}
	tags := make([]language.Tag, len(c.languages))
	for i, lang := range c.languages {
		tags[i] = language.Make(lang)
		c.in[lang] = i18n.NewLocalizer(bundle, lang)
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

// localizer returns what renders texts in the catalogue's language nearest to the wanted one.
func (c *catalogue) localizer(lang string) *i18n.Localizer {
	if l, ok := c.in[lang]; ok {
		return l
	}
	_, i := language.MatchStrings(c.matcher, lang)
	return c.in[c.languages[i]]
}

// values are what the placeholders of a text are filled from.
type values struct {
	lang string
	args Args
}

// render returns a text in a language. It reports whether the catalogue has it.
func (c *catalogue) render(lang string, t Text) (string, bool) {
	// A text that only English has, or without the plural form, comes with an error.
	s, _ := c.localizer(lang).Localize(&i18n.LocalizeConfig{
		MessageID:      t.Key,
		TemplateData:   values{lang, t.Args},
		PluralCount:    count(t.Args),
		TemplateParser: braces{},
	})
	return s, s != ""
}
