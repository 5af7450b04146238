// Package conversion writes the tables of an Oracle-like source as a migration creates them in a database with MySQL's
// types: columns with the types that [coltype.MappedType] documents, constant defaults, keys, indexes, foreign keys,
// CHECK constraints and comments.
//
// What no loader documents a conversion of is omitted, and named: partitions, identity, other defaults, expressions of
// virtual columns and of indexes, and domain indexes. A type without a conversion is written as Oracle writes it, so
// that the destination refuses the table.
package conversion
