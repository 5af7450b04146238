package datasource

// FactUnusedColumns is the number of unused columns of each table that has any.
var FactUnusedColumns = NewFact[ByName[string]]("unused_columns", "unused columns")
