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

// TableRows holds rows that belong to tables, compactly: in few slices for all of them. The zero value is empty.
type TableRows[T any] struct {
	tables []run // sorted by name, each name once
	chunks [][]T // none is changed once the rows are built
}

// run is a table and where its rows are, one after another in a chunk.
type run struct {
	name              TableName
	chunk, start, end uint32
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

func (b TableRows[T]) at(r run) []T { return b.chunks[r.chunk][r.start:r.end:r.end] }

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
func (b TableRows[T]) Len() int {
	n := 0
	for _, r := range b.tables {
		n += int(r.end - r.start)
	}
	return n
}

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
	runs   []run
	chunks [][]T
}

// chunkRows is how many rows a chunk holds, unless a table has more. Chunks neither move nor have room to spare, as one
// large slice would that grows.
const chunkRows = 4096

// Add appends a row of table.
func (b *TableRowsBuilder[T]) Add(table TableName, row T) {
	last := len(b.runs) - 1
	if last < 0 || b.runs[last].name != table {
		if n := len(b.chunks); n == 0 || len(b.chunks[n-1]) >= chunkRows {
			b.grow(n)
		}
		chunk := len(b.chunks) - 1
		start := uint32(len(b.chunks[chunk]))
		b.runs = append(b.runs, run{table, uint32(chunk), start, start})
		last++
	}
	r := &b.runs[last]
	if len(b.chunks[r.chunk]) >= chunkRows && r.start > 0 { // the rows of a table stay together
		rows := b.chunks[r.chunk][r.start:]
		b.chunks[r.chunk] = b.chunks[r.chunk][:r.start]
		b.grow(len(b.chunks))
		r.chunk, r.start, r.end = r.chunk+1, 0, uint32(len(rows))
		b.chunks[r.chunk] = append(b.chunks[r.chunk], rows...)
	}
	b.chunks[r.chunk] = append(b.chunks[r.chunk], row)
	r.end++
}

// grow adds a chunk after n others. The first is small at the beginning, as most facts have few rows.
func (b *TableRowsBuilder[T]) grow(n int) {
	var chunk []T
	if n > 0 {
		chunk = make([]T, 0, chunkRows)
	}
	b.chunks = append(b.chunks, chunk)
}

// Last returns the row that was added last for table, nil where the last row belongs to another table.
func (b *TableRowsBuilder[T]) Last(table TableName) *T {
	last := len(b.runs) - 1
	if last < 0 || b.runs[last].name != table {
		return nil
	}
	rows := b.chunks[b.runs[last].chunk]
	return &rows[len(rows)-1]
}

// Build returns the collected rows, each table's rows ordered by compare; nil keeps the order in which they
// were added. The builder must not be used afterwards.
func (b *TableRowsBuilder[T]) Build(compare func(T, T) int) TableRows[T] {
	if !slices.IsSortedFunc(b.runs, run.compare) {
		slices.SortStableFunc(b.runs, run.compare)
	}
	built := TableRows[T]{b.runs, b.chunks}
	if apart(b.runs) {
		built = built.joined()
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

// joined returns a copy in one chunk, in the order of the runs, where each table has one run.
func (b TableRows[T]) joined() TableRows[T] {
	rows := make([]T, 0, b.Len())
	var tables []run
	for i, r := range b.tables {
		start := uint32(len(rows))
		rows = append(rows, b.at(r)...)
		end := uint32(len(rows))
		if i > 0 && b.tables[i-1].name == r.name {
			tables[len(tables)-1].end = end
			continue
		}
		tables = append(tables, run{r.name, 0, start, end})
	}
	return TableRows[T]{tables, [][]T{rows}}
}
