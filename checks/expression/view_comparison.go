package expression

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/datasource"
)

// comparisons reports what a view compares and MySQL refuses when it creates the view.
func (v *viewRun) comparisons(ctx context.Context, view datasource.ViewDefinition, d mysqlexpr.Expression) error {
	if !refusesComparisons(v.source, v.dest) {
		return nil
	}
	columns, err := datasource.FactColumns.Of(ctx, v.Source())
	if err != nil {
		return err
	}
	text, known := mysqlexpr.ViewColumns(view.Definition, d, columns.Of)
	for _, f := range append(bytePatterns(v.source, v.dest, known, text), convertedTexts(v.dest, known, text)...) {
		f.Object = checks.Object{Kind: "VIEW", Schema: view.Schema, Table: view.Name}
		v.refused[view.TableName] = true
		v.Report(f)
	}
	return nil
}
