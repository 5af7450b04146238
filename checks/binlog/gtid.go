package binlog

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// gtidSet is a set of MySQL's transactions: by source, "uuid" or "uuid:tag", the intervals of
// their numbers, in order and apart (MySQL 8.4 Reference Manual, "GTID Format and Storage").
type gtidSet map[string][]interval

// interval holds its first and last number.
type interval struct{ first, last uint64 }

var (
	uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$`)
	tagForm  = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,31}$`)
)

// parseGTIDSet reads a set as MySQL writes it: uuid:1-4:7,uuid:tag:1-3. Tags came with MySQL 8.3.
func parseGTIDSet(text string) (gtidSet, error) {
	set := gtidSet{}
	for _, part := range strings.Split(text, ",") {
		part = strings.ToLower(strings.Join(strings.Fields(part), ""))
		if part == "" {
			continue
		}
		pieces := strings.Split(part, ":")
		if !uuidForm.MatchString(pieces[0]) {
			return nil, fmt.Errorf("%q is not a server's UUID", pieces[0])
		}
		uuid := strings.ReplaceAll(pieces[0], "-", "")
		source, empty := uuid, true
		for _, piece := range pieces[1:] {
			if tagForm.MatchString(piece) {
				source = uuid + ":" + piece
				continue
			}
			i, err := parseInterval(piece)
			if err != nil {
				return nil, err
			}
			set[source], empty = append(set[source], i), false
		}
		if empty {
			return nil, fmt.Errorf("%q holds no transaction number", part)
		}
	}
	for source, intervals := range set {
		set[source] = joined(intervals)
	}
	return set, nil
}

func parseInterval(text string) (interval, error) {
	from, to, ranged := strings.Cut(text, "-")
	first, err := strconv.ParseUint(from, 10, 64)
	last := first
	if err == nil && ranged {
		last, err = strconv.ParseUint(to, 10, 64)
	}
	if err != nil || first == 0 || last < first {
		return interval{}, fmt.Errorf("%q is not a range of transaction numbers", text)
	}
	return interval{first, last}, nil
}

// joined puts intervals in order and joins those that touch.
func joined(intervals []interval) []interval {
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

// missing gives the sources of which s holds transactions that t does not, in order.
func (s gtidSet) missing(t gtidSet) []string {
	var sources []string
	for _, source := range slices.Sorted(maps.Keys(s)) {
		for _, i := range s[source] {
			if !slices.ContainsFunc(t[source], func(j interval) bool { return j.first <= i.first && i.last <= j.last }) {
				sources = append(sources, source)
				break
			}
		}
	}
	return sources
}

// gtidPosition is a position of MariaDB: by domain the number of the last transaction.
type gtidPosition map[uint64]uint64

// parseGTIDPosition reads a position as MariaDB writes it: 0-1-270,3-2-10, of domain, server and number.
func parseGTIDPosition(text string) (gtidPosition, error) {
	position := gtidPosition{}
	for _, part := range strings.Split(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		numbers := strings.Split(part, "-")
		if len(numbers) != 3 {
			return nil, fmt.Errorf("%q is not a GTID of MariaDB", part)
		}
		domain, err := strconv.ParseUint(numbers[0], 10, 32)
		_, err2 := strconv.ParseUint(numbers[1], 10, 32)
		number, err3 := strconv.ParseUint(numbers[2], 10, 64)
		if err := errors.Join(err, err2, err3); err != nil {
			return nil, fmt.Errorf("%q is not a GTID of MariaDB: %w", part, err)
		}
		position[domain] = max(position[domain], number)
	}
	return position, nil
}
