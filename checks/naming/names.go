package naming

import (
	"context"
	"iter"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// identifier is a name of an object of the task on the destination.
type identifier struct {
	checks.Object // as the destination names it
	name          string
}

// schemaNames returns the names of the task's schemas, tables, views and columns on the destination, as a sequence
// because there are too many to keep in memory.
func schemaNames(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) (iter.Seq[identifier], error) {
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return nil, err
	}
	return func(yield func(identifier) bool) {
		seen := map[string]bool{}
		for _, s := range mapping.Schemas {
			if seen[s.Dest] {
				continue
			}
			seen[s.Dest] = true
			if !yield(identifier{checks.SchemaObject(s.Dest), s.Dest}) {
				return
			}
		}
		tables := make(map[datasource.TableName]bool, len(mapping.Tables))
		for _, pair := range mapping.Tables {
			if tables[pair.Dest] {
				continue
			}
			tables[pair.Dest] = true
			if !yield(identifier{report.PairObject(pair, pair.Dest), pair.Dest.Name}) {
				return
			}
			for _, c := range columns.Of(pair.Source) {
				if !yield(identifier{checks.ColumnObject(pair.Dest, c.Name), c.Name}) {
					return
				}
			}
		}
	}, nil
}

// keyNames returns the names of the indexes and constraints of the task's tables on the destination.
func keyNames(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) (iter.Seq[identifier], error) {
	indexes, err := datasource.FactIndexes.Of(ctx, p.Source())
	if err != nil {
		return nil, err
	}
	foreign, err := datasource.FactForeignKeys.Of(ctx, p.Source())
	if err != nil {
		return nil, err
	}
	rules, err := datasource.FactCheckConstraints.Of(ctx, p.Source())
	if err != nil {
		return nil, err
	}
	return func(yield func(identifier) bool) {
		for _, pair := range mapping.BaseTables() {
			constraint := func(name string) bool {
				return yield(identifier{report.ConstraintObject(pair.Dest, name), name})
			}
			for _, i := range indexes.Of(pair.Source) {
				if !yield(identifier{checks.IndexObject(pair.Dest, i.Name), i.Name}) {
					return
				}
			}
			for _, k := range foreign.Of(pair.Source) {
				if !constraint(k.Name) {
					return
				}
			}
			for _, c := range rules.Of(pair.Source) {
				if !constraint(c.Name) {
					return
				}
			}
		}
	}, nil
}
