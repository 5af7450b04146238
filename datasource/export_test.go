package datasource

// TwoTables are the tables of TableRows with three rows of one and one row of another.
var TwoTables = []run{{TableName{"shop", "a.b"}, 0, 0, 3}, {TableName{"shop.a", "b"}, 0, 3, 4}}
