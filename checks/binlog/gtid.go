package binlog

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// gtidSet is a set of MySQL's transactions: by source, "uuid" or "uuid:tag", the intervals of
// their numbers, sorted and separate (MySQL 8.4 Reference Manual, "GTID Format and Storage").
type gtidSet map[string][]interval

// interval holds its first and last number.
type interval struct{ first, last uint64 }

var (
	uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$`)
	tagForm  = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,31}$`)
)

// parseGTIDSet reads a set in the form of MySQL, as in uuid:1-4:7,uuid:tag:1-3 (tags since MySQL 8.3). ok is false
// where the text is not such a set.
func parseGTIDSet(text string) (set gtidSet, ok bool) {
	set = gtidSet{}
	for _, part := range strings.Split(text, ",") {
		part = strings.ToLower(strings.Join(strings.Fields(part), ""))
		if part == "" {
			continue
		}
		pieces := strings.Split(part, ":")
		if !uuidForm.MatchString(pieces[0]) {
			return nil, false
		}
		uuid := strings.ReplaceAll(pieces[0], "-", "")
		source, empty := uuid, true
		for _, piece := range pieces[1:] {
			if tagForm.MatchString(piece) {
				source = uuid + ":" + piece
				continue
			}
			i, ok := parseInterval(piece)
			if !ok {
				return nil, false
			}
			set[source], empty = append(set[source], i), false
		}
		if empty {
			return nil, false
		}
	}
	for source, intervals := range set {
		set[source] = merged(intervals)
	}
	return set, true
}

// parseInterval reads a transaction number or a range of them.
func parseInterval(text string) (i interval, ok bool) {
	from, to, ranged := strings.Cut(text, "-")
	first, err := strconv.ParseUint(from, 10, 64)
	last := first
	if err == nil && ranged {
		last, err = strconv.ParseUint(to, 10, 64)
	}
	if err != nil || first == 0 || last < first {
		return interval{}, false
	}
	return interval{first, last}, true
}

// merged sorts intervals and joins those that touch.
func merged(intervals []interval) []interval {
	slices.SortFunc(intervals, func(a, b interval) int { return cmp.Compare(a.first, b.first) })
	var out []interval
	for _, i := range intervals {
		if n := len(out); n > 0 && i.first <= out[n-1].last+1 {
			out[n-1].last = max(out[n-1].last, i.last)
			continue
		}
		out = append(out, i)
	}
	return out
}

// sourcesBeyond returns the sources, in order, of which s holds transactions that t does not hold.
func (s gtidSet) sourcesBeyond(t gtidSet) []string {
	var sources []string
	for _, source := range slices.Sorted(maps.Keys(s)) {
		for _, i := range s[source] {
			holds := func(j interval) bool { return j.first <= i.first && i.last <= j.last }
			if !slices.ContainsFunc(t[source], holds) {
				sources = append(sources, source)
				break
			}
		}
	}
	return sources
}

// gtidPosition is a position of MariaDB: the number of the last transaction by domain.
type gtidPosition map[uint64]uint64

// parseGTIDPosition reads a position in the form of MariaDB, domain-server-number, as in 0-1-270,3-2-10. ok is false
// where the text is not such a position.
func parseGTIDPosition(text string) (position gtidPosition, ok bool) {
	position = gtidPosition{}
	for _, part := range strings.Split(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		numbers := strings.Split(part, "-")
		if len(numbers) != 3 {
			return nil, false
		}
		domain, err1 := strconv.ParseUint(numbers[0], 10, 32)
		_, err2 := strconv.ParseUint(numbers[1], 10, 32)
		number, err3 := strconv.ParseUint(numbers[2], 10, 64)
		if err1 != nil || err2 != nil || err3 != nil {
			return nil, false
		}
		position[domain] = max(position[domain], number)
	}
	return position, true
}
