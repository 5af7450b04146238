package datasource_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"runtime"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
)

func TestByTable(t *testing.T) {
	t.Parallel()
	var b datasource.TableRowsBuilder[int]
	table := func(name string) datasource.TableName { return datasource.TableName{Schema: "s", Name: name} }
	for _, row := range []struct {
		table string
		n     int
	}{{"b", 2}, {"b", 1}, {"a", 5}, {"b", 3}, {"c", 9}, {"a", 4}} {
		b.Add(table(row.table), row.n)
	}
	built := b.Build(cmp.Compare)
	got := map[string][]int{}
	var order []string
	for name, rows := range built.All() {
		order = append(order, name.Name)
		got[name.Name] = rows
	}
	if diff := gocmp.Diff(map[string][]int{"a": {4, 5}, "b": {1, 2, 3}, "c": {9}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := gocmp.Diff([]string{"a", "b", "c"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if built.Of(table("d")) != nil || built.Of(datasource.TableName{Schema: "t", Name: "a"}) != nil ||
		built.Len() != 6 {
		t.Errorf("a table without rows has %v, all have %d", built.Of(table("d")), built.Len())
	}
	if of := append(built.Of(table("a")), 7); built.Of(table("b"))[0] != 1 {
		t.Errorf("what is appended to one table's rows, %v, overwrites the next one's", of)
	}
}

// Rows of tables that come in another order than their names are written in that of the names.
func TestTablesInAnyOrder(t *testing.T) {
	t.Parallel()
	var b datasource.TableRowsBuilder[int]
	for i, name := range []string{"c", "a", "a", "b"} {
		b.Add(datasource.TableName{Schema: "s", Name: name}, i)
	}
	data, err := json.Marshal(b.Build(nil))
	if err != nil {
		t.Fatal(err)
	}
	var read datasource.TableRows[int]
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	var got []string
	for name, rows := range read.All() {
		got = append(got, fmt.Sprint(name.Name, rows))
	}
	if diff := gocmp.Diff([]string{"a[1 2]", "b[3]", "c[0]"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// No row is lost or moves to another table, however many there are.
func TestManyRows(t *testing.T) {
	t.Parallel()
	var b datasource.TableRowsBuilder[int]
	want := map[string][]int{}
	for i, n := range []int{3000, 3000, 10_000, 1, 4096, 5, 3000} {
		name := string(rune('z' - i))
		for j := range n {
			b.Add(datasource.TableName{Schema: "s", Name: name}, -j)
			want[name] = append(want[name], j+1-n)
			if last := b.Last(datasource.TableName{Schema: "s", Name: name}); last == nil || *last != -j {
				t.Fatalf("the last row is %v, not %d", last, -j)
			}
		}
	}
	got := map[string][]int{}
	for name, rows := range b.Build(cmp.Compare).All() {
		got[name.Name] = rows
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%.1000s", diff)
	}
}

// tenColumns returns tables of ten columns each, as a reader stores them: repeated names and types are
// shared.
func tenColumns(tables int) datasource.TableRows[datasource.Column] {
	kind := &datasource.ColumnType{DataType: "int", ColumnType: "int unsigned"}
	var names [10]string
	for i := range names {
		names[i] = fmt.Sprintf("column_%d", i)
	}
	var b datasource.TableRowsBuilder[datasource.Column]
	for i := range tables {
		table := datasource.TableName{Schema: "shop", Name: fmt.Sprintf("table_with_some_longer_name_%06d", i)}
		for position, name := range names {
			b.Add(table, datasource.Column{Name: name, ColumnType: kind, Position: uint16(position + 1)})
		}
	}
	return b.Build(nil)
}

const mostBytesPerTable = 1024

// It measures the whole heap, so no other test may run at the same time.
func TestColumnsTakeLittleMemory(t *testing.T) {
	const tables = 20_000
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	columns := tenColumns(tables)
	after := heap()
	if per := (after - before) / tables; per > mostBytesPerTable {
		t.Errorf("a table of ten columns takes %d bytes, want at most %d", per, mostBytesPerTable)
	}
	runtime.KeepAlive(columns)
}

func BenchmarkByTable(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if tenColumns(1000).Len() != 10_000 {
			b.Fatal("rows are missing")
		}
	}
}
