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
	tables []run // sorted by name, each name once
	rows   []T
}

// run is a table and where its rows are, one after another.
type run struct {
	name       TableName
	start, end uint32
}

func (r run) compare(s run) int { return r.name.Compare(s.name) }

// Of returns the rows of one table, nil where it has none.
func (b TableRows[T]) Of(name TableName) []T {
	i, found := slices.BinarySearchFunc(b.tables, run{name: name}, run.compare)
	if !found {
		return nil
	}
	return b.at(b.tables[i])
}

func (b TableRows[T]) at(r run) []T { return b.rows[r.start:r.end:r.end] }

// All iterates over the tables that have rows, in order of their names, with their rows.
func (b TableRows[T]) All() iter.Seq2[TableName, []T] {
	return func(yield func(TableName, []T) bool) {
		for _, r := range b.tables {
			if !yield(r.name, b.at(r)) {
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
	// Servers send the tables in any order, but the rows of each mostly together: then they stay where they are.
	if !slices.IsSortedFunc(b.runs, run.compare) {
		slices.SortStableFunc(b.runs, run.compare)
	}
	built := TableRows[T]{tables: b.runs, rows: b.rows}
	if apart(b.runs) {
		built = join(b.runs, b.rows)
	}
	if compare != nil {
		for _, r := range built.tables {
			slices.SortStableFunc(built.at(r), compare)
		}
	}
	return built
}

// apart reports whether a table has several of the sorted runs.
func apart(runs []run) bool {
	for i := range runs {
		if i > 0 && runs[i-1].name == runs[i].name {
			return true
		}
	}
	return false
}

// join copies the rows in the order of the sorted runs, so that each table has one run.
func join[T any](runs []run, rows []T) TableRows[T] {
	joined := TableRows[T]{rows: make([]T, 0, len(rows))}
	for i, r := range runs {
		start := uint32(len(joined.rows))
		joined.rows = append(joined.rows, rows[r.start:r.end]...)
		end := uint32(len(joined.rows))
		if i > 0 && runs[i-1].name == r.name {
			joined.tables[len(joined.tables)-1].end = end
			continue
		}
		joined.tables = append(joined.tables, run{r.name, start, end})
	}
	return joined
}
