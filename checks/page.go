package checks

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
)

// Page holds all texts of a check in one language: what `precheck explain` shows, and the texts of its
// findings, notes and reasons by their keys. It is written in Markdown:
//
//	# RDB_PRIMARY_KEY: Primary key check
//
//	What is checked, in one or two sentences.
//
//	## Why it matters
//	## How it is decided
//	## Privileges
//	## Remedy
//	## If skipped          (one sentence; only for a check that may be skipped)
//	## Findings            (by Finding.Rule)
//
//	### no_key
//	Table {object} has no primary key.
//
//	Remedy: Add a primary key.
//
//	## Notes               (by the key of Pass.Note)
//
//	### sessions_not_checked
//	{count} sessions were not checked.
//
//	One: {count} session was not checked.
//
//	## Not checked         (by the key of Pass.NotChecked: why the check could not decide)
//
//	### hidden
//	the definition of view {object} is not shown to the account
//
//	Remedy: Grant the account SHOW VIEW.
//
//	## Terms               (by the key of Pass.Term: phrases that other texts take as arguments)
//
//	### digits
//	the digits after the sixth of a second's fraction
//
// Names in braces are placeholders: {object}, {actual} and {expected} of a finding, and the names of its
// Args, or of the arguments of Note and NotChecked. A text ends with optional lines that start with One: (the
// text if the argument count is 1), Several: (the text for several objects, {objects}, that share actual and
// expected value), Actual: and Expected: (the actual and the expected value, if the finding has none of its own), and
// Remedy:.
//
// The page in another language stands beside it, as primary_key.zh.md beside primary_key.md. It has the same headings,
// keys, labels and placeholders; the title and the texts are translated. Two lines of Chinese are joined without a
// space.
type Page struct {
	Type            string // from the first heading
	Title           string // from the first heading
	Text            string // the whole page
	SkipConsequence string // empty if the check may not be skipped
	Wording         map[string]Wording
	Notes           map[string]Wording
	NotChecked      map[string]Wording
	Terms           map[string]Wording
	Err             error // errors in the page, nil if there are none
	// In are the pages of the check in other languages, by their tags.
	In map[string]Page
}

// textSections are the sections whose texts other output shows, with their placeholders filled in.
var textSections = []string{"Notes", "Not checked", "Terms"}

// Doc returns the page without the texts that belong to other output.
func (p Page) Doc() string {
	sections := strings.Split(p.Text, "\n## ")
	sections = slices.DeleteFunc(sections, func(section string) bool {
		name, _, _ := strings.Cut(section, "\n")
		return slices.Contains(textSections, strings.TrimSpace(name))
	})
	paragraphs := slices.DeleteFunc(strings.Split(strings.Join(sections, "\n## "), "\n\n"),
		func(paragraph string) bool {
			label, _, _ := strings.Cut(paragraph, ": ")
			return label != "Remedy" && (&Wording{}).part(label) != nil
		})
	return strings.TrimSpace(strings.Join(paragraphs, "\n\n"))
}

// Wording is the text of a key.
type Wording struct{ Message, One, Several, Actual, Expected, Remedy string }

// message returns the singular form if the argument count is 1, otherwise the plural form.
func (w Wording) message(args Args) string {
	if w.One != "" && args["count"] == 1 {
		return w.One
	}
	return w.Message
}

// The sections of a page whose texts have keys.
func (p Page) findings() map[string]Wording { return p.Wording }
func (p Page) notes() map[string]Wording    { return p.Notes }
func (p Page) reasons() map[string]Wording  { return p.NotChecked }
func (p Page) terms() map[string]Wording    { return p.Terms }

// wording returns the text of a key of a page, or of the English page if the page does not have the key.
func wording(section func(Page) map[string]Wording, page, english Page, key string) (w Wording, ok bool) {
	if w, ok = section(page)[key]; !ok {
		w, ok = section(english)[key]
	}
	return w, ok
}

var requiredSections = []string{"Why it matters", "How it is decided", "Privileges", "Remedy"}

