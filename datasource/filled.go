package datasource

import "context"

// FilledTables lists the tables that contain rows.
type FilledTables struct {
	Filled    []TableName // contain at least one row
	NotProbed []TableName // not probed because there are too many: the last ones of the argument
}

// FactFilledTables lists which of the given tables contain rows. It reads one row of each, which requires
// SELECT on it; a bounded number of statements probes a bounded number of tables.
var FactFilledTables = NewQuery[[]TableName, FilledTables]("filled_tables", "tables that contain rows").CapturedAs(
	Captured[[]TableName, FilledTables]{Ask: everyTable, Answer: filledFrom})

// everyTable returns the tables that hold rows.
func everyTable(ctx context.Context, facts *Facts, in func(TableName) bool) ([][]TableName, error) {
	tables, err := FactTables.Of(ctx, facts)
	var names []TableName
	for _, t := range tables {
		if t.HoldsRows() && in(t.TableName) {
			names = append(names, t.TableName)
		}
	}
	if names == nil {
		return nil, err
	}
	return [][]TableName{names}, err
}

// filledFrom takes only answers that probed all of their tables: those that are not probed must be the last ones of
// the argument.
func filledFrom(tables []TableName, known []Answered[[]TableName, FilledTables]) (FilledTables, bool) {
	filled := map[TableName]bool{} // of those that were probed
	for _, k := range known {
		for _, t := range k.Argument {
			filled[t] = false
		}
		for _, t := range k.Answer.Filled {
			filled[t] = true
		}
		for _, t := range k.Answer.NotProbed {
			delete(filled, t)
		}
	}
	var f FilledTables
	for _, t := range tables {
		has, probed := filled[t]
		if !probed {
			return f, false
		}
		if has {
			f.Filled = append(f.Filled, t)
		}
	}
	return f, true
}
