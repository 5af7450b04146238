package grantscript

import (
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

// The names of a table and a view that a schema is assumed to contain. No script shows them.
const (
	assumedName  = "precheck assumed "
	assumedTable = assumedName + "table"
	assumedView  = assumedName + "view"
)

// isAssumed reports whether the name of a table is assumed.
func isAssumed(table string) bool { return strings.Contains(table, assumedName) }

// otherAccount is the definer of the views that are assumed.
var otherAccount = datasource.Account{User: assumedName + "definer", Host: "%"}

// assumedFacts returns what the privilege checks read of a database that is not connected to. The source contains
// what needs the most privileges: views of another definer, foreign keys, indexes and identity columns.
func assumedFacts(t engine.Task, e *end) datasource.Snapshot {
	none := datasource.Snapshot{
		datasource.FactSchemas:        []datasource.Schema{},
		datasource.FactTables:         datasource.Tables{},
		datasource.FactSpaces:         map[string]datasource.Space{},
		datasource.FactAccounts:       []datasource.Account{otherAccount},
		datasource.FactSystemAccounts: datasource.SystemAccounts{Exact: true},
		datasource.FactDRC:            datasource.ReaderAccount{},
		datasource.FactInnerDRC:       datasource.ReaderAccount{},
	}
	if e.side == checks.Dest {
		return none
	}
	a := assumption{added: map[datasource.TableName]bool{}, schemas: map[string]bool{}}
	for _, d := range t.Objects.Databases {
		if d.NameOnly {
			continue
		}
		a.schema(d.Name)
		if d.Whole() {
			a.everything(d.Name)
		}
		for _, table := range d.Tables {
			a.add(datasource.TableName{Schema: d.Name, Name: table.Name}, datasource.BaseTable)
		}
		for _, view := range d.Views {
			a.add(datasource.TableName{Schema: d.Name, Name: view.Name}, datasource.View)
		}
	}
	for _, text := range t.Objects.Include {
		table, more, ok := checks.SampleName(text, assumedTable)
		if table.Schema == "" { // a connection must list the schemas
			continue
		}
		a.schema(table.Schema)
		if ok {
			a.add(table, datasource.BaseTable)
		}
		if view, _, _ := checks.SampleName(text, assumedView); ok && more {
			a.add(view, datasource.View)
		}
	}
	none[datasource.FactSchemas] = a.schemaList
	none[datasource.FactTables] = datasource.SortTables(a.tables)
	none[datasource.FactViews] = a.views
	none[datasource.FactTriggers] = []datasource.Trigger{}
	none[datasource.FactEvents] = []datasource.Event{}
	none[datasource.FactRoutines] = []datasource.Routine{}
	none[datasource.FactForeignKeys] = datasource.GroupByTable(a.keys...)
	none[datasource.FactIndexes] = datasource.GroupByTable(a.indexes...)
	none[datasource.FactColumns] = datasource.GroupByTable(a.columns...)
	return none
}

// assumption collects the objects of a source.
type assumption struct {
	added      map[datasource.TableName]bool
	schemas    map[string]bool
	schemaList []datasource.Schema
	tables     []datasource.Table
	views      []datasource.ViewDefinition
	keys       []datasource.RowsOf[datasource.ForeignKey]
	indexes    []datasource.RowsOf[datasource.Index]
	columns    []datasource.RowsOf[datasource.Column]
}

func (a *assumption) schema(name string) {
	if !a.schemas[name] {
		a.schemas[name] = true
		a.schemaList = append(a.schemaList, datasource.Schema{Name: name})
	}
}

// everything adds a table and a view of a schema.
func (a *assumption) everything(schema string) {
	a.add(datasource.TableName{Schema: schema, Name: assumedTable}, datasource.BaseTable)
	a.add(datasource.TableName{Schema: schema, Name: assumedView}, datasource.View)
}

func (a *assumption) add(t datasource.TableName, kind datasource.TableKind) {
	if a.added[t] {
		return
	}
	a.added[t] = true
	a.tables = append(a.tables, datasource.Table{TableName: t, Kind: kind})
	if kind == datasource.View {
		a.views = append(a.views, datasource.ViewDefinition{TableName: t, Definition: "SELECT 1",
			Definer: otherAccount.String()})
		return
	}
	a.keys = append(a.keys, datasource.RowsOf[datasource.ForeignKey]{Table: t,
		Rows: []datasource.ForeignKey{{Parent: t}}})
	a.indexes = append(a.indexes, datasource.RowsOf[datasource.Index]{Table: t, Rows: []datasource.Index{{}}})
	identity := &datasource.ColumnType{Oracle: &datasource.OracleColumn{Identity: true}}
	a.columns = append(a.columns, datasource.RowsOf[datasource.Column]{Table: t,
		Rows: []datasource.Column{{ColumnType: identity}}})
}
