// Package rehearsal creates the objects of a task where that does no harm, as the migration would create them, and lays
// what the server answers beside the verdict of the precheck.
//
// The objects are created on a disposable server with the settings of the destination, or in schemas of their own on a
// server: those are dropped at the end, and if the process ended before, at the start of the next rehearsal. The other
// packages of the engine never write to a database; this one has connections of its own.
//
// The destination is MySQL, MariaDB or OceanBase in MySQL mode. Of an Oracle source it creates the tables, as package
// conversion writes them.
package rehearsal
