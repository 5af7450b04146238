// Package messagetest holds rules for texts and for the code that names them, for tests.
package messagetest

import "regexp"

// banned lists phrases that no text may contain, with what to write in their place. Each pattern
// is narrow enough not to hit correct English.
var banned = []struct {
	pattern *regexp.Regexp
	write   string
}{
	{regexp.MustCompile(`(?i)\bmend(s|ed|ing)?\b|\bset right\b`), "fix"},
	{regexp.MustCompile(`(?i)\black(s|ed|ing)?\b|\bhas not (a|an|the|its|enough)\b|\b(has|have) (no|not) such\b`),
		"does not have, is missing"},
	{regexp.MustCompile(`(?i)\b(is|are|was|were|be|what|value) wanted\b|\bwanted:`), "expected, must be"},
	{regexp.MustCompile(`(?i)\btold\b|\btells?\b`), "reported, shows, distinguishes"},
	{regexp.MustCompile(`(?i)\bcarr(y|ies|ied) (it |them )?(over|back)\b`), "replicate, replicate back"},
	{regexp.MustCompile(`(?i)\bremark(s|ed)?\b`), "note"},
	{regexp.MustCompile(`(?i)\bits like\b|\bkinds of\b|\bfellows?\b`), "the names of the things"},
	{regexp.MustCompile(`(?i)\bcom(e|es|ing) along\b|\bgo(es)? in\b|\btak(e|es|en) in\b`), "is migrated, is included"},
	{regexp.MustCompile(`(?i)\bother way (a)?round\b|\b(of|by) itself\b`), "automatically, or name the case"},
	{regexp.MustCompile(`(?i)\blook(s|ed)? (into|at)\b`), "read, check, query"},
	{regexp.MustCompile(`(?i)\b(is|be) room\b`), "has space for, fits"},
	{regexp.MustCompile(`(?i)\ba right\b|\brights\b`), "privilege"},
	{regexp.MustCompile(`(?i)\bfrom (\d+|\{\w+\}) on\b`), "at least, ≥"},
	{regexp.MustCompile(`(?i)\b(left|leave|leaves) out\b`), "exclude"},
	// "there is no …" and "is no longer …" are correct.
	{regexp.MustCompile(`(?i)\b(it|this|that|which|table|column|name|value|server|user|file) is no [a-km-z]`),
		"is not a"},
	{regexp.MustCompile(`(?i)\b(the two|both) ends\b|\b(an|either|one|the other) end\b`),
		"source and destination, endpoint"},
	{regexp.MustCompile(`\(s\)|\b1 (tables|columns|rows|items|checks|objects|views)\b`), "the right plural form"},
}

// Banned returns, for each banned phrase in a text, the phrase and what to write in its place.
func Banned(text string) []string {
	var found []string
	for _, b := range banned {
		if phrase := b.pattern.FindString(text); phrase != "" {
			found = append(found, "\""+phrase+"\" (write: "+b.write+")")
		}
	}
	return found
}
