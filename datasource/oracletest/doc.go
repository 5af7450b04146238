// Package oracletest is an emulated Oracle listener for tests, as net/http/httptest is a web server: a Server
// listens on loopback, and the real driver go-ora dials, logs on, binds, describes, fetches, is refused and
// is cancelled. Behind it SQLite holds the dictionary views of a chosen release.
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
//   - How errors are reported: every ORA- code at every stage, refusals, a peer that stalls,
//     drops or sends garbage.
//   - That nothing leaks and that the intended number of statements is sent.
//   - That statements name only views and columns that Oracle Database Reference lists for
//     the release; others fail with ORA-00942 and ORA-00904. The text files in dictionary
//     name the pages.
//   - That a statement avoids syntax of other databases that Oracle does not have: a
//     semicolon, LIMIT, AS before a table's alias, a missing FROM, TRUE, functions that
//     Oracle does not know, more than 1,000 expressions in IN, names that are too long,
//     columns that are not grouped.
//
// # What it does not prove
//
// It is not Oracle, and was not compared with a real one. A statement that passes here may fail there: its
// privileges may not suffice, its types may not convert, its plan may be too slow. The rows are those that
// the test inserts. A dictionary's own rows are missing, and the rows of one view need not agree with those
// of another. Each view has only the columns that could be verified, so a documented column may be missing;
// the manual does not always name the release that added a column. SQL that is not supported is rejected with
// ORA-03001 and a text that names this package: CONNECT BY, (+), PL/SQL, ROWNUM with ORDER BY, INTERVAL, and
// more. Every text is a VARCHAR2 with the semantics of AL32UTF8. Sessions cannot change data: INSERT and
// similar statements fail with ORA-01031, or with ORA-01456 in a read-only transaction. Everything else
// requires a real server.
//
// The wire format follows notes made from the public sources of go-ora, python-oracledb
// and node-oracledb. Only go-ora is served.
package oracletest
