package checks

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks/oms"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Side is an endpoint of a task: its source or its destination.
type Side string

// The sides of a task, as the documented records name them in endpointType.
const (
	Source Side = "SOURCE"
	Dest   Side = "DEST"
)

// Role distinguishes the databases of one endpoint, as the documented records name them.
type Role string

// The roles.
const (
	Master      Role = "MASTER"       // the primary database
	Slave       Role = "SLAVE"        // the standby database
	MasterSlave Role = "MASTER_SLAVE" // an item that checks both
)

// Phase is a step of a migration.
type Phase uint8

// Phases is a set of phases.
type Phases = Phase

// The phases. A check belongs to a task that has at least one of its phases.
const (
	Schema Phase = 1 << iota
	Full
	Incremental
	Reverse
	AllPhases = Schema | Full | Incremental | Reverse
)

var phaseNames = []struct {
	phase Phase
	name  string
}{{Schema, "SCHEMA"}, {Full, "FULL"}, {Incremental, "INCREMENTAL"}, {Reverse, "REVERSE"}}

// Names returns the names of the phases of the set, in the order of a migration.
func (p Phase) Names() []string {
	var names []string
	for _, n := range phaseNames {
		if p&n.phase != 0 {
			names = append(names, n.name)
		}
	}
	return names
}

// String returns the names, joined by commas.
func (p Phase) String() string { return strings.Join(p.Names(), ",") }

// ParsePhase returns the phase of that name.
func ParsePhase(name string) (Phase, bool) {
	for _, n := range phaseNames {
		if n.name == name {
			return n.phase, true
		}
	}
	return 0, false
}

// Level is the severity of a finding.
type Level int

// The levels, in ascending order.
const (
	Info Level = iota // information only
	Warn              // the task may fail or change data
	Fail              // the task will fail or lose data
)

// String returns the level as it is shown: info, warning or failure.
func (l Level) String() string { return [...]string{"info", "warning", "failure"}[l] }

// Text returns the level as people read it.
func (l Level) Text() message.Text {
	switch l {
	case Warn:
		return message.New("language.level.warning")
	case Fail:
		return message.New("language.level.failure")
	}
	return message.New("language.level.info")
}

// LevelNamed returns the level that String returns as name.
func LevelNamed(name string) (Level, bool) {
	for l := Info; l <= Fail; l++ {
		if l.String() == name {
			return l, true
		}
	}
	return 0, false
}

// Families of endpoint types, for Check.Sources and Check.Dests.
var (
	MySQLFamily  = []datasource.Type{datasource.MySQL, datasource.MariaDB}
	MySQLMode    = []datasource.Type{datasource.MySQL, datasource.MariaDB, datasource.OceanBaseMySQL}
	OceanBase    = []datasource.Type{datasource.OceanBaseMySQL, datasource.OceanBaseOracle}
	OracleFamily = []datasource.Type{datasource.Oracle, datasource.OceanBaseOracle}
	OracleOnly   = []datasource.Type{datasource.Oracle}
	OBMySQLOnly  = []datasource.Type{datasource.OceanBaseMySQL}

	// MySQLModeOrOracle are the sources of checks of a MySQL-mode destination.
	MySQLModeOrOracle = slices.Concat(MySQLMode, OracleOnly)
)

// BothSides is Check.Sides of a check that reads each side on its own.
var BothSides = []Side{Source, Dest}

