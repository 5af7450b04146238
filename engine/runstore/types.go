package runstore

import (
	"encoding/json"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

// Run is one precheck. Times are those of the store's clock, in UTC; a zero time means not yet.
type Run struct {
	ID        string // t_…
	ProjectID string // np_…, or empty
	Name      string
	Type      engine.TaskType
	Zones     Zones
	// Stage is the index of the present one of Stages. A run of which no side is captured first has none.
	Stage    int
	Stages   []Stage
	SourceID string // e_…, or empty for a database that the task describes itself
	SinkID   string // e_…, or empty for a database that the task describes itself
	User     string // who submitted it
	Labels   []string
	Ignored  []string // fields of the request that have no effect here

	// Status is PENDING, RUNNING, FINISHED, FAILED or SKIPPED.
	Status engine.ProjectStatus
	// End is why a run ended before all its items were checked.
	End EndReason
	// EndText explains End. It may be empty.
	EndText message.Text
	// Outcomes is the number of finished items by outcome.
	Outcomes map[engine.Outcome]int
	// Items is the number of items of the plan, Done the number of those that have finished.
	Items, Done int
	// Attempt counts Retry from 1, Restarts how often a worker was lost in this attempt.
	Attempt, Restarts int
	// Skips is the number of skips of the task.
	Skips int
	// Version grows with each change of the run and of its items.
	Version int64
	// Owner and Epoch are those of the claim that holds the run, or that was the last to hold it.
	Owner string
	Epoch int64

	Submitted, Started, Finished time.Time
	CancelAsked                  time.Time

	Task   engine.Task // without passwords
	PlanID string      // the same for the same plan
	Plan   []byte      // as engine.EncodePlan writes it; must not be changed
	// Head is the report without its task, plan and results, as engine.EncodeReport writes it; nil before the end.
	Head []byte
}

// Ended reports whether the run has finished.
func (r Run) Ended() bool {
	return r.Status != engine.StatusInit && r.Status != engine.StatusPending && r.Status != engine.StatusRunning
}

// EndReason is why a run ended before all its items were checked. The documented status of such a run is FAILED.
type EndReason string

// The reasons.
const (
	Complete    EndReason = ""            // it did not: all items were checked, or the run has not ended
	Cancelled   EndReason = "CANCELLED"   // by a user
	Interrupted EndReason = "INTERRUPTED" // its worker was lost, and it could not go on
	Refused     EndReason = "REFUSED"     // the task could not be run
)

// Submission is a run to queue.
type Submission struct {
	ProjectID, Name  string
	Type             engine.TaskType
	Zones            Zones // of the databases
	SourceID, SinkID string
	User             string
	Labels           []string // IDs, l_…
	Ignored          []string
	Task             engine.Task // without an ID: Submit generates one; passwords are removed
	Plan             engine.Plan
	Databases        []Database
	// Stages are the stages of a run of which a side is captured first; the last one is the run itself. They set Zones
	// and Databases.
	Stages []Stage
	// IdempotencyKey makes a second Submit return the first run; empty for none. Keys of different users must
	// differ.
	IdempotencyKey string
	// Digest identifies the request of an idempotency key.
	Digest string
}

// Database is a server on which a run needs connections.
type Database struct {
	Address     string // host:port
	Connections int    // that the run opens at most
	Limit       int    // of all runs together; the limit of the last submission applies
}

// Stage is a part of a run that one worker does: it captures one side, or, at last, runs the task.
type Stage struct {
	Side      checks.Side // that is captured; empty: the task is run
	Zone      string      // of the side
	Databases []Database  // that the stage needs
	// Agent is the name of the agent that has captured the side, Epoch that of its claim, and Parts the number of
	// parts of its snapshot. They are set by Advance.
	Agent string
	Epoch int64
	Parts int
}

// Captured is the snapshot of a side that an agent has captured.
type Captured struct {
	Agent string // its name
	Parts int    // at least 1, at most MaxParts
}

// The maximum size of a part of a snapshot, in bytes, and the maximum number of parts.
const (
	PartSize = 256 << 10
	MaxParts = (256 << 20) / PartSize
)

// Item is one item of a run's plan that has started.
type Item struct {
	Index   int // in the plan, from 0
	Status  engine.ItemStatus
	Outcome engine.Outcome // empty while it runs
	// Skips is the number of skips of the task that the item ran with.
	Skips   int
	Version int64  // of the run at the item's last change
	Result  []byte // as engine.EncodeResult writes it; nil while it runs

	Started, Finished time.Time
}

// Worker is who claims runs.
type Worker struct {
	ID    string        // of this process and worker
	Lease time.Duration // at least MinLease
	Zones []Zones       // of the runs that it takes; none: those in the zone of the servers
	// Remote is set for a worker that is not of this process. Its ID is the owner of its claim, and only its lease
	// shows that it is lost. It has one run at a time: a second Claim returns the run that it holds.
	Remote bool
}

// Claim is a run under lease.
type Claim struct {
	Run   Run
	Owner string
	Epoch int64 // grows with each claim, so that a former worker's writes are refused
	// Databases are the connections that the run may open.
	Databases []Database
}

// Ending is the end of a run.
type Ending struct {
	Status engine.ProjectStatus // FINISHED, FAILED or SKIPPED
	Reason EndReason
	Text   message.Text
	Head   []byte
}

// Retry is how a run is repeated.
type Retry struct {
	// FailedOnly repeats only the items that failed or could not be checked.
	FailedOnly bool
	// Exclude are more patterns on schema.table to exclude from the task.
	Exclude []string
}

// Filter selects runs. Empty fields select all.
type Filter struct {
	Statuses   []engine.ProjectStatus
	Ends       []EndReason
	Search     string // part of the name or the ID
	Project    string
	DataSource string // source or sink
	Label      string
	User       string
	From, To   time.Time // submitted at or after From and before To

	// Latest selects of the runs that match the fields below Ends only the newest of each name.
	Latest bool
	// Verdicts are what the runs have found.
	Verdicts []Verdict
	// Check is the type of a check that ended with Outcome in the run, on any database.
	Check   string
	Outcome engine.Outcome
}

// Verdict is what a run has found, for a summary of many.
type Verdict string

// The verdicts, the worst first. That of a run that has ended is the engine.Verdict of its report, but for warnings.
const (
	VerdictFailed  Verdict = "failed"  // something failed
	VerdictUnknown Verdict = "unknown" // nothing failed, but something could not be checked, or the run was ended early
	VerdictWarned  Verdict = "warned"  // nothing but warnings
	VerdictPassed  Verdict = "passed"
	VerdictRunning Verdict = "running" // no verdict yet
	VerdictWaiting Verdict = "waiting" // not started yet
)

// Verdicts returns all verdicts, the worst first.
func Verdicts() []Verdict {
	return []Verdict{VerdictFailed, VerdictUnknown, VerdictWarned, VerdictPassed, VerdictRunning, VerdictWaiting}
}

// Summary is what the runs that match a filter have found.
type Summary struct {
	Runs     int
	Verdicts map[Verdict]int
	// Checks are the types of checks that did not pass, those that failed in the most runs first.
	Checks []CheckSummary
	// Sources are the data sources of the runs, those with the most failed runs first.
	Sources []SourceSummary
}

// CheckSummary is a type of checks with the numbers of runs in which it had an outcome on any database.
type CheckSummary struct {
	Type                    string
	Failed, Warned, Unknown int
}

// SourceSummary is a data source with the numbers of the runs of which it is the source or the destination.
type SourceSummary struct {
	ID       string // e_…
	Runs     int
	Verdicts map[Verdict]int
	Failing  []TypeCount // that failed on this data source, the most frequent first
}

// TypeCount is a number of runs by a type of checks.
type TypeCount struct {
	Type string
	Runs int
}

// Page is a part of a list, the newest first.
type Page struct {
	Number    int // from 1; 0 is 1
	Size      int // 0 is 10, at most MaxPage
	Ascending bool
	// Modified sorts projects by their last change instead of their creation.
	Modified bool
}

// MaxPage is the maximum size of a page.
const MaxPage = 1000

// Retention is what Prune keeps of the finished runs.
type Retention struct {
	Age   time.Duration // since they finished; 0 keeps any age
	Count int           // the newest; 0 keeps any number
}

// Stats are the numbers of a store.
type Stats struct {
	Runs        map[engine.ProjectStatus]int
	Queued      int
	Oldest      time.Duration  // how long the oldest queued run has waited; 0 if there is none
	Connections map[string]int // in use, by the address of the database
	Owners      map[string]int // running, by the owner of the claim
	Limits      map[string]int // of Connections, by address
	Size        int64          // on disk, in bytes
}

// ProjectState is the state of a project, which follows from its current run.
type ProjectState string

// The states, as OceanBase Migration Service names them.
const (
	ProjectInit     ProjectState = "INIT"     // not started
	ProjectRunning  ProjectState = "RUNNING"  // its run is queued or running
	ProjectSuspend  ProjectState = "SUSPEND"  // its run was cancelled
	ProjectFailed   ProjectState = "FAILED"   // its run failed
	ProjectFinished ProjectState = "FINISHED" // its run finished
)

// Project is a stored task.
type Project struct {
	ID, Name             string
	Type                 engine.TaskType
	Sub                  bool // a part of another project
	SourceID, SinkID     string
	SourceType, SinkType string
	User                 string
	Labels               []string
	Body                 json.RawMessage // of the request, without secrets
	RunID                string          // of the current run; empty before the first

	// Set by the store.
	State             ProjectState
	Created, Modified time.Time
	Started, Finished time.Time // of the current run
}

// ProjectFilter selects projects. Empty fields select all.
type ProjectFilter struct {
	Search                 string // part of the name or the ID
	Type                   engine.TaskType
	States                 []ProjectState
	Labels                 []string // any of them
	SourceTypes, SinkTypes []string
	Sub                    bool // includes parts of other projects
}

// Label is a name for runs and projects.
type Label struct{ ID, Name string }

// DataSource is a registered database.
type DataSource struct {
	ID, Name, Type string
	User           string          // who created it
	Body           json.RawMessage // its fields, without secrets
	Secret         []byte          // encrypted by the caller; never shown

	Created, Modified time.Time
}
