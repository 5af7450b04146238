// Package render writes reports, one file per format.
//
// # How to add a format
//
//  1. Write a file named after the format with a function of the type of writers: it writes a report to an
//     io.Writer. It decides nothing: verdicts, outcomes and records come from package engine.
//
//  2. Add a Format constant, and the function to writers and Formats. The command's flag, its completion and
//     the tests of every format follow from these.
//
//  3. Words that a person reads come from the catalogue (datasource/message/en/render.yaml); what a program
//     reads has fixed names, which do not depend on the language.
//
//  4. Add a golden file to testdata/golden with go test ./engine/render -update, and read it.
package render
