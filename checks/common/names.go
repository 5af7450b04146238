package common

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// identifier is a name that the task brings to the destination.
type identifier struct {
	checks.Object // as the destination names it
	name          string
}

// schemaNames gives the names of the task's schemas, tables, views and columns on the destination.
func schemaNames(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) ([]identifier, error) {
	columns, err := p.Source().Columns(ctx)
	if err != nil {
		return nil, err
	}
	var names []identifier
	seen := map[string]bool{}
	for _, s := range mapping.Schemas {
		if !seen[s.Dest] {
			seen[s.Dest] = true
			names = append(names, identifier{checks.SchemaObject(s.Dest), s.Dest})
		}
	}
	tables := map[datasource.TableName]bool{}
	for _, pair := range mapping.Tables {
		if tables[pair.Dest] {
			continue
		}
		tables[pair.Dest] = true
		names = append(names, identifier{object(pair, pair.Dest), pair.Dest.Name})
		for _, c := range columns.Of(pair.Source) {
			names = append(names, identifier{checks.ColumnObject(pair.Dest, c.Name), c.Name})
		}
	}
	return names, nil
}

// keyNames gives the names of the indexes and constraints of the task's tables on the destination.
func keyNames(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) ([]identifier, error) {
	indexes, err := p.Source().Indexes(ctx)
	if err != nil {
		return nil, err
	}
	foreign, err := p.Source().ForeignKeys(ctx)
	if err != nil {
		return nil, err
	}
	rules, err := p.Source().CheckConstraints(ctx)
	if err != nil {
		return nil, err
	}
	var names []identifier
	for _, pair := range mapping.HoldingRows() {
		constraint := func(name string) {
			o := checks.Object{Kind: "CONSTRAINT", Schema: pair.Dest.Schema, Table: pair.Dest.Name, Name: name}
			names = append(names, identifier{o, name})
		}
		for _, i := range indexes.Of(pair.Source) {
			names = append(names, identifier{checks.IndexObject(pair.Dest, i.Name), i.Name})
		}
		for _, k := range foreign.Of(pair.Source) {
			constraint(k.Name)
		}
		for _, c := range rules.Of(pair.Source) {
			constraint(c.Name)
		}
	}
	return names, nil
}
