package mysqlexpr

import (
	"strings"
	"unicode"
)

// Token is a word in lower case, a name without its back quotes, or another character.
type Token struct {
	Text   string
	Quoted bool
	Word   bool
}

// Tokenize takes a definition apart, leaving out strings and spaces.
func Tokenize(text string) []Token {
	var tokens []Token
	runes := []rune(text)
	for i := 0; i < len(runes); {
		r := runes[i]
		switch {
		case unicode.IsSpace(r):
			i++
		case r == '\'':
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
			tokens = append(tokens, Token{Text: strings.ToLower(string(runes[i:end])), Word: true})
			i = end
		default:
			tokens = append(tokens, Token{Text: string(r)})
			i++
		}
	}
	return tokens
}

func IsWordRune(r rune) bool {
	return r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// Closing gives the index after the quote that closes the one at start; a doubled quote does not,
// nor in a string one after a backslash.
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
