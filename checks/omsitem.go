package checks

import (
	"slices"

	"github.com/dbprecheck/precheck/datasource"
)

// OMSItem says that a check answers a precheck item of OceanBase Migration Service, whole or in part. Its zero
// fields do not narrow it.
type OMSItem struct {
	Name string // as package oms lists it
	// Rules are those of the findings that belong to the item.
	Rules []string
	// Privileges are those of which a finding must name one as missing to belong to the item.
	Privileges []datasource.Privilege
	Sides      []Side
	Phases     Phases            // the item belongs to tasks with one of these phases
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
	return i.Privileges == nil || slices.ContainsFunc(f.Privileges, func(p datasource.Privilege) bool { return slices.Contains(i.Privileges, p) })
}
