package expression

import (
	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/datasource"
)

// refusedBy returns the level of what a destination is known to reject: a warning if its version is later than the
// known ones, which may accept it.
func refusedBy(dest datasource.Server) checks.Level {
	if _, sure := mysqlexpr.Missing(dest, mysqlexpr.Expression{}); !sure {
		return checks.Warn
	}
	return checks.Fail
}

// misread returns the rule and the level of a string that the destination refuses or reads differently.
func misread(s mysqlexpr.MisreadString, dest datasource.Server) (rule string, level checks.Level) {
	rule, level = "string_changed", checks.Warn
	if s.Refused {
		rule, level = "string_misread", refusedBy(dest)
	}
	return rule, level
}
