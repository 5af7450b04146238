package datasource

// FactUnusedColumns tells how many unused columns a table has, for those that have any.
var FactUnusedColumns = NewFact[ByName[string]]("unused_columns", "unused columns")
