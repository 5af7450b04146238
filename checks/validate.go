package checks

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/dbprecheck/precheck/checks/oms"
)

var typeForm = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// Validate returns the errors of a catalogue of checks, joined: a duplicate or malformed type, a missing
// page, side, phase or Run, and a missing or circular requirement.
func Validate(catalogue []*Check) error {
	var errs []error
	fail := func(c *Check, format string, args ...any) {
		errs = append(errs, fmt.Errorf("check %s: %s", c.Type, fmt.Sprintf(format, args...)))
	}
	byType := map[string]*Check{}
	for _, c := range catalogue {
		if !typeForm.MatchString(c.Type) {
			fail(c, "the type is not upper snake case, as in RDB_CONNECT")
		}
		if byType[c.Type] != nil {
			fail(c, "the type comes twice")
		}
		byType[c.Type] = c
		if err := c.Page.Err; err != nil {
			fail(c, "its page: %v", err)
		} else if c.Page.Type != c.Type {
			fail(c, "its page is that of %q", c.Page.Type)
		}
		if len(c.Sides) == 0 {
			fail(c, "it looks at no side")
		}
		if c.Phases == 0 {
			fail(c, "it belongs to no phase")
		}
		for _, i := range c.OMS {
			if _, ok := oms.Find(i.Name); !ok {
				fail(c, "it answers %s, which OceanBase Migration Service does not document", i.Name)
			}
			for _, rule := range i.Rules {
				if _, ok := c.Page.Wording[rule]; !ok {
					fail(c, "it answers %s by the rule %q, which its page does not have", i.Name, rule)
				}
			}
		}
		if c.Run == nil {
			fail(c, "it has no Run")
		}
	}
	for _, c := range catalogue {
		for _, r := range c.Requires {
			if byType[r] == nil {
				fail(c, "it requires %s, which is not in the catalogue", r)
			}
		}
		if circle(byType, c, c.Type, map[string]bool{}) {
			fail(c, "it requires or follows itself in a circle")
		}
	}
	return errors.Join(errs...)
}

func circle(byType map[string]*Check, c *Check, start string, seen map[string]bool) bool {
	for _, r := range slices.Concat(c.Requires, c.Follows) {
		if r == start {
			return true
		}
		if next := byType[r]; next != nil && !seen[r] {
			seen[r] = true
			if circle(byType, next, start, seen) {
				return true
			}
		}
	}
	return false
}
