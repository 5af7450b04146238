package mysqlexpr

import (
	"strings"
	"unicode"
)

// Token is a word in lower case, a name without its back quotes, or another character.
type Token struct {
	Text   string
	Quoted bool // the name is in back quotes
	Word   bool
	Called bool // a parenthesis follows the word at once, as catalogs write a function
}

// Tokenize splits an expression or a definition into tokens, excluding strings and spaces. Text in double
// quotes, which is a string or a name of Oracle, is one token with the text ".
func Tokenize(text string) []Token { return tokenize(text, false) }

// tokenize is Tokenize, with strings as tokens if keep is set.
func tokenize(text string, keep bool) []Token {
	var tokens []Token
	runes := []rune(text)
	for i := 0; i < len(runes); {
		r := runes[i]
		switch {
		case unicode.IsSpace(r):
			i++
		case r == '\'':
			end := Closing(runes, i, true)
			if keep {
				tokens = append(tokens, Token{Text: string(runes[i:end])})
			}
			i = end
		case r == '"':
			tokens = append(tokens, Token{Text: `"`})
			i = Closing(runes, i, true)
		case r == '`':
			end := Closing(runes, i, false)
			name := strings.TrimSuffix(string(runes[i+1:end]), "`")
			tokens = append(tokens, Token{Text: strings.ReplaceAll(name, "``", "`"), Quoted: true})
			i = end
		case IsWordRune(r):
			end := i
			for end < len(runes) && IsWordRune(runes[end]) {
				end++
			}
			called := end < len(runes) && runes[end] == '('
			tokens = append(tokens, Token{Text: strings.ToLower(string(runes[i:end])), Word: true, Called: called})
			i = end
		default:
			tokens = append(tokens, Token{Text: string(r)})
			i++
		}
	}
	return tokens
}

// IsWordRune reports whether a name without quotes, a keyword or a number may contain the character.
func IsWordRune(r rune) bool {
	return r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// Closing returns the index after the quote that closes the one at start. A doubled quote does not close it,
// and with backslash, neither does a quote after a backslash.
func Closing(runes []rune, start int, backslash bool) int {
	for i := start + 1; i < len(runes); i++ {
		switch {
		case backslash && runes[i] == '\\':
			i++
		case runes[i] != runes[start]:
		case i+1 < len(runes) && runes[i+1] == runes[start]:
			i++
		default:
			return i + 1
		}
	}
	return len(runes)
}
