package checks

import (
	"slices"

	"github.com/dbprecheck/precheck/datasource"
)

// OMSItem is a precheck item of OceanBase Migration Service that a check covers, in whole or in part. Zero
// fields do not restrict it.
type OMSItem struct {
	Name string // as package oms lists it
	// Rules are those of the findings that belong to the item.
	Rules []string
	// Privileges restrict the item to findings that name one of them as missing.
	Privileges []datasource.Privilege
	Sides      []Side
	Phases     Phases            // tasks to which the item belongs have one of these phases
	Types      []datasource.Type // of the endpoint that the item of the check is about
}

// Part reports whether only some of the check's findings belong to the item.
func (i OMSItem) Part() bool { return i.Rules != nil || i.Privileges != nil }

// AppliesTo reports whether the item belongs to a task of that route, on that side.
func (i OMSItem) AppliesTo(side Side, r Route) bool {
	t := r.Source
	if side == Dest {
		t = r.Dest
	}
	return (i.Sides == nil || slices.Contains(i.Sides, side)) && (i.Phases == 0 || i.Phases&r.Phases != 0) &&
		(i.Types == nil || slices.Contains(i.Types, t))
}

// Covers reports whether a finding belongs to the item.
func (i OMSItem) Covers(f Finding) bool {
	if i.Rules != nil && !slices.Contains(i.Rules, f.Rule) {
		return false
	}
	return i.Privileges == nil ||
		slices.ContainsFunc(f.Privileges, func(p datasource.Privilege) bool { return slices.Contains(i.Privileges, p) })
}
