package checks

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Page is the wording of a check, kept apart from its logic: what `precheck explain` shows, and
// the text of each finding by its rule. It is written in Markdown:
//
//	# RDB_PRIMARY_KEY: Primary key check
//
//	What is checked, in a paragraph.
//
//	## Why it matters
//	## How it is decided
//	## Privileges
//	## Remedy
//	## If skipped          (one sentence; only for a check that may be skipped)
//	## Findings
//
//	### no_key
//	Table {object} has no primary key.
//
//	Remedy: Add one.
//
// In a finding's text {object}, {actual}, {want} and the names of Finding.Args stand for their values.
type Page struct {
	Type            string // from the first heading
	Title           string // from the first heading
	Text            string // the whole page
	SkipConsequence string // empty where the check may not be skipped
	Wording         map[string]Wording
	Err             error // what is wrong with the page, nil if nothing
}

// Wording is the text of one rule's findings.
type Wording struct{ Message, Remedy string }

var requiredSections = []string{"Why it matters", "How it is decided", "Privileges", "Remedy"}

// ReadPage reads a check's page from the files embedded in its package.
func ReadPage(files fs.FS, name string) Page {
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

// ParsePage reads a check's page. What is wrong with it is in Err.
func ParsePage(text string) Page {
	p := Page{Text: text, Wording: map[string]Wording{}}
	var errs []error
	var sections []string
	for i, block := range strings.Split("\n"+text, "\n# ") {
		if i == 0 && strings.TrimSpace(block) == "" {
			continue
		}
		heading, rest, _ := strings.Cut(block, "\n")
		if p.Type != "" {
			errs = append(errs, errors.New("more than one heading of the first level"))
			break
		}
		var ok bool
		if p.Type, p.Title, ok = strings.Cut(strings.TrimSpace(heading), ": "); !ok {
			errs = append(errs, errors.New("the first heading must be TYPE: Title"))
		}
		parts := strings.Split("\n"+rest, "\n## ")
		if strings.TrimSpace(parts[0]) == "" {
			errs = append(errs, errors.New("it does not say what is checked"))
		}
		for _, section := range parts[1:] {
			name, body, _ := strings.Cut(section, "\n")
			name, body = strings.TrimSpace(name), strings.TrimSpace(body)
			sections = append(sections, name)
			if body == "" {
				errs = append(errs, fmt.Errorf("the section %q is empty", name))
			}
			switch name {
			case "If skipped":
				p.SkipConsequence = strings.Join(strings.Fields(body), " ")
			case "Findings":
				errs = append(errs, p.readFindings(body))
			}
		}
	}
	for _, name := range requiredSections {
		if !slices.Contains(sections, name) {
			errs = append(errs, fmt.Errorf("the section %q is missing", name))
		}
	}
	p.Err = errors.Join(errs...)
	return p
}

func (p *Page) readFindings(body string) error {
	for _, block := range strings.Split("\n"+body, "\n### ")[1:] {
		rule, text, _ := strings.Cut(block, "\n")
		message, remedy, _ := strings.Cut("\n"+text, "\nRemedy: ")
		w := Wording{strings.Join(strings.Fields(message), " "), strings.Join(strings.Fields(remedy), " ")}
		if rule = strings.TrimSpace(rule); w.Message == "" {
			return fmt.Errorf("the finding %q has no message", rule)
		}
		if _, twice := p.Wording[rule]; twice {
			return fmt.Errorf("the finding %q comes twice", rule)
		}
		p.Wording[rule] = w
	}
	return nil
}
