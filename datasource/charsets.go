package datasource

import (
	"strings"
)

// Charsets are the character sets and collations that a server has. Names are in lower case.
type Charsets struct {
	Defaults   map[string]string // the default collation of each character set
	Collations map[string]string // the character set of each collation
}

// FactCharsets are the character sets and collations that the server has.
var FactCharsets = NewFact[Charsets]("charsets", "character sets and collations")

// HasCharset reports whether the server accepts this name of a character set.
func (c Charsets) HasCharset(name string) bool {
	name = strings.ToLower(name)
	return c.Defaults[name] != "" || name == "utf8" && c.Defaults["utf8mb3"] != "" ||
		name == "utf8mb3" && c.Defaults["utf8"] != ""
}

// HasCollation reports whether the server accepts this name of a collation. A server that lists
// utf8mb3_general_ci accepts utf8_general_ci for it, and one that lists utf8_general_ci (MySQL before 8.0.30,
// MariaDB before 10.6) accepts utf8mb3_general_ci (get_collation_name_alias in mysys/charset.c of both;
// tested on MariaDB 10.5).
func (c Charsets) HasCollation(name string) bool {
	name = strings.ToLower(name)
	if rest, ok := strings.CutPrefix(name, "utf8_"); ok && c.Collations["utf8mb3_"+rest] != "" {
		return true
	}
	if rest, ok := strings.CutPrefix(name, "utf8mb3_"); ok && c.Collations["utf8_"+rest] != "" {
		return true
	}
	return c.Collations[name] != ""
}
