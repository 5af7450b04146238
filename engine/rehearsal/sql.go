package rehearsal

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/datasource"
)

// tokenKind is the kind of a token of SQL.
type tokenKind int

const (
	space  tokenKind = iota // white space and comments; not the text of a comment for some versions
	quoted                  // a name in backquotes
	text                    // a string
	word                    // a keyword or a name
	other                   // one character
)

// token is a part of a statement. The texts of the tokens of a statement are the statement.
type token struct {
	kind tokenKind
	text string
}

// name returns the name that a token writes; empty if it does not write one.
func (t token) name() string {
	switch t.kind {
	case quoted:
		return strings.ReplaceAll(t.text[1:len(t.text)-1], "``", "`")
	case word:
		return t.text
	}
	return ""
}

// is reports whether the token is a keyword.
func (t token) is(keyword string) bool { return t.kind == word && strings.EqualFold(t.text, keyword) }

// tokens matches the next token (MySQL 8.4 Reference Manual, "Lexical Structure").
var tokens = []struct {
	kind    tokenKind
	pattern *regexp.Regexp
}{
	{space, regexp.MustCompile(`^(?:\s+|--[ \t][^\n]*|#[^\n]*|/\*(?s:M?![0-9]*|[^!M].*?\*/|M[^!].*?\*/|\*/)|\*/)`)},
	{quoted, regexp.MustCompile("^`(?s:[^`]|``)*`")},
	{text, regexp.MustCompile(`^'(?s:[^'\\]|''|\\.)*'`)},
	{text, regexp.MustCompile(`^"(?s:[^"\\]|""|\\.)*"`)},
	{word, regexp.MustCompile(`^[\pL\pN_$@]+`)},
}

// scan returns the tokens of a statement.
func scan(sql string) []token {
	var all []token
	for sql != "" {
		t := next(sql)
		all = append(all, t)
		sql = sql[len(t.text):]
	}
	return all
}

// next returns the first token of a text that is not empty.
func next(sql string) token {
	for _, t := range tokens {
		if found := t.pattern.FindString(sql); found != "" {
			return token{t.kind, found}
		}
	}
	_, size := utf8.DecodeRuneInString(sql)
	return token{other, sql[:size]}
}

func join(all []token) string {
	var b strings.Builder
	for _, t := range all {
		b.WriteString(t.text)
	}
	return b.String()
}

// significant returns the index of the first token from i on that is neither white space nor a comment.
func significant(all []token, i int) int {
	for i < len(all) && all[i].kind == space {
		i++
	}
	return i
}

// quote returns a name, whose parts are joined by dots, as SQL.
func quote(parts ...string) string {
	for i, p := range parts {
		parts[i] = "`" + strings.ReplaceAll(p, "`", "``") + "`"
	}
	return strings.Join(parts, ".")
}

// withSchemas replaces the names of schemas that qualify other names. renamed are the new ones by those in the text.
func withSchemas(sql string, renamed map[string]string) string {
	all := scan(sql)
	for i, t := range all {
		to, known := renamed[t.name()]
		after := significant(all, i+1)
		qualified := i > 0 && all[i-1].text == "."
		if !known || to == t.name() || qualified || after >= len(all) || all[after].text != "." {
			continue
		}
		all[i].text = quote(to)
	}
	return join(all)
}

// named returns a CREATE statement of a kind of object with another name.
func named(sql, kind, name string) string {
	all := scan(sql)
	words := strings.Fields(kind)
	last := words[len(words)-1]
	for i := range all {
		if !all[i].is(last) {
			continue
		}
		at := significant(all, i+1)
		for _, keyword := range []string{"BODY", "IF", "NOT", "EXISTS"} {
			if at < len(all) && all[at].is(keyword) {
				at = significant(all, at+1)
			}
		}
		if at >= len(all) || all[at].name() == "" {
			return sql
		}
		end := at + 1
		if dot := significant(all, end); dot < len(all) && all[dot].text == "." {
			end = significant(all, dot+1) + 1
		}
		return join(all[:at]) + quote(name) + join(all[min(end, len(all)):])
	}
	return sql
}

// foreignKey matches a line of SHOW CREATE TABLE with a foreign key.
var foreignKey = regexp.MustCompile("^  (?:CONSTRAINT (?:`(?:[^`]|``)*` )?)?FOREIGN KEY ")

// withoutForeignKeys returns a statement of SHOW CREATE TABLE without its foreign keys, and these.
func withoutForeignKeys(sql string) (table string, keys []string) {
	lines := strings.Split(sql, "\n")
	kept := slices.DeleteFunc(slices.Clone(lines), foreignKey.MatchString)
	if len(kept) == len(lines) {
		return sql, nil
	}
	for i, line := range lines {
		if !foreignKey.MatchString(line) {
			continue
		}
		key, more := strings.CutSuffix(line, ",")
		keys = append(keys, strings.TrimSpace(key))
		if !more { // the last definition
			before := i - len(keys)
			kept[before] = strings.TrimSuffix(kept[before], ",")
		}
	}
	return strings.Join(kept, "\n"), keys
}

// parentOf returns the table to which a foreign key of a table in a schema refers.
func parentOf(key, schema string) datasource.TableName {
	all := slices.DeleteFunc(scan(key), func(t token) bool { return t.kind == space })
	for i, t := range all {
		switch rest := all[i+1:]; {
		case !t.is("REFERENCES") || len(rest) == 0:
		case len(rest) > 2 && rest[1].text == ".":
			return datasource.TableName{Schema: rest[0].name(), Name: rest[2].name()}
		default:
			return datasource.TableName{Schema: schema, Name: rest[0].name()}
		}
	}
	return datasource.TableName{}
}

// disabled returns a statement of SHOW CREATE EVENT whose event does not run.
func disabled(sql string) string {
	all := scan(sql)
	for i, t := range all {
		if t.is("ENABLE") {
			all[i].text = "DISABLE"
		}
		if t.is("DO") {
			break
		}
	}
	return join(all)
}
