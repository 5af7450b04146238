package engine

import (
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// TaskType is the type of a task, as OceanBase Migration Service names it.
type TaskType string

// The types of task.
const (
	Migration TaskType = "MIGRATION"
	Sync      TaskType = "SYNC"
	Verify    TaskType = "VERIFY"
)

// TaskTypes lists every type of task.
func TaskTypes() []TaskType { return []TaskType{Migration, Sync, Verify} }

// Task is a migration or synchronization to check.
type Task struct {
	ID     string // of the precheck, such as t_…; if it is empty, Run generates one
	Name   string
	Type   TaskType
	Phases checks.Phases

	Source, Destination Endpoint
	Objects             checks.Selection
	Skip                []Skip
	// SkippableFlags say which failures can be skipped, by the type of a check or the name of an item of OceanBase
	// Migration Service, as its system parameter precheck.skippable_flags does.
	SkippableFlags map[string]bool
	Limits         Limits
	Settings       checks.Settings
	// Checks are the own checks of a task file, which belong to this task only. They are not stored.
	Checks []*checks.Check `json:"-"`
	// Lang is the language of the texts of the result: a BCP 47 tag such as en or zh-CN. English if it is empty.
	Lang string `json:",omitempty"`
}

// inLanguage returns the task with the language that its tag names.
func (t Task) inLanguage() Task {
	if t.Lang != "" {
		t.Lang, _ = message.Language(t.Lang)
	}
	return t
}

// Endpoint is the source or the destination of a task: its primary and optional standby database. At, SnapshotEndpoint
// and CapturedEndpoint return one.
type Endpoint struct {
	datasource.Endpoint
	Standby *datasource.Endpoint
	// Snapshot is the path of a file with the facts of the databases, which no connection is made to then. The other
	// fields are those of SnapshotEndpoint.
	Snapshot string
	// Captured is a snapshot that is used as that of a file is. It is not stored with the task. The other fields are
	// those of CapturedEndpoint.
	Captured *Captured `json:"-"`
	// Dump is the path of a file with the statements that create the schemas of the source, as mysqldump writes it. A
	// disposable server has to execute it before the task can be run; see rehearsal.LoadDump. Only Type is set then.
	Dump string
}

// At returns the endpoint of a database, without a standby.
func At(primary datasource.Endpoint) Endpoint { return Endpoint{Endpoint: primary} }

// Skip accepts the findings of a check. Without Objects, it also accepts that the check could not be made, unless the
// connection failed or the run ended; an item of OceanBase Migration Service accepts that only if it covers the whole
// check. What requires an accepted item runs.
type Skip struct {
	Type    string   // of the check, or an item of OceanBase Migration Service
	Objects []string // shell globs on schema.table of the source; empty accepts all findings
	Reason  string
}

// Limits bound a run.
type Limits struct {
	Connections    int           // maximum per database; 0 is 4
	ConnectTimeout time.Duration // of each step of a connection: network, logon, each setting; 0 is 10 seconds
	CheckTimeout   time.Duration // of each check's own work, and of each statement; 0 is a minute
	Timeout        time.Duration // of the whole run; 0 is 30 minutes
	Objects        int           // maximum listed in a record's message; 0 is 20
}

// The defaults of Limits.
const (
	DefaultConnections    = datasource.DefaultConnections
	DefaultConnectTimeout = datasource.DefaultConnectTimeout
	DefaultCheckTimeout   = datasource.DefaultStatementTimeout
	DefaultTimeout        = 30 * time.Minute
	DefaultObjects        = 20
)

func (l Limits) withDefaults() Limits {
	if l.Connections == 0 {
		l.Connections = DefaultConnections
	}
	if l.ConnectTimeout == 0 {
		l.ConnectTimeout = DefaultConnectTimeout
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

// Route returns what is known about the task before connecting to the databases.
func (t Task) Route() checks.Route {
	return checks.Route{Source: t.Source.Type, Dest: t.Destination.Type, Phases: t.Phases, Deep: t.Settings.Deep}
}

func (t Task) endpoint(side checks.Side) Endpoint {
	if side == checks.Dest {
		return t.Destination
	}
	return t.Source
}
