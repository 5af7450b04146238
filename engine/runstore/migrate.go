package runstore

import (
	"context"
	"errors"
	"strconv"

	"github.com/dbprecheck/precheck/datasource/message"
)

// migrations bring the schema from one version to the next. Never change one that was released: add another. A
// statement may be run again where it was made before, because changes of the schema of a server are not undone.
var migrations = [][]string{{
	`CREATE TABLE runs (id {key} PRIMARY KEY, project_id {key} NOT NULL, name {key} NOT NULL, type {key} NOT NULL,
		source_id {key} NOT NULL, sink_id {key} NOT NULL, username {key} NOT NULL, status {key} NOT NULL,
		end_reason {key} NOT NULL, items INTEGER NOT NULL, passed INTEGER NOT NULL, warned INTEGER NOT NULL,
		failed INTEGER NOT NULL, skipped INTEGER NOT NULL, blocked INTEGER NOT NULL, unknown INTEGER NOT NULL,
		attempt INTEGER NOT NULL, restarts INTEGER NOT NULL, skips INTEGER NOT NULL, version BIGINT NOT NULL,
		submitted BIGINT NOT NULL, queued BIGINT NOT NULL, started BIGINT NOT NULL, finished BIGINT NOT NULL,
		cancel_asked BIGINT NOT NULL, owner {key} NOT NULL, epoch BIGINT NOT NULL, lease_until BIGINT NOT NULL,
		labels {text} NOT NULL, ignored {text} NOT NULL, end_text {text} NOT NULL)`,
	// What is large is apart: each item that finishes changes the row of the run.
	`CREATE TABLE run_bodies (run_id {key} PRIMARY KEY, task {blob} NOT NULL, plan_id {key} NOT NULL, head {blob})`,
	// Most runs share a plan with others: there are as many as kinds of task.
	`CREATE TABLE plans (id {key} PRIMARY KEY, plan {blob} NOT NULL)`,
	`CREATE INDEX runs_status_queued ON runs (status, queued)`,
	`CREATE INDEX runs_status_submitted ON runs (status, submitted)`,
	`CREATE INDEX runs_submitted ON runs (submitted)`,
	`CREATE INDEX runs_finished ON runs (finished)`,
	`CREATE INDEX runs_project ON runs (project_id, submitted)`,
	`CREATE INDEX runs_source ON runs (source_id, submitted)`,
	`CREATE INDEX runs_sink ON runs (sink_id, submitted)`,
	`CREATE TABLE items (run_id {key} NOT NULL, n INTEGER NOT NULL, status {key} NOT NULL, outcome {key} NOT NULL,
		skips INTEGER NOT NULL, version BIGINT NOT NULL, started BIGINT NOT NULL, finished BIGINT NOT NULL,
		result {blob}, PRIMARY KEY (run_id, n))`,
	`CREATE TABLE run_labels (label {key} NOT NULL, run_id {key} NOT NULL, PRIMARY KEY (label, run_id))`,
	`CREATE INDEX run_labels_run ON run_labels (run_id)`,
	`CREATE TABLE submissions (idem_key {key} PRIMARY KEY, digest {key} NOT NULL, run_id {key} NOT NULL)`,
	`CREATE INDEX submissions_run ON submissions (run_id)`,
	// The connections that a run needs, the most to an address of all runs, and those of the runs that are running.
	`CREATE TABLE run_databases (run_id {key} NOT NULL, address {key} NOT NULL, connections INTEGER NOT NULL,
		PRIMARY KEY (run_id, address))`,
	`CREATE TABLE addresses (address {key} PRIMARY KEY, most INTEGER NOT NULL)`,
	`CREATE TABLE claimed (address {key} NOT NULL, run_id {key} NOT NULL, connections INTEGER NOT NULL,
		PRIMARY KEY (address, run_id))`,
	`CREATE INDEX claimed_run ON claimed (run_id)`,
	`CREATE TABLE projects (id {key} PRIMARY KEY, name {key} NOT NULL, type {key} NOT NULL, sub INTEGER NOT NULL,
		source_id {key} NOT NULL, sink_id {key} NOT NULL, source_type {key} NOT NULL, sink_type {key} NOT NULL,
		username {key} NOT NULL, run_id {key} NOT NULL, created BIGINT NOT NULL, modified BIGINT NOT NULL,
		labels {text} NOT NULL, body {blob} NOT NULL)`,
	`CREATE INDEX projects_created ON projects (created)`,
	`CREATE INDEX projects_run ON projects (run_id)`,
	`CREATE TABLE project_labels (label {key} NOT NULL, project_id {key} NOT NULL, PRIMARY KEY (label, project_id))`,
	`CREATE TABLE labels (id {key} PRIMARY KEY, name {key} NOT NULL UNIQUE, created BIGINT NOT NULL)`,
	`CREATE TABLE data_sources (id {key} PRIMARY KEY, name {key} NOT NULL UNIQUE, type {key} NOT NULL,
		username {key} NOT NULL, created BIGINT NOT NULL, modified BIGINT NOT NULL, body {blob} NOT NULL,
		secret {blob})`,
}, {
	`ALTER TABLE runs ADD COLUMN zones {key} NOT NULL DEFAULT ''`,
	`ALTER TABLE runs ADD COLUMN demand {key} NOT NULL DEFAULT ''`,
	`CREATE INDEX runs_demand ON runs (demand, status, queued)`,
	`DROP INDEX runs_status_queued {on runs}`,
	`CREATE TABLE demands (demand {key} NOT NULL, address {key} NOT NULL, connections INTEGER NOT NULL,
		zones {key} NOT NULL, run_id {key} NOT NULL, queued BIGINT NOT NULL, PRIMARY KEY (demand, address))`,
	`CREATE INDEX demands_queued ON demands (zones, queued)`,
	nameDemands, addDemands,
}, {
	// What a summary of many runs needs: the newest run of each name, and the checks that did not pass in a run. Runs
	// with the same such checks share a profile.
	`CREATE INDEX runs_name_submitted ON runs (name, submitted)`,
	`CREATE TABLE profiles (id {key} NOT NULL, type {key} NOT NULL, failed INTEGER NOT NULL, warned INTEGER NOT NULL,
		unknown INTEGER NOT NULL, failed_source INTEGER NOT NULL, failed_sink INTEGER NOT NULL,
		PRIMARY KEY (id, type))`,
	`CREATE TABLE run_profiles (run_id {key} NOT NULL, attempt INTEGER NOT NULL, profile_id {key} NOT NULL,
		PRIMARY KEY (run_id, attempt, profile_id))`,
	`CREATE INDEX run_profiles_profile ON run_profiles (profile_id, run_id, attempt)`,
}, {
	// The stages of runs of which a side is captured first, and the parts of their snapshots.
	`ALTER TABLE runs ADD COLUMN stage INTEGER NOT NULL DEFAULT 0`,
	`CREATE TABLE stages (run_id {key} NOT NULL, n INTEGER NOT NULL, side {key} NOT NULL, zone {key} NOT NULL,
		needs {text} NOT NULL, epoch BIGINT NOT NULL, parts INTEGER NOT NULL, agent {key} NOT NULL,
		PRIMARY KEY (run_id, n))`,
	`CREATE TABLE parts (run_id {key} NOT NULL, stage INTEGER NOT NULL, epoch BIGINT NOT NULL, n INTEGER NOT NULL,
		data {blob} NOT NULL, PRIMARY KEY (run_id, stage, epoch, n))`,
}}

