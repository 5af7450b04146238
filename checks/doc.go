// Package checks is the vocabulary of precheck items: what a check is, what it reads, and how it reports
// what it found.
//
// A check is a value. Its Run reads facts of the source and the destination through a Pass and reports
// findings. It is a function of these facts alone, so that its tests need no server. An error from Run means
// that the check could not decide; a finding means that it decided and something is wrong; neither means that
// all is well. Its words stand in a page of Markdown beside it (see Page).
//
// # Adding a check
//
// A check has four places. `go run ./checks/internal/newcheck TYPE FOLDER` writes the first three, and
// settings/local_infile.go is the smallest real one to compare with:
//
//   - FOLDER/name.go: the value (type, sides, phases, the facts that it reads) and its Run;
//   - FOLDER/name.md: its words, such as the text of each finding by its rule;
//   - FOLDER/name_test.go: each rule over literal facts, planted and healthy. Tests on emulated and on real
//     servers stand in name_emulated_test.go and name_real_test.go;
//   - catalogue/catalogue.go: its line in the list of all checks.
//
// The folder is the topic: server, privilege, binlog, redo, settings, capacity, object, naming, key, table,
// column, expression or charset. What products and versions support stands in internal/compat, as tables and
// functions that know no check. A package of checks imports this package, datasource and internal/…, never
// another package of checks.
//
// Reads declares every fact that Run may read. A Pass refuses any other, and from the declaration follow the
// databases without which the item is blocked, and what `precheck explain` says of statements and privileges.
//
// The tests of package catalogue hold every check against these rules: no sentence in Go, no key without words
// and no words without a use, a page that reads well, and a rule for each finding.
package checks
