// Package engine runs prechecks. It plans which checks apply to a task, runs them concurrently
// against the source and the destination, and reports what they found.
//
// A Task describes what is migrated between which databases. New returns an Engine with the
// catalogue of checks. Plan lists the checks that run, and why the others do not. Run returns a
// Report, whose records have the documented form.
package engine
