package message

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// longestWord bounds the words that are compared.
const longestWord = 100

// DidYouMean returns a hint at the word that value is a likely typing error of. It is empty if there is none.
func DidYouMean[T ~string](value string, words []T) Text {
	best, distance := nearest(value, words)
	if best == "" || distance >= len(value)/3+2 {
		return Text{}
	}
	return New("message.did_you_mean", "word", best)
}

// Resembles reports whether value differs from one of words in at most two letters. Other text may be a secret
// in the wrong place, which no error repeats.
func Resembles[T ~string](value string, words []T) bool {
	best, distance := nearest(value, words)
	return distance <= 2 && len(best) > 2
}

func nearest[T ~string](value string, words []T) (best string, distance int) {
	if len(value) > longestWord {
		return "", len(value)
	}
	distance = longestWord
	for _, w := range words {
		if d := levenshtein.ComputeDistance(strings.ToLower(value), strings.ToLower(string(w))); d < distance {
			best, distance = string(w), d
		}
	}
	return best, distance
}
