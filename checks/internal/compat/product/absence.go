package product

import (
	"github.com/dbprecheck/precheck/datasource"
)

// Absence is the range of versions in which a product lacks something.
type Absence struct {
	From, Before []int // nil: from the first version, up to the last
}

// Holds reports whether the product lacks it in a version.
func (l Absence) Holds(v datasource.Version) bool {
	return (l.From == nil || v.AtLeast(l.From...)) && (l.Before == nil || v.Before(l.Before...))
}
