package report

import (
	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// ConstraintObject names a constraint of a table.
func ConstraintObject(t datasource.TableName, name string) checks.Object {
	return checks.Object{Kind: "CONSTRAINT", Schema: t.Schema, Table: t.Name, Name: name}
}

// PairObject names the table or view of a pair.
func PairObject(pair checks.TablePair, name datasource.TableName) checks.Object {
	o := checks.TableObject(name)
	if pair.IsView() {
		o.Kind = "VIEW"
	}
	return o
}

// AsWritten returns the table of the destination that the text of an object leads to where it names a table
// of the source: without the schema where that is the object's own.
func AsWritten(object checks.TablePair, table datasource.TableName) datasource.TableName {
	if table.Schema == object.Source.Schema {
		table.Schema = object.Dest.Schema
	}
	return table
}
