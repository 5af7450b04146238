package expression_test

import (
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// constrained returns a source whose table has the constraints.
func constrained(constraints ...datasource.CheckConstraint) datasource.Snapshot {
	return checktest.Snapshot(checktest.OracleServer19, nil, nil, datasource.Snapshot{
		datasource.FactCheckConstraints: datasource.GroupByTable(
			datasource.RowsOf[datasource.CheckConstraint]{Table: checktest.ShopT, Rows: constraints})})
}

// computed returns a generated column in the notation of the catalog.
func computed(name, expression string, stored ...bool) datasource.Column {
	c := checktest.ColumnOfType(name, "int")
	c.Generation, c.Stored = expression, len(stored) > 0
	return c
}

// mariadb105 is a server of MariaDB 10.5.
var mariadb105 = datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 10, Minor: 5}}
