// Package dbtest starts real database servers for tests, as net/http/httptest starts HTTP servers.
//
// A server comes from the first available of these:
//
//  1. An administrator's DSN in the environment: PRECHECK_TEST_MARIADB_DSN and
//     PRECHECK_TEST_MYSQL_DSN (also _OCEANBASE_) in the form of go-sql-driver/mysql,
//     PRECHECK_TEST_ORACLE_DSN as oracle://user:password@host:port/service. It
//     is used by [Get] only: a server with other arguments must be started.
//  2. A Docker image: PRECHECK_TEST_MARIADB_IMAGE, _MYSQL_, _OCEANBASE_,
//     _ORACLEFREE_ or _ORACLEXE_IMAGE; else the one that testdata/containers/build.sh makes; else the public one,
//     pulled if the engine can. The value "none" excludes Docker.
//  3. A server program of this machine: mariadbd or mysqld in PATH, or a MySQL
//     unpacked into the folder PRECHECK_TEST_MYSQL_BASEDIR (build.sh unpack mysql).
//
// If none is available, the test is skipped with the reason for each, or fails if PRECHECK_TEST_REQUIRE, a
// comma-separated list of products, names the product. A server that exists but does not start always fails
// the test.
//
// Everything that a test binary starts ends with it, in all cases: see package disposable. Its containers have the
// label precheck.dbtest.run with the value of PRECHECK_TEST_RUN.
package dbtest
