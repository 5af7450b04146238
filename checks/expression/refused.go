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
