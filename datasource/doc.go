// Package datasource describes databases: their endpoints, and the facts about them that checks read. It
// contains no check and no verdict.
//
// A Fact is a typed value. A Reader reads facts: from a server (datasource/mysql, datasource/oracle,
// datasource/oceanbase; datasource/drivers selects the package), or from values in memory (Snapshot). Facts
// caches a Reader, so that each fact is read once however many checks need it:
//
//	facts := datasource.NewFacts(ctx, reader)
//	columns, err := datasource.FactColumns.Of(ctx, facts)
//
// Facts.Ahead starts to read facts that a check is about to read one after another.
//
// A fact about objects covers the schemas of the Reader's Scope. It is read by a fixed number of queries,
// however many tables there are.
//
// # How to add a fact
//
//  1. Declare the type of its value and the fact in a file of this package:
//
//     // FactTenant is the tenant of OceanBase.
//     var FactTenant = NewFact[Tenant]("tenant", "OceanBase tenant")
//
//     The name is its key; the text is its description. A fact that depends on an argument is a Query.
//     The value must survive JSON: a test fills it, writes it and reads it back.
//
//  2. Add it to AllFacts.
//
//  3. Write the method of the Reader that reads it, in a file of datasource/mysql or datasource/oracle, and add
//     the method to the loaders of that package, with the number of statements and the privileges that it
//     needs on each product. Where another product does not have it, the reader of that product returns an
//     Error of class ErrUnsupported without any code.
//
// # How to add a product
//
//  1. Add its Type, and the Type to Types, Dialect and DefaultPort. The compiler does not find the switches
//     over types: the tests of this package and of datasource/drivers do.
//
//  2. Add a Flavor if the server does not identify itself as an existing one.
//
//  3. A product that speaks the protocol of another one and has its dictionary needs a case in how that
//     reader identifies the server, and a Type in its loaders. A product that does not needs a package of
//     its own, with a Reader and Loaders; datasource/oceanbase is the smallest one.
//
//  4. Add the Type to datasource/drivers.
package datasource
