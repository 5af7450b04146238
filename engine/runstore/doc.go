// Package runstore keeps precheck runs and their results, so that they survive a restart.
//
// A run is submitted, claimed by a worker, filled item by item, and finished. Every method that changes the
// store returns after the change is on disk, or returns an error; readers see only what is on disk. A worker
// holds a run under a lease. When the lease lapses, Reap gives the run back: its finished items stay, the others
// run again.
//
// OpenFolder returns the store of a folder, for one machine, and OpenServers one in a database, for many machines.
// Several processes may use either at the same time.
// The store holds no password: those of tasks are removed, and the secret of a data source is a text that the
// caller has encrypted.
package runstore
