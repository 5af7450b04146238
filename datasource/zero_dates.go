package datasource

import (
	"context"
	"slices"
)

// TableColumns are some columns of a table.
type TableColumns struct {
	Table   TableName
	Columns []string
}

// ZeroDates lists the columns that contain dates with a month or day of zero.
type ZeroDates struct {
	Holding   []TableColumns
	NotProbed []TableName // not probed because there are too many: the last ones of the argument
	Rows      int         // maximum number of rows that were read per table
}

// FactZeroDates lists which of the given columns, of types that hold a date, contain values with a month or
// day of zero. It reads a bounded number of rows of a bounded number of tables, which requires SELECT on
// them.
var FactZeroDates = NewQuery[[]TableColumns, ZeroDates]("zero_dates", "dates with zero parts").CapturedAs(
	Captured[[]TableColumns, ZeroDates]{Deep: true, Ask: dateColumns, Answer: zeroDatesFrom})

// dateColumns returns the columns that hold dates, except generated ones.
func dateColumns(ctx context.Context, facts *Facts, in func(TableName) bool) ([][]TableColumns, error) {
	tables, err := FactTables.Of(ctx, facts)
	if err != nil {
		return nil, err
	}
	columns, err := FactColumns.Of(ctx, facts)
	if err != nil {
		return nil, err
	}
	var all []TableColumns
	for _, table := range tables {
		if !table.HoldsRows() || !in(table.TableName) {
			continue
		}
		t := TableColumns{Table: table.TableName}
		for _, c := range columns.Of(table.TableName) {
			if slices.Contains([]string{"date", "datetime", "timestamp"}, c.DataType) && !c.Generated() {
				t.Columns = append(t.Columns, c.Name)
			}
		}
		if t.Columns != nil {
			all = append(all, t)
		}
	}
	if all == nil {
		return nil, nil
	}
	return [][]TableColumns{all}, nil
}

func zeroDatesFrom(tables []TableColumns, known []Answered[[]TableColumns, ZeroDates]) (ZeroDates, bool) {
	type column struct {
		table TableName
		name  string
	}
	holds, notProbed := map[column]bool{}, map[TableName]bool{}
	var z ZeroDates
	for _, k := range known {
		z.Rows = k.Answer.Rows
		for _, t := range k.Argument {
			for _, name := range t.Columns {
				holds[column{t.Table, name}] = false
			}
		}
		for _, t := range k.Answer.Holding {
			for _, name := range t.Columns {
				holds[column{t.Table, name}] = true
			}
		}
		for _, t := range k.Answer.NotProbed {
			notProbed[t] = true
		}
	}
	for _, t := range tables {
		found := TableColumns{Table: t.Table}
		for _, name := range t.Columns {
			has, ok := holds[column{t.Table, name}]
			if !ok {
				return z, false
			}
			if has {
				found.Columns = append(found.Columns, name)
			}
		}
		if notProbed[t.Table] {
			z.NotProbed = append(z.NotProbed, t.Table)
		}
		if found.Columns != nil {
			z.Holding = append(z.Holding, found)
		}
	}
	return z, true
}
