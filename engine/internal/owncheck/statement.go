package owncheck

import (
	"slices"
	"strings"
	"unicode"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// readOnly returns a query without its comments and its final semicolon. It fails if the query is not one statement
// that reads. The transaction in which it runs is read-only; what the server does regardless of that is refused here:
// files, locks, sequences, and functions that change the server.
func readOnly(query string, mysql bool) (plain string, err error) {
	plain, err = withoutComments(query, mysql)
	if err != nil {
		return "", err
	}
	tokens := split(plain, mysql)
	end := slices.IndexFunc(tokens, func(t token) bool { return t.text == ";" })
	switch {
	case end < 0:
	case end < len(tokens)-1:
		return "", message.Err("engine.own.query.several")
	default:
		plain, tokens = plain[:tokens[end].at], tokens[:end]
	}
	plain = strings.TrimSpace(plain)
	first := slices.IndexFunc(tokens, func(t token) bool { return t.text != "(" })
	if first < 0 {
		return "", message.Err("engine.own.query.empty")
	}
	if begins := tokens[first]; begins.quoted || !slices.Contains(beginnings, begins.text) {
		return "", message.Err("engine.own.query.beginning", "allowed", beginnings, "word", begins.text)
	}
	for _, t := range tokens {
		if t.quoted && strings.Contains(t.text, strings.ToUpper(datasource.SchemasPlaceholder)) {
			return "", message.Err("engine.own.query.quoted", "placeholder", datasource.SchemasPlaceholder)
		}
	}
	if words := changes(tokens, tokens[first].text == "WITH"); words != "" {
		return "", message.Err("engine.own.query.changes", "words", words)
	}
	for _, t := range tokens {
		if !t.quoted && placeholder.MatchString(t.text) && t.text != datasource.SchemasPlaceholder {
			return "", message.Err("engine.own.placeholder", "placeholder", t.text, "allowed",
				[]string{datasource.SchemasPlaceholder})
		}
	}
	return plain, nil
}

// beginnings are the words with which a statement that reads begins.
var beginnings = []string{"SELECT", "WITH", "TABLE", "VALUES", "SHOW"}

// refused are sequences of words that write, lock, or take a number of a sequence, anywhere in a statement.
var refused = [][]string{{"INTO"}, {"FOR", "UPDATE"}, {"FOR", "SHARE"}, {"LOCK", "IN"}, {"NEXTVAL"}, {"SETVAL"},
	{"NEXT", "VALUE"}}

// refusedFunctions change the server, or wait for a lock of it, also in a read-only transaction: functions of MySQL and
// MariaDB and of their components, and packages of Oracle. A final * stands for any end.
var refusedFunctions = []string{"GET_LOCK", "RELEASE_LOCK", "RELEASE_ALL_LOCKS", "SYS_EXEC", "SYS_EVAL", "SYS_SET",
	"SET_FIREWALL_*", "MYSQL_FIREWALL_*", "AUDIT_LOG_*", "KEYRING_KEY_*", "VERSION_TOKENS_*", "SERVICE_GET_*",
	"SERVICE_RELEASE_*", "GROUP_REPLICATION_*", "ASYNCHRONOUS_CONNECTION_FAILOVER_*", "PS_SETUP_*",
	"UTL_*", "DBMS_LOCK", "DBMS_PIPE", "DBMS_ALERT", "DBMS_JOB", "DBMS_SCHEDULER", "DBMS_AQ*", "DBMS_XSLPROCESSOR"}

// writes are the words of statements that may follow WITH.
var writes = []string{"INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE"}

// changes returns the words of a statement with which it is not one that only reads, empty if there are none.
func changes(tokens []token, with bool) string {
	depth := 0
	for i, t := range tokens {
		switch t.text {
		case "(":
			depth++
		case ")":
			depth--
		}
		called := i+1 < len(tokens) && (tokens[i+1].text == "(" || tokens[i+1].text == ".")
		if called && slices.ContainsFunc(refusedFunctions, func(name string) bool {
			start, open := strings.CutSuffix(name, "*")
			return t.text == name || open && strings.HasPrefix(t.text, start)
		}) {
			return t.text
		}
		if t.quoted && t.text != "NEXTVAL" {
			continue
		}
		for _, words := range refused {
			if follow(tokens[i:], words) {
				return strings.Join(words, " ")
			}
		}
		if with && depth == 0 && slices.Contains(writes, t.text) && !called {
			return t.text
		}
	}
	return ""
}

// follow reports whether the tokens begin with these words. A number and a word need nothing between them, as in
// 1.5INTO.
func follow(tokens []token, words []string) bool {
	for i, word := range words {
		if i == len(tokens) {
			return false
		}
		text := tokens[i].text
		number := i == 0 && unicode.IsDigit(rune(text[0])) && strings.HasSuffix(text, word)
		if text != word && !number {
			return false
		}
	}
	return true
}

// token is a word in upper case, a quoted text without its quotes and in upper case, or another character.
type token struct {
	text   string
	at     int // its position
	quoted bool
}

// split returns the tokens of a statement without comments.
func split(s string, mysql bool) []token {
	var all []token
	for i := 0; i < len(s); {
		start := i
		switch end := quotedEnd(s, i, mysql); {
		case end > 0:
			i = end
			all = append(all, token{strings.ToUpper(strings.Trim(s[start:i], "'\"`")), start, true})
		case inWord(s[i]):
			for i < len(s) && inWord(s[i]) {
				i++
			}
			all = append(all, token{strings.ToUpper(s[start:i]), start, false})
		case s[i] == '{':
			if found := placeholder.FindStringIndex(s[i:]); found != nil && found[0] == 0 {
				i += found[1]
			} else {
				i++
			}
			all = append(all, token{s[start:i], start, false})
		default:
			if i++; !unicode.IsSpace(rune(s[start])) {
				all = append(all, token{s[start:i], start, false})
			}
		}
	}
	return all
}

// inWord reports whether a byte is part of an unquoted name or number.
func inWord(c byte) bool {
	return c >= 0x80 || c == '_' || c == '$' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// withoutComments replaces each comment by a space. It fails for one that the server does not ignore, and for a quote
// or comment that is not closed.
func withoutComments(s string, mysql bool) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); {
		rest := s[i:]
		switch end := quotedEnd(s, i, mysql); {
		case end > 0:
			b.WriteString(s[i:end])
			i = end
		case end < 0:
			return "", message.Err("engine.own.query.open_quote")
		case strings.HasPrefix(rest, "/*"):
			for _, executed := range []string{"/*!", "/*M!", "/*m!", "/*+"} {
				if strings.HasPrefix(rest, executed) {
					return "", message.Err("engine.own.query.comment", "start", executed)
				}
			}
			_, after, closed := strings.Cut(rest[2:], "*/")
			if !closed {
				return "", message.Err("engine.own.query.open_comment")
			}
			b.WriteByte(' ')
			i = len(s) - len(after)
		case mysql && rest[0] == '#', strings.HasPrefix(rest, "--") && (!mysql || len(rest) == 2 || rest[2] <= ' '):
			line, _, _ := strings.Cut(rest, "\n")
			if strings.HasPrefix(line, "--+") {
				return "", message.Err("engine.own.query.comment", "start", "--+")
			}
			i += len(line)
		default:
			b.WriteByte(rest[0])
			i++
		}
	}
	return b.String(), nil
}

// quotedEnd returns where the quoted text that begins at i ends: 0 if none begins there, negative if it has no end.
// MySQL has escapes in strings, Oracle has quotes of one's choice, as in q'[it's]'.
func quotedEnd(s string, i int, mysql bool) int {
	quote := s[i]
	if !mysql && (quote == 'q' || quote == 'Q') && i+2 < len(s) && s[i+1] == '\'' &&
		(i == 0 || !inWord(s[i-1]) || s[i-1] == 'n' || s[i-1] == 'N') {
		closing := string(s[i+2])
		if at := strings.Index("[{(<", closing); at >= 0 {
			closing = "]})>"[at : at+1]
		}
		end := strings.Index(s[i+3:], closing+"'")
		if end < 0 {
			return -1
		}
		return i + 3 + end + 2
	}
	if quote != '\'' && quote != '"' && (!mysql || quote != '`') {
		return 0
	}
	for j := i + 1; j < len(s); j++ {
		switch {
		case mysql && quote != '`' && s[j] == '\\':
			j++
		case s[j] == quote:
			return j + 1
		}
	}
	return -1
}
