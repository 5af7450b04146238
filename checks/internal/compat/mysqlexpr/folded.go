package mysqlexpr

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// stringsOf are the functions of strings that are calculated if their arguments are constants.
var stringsOf = map[string]func(a []string) string{
	"concat":  func(a []string) string { return strings.Join(a, "") },
	"lcase":   func(a []string) string { return strings.ToLower(a[0]) },
	"lower":   func(a []string) string { return strings.ToLower(a[0]) },
	"ltrim":   func(a []string) string { return strings.TrimLeft(a[0], " ") },
	"quote":   func(a []string) string { return "'" + a[0] + "'" },
	"replace": func(a []string) string { return strings.ReplaceAll(a[0], a[1], a[2]) },
	"rtrim":   func(a []string) string { return strings.TrimRight(a[0], " ") },
	"trim":    func(a []string) string { return strings.Trim(a[0], " ") },
	"ucase":   func(a []string) string { return strings.ToUpper(a[0]) },
	"upper":   func(a []string) string { return strings.ToUpper(a[0]) },
}

// numbersOf are the functions of numbers that are calculated if their arguments are constants.
var numbersOf = map[string]func(a []float64) float64{
	"abs":      func(a []float64) float64 { return math.Abs(a[0]) },
	"ceiling":  func(a []float64) float64 { return math.Ceil(a[0]) },
	"floor":    func(a []float64) float64 { return math.Floor(a[0]) },
	"greatest": slices.Max[[]float64],
	"least":    slices.Min[[]float64],
}

// argumentsOf are the numbers of arguments of those that take a fixed number; others take any.
var argumentsOf = map[string]int{"lcase": 1, "lower": 1, "ltrim": 1, "quote": 1, "replace": 3, "rtrim": 1, "trim": 1,
	"ucase": 1, "upper": 1, "abs": 1, "ceiling": 1, "floor": 1}

// foldedAt returns the constant that the function at i makes of constants, and the index after it. It calculates only
// some functions of ASCII strings or of numbers.
func foldedAt(tokens []Token, i int) (k constant, next int, ok bool) {
	if i >= len(tokens) || !tokens[i].Called {
		return k, i, false
	}
	function, end := tokens[i].Text, closing(tokens, i+1)
	if end >= len(tokens) {
		return k, i, false
	}
	var texts []string
	var numbers []float64
	arguments := split(tokens[i+2 : end])
	for _, argument := range arguments {
		a, after, ok := constantAt(argument, 0)
		if !ok || after != len(argument) {
			return k, i, false
		}
		if a.isString {
			texts = append(texts, a.value)
		} else {
			numbers = append(numbers, a.number)
		}
	}
	if n := argumentsOf[function]; n > 0 && n != len(arguments) {
		return k, i, false
	}
	first := slices.Contains([]string{"coalesce", "ifnull"}, function)
	switch ofStrings, ofNumbers := stringsOf[function], numbersOf[function]; {
	case len(texts) == len(arguments) && (ofStrings != nil || first):
		k.isString, k.value = true, texts[0]
		if ofStrings != nil {
			k.value = ofStrings(texts)
		}
		k.text = "'" + strings.ReplaceAll(k.value, "'", "''") + "'"
	case len(numbers) == len(arguments) && (ofNumbers != nil || first):
		k.number = numbers[0]
		if ofNumbers != nil {
			k.number = ofNumbers(numbers)
		}
		k.text = strconv.FormatFloat(k.number, 'f', -1, 64)
	default:
		return k, i, false
	}
	return k, end + 1, isASCII(k.value)
}
