package engine

import (
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/drivers"
	"github.com/dbprecheck/precheck/datasource/oracle"
)

// FactUse is a fact that a check reads of one side, and what that takes.
type FactUse struct {
	Fact  datasource.AnyFact
	Side  checks.Side
	Costs []FactCost // in the order of datasource.Types; types with the same cost are joined
}

// FactCost is what it takes to read a fact of some types of endpoint.
type FactCost struct {
	Types      []datasource.Type
	Statements int                // at most
	Needs      []datasource.Needs // in the order of their versions; empty: no privilege
}

// FactsOf returns the facts that a check reads, of the source and then of the destination, with the statements
// and privileges that they take on each type of endpoint to which the check applies. It follows from what the
// check and the readers declare. A fact that no such type has is not listed.
func FactsOf(c *checks.Check) []FactUse {
	var uses []FactUse
	for _, side := range checks.BothSides {
		types := endpointTypes(c, side)
		for _, fact := range c.Of(side) {
			use := FactUse{Fact: fact, Side: side}
			for _, t := range types {
				cost, ok := drivers.Cost(fact, t)
				if !ok {
					continue
				}
				use.add(t, cost)
			}
			if use.Costs != nil {
				uses = append(uses, use)
			}
		}
	}
	return uses
}

// endpointTypes returns the types of endpoint that a side of a task with the check can have.
func endpointTypes(c *checks.Check, side checks.Side) []datasource.Type {
	types := c.Sources
	if side == checks.Dest {
		types = c.Dests
	}
	if types == nil {
		types = datasource.Types()
	}
	for _, only := range [][]datasource.Type{c.AppliesTo, c.LogOf} {
		if only != nil && slices.Contains(c.Sides, side) {
			types = slices.DeleteFunc(slices.Clone(types),
				func(t datasource.Type) bool { return !slices.Contains(only, t) })
		}
	}
	return types
}

// add adds the cost of one more type.
func (u *FactUse) add(t datasource.Type, cost datasource.Cost) {
	needs := cost.NeedsOf(t)
	for i, known := range u.Costs {
		same := slices.EqualFunc(known.Needs, needs, func(a, b datasource.Needs) bool {
			return a.Since == b.Since && slices.Equal(a.Privileges, b.Privileges)
		})
		if known.Statements == cost.Statements && same {
			u.Costs[i].Types = append(known.Types, t)
			return
		}
	}
	u.Costs = append(u.Costs, FactCost{[]datasource.Type{t}, cost.Statements, needs})
}

// BeyondLeast returns the privileges that a check needs on an Oracle source beyond those of the account that OceanBase
// Migration Service documents as the least, each once.
func BeyondLeast(c *checks.Check) []string {
	var beyond []string
	for _, use := range FactsOf(c) {
		for _, cost := range use.Costs {
			if use.Side != checks.Source || !slices.Contains(cost.Types, datasource.Oracle) {
				continue
			}
			for _, needs := range cost.Needs {
				beyond = append(beyond, oracle.BeyondLeast(needs.Privileges)...)
			}
		}
	}
	slices.Sort(beyond)
	return slices.Compact(beyond)
}
