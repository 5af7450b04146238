package checks

import (
	"slices"

	"github.com/dbprecheck/precheck/datasource"
)

// Facts is a list of facts.
type Facts []datasource.AnyFact

// Reads declares the facts that a check may read. A Pass refuses every other fact. The databases without
// which an item is blocked, and what `precheck explain` shows of statements and privileges, follow from it.
type Reads struct {
	Own    Facts // of the database that the item is about: Pass.Facts
	Source Facts // of the source's primary database: Pass.Source
	Dest   Facts // of the destination's primary database: Pass.Dest
	// DestOptional are facts of the destination that the check can do without: if the destination cannot be
	// reached, the item is not blocked.
	DestOptional Facts
	// Mapping allows Pass.Mapping, which reads which objects the source has.
	Mapping bool
}

// mappingFacts are the facts of the source that Pass.Mapping reads.
var mappingFacts = Facts{datasource.FactServer, datasource.FactSchemas, datasource.FactTables}

// of returns the facts that an item on side may read of that side's primary database.
func (r Reads) of(database, side Side) Facts {
	facts := r.Source
	if database == Dest {
		facts = slices.Concat(r.Dest, r.DestOptional)
	}
	if database == side {
		facts = slices.Concat(facts, r.Own)
	}
	return facts
}

// Primary reports whether the check reads facts of a side's primary database, regardless of the item's role.
func (r Reads) Primary(side Side) bool {
	if side == Dest {
		return len(r.Dest) > 0
	}
	return len(r.Source) > 0 || r.Mapping
}

// Of returns every fact that items of the check read of a side, with those of the mapping, each once and in
// the order of datasource.AllFacts.
func (c *Check) Of(side Side) Facts {
	read := Facts{}
	if slices.Contains(c.Sides, side) {
		read = append(read, c.Reads.Own...)
	}
	if side == Source {
		read = append(read, c.Reads.Source...)
		if c.Reads.Mapping {
			read = append(read, mappingFacts...)
		}
	} else {
		read = slices.Concat(read, c.Reads.Dest, c.Reads.DestOptional)
	}
	var ordered Facts
	for _, fact := range datasource.AllFacts() {
		if slices.Contains(read, fact) {
			ordered = append(ordered, fact)
		}
	}
	return ordered
}
