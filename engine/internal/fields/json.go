package fields

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"
)

// plainJSON replaces the escapes of a JSON document that the YAML library does not read, \/ and
// surrogate pairs, by their characters. It keeps line numbers, and text that is not JSON.
func plainJSON(data []byte) []byte {
	if !json.Valid(data) {
		return data
	}
	var b strings.Builder
	for rest := string(data); ; {
		before, after, found := strings.Cut(rest, `\`) // the next character belongs to it
		b.WriteString(before)
		if !found {
			return []byte(b.String())
		}
		if r, ok := surrogates(after); ok {
			b.WriteRune(r)
			rest = after[pair:]
			continue
		}
		if after[0] != '/' {
			b.WriteByte('\\')
		}
		b.WriteByte(after[0])
		rest = after[1:]
	}
}

// pair is the length of the two halves of one character, as in uD83D\uDE00.
const pair = len(`uD83D\uDE00`)

// surrogates reads a pair.
func surrogates(s string) (rune, bool) {
	if len(s) < pair || s[0] != 'u' || s[5:7] != `\u` {
		return 0, false
	}
	high, err1 := strconv.ParseUint(s[1:5], 16, 16)
	low, err2 := strconv.ParseUint(s[7:11], 16, 16)
	r := utf16.DecodeRune(rune(high), rune(low))
	return r, err1 == nil && err2 == nil && r != '\uFFFD'
}
