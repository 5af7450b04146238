package datasource

// FactSystemColumns are the names of the columns of the server's own tables and views, in information_schema, mysql,
// performance_schema and sys. Outside information_schema the account sees those on which it has a privilege.
var FactSystemColumns = NewFact[TableRows[string]]("system_columns", "columns of system tables")