// Check is one precheck item: where it applies and how it decides.
type Check struct {
	Type string // documented checkType, as in RDB_CONNECT
	Page Page   // its texts
	// Level is the highest level of a finding that it can report.
	Level Level
	// Sides lists the sides of a task that it checks: each has an item of its own. A check that compares
	// source and destination belongs to the side that must change, usually the destination.
	Sides []Side
	// Standby adds an item for the standby database of an endpoint.
	Standby bool
	Phases  Phases
	// ExtraPhasesFromOracle are phases in which it also applies, but only to Oracle-like sources.
	ExtraPhasesFromOracle Phases
	// Sources and Dests are the endpoint types to which it applies; nil is any.
	Sources, Dests []datasource.Type
	// Requires lists the types of checks without which it cannot decide. An item is blocked if one of their
	// items failed on a database that it reads.
	Requires []string
	// Blocks marks a check of which a failure may block every other item that reads the same database: see
	// Finding.Blocks.
	Blocks bool
	// Follows lists the types of checks whose failures it reads with Pass.Refused. It runs after them, whatever their
	// outcome, if they belong to the task.
	Follows []string
	// Reads declares the facts that Run reads.
	Reads Reads
	// AppliesTo lists the types of endpoint that it checks: an endpoint of another type has no item. Nil is
	// any.
	AppliesTo []datasource.Type
	// LogOf lists the types whose log the check is about. Such a check belongs to the sides whose log the
	// task reads: the source with phase INCREMENTAL, the destination with phase REVERSE. It is nil for every
	// other check.
	LogOf []datasource.Type
	// Live marks a check of what only a connection shows at the time of the run, such as the latency of the network: it
	// cannot be made from a snapshot of the facts.
	Live bool
	// Deep marks a check that reads sizes or data: it runs only if the task requests it.
	Deep bool
	// OMS lists the precheck items of OceanBase Migration Service that the check answers.
	OMS []OMSItem
	// OMSCodes are the error codes that OMS documents for a failure, by the rule of the finding; the empty
	// rule applies to all others.
	OMSCodes map[string]oms.Code
	Run      func(context.Context, *Pass) error
}

// Route is what is known of a task before any connection is opened.
type Route struct {
	Source, Dest datasource.Type
	Phases       Phases
	Deep         bool
}

// Applies reports whether the check belongs to a task of that route, and otherwise why not.
func (c *Check) Applies(r Route) (bool, message.Text) {
	switch {
	case !applies(c.Sources, r.Source):
		return false, message.New("checks.applies.source", "types", known(c.Sources), "type", r.Source)
	case !applies(c.Dests, r.Dest):
		return false, message.New("checks.applies.destination", "types", known(c.Dests), "type", r.Dest)
	case c.phases(r)&r.Phases == 0:
		return false, message.New("checks.applies.phases", "phases", c.phases(r).Names(), "taskPhases",
			r.Phases.Names())
	case c.Deep && !r.Deep:
		return false, message.New("checks.applies.deep")
	case c.AppliesTo != nil && !slices.Contains(c.AppliesTo, r.Source) && !slices.Contains(c.AppliesTo, r.Dest):
		return false, message.New("checks.applies.endpoints", "types", c.AppliesTo, "source", r.Source, "destination",
			r.Dest)
	case len(c.SidesFor(r)) == 0:
		return false, message.New("checks.applies.log", "types", c.LogOf)
	}
	return true, message.Text{}
}

// applies reports whether a check that names these types applies to t. A check that names no type applies to
// the types with a known dialect, so that a new product is not mistaken for another.
func applies(types []datasource.Type, t datasource.Type) bool {
	if types == nil {
		return t.Dialect() == datasource.MySQLDialect || t.Dialect() == datasource.OracleDialect
	}
	return slices.Contains(types, t)
}

// known returns the types that a check names, or all if it names none.
func known(types []datasource.Type) []datasource.Type {
	if types == nil {
		return datasource.Types()
	}
	return types
}

func (c *Check) phases(r Route) Phases {
	if r.Source.Dialect() == datasource.OracleDialect {
		return c.Phases | c.ExtraPhasesFromOracle
	}
	return c.Phases
}

// SidesFor returns the sides of a task of that route that the check belongs to.
func (c *Check) SidesFor(r Route) []Side {
	read := map[Side]bool{Source: true, Dest: true}
	if c.LogOf != nil {
		read[Source] = r.Phases&Incremental != 0 && slices.Contains(c.LogOf, r.Source)
		read[Dest] = r.Phases&Reverse != 0 && slices.Contains(c.LogOf, r.Dest)
	}
	types := map[Side]datasource.Type{Source: r.Source, Dest: r.Dest}
	return slices.DeleteFunc(slices.Clone(c.Sides), func(s Side) bool {
		return !read[s] || c.AppliesTo != nil && !slices.Contains(c.AppliesTo, types[s])
	})
}

// Skippable reports whether a user may accept a failure of the check.
func (c *Check) Skippable() bool { return c.Page.SkipConsequence != "" }
