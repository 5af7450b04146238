package rehearsal

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/conversion"
	"github.com/dbprecheck/precheck/datasource"
)

// The definitions of an Oracle source are those of tables, which a migration writes from the dictionary. There is no
// conversion of queries and of PL/SQL: what is made of them is not converted.

// fromOracle reports whether the definitions are converted.
func (r *rehearsal) fromOracle() bool {
	return r.task.Source.Type.Dialect() == datasource.OracleDialect
}

// convert writes the definitions of the tables.
func (r *rehearsal) convert(ctx context.Context, all []*definition) error {
	tables, err := conversion.Read(ctx, r.source, r.mapping)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.missing {
			continue
		}
		pairs := r.mapping.FromSource(d.source)
		i := slices.IndexFunc(pairs, func(p checks.TablePair) bool { return p.Dest == d.dest })
		if d.kind != "TABLE" || i < 0 || pairs[i].Table.Kind != datasource.BaseTable {
			d.unconverted = true
			continue
		}
		d.table = tables.Table(pairs[i], r.result.Target)
		d.sql = d.table.SQL
	}
	return nil
}

// storedInOracle are the types of objects that a migration of routines also creates.
var storedInOracle = []string{"PROCEDURE", "FUNCTION", "PACKAGE", "PACKAGE BODY", "TRIGGER", "TYPE", "TYPE BODY"}

// listOracleStored returns the stored objects of the whole schemas of a task.
func listOracleStored(ctx context.Context, facts *datasource.Facts, m *checks.Mapping) ([]*definition, error) {
	objects, err := datasource.FactOracleObjects.Of(ctx, facts)
	if err != nil {
		return nil, err
	}
	var all []*definition
	whole := m.WholeSchemas()
	for _, o := range objects {
		if !slices.Contains(storedInOracle, o.Type) || !whole[o.Schema] {
			continue
		}
		for _, schema := range m.Schemas {
			if schema.Source == o.Schema {
				all = append(all, &definition{kind: o.Type, source: o.TableName,
					dest: datasource.TableName{Schema: schema.Dest, Name: o.Name}})
			}
		}
	}
	return all, nil
}

// convertedDifferences compares a table that was created with what the conversion has made of it.
func convertedDifferences(d *definition, target *catalog, t datasource.TableName) []Difference {
	created := map[string]datasource.Column{}
	for _, c := range target.columns.Of(t) {
		created[c.Name] = c
	}
	var all differing
	for _, from := range d.table.Columns {
		to, has := created[from.Name]
		if !has {
			all.add(from.Name, "TYPE", from.ColumnType.ColumnType, "")
			continue
		}
		all.add(from.Name, "TYPE", columnType(from), columnType(to))
		all.addShared(from, to)
	}
	return all
}

// omitted returns the parts of the tables of a schema that were not created, with their names.
func (r *Rehearsal) omitted(schema string) []string {
	var all []string
	for _, o := range r.Objects {
		if o.Source.Schema != schema || o.Outcome != Created && o.Outcome != Altered {
			continue
		}
		for _, part := range o.Omitted {
			name := o.Source.String()
			if part.Name != "" {
				name += "." + part.Name
			}
			all = append(all, strings.Join([]string{string(part.Kind), name}, " "))
		}
	}
	return all
}
