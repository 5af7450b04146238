package runstore

import (
	"crypto/rand"
	"strings"
)

// The prefixes of IDs.
const (
	RunPrefix        = "t_"
	ProjectPrefix    = "np_"
	LabelPrefix      = "l_"
	DataSourcePrefix = "e_"
)

// NewID returns a random ID with a prefix: 12 lower-case letters and digits that cannot be guessed.
func NewID(prefix string) string { return prefix + strings.ToLower(rand.Text()[:12]) }
