package product

import (
	"fmt"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// JoinVersion returns the parts of a version, joined by dots.
func JoinVersion(parts []int) string {
	words := make([]string, len(parts))
	for i, n := range parts {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, ".")
}

// OceanBaseRules is the latest version of OceanBase whose manual the rules are taken from. RDB_VERSION notes it once
// for a later version: a rule that depends on a feature warns where the version may have it.
var OceanBaseRules = datasource.Version{Major: 4, Minor: 3}

// KnownUpTo are the latest versions whose manuals the rules on tables are taken from.
var KnownUpTo = map[datasource.Flavor]datasource.Version{
	datasource.FlavorMySQL:   {Major: 9, Minor: 7},
	datasource.FlavorMariaDB: {Major: 12, Minor: 0},
}

// Family returns the product whose functions the server has: MySQL for its derivatives.
func Family(s datasource.Server) datasource.Flavor {
	if s.IsMySQL() {
		return datasource.FlavorMySQL
	}
	return s.Flavor
}
