package report

import (
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// ConstraintObject names a constraint of a table.
func ConstraintObject(t datasource.TableName, name string) checks.Object {
	return checks.Object{Kind: "CONSTRAINT", Schema: t.Schema, Table: t.Name, Name: name}
}

// ConstraintName returns the schema and the name of a constraint in the form in which a server of type t compares
// them.
func ConstraintName(t datasource.Type, s datasource.Server, schema, name string) datasource.TableName {
	if t.Dialect() == datasource.OracleDialect {
		return datasource.TableName{Schema: schema, Name: name}
	}
	return datasource.TableName{Schema: s.NameCase.Fold(schema), Name: strings.ToLower(name)}
}

// PairObject returns the object of the table or view of a pair.
func PairObject(pair checks.TablePair, name datasource.TableName) checks.Object {
	o := checks.TableObject(name)
	if pair.IsView() {
		o.Kind = "VIEW"
	}
	return o
}

// AsWritten returns the name of the destination table for a table of the source that the text of an object
// names. It omits the schema if that is the object's own.
func AsWritten(object checks.TablePair, table datasource.TableName) datasource.TableName {
	if table.Schema == object.Source.Schema {
		table.Schema = object.Dest.Schema
	}
	return table
}
