package expression_test

import (
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// constrained gives a source whose table has these constraints.
func constrained(constraints ...datasource.CheckConstraint) datasource.Snapshot {
	return checktest.Snapshot(checktest.OracleServer19, nil, nil, datasource.Snapshot{
		datasource.FactCheckConstraints: datasource.GroupByTable(datasource.TableRows[datasource.CheckConstraint]{Table: checktest.ShopT, Rows: constraints})})
}

// computed gives a generated column, in the catalog's notation.
func computed(name, expression string, stored ...bool) datasource.Column {
	c := checktest.ColumnOfType(name, "int")
	c.Generation, c.Stored = expression, len(stored) > 0
	return c
}

var MariaDB105 = datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 10, Minor: 5}}
