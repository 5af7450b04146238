package oracle

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

// BenchmarkDictionary reads the tables and columns of 50,000 tables of ten columns, and reports the
// memory that the facts of one table take.
func BenchmarkDictionary(b *testing.B) {
	const tables, columns = 50_000, 10
	srv := oracletest.New(b, oracletest.Release19c, oracletest.Options{})
	srv.Fill("DBA_ALL_TABLES", []string{"OWNER", "TABLE_NAME", "TEMPORARY"}, tables, func(i int) []any {
		return []any{"SHOP", fmt.Sprintf("TABLE_%05d", i), "N"}
	})
	srv.Fill("DBA_TAB_COLS", []string{"OWNER", "TABLE_NAME", "COLUMN_NAME", "COLUMN_ID", "DATA_TYPE", "DATA_LENGTH",
		"NULLABLE", "HIDDEN_COLUMN", "VIRTUAL_COLUMN", "USER_GENERATED"},
		tables*columns, func(i int) []any {
			return []any{"SHOP", fmt.Sprintf("TABLE_%05d", i/columns), fmt.Sprintf("COLUMN_%d", i%columns),
				i%columns + 1,
				"VARCHAR2", 20, "Y", "NO", "NO", "YES"}
		})
	for b.Loop() {
		r, err := Open(datasource.Endpoint{Type: datasource.Oracle, Host: srv.Host, Port: srv.Port,
			Service: srv.Service,
			User:    srv.User, Password: datasource.NewSecret(srv.Password)},
			func(context.Context) ([]string, error) { return []string{"SHOP"}, nil })
		if err != nil {
			b.Fatal(err)
		}
		before := heap()
		facts := datasource.NewFacts(b.Context(), r)
		list, err := datasource.FactTables.Of(b.Context(), facts)
		if err != nil {
			b.Fatal(err)
		}
		all, err := datasource.FactColumns.Of(b.Context(), facts)
		if err != nil {
			b.Fatal(err)
		}
		if len(list) != tables || all.Len() != tables*columns {
			b.Fatalf("%d tables, %d columns", len(list), all.Len())
		}
		b.ReportMetric(float64(heap()-before)/tables, "B/table")
		runtime.KeepAlive(facts)
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// heap is how many bytes are in use.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
