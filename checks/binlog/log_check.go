package binlog

import "github.com/dbprecheck/precheck/checks"

// logCheck completes c with what the checks of a binary log have in common: they apply to the database whose log
// the task reads, which is the source for incremental and the destination for reverse.
func logCheck(c checks.Check) *checks.Check {
	c.Sides = checks.BothSides
	c.Phases = checks.Incremental | checks.Reverse
	c.Sources, c.Dests, c.LogOf = checks.MySQLMode, checks.MySQLMode, checks.MySQLFamily
	c.Requires = []string{"RDB_CONNECT"}
	c.OMS = []checks.OMSItem{{Name: "DB_INCR_LOG"}}
	return &c
}
