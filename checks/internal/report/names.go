package report

import (
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
)

// FirstNames lists the first names, and the number of the others.
func FirstNames(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return message.New("checks.first_names", "names", names[:most], "more", len(names)-most).String()
}

// SetOf returns the elements of a list as a set.
func SetOf[T comparable](list []T) map[T]bool {
	set := make(map[T]bool, len(list))
	for _, v := range list {
		set[v] = true
	}
	return set
}
