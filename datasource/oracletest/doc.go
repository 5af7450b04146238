// Package oracletest is an emulated Oracle listener for tests, as net/http/httptest is a
// web server: a Server listens on loopback, and the driver go-ora really dials, logs on,
// binds, describes, fetches, is refused and is cancelled. Behind it SQLite holds the
// dictionary views of a chosen release.
//
//	srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
//	srv.Insert("ALL_TABLES", oracletest.Row{"OWNER": "APP", "TABLE_NAME": "ORDERS"})
//	// connect to srv.Host, srv.Port, srv.Service as srv.User with srv.Password
//	srv.Fault(oracletest.Fault{Stage: oracletest.StageFetch, Stall: true})
//
// # What a test against it proves
//
//   - How the driver is used: connecting, logging on with the verifiers of 11g and 12c, TLS,
//     redirects, binds, types, many rows over many packets, cancelling.
//   - How errors are told: every ORA- code at every stage, refusals, a peer that stalls,
//     drops or sends garbage.
//   - That nothing leaks and that as many statements are sent as meant.
//   - That statements name only views and columns that Oracle Database Reference lists for
//     the release; others fail with ORA-00942 and ORA-00904. The text files in dictionary
//     name the pages.
//   - That a statement avoids what the SQL of other databases has and Oracle's has not: a
//     semicolon, LIMIT, AS before a table's alias, a missing FROM, TRUE, functions that
//     Oracle does not know, more than 1,000 expressions in IN, names that are too long,
//     columns that are not grouped.
//
// # What it does not prove
//
// It is not Oracle, and was compared with none. A statement that passes here may fail
// there: its privileges may not suffice, its types may not convert, its plan may take for
// ever. Rows are those that the test put in; a dictionary's own rows are not there, nor are
// the rows of one view made to agree with those of another. Of each view, the columns that
// could be verified are there, so that a documented column may be missing; which release
// brought a column is not written on every page. SQL that is not understood is refused
// with ORA-03001 and a text that names this package: CONNECT BY, (+), PL/SQL, ROWNUM
// beside ORDER BY, INTERVAL, and more. Every text is a VARCHAR2 with the semantics of
// AL32UTF8. Nothing can be changed through a session: INSERT and the like give ORA-01031,
// or ORA-01456 in a read-only transaction. Only a real server shows the rest.
//
// The wire format follows notes made from the public sources of go-ora, python-oracledb
// and node-oracledb. Only go-ora is served.
package oracletest