// ReadPage reads a check's page, in every language that it has, from the files embedded in its package.
func ReadPage(files fs.FS, name string) Page {
	p := readPage(files, name)
	for _, lang := range message.Languages()[1:] {
		translated := readPage(files, strings.TrimSuffix(name, ".md")+"."+lang+".md")
		switch {
		case errors.Is(translated.Err, fs.ErrNotExist):
			continue
		case translated.Err == nil && translated.Type != p.Type:
			p.Err = errors.Join(p.Err, fmt.Errorf("%s: the page in %s is that of %q", name, lang, translated.Type))
		}
		p.Err = errors.Join(p.Err, translated.Err)
		if p.In == nil {
			p.In = map[string]Page{}
		}
		p.In[lang] = translated
	}
	return p
}

func readPage(files fs.FS, name string) Page {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return Page{Err: err}
	}
	p := ParsePage(string(text))
	if p.Err != nil {
		p.Err = fmt.Errorf("%s: %w", name, p.Err)
	}
	return p
}

// PageIn returns the page of the check in a language, or in English where there is none.
func (c *Check) PageIn(lang string) Page {
	if c.Page.In == nil || lang == "" {
		return c.Page
	}
	known, _ := message.Language(lang)
	if p, ok := c.Page.In[known]; ok {
		return p
	}
	return c.Page
}

// ParsePage parses a check's page. Errors in the page are in Err.
func ParsePage(text string) Page {
	p := Page{Text: text}
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	var sections []string
	for i, block := range strings.Split("\n"+text, "\n# ") {
		if i == 0 && strings.TrimSpace(block) == "" {
			continue
		}
		heading, rest, _ := strings.Cut(block, "\n")
		if p.Type != "" {
			fail("more than one heading of the first level")
			break
		}
		var ok bool
		if p.Type, p.Title, ok = strings.Cut(strings.TrimSpace(heading), ": "); !ok {
			fail("the first heading must be TYPE: Title")
		}
		parts := strings.Split("\n"+rest, "\n## ")
		if strings.TrimSpace(parts[0]) == "" {
			fail("the first paragraph is missing")
		}
		for _, section := range parts[1:] {
			name, body, _ := strings.Cut(section, "\n")
			name, body = strings.TrimSpace(name), strings.TrimSpace(body)
			sections = append(sections, name)
			if body == "" {
				fail("section %q is empty", name)
			}
			switch name {
			case "If skipped":
				p.SkipConsequence = message.JoinLines(body)
			case "Findings":
				p.Wording = readWording(body, fail)
			case "Notes":
				p.Notes = readWording(body, fail)
			case "Not checked":
				p.NotChecked = readWording(body, fail)
			case "Terms":
				p.Terms = readWording(body, fail)
			}
		}
	}
	for _, name := range requiredSections {
		if !slices.Contains(sections, name) {
			fail("section %q is missing", name)
		}
	}
	p.Err = errors.Join(errs...)
	return p
}

// readWording reads the texts of a section by their keys.
func readWording(body string, fail func(string, ...any)) map[string]Wording {
	all := map[string]Wording{}
	for _, block := range strings.Split("\n"+body, "\n### ")[1:] {
		key, text, _ := strings.Cut(block, "\n")
		key = strings.TrimSpace(key)
		var w Wording
		for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
			paragraph = message.JoinLines(paragraph)
			part := &w.Message
			if label, rest, labelled := strings.Cut(paragraph, ": "); labelled {
				if labelledPart := w.part(label); labelledPart != nil {
					part, paragraph = labelledPart, rest
				}
			}
			*part = message.JoinLines(*part + "\n" + paragraph)
		}
		if w.Message == "" {
			fail("%q has no message", key)
		}
		if _, twice := all[key]; twice {
			fail("duplicate %q", key)
		}
		all[key] = w
	}
	return all
}

// part returns the field of the wording that a label sets, nil if it is not a label.
func (w *Wording) part(label string) *string {
	switch label {
	case "One":
		return &w.One
	case "Several":
		return &w.Several
	case "Actual":
		return &w.Actual
	case "Expected":
		return &w.Expected
	case "Remedy":
		return &w.Remedy
	}
	return nil
}
