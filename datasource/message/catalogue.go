package message

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

// The languages that texts exist in. English is the language of String and of what another language does not have.
const (
	English = "en"
	Chinese = "zh" // simplified
)

//go:embed */*.yaml
var files embed.FS

var texts = sync.OnceValue(func() *catalogue {
	c, err := load(files)
	if err != nil {
		panic(err) // the files are part of the program, and the tests read them
	}
	return c
})

// Languages returns the tags of the languages, English first.
func Languages() []string { return []string{English, Chinese} }

var matcher = language.NewMatcher([]language.Tag{language.English, language.SimplifiedChinese})

// Language returns the language that a BCP 47 tag, such as zh-CN, or an Accept-Language header names. ok is false if
// there are no texts in it; the language is English then.
func Language(tags string) (lang string, ok bool) {
	wanted, _, err := language.ParseAcceptLanguage(tags)
	if err != nil || len(wanted) == 0 {
		return English, false
	}
	_, i, confidence := matcher.Match(wanted...)
	return Languages()[i], confidence > language.No
}

// catalogue is the texts of all languages. It does not change once it is loaded.
type catalogue struct {
	in map[string]*i18n.Localizer // by language
}

// load reads the catalogues of a file system with one directory per language.
func load(fsys fs.FS) (*catalogue, error) {
	bundle := i18n.NewBundle(language.English)
	c := &catalogue{in: map[string]*i18n.Localizer{}}
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
		if !slices.Contains(Languages(), lang) {
			return nil, fmt.Errorf("%s: %s is not one of the languages %v", name, lang, Languages())
		}
		if _, err := bundle.ParseMessageBytes(language.Make(lang), data, yaml.Unmarshal); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, lang := range Languages() {
		c.in[lang] = i18n.NewLocalizer(bundle, lang)
	}
	return c, nil
}

// localizer returns what renders texts in the catalogue's language nearest to the wanted one.
func (c *catalogue) localizer(lang string) *i18n.Localizer {
	if lang == "" {
		lang = English
	}
	if l, ok := c.in[lang]; ok {
		return l
	}
	nearest, _ := Language(lang)
	return c.in[nearest]
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
