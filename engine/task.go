// Package engine runs prechecks: it plans which checks belong to a task, runs them concurrently
// against the two ends, and reports what they found.
//
// A Task says what is to be migrated between which databases; New gives an Engine with the
// catalogue of checks; Plan lists what will run and why the rest will not; Run gives a Report,
// whose records have the documented form.
package engine

import (
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// TaskType is what the checked task does, as OceanBase Migration Service names it.
type TaskType string

// The types of task.
const (
	Migration TaskType = "MIGRATION"
	Sync      TaskType = "SYNC"
	Verify    TaskType = "VERIFY"
)

// TaskTypes lists every type of task.
func TaskTypes() []TaskType { return []TaskType{Migration, Sync, Verify} }

// Task is a migration or synchronization that is to be checked.
type Task struct {
	ID     string // of the precheck, as in t_…; Run makes one up where it is empty
	Name   string
	Type   TaskType
	Phases checks.Phases

	Source, Destination Endpoint
	Objects             checks.Selection
	Skip                []Skip
	Limits              Limits
	Settings            checks.Settings
}

// Endpoint is one end of a task: its primary database, and a standby where there is one.
type Endpoint struct {
	datasource.Endpoint
	Standby *datasource.Endpoint
}

// Skip lets a task go on in spite of what a check finds.
type Skip struct {
	Type    string   // of the check
	Objects []string // shell globs on schema.table of the source; empty is all that it finds
	Reason  string
}

// Limits bound a run.
type Limits struct {
	Connections  int           // open at a time on each database; 0 is 4
	CheckTimeout time.Duration // of each check's own work, and of each statement; 0 is a minute
	Timeout      time.Duration // of the whole run; 0 is half an hour
	Objects      int           // most objects that a record's message names; 0 is 20
}

// Limits that hold where a task leaves them zero.
const (
	DefaultConnections  = datasource.DefaultConnections
	DefaultCheckTimeout = datasource.DefaultStatementTimeout
	DefaultTimeout      = 30 * time.Minute
	DefaultObjects      = 20
)

func (l Limits) withDefaults() Limits {
	if l.Connections == 0 {
		l.Connections = DefaultConnections
	}
	if l.CheckTimeout == 0 {
		l.CheckTimeout = DefaultCheckTimeout
	}
	if l.Timeout == 0 {
		l.Timeout = DefaultTimeout
	}
	if l.Objects == 0 {
		l.Objects = DefaultObjects
	}
	return l
}

// Route is what is known of the task before anything is connected.
func (t Task) Route() checks.Route {
	return checks.Route{Source: t.Source.Type, Dest: t.Destination.Type, Phases: t.Phases, Deep: t.Settings.Deep}
}

func (t Task) end(side checks.Side) Endpoint {
	if side == checks.Dest {
		return t.Destination
	}
	return t.Source
}
