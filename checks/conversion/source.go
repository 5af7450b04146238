package conversion

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Source is what the dictionary of an Oracle-like source shows of the tables of a task.
type Source struct {
	columns     datasource.TableRows[datasource.Column]
	indexes     datasource.TableRows[datasource.Index]
	foreignKeys datasource.TableRows[datasource.ForeignKey]
	constraints datasource.TableRows[datasource.CheckConstraint]
	partitions  datasource.TableRows[datasource.Partitioning]
	mapping     *checks.Mapping
}

// Read reads the tables of a task from their source.
func Read(ctx context.Context, facts *datasource.Facts, m *checks.Mapping) (s *Source, err error) {
	s = &Source{mapping: m}
	if s.columns, err = datasource.FactColumns.Of(ctx, facts); err != nil {
		return nil, err
	}
	if s.indexes, err = datasource.FactIndexes.Of(ctx, facts); err != nil {
		return nil, err
	}
	if s.foreignKeys, err = datasource.FactForeignKeys.Of(ctx, facts); err != nil {
		return nil, err
	}
	if s.constraints, err = datasource.FactCheckConstraints.Of(ctx, facts); err != nil {
		return nil, err
	}
	s.partitions, err = datasource.FactPartitions.Of(ctx, facts)
	return s, err
}
