package datasource

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Version is a server's version, compared part by part as numbers: 8.10 is later than 8.9.
type Version struct {
	Major, Minor, Patch, Build int
}

// ParseVersion reads the numbers that text starts with, up to four, as in "8.0.36-28-log" or "19.0.0.0.0". It
// reports false if text does not start with a number, or if a number is too large for a version.
func ParseVersion(text string) (Version, bool) {
	var v Version
	parts := [...]*int{&v.Major, &v.Minor, &v.Patch, &v.Build}
	rest := strings.TrimSpace(text)
	for i, part := range parts {
		end := 0
		for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
			end++
		}
		if end == 0 {
			return v, i > 0
		}
		n, err := strconv.Atoi(rest[:end])
		if err != nil {
			return Version{}, false
		}
		*part = n
		if rest = rest[end:]; !strings.HasPrefix(rest, ".") {
			break
		}
		rest = rest[1:]
	}
	return v, true
}

// Compare returns -1 where v is earlier than w, 0 where they are equal, and 1 where v is later.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor),
		cmp.Compare(v.Patch, w.Patch), cmp.Compare(v.Build, w.Build))
}

// AtLeast reports whether v is the version with these parts or a later one.
func (v Version) AtLeast(parts ...int) bool { return v.Compare(MakeVersion(parts...)) >= 0 }

// Before reports whether v is earlier than the version with these parts.
func (v Version) Before(parts ...int) bool { return !v.AtLeast(parts...) }

// MakeVersion returns the version with these parts, at most four.
func MakeVersion(parts ...int) Version {
	var full [4]int
	copy(full[:], parts)
	return Version{full[0], full[1], full[2], full[3]}
}

// String returns the version as major.minor.patch, and the build where there is one.
func (v Version) String() string {
	s := fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
	if v.Build != 0 {
		s += "." + strconv.Itoa(v.Build)
	}
	return s
}
