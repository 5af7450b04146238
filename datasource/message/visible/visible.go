// Package visible shows text that comes from elsewhere, such as a name in a database or an error of a server, so
// that it can neither control a terminal nor forge a line of a report.
package visible

import (
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Value returns a text as a sentence shows it: as it is, or in quotes and with escapes if it is not safe.
func Value(s string) string {
	if Safe(s) {
		return s
	}
	return strconv.Quote(s)
}

// Safe reports whether a text consists of whole characters that neither control a terminal, nor end a line, nor
// change the direction of other text (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
func Safe(s string) bool {
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if r == utf8.RuneError && size == 1 || unsafe(r) {
			return false
		}
		i += size
	}
	return true
}

// unsafe reports whether a character is one of Unicode's control characters (C0, DEL, C1), line separators or
// bidirectional controls.
func unsafe(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == '\x7f'
	}
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

// Line returns a text with escapes for what is not safe, without quotes. It suits text that has quotes where
// it needs them.
func Line(s string) string {
	if Safe(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 || unsafe(r) {
			escaped := strconv.Quote(s[:size])
			b.WriteString(escaped[1 : len(escaped)-1])
		} else {
			b.WriteString(s[:size])
		}
		s = s[size:]
	}
	return b.String()
}

// JSON returns a writer of JSON documents to w, which escapes what encoding/json does not: DEL, the control
// characters above it, and bidirectional controls. Each call of Write must end with a whole character.
func JSON(w io.Writer) io.Writer { return jsonWriter{w} }

type jsonWriter struct{ io.Writer }

// Write writes all of b, or returns an error.
func (w jsonWriter) Write(b []byte) (int, error) {
	if _, err := w.Writer.Write(escapeJSON(b)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// escapeJSON returns b itself if it has nothing to escape.
func escapeJSON(b []byte) []byte {
	var escaped []byte
	done := 0
	for i := 0; i < len(b); {
		r, size := rune(b[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(b[i:])
		}
		if r > ' ' && unsafe(r) { // all of them are below U+10000
			escaped = append(escaped, b[done:i]...)
			escaped = append(escaped, '\\', 'u')
			for shift := 12; shift >= 0; shift -= 4 {
				escaped = append(escaped, "0123456789abcdef"[r>>shift&15])
			}
			done = i + size
		}
		i += size
	}
	if done == 0 {
		return b
	}
	return append(escaped, b[done:]...)
}