// migrate brings the schema to the version of this program. Of several processes that start at the same time, one does
// it while the others wait.
func (w *writer) migrate(ctx context.Context) (err error) {
	if _, err := w.exec(w.s.d.begin); err != nil {
		return err
	}
	defer func() {
		end := "COMMIT"
		if err != nil {
			end = "ROLLBACK"
		}
		_, errEnd := w.exec(end)
		if err == nil {
			err = errEnd
		}
	}()
	if _, err := w.exec("CREATE TABLE IF NOT EXISTS meta (name {key} PRIMARY KEY, value {text} NOT NULL)"); err != nil {
		return err
	}
	version, err := w.version(ctx)
	if err != nil {
		return err
	}
	for _, statement := range flat(migrations[version:]) {
		if _, err := w.exec(statement); err != nil {
			return err
		}
	}
	if version == len(migrations) {
		return nil
	}
	if err := w.set("schema", strconv.Itoa(len(migrations))); err != nil {
		return err
	}
	w.s.o.Log.Info("the schema of the store was migrated", "from", version, "to", len(migrations))
	return nil
}

// version returns the version of the schema, or ErrNewerSchema.
func (w *writer) version(ctx context.Context) (int, error) {
	texts, err := all(ctx, w, value[string], "SELECT value FROM meta WHERE name = 'schema'")
	if err != nil || len(texts) == 0 {
		return 0, err
	}
	version, err := strconv.Atoi(texts[0])
	switch {
	case err != nil || version < 0:
		return 0, &Error{ErrCorrupt, message.New("runstore.corrupt", "path", w.s.place.name()), errors.Join(err)}
	case version > len(migrations):
		return 0, fail(ErrNewerSchema, message.New("runstore.newer", "path", w.s.place.name(), "version", version,
			"known", len(migrations)))
	}
	return version, nil
}

// set stores a value of meta.
func (w *writer) set(name, value string) error {
	n, err := w.exec("UPDATE meta SET value = ? WHERE name = ?", value, name)
	if err == nil && n == 0 {
		_, err = w.exec("INSERT INTO meta (name, value) VALUES (?, ?)", name, value)
	}
	return err
}

func flat(lists [][]string) []string {
	var all []string
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}
