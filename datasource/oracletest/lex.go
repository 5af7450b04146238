package oracletest

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is the kind of a token of a statement.
type tokenKind int

const (
	word       tokenKind = iota // an identifier or keyword without quotes
	quotedName                  // "Name"
	stringText                  // 'text', already without quotes
	number
	placeholder // :name or :1
	symbol
)

// token is one word of a statement, and its replacement for SQLite.
type token struct {
	kind  tokenKind
	text  string // a word in upper case; a quoted name or string without its quotes
	pos   int    // byte offset in the statement
	depth int    // of parentheses; both parentheses of a pair have the depth outside
	match int    // index of the matching parenthesis

	table        bool // names a view here, not a column
	before, out  string
	after        string
	outSet, gone bool
}

// is reports whether the token is one of the keywords or symbols.
func (t *token) is(texts ...string) bool {
	if t == nil || t.kind != word && t.kind != symbol {
		return false
	}
	for _, x := range texts {
		if t.text == x {
			return true
		}
	}
	return false
}

// replace sets the replacement of the token.
func (t *token) replace(text string) { t.out, t.outSet = text, true }

// drop removes the token.
func (t *token) drop() { t.gone = true }

// lex splits a statement into tokens, as Oracle does, and rejects what only SQLite or MySQL accept: a
// semicolon, backticks, brackets, and characters that cannot start a token.
func lex(sql string) ([]*token, error) {
	var tokens []*token
	add := func(kind tokenKind, text string, pos int) {
		tokens = append(tokens, &token{kind: kind, text: text, pos: pos, match: -1})
	}
	for i := 0; i < len(sql); {
		c, width := utf8.DecodeRuneInString(sql[i:])
		rest := sql[i:]
		switch {
		case unicode.IsSpace(c):
			i += width
		case strings.HasPrefix(rest, "--"):
			n := strings.IndexByte(rest, '\n')
			if n < 0 {
				n = len(rest)
			}
			i += n
		case strings.HasPrefix(rest, "/*"):
			n := strings.Index(rest, "*/")
			if n < 0 {
				return nil, oraError(1742).at(i)
			}
			i += n + 2
		case c == '\'':
			text, n := quoted(rest, '\'')
			if n < 0 {
				return nil, oraError(1756).at(i)
			}
			add(stringText, text, i)
			i += n
		case (c == 'q' || c == 'Q') && strings.HasPrefix(rest[1:], "'"):
			text, n := alternativeQuoted(rest)
			if n < 0 {
				return nil, oraError(1756).at(i)
			}
			add(stringText, text, i)
			i += n
		case c == '"':
			text, n := quoted(rest, '"')
			if n < 0 {
				return nil, oraError(1740).at(i)
			}
			if text == "" {
				return nil, oraError(1741).at(i)
			}
			add(quotedName, text, i)
			i += n
		case c >= '0' && c <= '9', c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
			n := numberLength(rest)
			add(number, rest[:n], i)
			i += n
		case unicode.IsLetter(c):
			n := nameLength(rest)
			add(word, strings.ToUpper(rest[:n]), i)
			i += n
		case c == ':' && len(rest) > 1 && (unicode.IsLetter(rune(rest[1])) || unicode.IsDigit(rune(rest[1]))):
			n := 1 + nameLength(rest[1:])
			add(placeholder, strings.ToUpper(rest[1:n]), i)
			i += n
		default:
			n := symbolLength(rest)
			if n == 0 {
				return nil, oraError(911).at(i)
			}
			add(symbol, rest[:n], i)
			i += n
		}
	}
	return tokens, pair(tokens)
}

// quoted returns the text between two quotes, in which a doubled quote is one quote, and the length with its
// quotes; -1 if it does not end.
func quoted(s string, quote byte) (string, int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != quote {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == quote {
			b.WriteByte(quote)
			i++
			continue
		}
		return b.String(), i + 1
	}
	return "", -1
}

// alternativeQuoted reads q'[text]'.
func alternativeQuoted(s string) (string, int) {
	if len(s) < 3 {
		return "", -1
	}
	end := s[2]
	if i := strings.IndexByte("[{(<", end); i >= 0 {
		end = "]})>"[i]
	}
	n := strings.Index(s[3:], string(end)+"'")
	if n < 0 {
		return "", -1
	}
	return s[3 : 3+n], 3 + n + 2
}

func nameLength(s string) int {
	n := strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '$' && r != '#'
	})
	if n < 0 {
		return len(s)
	}
	return n
}

func numberLength(s string) int {
	n := 0
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] == '.') {
		n++
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		m := n + 1
		if m < len(s) && (s[m] == '+' || s[m] == '-') {
			m++
		}
		if m < len(s) && s[m] >= '0' && s[m] <= '9' {
			for n = m; n < len(s) && s[n] >= '0' && s[n] <= '9'; n++ {
			}
		}
	}
	return n
}

func symbolLength(s string) int {
	for _, two := range []string{"<=", ">=", "<>", "!=", "^=", "||", "=>"} {
		if strings.HasPrefix(s, two) {
			return 2
		}
	}
	if strings.IndexByte("()+-*/=<>,.@", s[0]) >= 0 {
		return 1
	}
	return 0
}

// pair finds the matching parenthesis of each.
func pair(tokens []*token) error {
	var open []int
	for i, t := range tokens {
		switch {
		case t.is("("):
			t.depth = len(open)
			open = append(open, i)
			continue
		case t.is(")"):
			if len(open) == 0 {
				return oraError(933).at(t.pos)
			}
			from := open[len(open)-1]
			open = open[:len(open)-1]
			t.match, tokens[from].match = from, i
		}
		t.depth = len(open)
	}
	if len(open) > 0 {
		return oraError(907).at(tokens[len(tokens)-1].pos)
	}
	return nil
}
