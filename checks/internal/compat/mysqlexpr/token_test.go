package mysqlexpr

import (
	"strings"
	"testing"
)

// written formats tokens with spaces between them: names in back quotes, a called word with its parenthesis.
func written(tokens []Token) string {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.Text
		switch {
		case t.Quoted:
			words[i] = "`" + t.Text + "`"
		case t.Called:
			words[i] += "→"
		}
	}
	return strings.Join(words, " ")
}

func TestTokenize(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "",
		"  \n\t ":                    "",
		"LENGTH(`Name`) > 1":         "length→ ( `Name` ) > 1",
		"`a` in (1,2)":               "`a` in ( 1 , 2 )",
		"'x'":                        "",
		"'it''s (' + 1":              "+ 1",
		`'it\'s (' + 1`:              "+ 1",
		`'\\' + f(1)`:                "+ f→ ( 1 )",
		"'never closed (":            "",
		`"a (" + 1`:                  `" + 1`,
		`"say ""x"" (" + 1`:          `" + 1`,
		"`a``b(`":                    "`a`b(`",
		"`never closed":              "`never closed`",
		"`s`.`t`":                    "`s` . `t`",
		`_utf8mb4'x\'y'`:             "_utf8mb4",
		"a<<1":                       "a < < 1",
		"été$1(x)":                   "été$1→ ( x )",
		"@@global.sql_mode":          "@ @ global . sql_mode",
		"((a))":                      "( ( a ) )",
		"convert('x' using utf8mb4)": "convert→ ( using utf8mb4 )",
	} {
		if got := written(Tokenize(text)); got != want {
			t.Errorf("Tokenize(%q) = %s, want %s", text, got, want)
		}
	}
}
