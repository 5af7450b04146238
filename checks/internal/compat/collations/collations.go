// Package collations knows how the collations of the products compare.
package collations

import (
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// Same reports whether two names mean the same collation; utf8 is the older name of utf8mb3.
func Same(a, b string) bool {
	plain := func(c string) string { return strings.Replace(strings.ToLower(c), "utf8_", "utf8mb3_", 1) }
	return plain(a) == plain(b)
}

// DistinguishesAll reports whether a collation treats no two different texts as equal. That is a binary collation that
// compares trailing spaces; other collations with _bin ignore them.
func DistinguishesAll(collation string) bool {
	return collation == "binary" || IsNoPad(collation) && strings.HasSuffix(collation, "_bin")
}

// IsNoPad reports whether a collation compares trailing spaces. Source: MySQL 9 Reference Manual, "Trailing Space
// Handling in Comparisons"; MariaDB documentation, "NO PAD Collations".
func IsNoPad(collation string) bool {
	return collation == "binary" || strings.Contains(collation, "_0900_") || strings.Contains(collation, "_nopad_")
}

// languages maps the names of languages in MySQL's 0900 collations to those in other collations. Sources: MySQL 9
// Reference Manual, "Unicode Character Sets"; MariaDB documentation, "Supported Character Sets and Collations". Known
// up to MySQL 9.7, MariaDB 12.0.
var languages = map[string]string{
	"cs": "czech", "da": "danish", "de_pb": "german2", "eo": "esperanto", "es": "spanish", "es_trad": "spanish2",
	"et": "estonian", "hr": "croatian", "hu": "hungarian", "is": "icelandic", "la": "roman", "lt": "lithuanian",
	"lv": "latvian", "pl": "polish", "ro": "romanian", "sk": "slovak", "sl": "slovenian", "sv": "swedish",
	"tr": "turkish", "vi": "vietnamese",
}

// Nearest returns the available collation that compares most like the given one of the source: by language, then by
// sensitivity to accents and case, then by age. It returns one of utf8mb4 if the destination, a server, does not have
// the character set, and an empty string if that is not available either.
func Nearest(
	collation string, source, dest datasource.Charsets, server datasource.Server, has func(string) bool,
) string {
	charset := source.Collations[strings.ToLower(collation)]
	rest := strings.TrimPrefix(strings.ToLower(collation), charset+"_")
	if !dest.HasCharset(charset) {
		charset = "utf8mb4"
	}
	sensitivity := "ai_ci"
	for _, s := range []string{"bin", "as_cs", "as_ci", "ai_cs"} {
		if strings.Contains(rest, s) {
			sensitivity = s
		}
	}
	language := strings.NewReplacer("uca1400", "", "0900", "", "nopad", "", "unicode", "", "general", "", "_ks", "",
		sensitivity, "", "ci", "").Replace(rest)
	language = strings.Trim(language, "_")
	if long, ok := languages[language]; ok {
		language = long
	}
	if same := charset + "_" + rest; has(same) { // of another character set
		return same
	}
	for _, candidate := range candidates(language, sensitivity, server.IsOceanBase()) {
		if name := charset + "_" + candidate; has(name) {
			return name
		}
	}
	if preset := dest.Defaults[charset]; has(preset) {
		return preset
	}
	return ""
}

// candidates returns names of collations without their character set, the nearest first.
func candidates(language, sensitivity string, oceanBase bool) []string {
	var names []string
	if sensitivity == "bin" {
		return []string{"bin"}
	}
	if language != "" {
		names = append(names, "uca1400_"+language+"_nopad_"+sensitivity, "uca1400_"+language+"_"+sensitivity)
		for short, long := range languages {
			if long == language {
				names = append(names, short+"_0900_"+sensitivity)
			}
		}
		if strings.HasSuffix(sensitivity, "ci") {
			names = append(names, language+"_ci")
		}
	}
	names = append(names, "uca1400_nopad_"+sensitivity, "0900_"+sensitivity, "uca1400_"+sensitivity)
	switch {
	case strings.HasSuffix(sensitivity, "cs"):
		return append(names, "bin")
	case oceanBase: // OceanBase Migration Service maps to these
		return append(names, "general_ci", "unicode_ci")
	}
	return append(names, "unicode_520_ci", "unicode_ci", "general_ci")
}
