package datasource

import (
	"hash/maphash"
	"slices"
)

// SharedRowsBuilder is a TableRowsBuilder in which tables with equal rows share them: large schemas have many tables
// that are alike.
type SharedRowsBuilder[T comparable] struct {
	TableRowsBuilder[T]
	seed  maphash.Seed
	alike map[uint64]run // by the hash of its rows
}

// Add appends a row of table.
func (b *SharedRowsBuilder[T]) Add(table TableName, row T) {
	if last := len(b.runs) - 1; last >= 0 && b.runs[last].name != table {
		b.share()
	}
	b.TableRowsBuilder.Add(table, row)
}

// share gives the last table the rows of one before it, if they are equal.
func (b *SharedRowsBuilder[T]) share() {
	if b.alike == nil {
		b.seed, b.alike = maphash.MakeSeed(), map[uint64]run{}
	}
	last := &b.runs[len(b.runs)-1]
	rows := b.chunks[last.chunk][last.start:last.end]
	var hash maphash.Hash
	hash.SetSeed(b.seed)
	for _, row := range rows {
		maphash.WriteComparable(&hash, row)
	}
	known, found := b.alike[hash.Sum64()]
	switch {
	case !found:
		b.alike[hash.Sum64()] = *last
	case slices.Equal(rows, b.chunks[known.chunk][known.start:known.end]):
		clear(rows)
		b.chunks[last.chunk] = b.chunks[last.chunk][:last.start]
		last.chunk, last.start, last.end = known.chunk, known.start, known.end
	}
}

// Build returns the collected rows as TableRowsBuilder does.
func (b *SharedRowsBuilder[T]) Build(compare func(T, T) int) TableRows[T] {
	if len(b.runs) > 0 {
		b.share()
	}
	return b.TableRowsBuilder.Build(compare)
}

// ConvertRows returns rows that convert makes of those of each table. Tables that share rows share what is made.
func ConvertRows[T, U any](rows TableRows[T], convert func([]T) []U) TableRows[U] {
	var b TableRowsBuilder[U]
	type place struct{ chunk, start uint32 }
	made := map[place]run{}
	for _, r := range rows.tables {
		at := place{r.chunk, r.start}
		if known, shared := made[at]; shared {
			b.runs = append(b.runs, run{r.name, known.chunk, known.start, known.end})
			continue
		}
		own := convert(rows.at(r))
		for _, row := range own {
			b.Add(r.name, row)
		}
		if len(own) > 0 {
			made[at] = b.runs[len(b.runs)-1]
		}
	}
	return b.Build(nil)
}
