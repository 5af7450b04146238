package mysqlexpr

import "iter"

// What encloses tokens: +1 opens, -1 closes.
var (
	inBrackets        = map[string]int{"(": 1, ")": -1}
	inBracketsOrCases = map[string]int{"(": 1, ")": -1, "case": 1, "end": -1}
)

// unenclosed yields the index and the text of every token that nothing encloses. A name in back quotes has no text.
func unenclosed(tokens []Token, encloses map[string]int) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		depth := 0
		for i := range tokens {
			text := tokenAt(tokens, i)
			if step := encloses[text]; step != 0 {
				depth += step
			} else if depth == 0 && !yield(i, text) {
				return
			}
		}
	}
}

// closing returns the index of the parenthesis that closes the one at i, or the number of tokens.
func closing(tokens []Token, i int) int {
	depth := 0
	for ; i < len(tokens); i++ {
		step := inBrackets[tokenAt(tokens, i)]
		if depth += step; step < 0 && depth == 0 {
			return i
		}
	}
	return i
}

// inParentheses reports whether one pair of parentheses encloses all tokens.
func inParentheses(tokens []Token) bool {
	return tokenAt(tokens, 0) == "(" && closing(tokens, 0) == len(tokens)-1
}

// split splits a list at its commas. Without tokens, it is one list without tokens.
func split(tokens []Token) [][]Token {
	var list [][]Token
	start := 0
	for i, text := range unenclosed(tokens, inBrackets) {
		if text == "," {
			list, start = append(list, tokens[start:i]), i+1
		}
	}
	return append(list, tokens[start:])
}
