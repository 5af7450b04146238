package product

import (
	"github.com/dbprecheck/precheck/datasource"
)

// Absence says from which version on a server has no function, and up to which.
type Absence struct {
	From, Before []int // nil: from the first version, up to the last
}

func (l Absence) Holds(v datasource.Version) bool {
	return (l.From == nil || v.AtLeast(l.From...)) && (l.Before == nil || v.Before(l.Before...))
}
