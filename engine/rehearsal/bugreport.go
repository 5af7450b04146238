package rehearsal

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// BugReport returns what a report of the disagreements needs, as Markdown in English; empty if there is none. Names and
// texts of the definitions are replaced.
func (r *Rehearsal) BugReport() string {
	all := r.Disagreements()
	if len(all) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# precheck and the server disagree\n\nSource: %s (%s)\nDestination: %s (%s)\n", r.Source,
		r.Source.VersionText, r.Target, r.Target.VersionText)
	if text := settingsText(r.Settings); text != "" {
		fmt.Fprintf(&b, "Settings: %s\n", text)
	}
	for i, o := range all {
		names := newMask(o)
		definition := names.sql(o.definition.sql)
		fmt.Fprintf(&b, "\n## %d. %s: %s\n\n", i+1, o.Kind, o.Verdict)
		if o.Outcome == Refused {
			fmt.Fprintf(&b, "The server refuses it: %s\n", names.words(o.Err.Error()))
		} else {
			fmt.Fprintf(&b, "The server creates it. The precheck reports %s.\n", failures(o.Reported))
		}
		if mode := o.definition.sqlMode; mode != "" {
			fmt.Fprintf(&b, "sql_mode: %s\n", mode)
		}
		fmt.Fprintf(&b, "\n```sql\n%s;\n```\n", definition)
	}
	return b.String()
}

// mask replaces the names and texts of a definition.
type mask struct {
	raw   bool // the definition is as a user wrote it, with names that are not quoted
	names map[string]string
	texts map[string]string
}

func newMask(o *Object) *mask {
	m := &mask{familyOf(o.Kind) != "TABLE", map[string]string{}, map[string]string{}}
	for _, name := range []string{o.Source.Schema, o.Source.Name, o.Dest.Schema, o.Dest.Name} {
		m.add(name)
	}
	for _, t := range scan(o.definition.sql) {
		if t.kind == quoted {
			m.add(t.name())
		}
	}
	return m
}

func (m *mask) add(name string) {
	if _, known := m.names[strings.ToLower(name)]; !known && name != "" {
		m.names[strings.ToLower(name)] = fmt.Sprintf("n%d", len(m.names)+1)
	}
}

// sql returns a definition with other names and texts, and without comments.
func (m *mask) sql(definition string) string {
	all := scan(definition)
	for i, t := range all {
		switch to := m.names[strings.ToLower(t.name())]; {
		case t.kind == text:
			all[i].text = m.literal(t.text)
		case to != "" && t.kind == quoted:
			all[i].text = quote(to)
		case to != "" && m.raw:
			all[i].text = to
		case t.kind == space && isComment.MatchString(t.text):
			all[i].text = " "
		}
	}
	return join(all)
}

// isComment matches a comment whose text is no SQL.
var isComment = regexp.MustCompile(`^(?:--|#|/\*(?:[^!M]|M[^!]))`)

// hasLetter matches a string that may be of a person, as opposed to a date, a number, a format or a path.
var hasLetter = regexp.MustCompile(`^['"][^%$]*\pL`)

// literal returns a string of the same length that differs from others where the given one does.
func (m *mask) literal(s string) string {
	if !hasLetter.MatchString(s) {
		return s
	}
	if m.texts[s] == "" {
		name := fmt.Sprintf("t%d", len(m.texts)+1)
		m.texts[s] = "'" + name + strings.Repeat("x", max(0, utf8.RuneCountInString(s)-2-len(name))) + "'"
	}
	return m.texts[s]
}

// inQuotes matches what an error of a server quotes.
var inQuotes = regexp.MustCompile("['`\"][^'`\"]+['`\"]")

// words returns the error of a server with other names and texts.
func (m *mask) words(message string) string {
	return inQuotes.ReplaceAllStringFunc(message, func(quoted string) string {
		parts := strings.Split(quoted[1:len(quoted)-1], ".")
		for i, part := range parts {
			if to := m.names[strings.ToLower(part)]; to != "" {
				parts[i] = to
			} else if to := m.texts["'"+part+"'"]; to != "" {
				parts[i] = strings.Trim(to, "'")
			}
		}
		return quoted[:1] + strings.Join(parts, ".") + quoted[len(quoted)-1:]
	})
}
