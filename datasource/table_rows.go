package datasource

import (
	"iter"
	"slices"
	"strings"
)

// TableName names a table, view or other object of a schema.
type TableName struct{ Schema, Name string }

// String returns the name as schema.name, without quotes.
func (t TableName) String() string { return t.Schema + "." + t.Name }

// Compare compares by schema, then by name.
func (t TableName) Compare(u TableName) int {
	if c := strings.Compare(t.Schema, u.Schema); c != 0 {
		return c
	}
	return strings.Compare(t.Name, u.Name)
}

// TableRows holds rows that belong to tables, compactly: one slice for all of them.
// The zero value is empty.
type TableRows[T any] struct {
	names []TableName // sorted
	ends  []uint32    // rows of names[i] end here
	rows  []T
}

// Of returns the rows of one table, nil where it has none.
func (b TableRows[T]) Of(name TableName) []T {
	i, found := slices.BinarySearchFunc(b.names, name, TableName.Compare)
	if !found {
		return nil
	}
	return b.at(i)
}

func (b TableRows[T]) at(i int) []T {
	start := uint32(0)
	if i > 0 {
		start = b.ends[i-1]
	}
	return b.rows[start:b.ends[i]:b.ends[i]]
}

// All iterates over the tables that have rows, in order of their names, with their rows.
func (b TableRows[T]) All() iter.Seq2[TableName, []T] {
	return func(yield func(TableName, []T) bool) {
		for i, name := range b.names {
			if !yield(name, b.at(i)) {
				return
			}
		}
	}
}

// Each calls a function with every row and its table, in order of the names of the tables.
func (b TableRows[T]) Each(do func(table TableName, row any)) {
	for name, rows := range b.All() {
		for _, row := range rows {
			do(name, row)
		}
	}
}

// Len returns the number of rows.
func (b TableRows[T]) Len() int { return len(b.rows) }

// RowsOf is one table and its rows, as an argument of GroupByTable.
type RowsOf[T any] struct {
	Table TableName
	Rows  []T
}

// GroupByTable returns TableRows of tables and their rows. Rows of a table that is listed twice are joined.
func GroupByTable[T any](tables ...RowsOf[T]) TableRows[T] {
	var b TableRowsBuilder[T]
	for _, t := range tables {
		for _, row := range t.Rows {
			b.Add(t.Table, row)
		}
	}
	return b.Build(nil)
}

// TableRowsBuilder collects rows in any order.
type TableRowsBuilder[T any] struct {
	runs []run
	rows []T
}

type run struct {
	name       TableName
	start, end uint32
}

func (r run) compare(s run) int { return r.name.Compare(s.name) }

// Add appends a row of table.
func (b *TableRowsBuilder[T]) Add(table TableName, row T) {
	n := uint32(len(b.rows))
	b.rows = append(b.rows, row)
	if last := len(b.runs) - 1; last >= 0 && b.runs[last].name == table {
		b.runs[last].end = n + 1
		return
	}
	b.runs = append(b.runs, run{table, n, n + 1})
}

// Last returns the row that was added last for table, nil where the last row belongs to another table.
func (b *TableRowsBuilder[T]) Last(table TableName) *T {
	if last := len(b.runs) - 1; last >= 0 && b.runs[last].name == table {
		return &b.rows[len(b.rows)-1]
	}
	return nil
}

// Build returns the collected rows, each table's rows ordered by compare; nil keeps the order in which they
// were added. The builder must not be used afterwards.
func (b *TableRowsBuilder[T]) Build(compare func(T, T) int) TableRows[T] {
	inOrder := slices.IsSortedFunc(b.runs, run.compare)
	built := TableRows[T]{rows: b.rows}
	if !inOrder {
		slices.SortStableFunc(b.runs, run.compare)
		built.rows = make([]T, 0, len(b.rows))
	}
	for i, r := range b.runs {
		if i == 0 || b.runs[i-1].name != r.name {
			built.names = append(built.names, r.name)
			built.ends = append(built.ends, 0)
		}
		if !inOrder {
			built.rows = append(built.rows, b.rows[r.start:r.end]...)
			r.end = uint32(len(built.rows))
		}
		built.ends[len(built.ends)-1] = r.end
	}
	built.names, built.ends = slices.Clip(built.names), slices.Clip(built.ends)
	if compare != nil {
		for i := range built.names {
			slices.SortStableFunc(built.at(i), compare)
		}
	}
	return built
}
