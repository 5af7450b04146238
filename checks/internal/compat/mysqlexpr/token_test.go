package mysqlexpr

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// written writes tokens with spaces between them: names in back quotes, a called word with its parenthesis.
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

func TestReadClause(t *testing.T) {
	for _, test := range []struct {
		text    string
		mariadb bool
		want    Clause
	}{
		{text: "(length(`a`) > 1) and (`b` in (1,2))", want: Clause{Names: []string{"a", "b"}, Functions: []string{"length"}}},
		{text: `(json_value(` + "`a`" + `,\'$.x(1)\') = _utf8mb4\'it\\\'s f(\')`,
			want: Clause{Names: []string{"a"}, Functions: []string{"json_value"}}},
		{text: `concat('f(',"g(",'it\'s h(')`, mariadb: true, want: Clause{Functions: []string{"concat"}}},
		{text: "LEFT(`a``b`,1) = left(`a``b`,2)", mariadb: true, want: Clause{Names: []string{"a`b", "a`b"}, Functions: []string{"left"}}},
		{text: "`f`(1)", mariadb: true, want: Clause{Names: []string{"f"}}},
	} {
		if diff := cmp.Diff(test.want, ReadClause(test.text, test.mariadb)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.text, diff)
		}
	}
}
