package oracleexpr

import (
	"strings"
	"unicode"

	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
)

// spelled returns a name as the dictionary stores it: a name without quotes is in upper case.
func spelled(t mysqlexpr.Token) string {
	if t.Quoted {
		return t.Text
	}
	return strings.ToUpper(t.Text)
}

// constant is the text of the token of a number or a string.
const constant = "0"

// tokenize splits an expression of Oracle into tokens.
func tokenize(text string) []mysqlexpr.Token {
	var tokens []mysqlexpr.Token
	runes := []rune(text)
	for i := 0; i < len(runes); {
		switch r := runes[i]; {
		case unicode.IsSpace(r):
			i++
		case (r == 'q' || r == 'Q') && i+2 < len(runes) && runes[i+1] == '\'': // q'[…]'
			end := strings.Index(string(runes[i+3:]), closingQuote(runes[i+2])+"'")
			tokens = append(tokens, mysqlexpr.Token{Text: constant})
			if end < 0 {
				return tokens
			}
			i += 3 + len([]rune(string(runes[i+3:])[:end])) + 2
		case (r == 'n' || r == 'N') && i+1 < len(runes) && runes[i+1] == '\'':
			i++
		case r == '\'':
			tokens = append(tokens, mysqlexpr.Token{Text: constant})
			i = mysqlexpr.Closing(runes, i, false)
		case r == '"':
			end := mysqlexpr.Closing(runes, i, false)
			tokens = append(tokens,
				mysqlexpr.Token{Text: strings.TrimSuffix(string(runes[i+1:end]), `"`), Quoted: true})
			i = end
		case r >= '0' && r <= '9', r == '.' && i+1 < len(runes) && unicode.IsDigit(runes[i+1]):
			for i < len(runes) && (mysqlexpr.IsWordRune(runes[i]) || runes[i] == '.') {
				i++
			}
			tokens = append(tokens, mysqlexpr.Token{Text: constant})
		case mysqlexpr.IsWordRune(r):
			start := i
			for i < len(runes) && (mysqlexpr.IsWordRune(runes[i]) || runes[i] == '#') {
				i++
			}
			tokens = append(tokens, mysqlexpr.Token{Text: string(runes[start:i]), Word: true})
		default:
			tokens = append(tokens, mysqlexpr.Token{Text: string(r)})
			i++
		}
	}
	return tokens
}

// closingQuote returns the characters that close a text that starts with q' and r.
func closingQuote(r rune) string {
	if at := strings.IndexRune("[{(<", r); at >= 0 {
		return "]})>"[at : at+1]
	}
	return string(r)
}
