package report

import (
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
)

// FirstNames lists in a language the first names, and the number of the others.
func FirstNames(lang string, names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, message.New("message.separator").In(lang))
	}
	return message.New("checks.first_names", "names", names[:most], "more", len(names)-most).In(lang)
}

// SetOf returns the elements of a list as a set.
func SetOf[T comparable](list []T) map[T]bool {
	set := make(map[T]bool, len(list))
	for _, v := range list {
		set[v] = true
	}
	return set
}
