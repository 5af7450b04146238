package product

import (
	"github.com/dbprecheck/precheck/datasource"
)

// Absence is the range of versions in which a product does not have something.
type Absence struct {
	From, Before []int // nil: the first version, the last version
}

// Holds reports whether the product does not have it in a version.
func (l Absence) Holds(v datasource.Version) bool {
	return (l.From == nil || v.AtLeast(l.From...)) && (l.Before == nil || v.Before(l.Before...))
}
