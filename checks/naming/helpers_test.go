package naming_test

import (
	"github.com/dbprecheck/precheck/datasource"
)

// withNames returns the facts of a source with one table of that name, which has a column, an index and a foreign key.
func withNames(schema, table, column, index, constraint string) datasource.Snapshot {
	t := datasource.TableName{Schema: schema, Name: table}
	return datasource.Snapshot{
		datasource.FactServer:  datasource.Server{},
		datasource.FactSchemas: []datasource.Schema{{Name: schema}},
		datasource.FactTables:  datasource.Tables{{TableName: t, Kind: datasource.BaseTable}},
		datasource.FactColumns: datasource.GroupByTable(datasource.RowsOf[datasource.Column]{Table: t,
			Rows: []datasource.Column{{Name: column}}}),
		datasource.FactIndexes: datasource.GroupByTable(datasource.RowsOf[datasource.Index]{Table: t,
			Rows: []datasource.Index{{Name: index}}}),
		datasource.FactForeignKeys: datasource.GroupByTable(datasource.RowsOf[datasource.ForeignKey]{Table: t,
			Rows: []datasource.ForeignKey{{Name: constraint}}}),
		datasource.FactCheckConstraints: datasource.TableRows[datasource.CheckConstraint]{},
	}
}
