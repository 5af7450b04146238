// Package fleet runs the prechecks of a store: it queues them, claims them under a lease, and stores each item as
// soon as it has finished.
//
// A Fleet that is stopped or lost leaves its runs to the next one, in this process or in another. Finished items keep
// their results; the others run again.
//
// A run whose databases no worker reaches at once has stages, each of which is claimed as a run is: the first ones
// capture a side each, as precheck capture does, and the last one runs the task from the snapshots.
package fleet
