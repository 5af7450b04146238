// Package snapshot writes the facts of one side of a task to a file and reads them back, so that a task can be checked
// without a connection to that side: where the two databases cannot be reached from one place, where somebody without
// access helps, or to repeat a run. engine.Capture makes a Snapshot, and engine.SnapshotEndpoint returns the endpoint
// of a task that is one.
//
// A snapshot contains no rows of tables and no passwords. It contains names, types, defaults, comments, expressions and
// definitions of objects, settings, accounts and privileges.
//
// The file is one line of text with the version of the format, followed by lines of JSON, compressed with Zstandard:
// the Info, a line for each fact, and the end. A program reads the files of older versions. A fact whose values have
// another form than this program's is not used, because a field that is missing would read as an answer.
package snapshot
