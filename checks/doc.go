// Package checks defines precheck items: what a check is, what it reads and how it reports its findings.
//
// A check is a value. Its Run reads facts of the source and the destination through a Pass and reports
// findings. It depends only on these facts, so its tests need no server. An error from Run means that the
// check could not be completed. A finding means that something is wrong. Neither means that the check passed.
// Its texts are in a Markdown page beside it (see Page).
//
// # Adding a check
//
// A check consists of four parts. `go run ./checks/internal/newcheck TYPE FOLDER` writes the first three, and
// settings/local_infile.go is the smallest real example:
//
//   - FOLDER/name.go: the value (type, sides, phases, the facts that it reads) and its Run;
//   - FOLDER/name.md and FOLDER/name.zh.md: its texts in English and Chinese, such as the text of each finding by
//     its rule;
//   - FOLDER/name_test.go: each rule over literal facts, with and without the problem. Tests on emulated and on real
//     servers are in name_emulated_test.go and name_real_test.go;
//   - catalogue/catalogue.go: its line in the list of all checks.
//
// The folder is the topic: server, privilege, binlog, redo, settings, capacity, object, naming, key, table,
// column, expression or charset. Tables and functions on what products and versions support are in
// internal/compat, which does not depend on any check. A package of checks imports this package, datasource
// and internal/…, never another package of checks.
//
// Reads declares every fact that Run may read. A Pass refuses any other fact. The declaration also determines
// which databases the item needs, and which statements and privileges `precheck explain` shows.
//
// Where a task selects few tables of a large schema, facts of columns, indexes and other parts of tables cover only its
// tables, their names on the destination, and the parents of their foreign keys. A check of the catalogue that looks at
// others is named in engine/selected.go; checks that an embedding program adds get the facts of all tables.
//
// The tests of package catalogue verify these rules for every check: no sentence in Go code, no key without a
// text and no unused text, a readable page, and a rule for each finding.
package checks
