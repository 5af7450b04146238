// Package disposable starts database servers that end with this process: in a container, or from a server program of
// this machine, mariadbd or mysqld in PATH. It does not depend on package testing; see package dbtest for servers of
// tests.
//
// Everything that a process starts ends with it, in all cases: see reaper.go. Its containers have the label
// precheck.dbtest.run with the value of PRECHECK_TEST_RUN.
package disposable
