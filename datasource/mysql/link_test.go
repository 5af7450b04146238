package mysql_test

import (
	"context"
	"sync"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// Readers that are open at the same time cost what one costs, and none sees what was before it was opened.
func TestReadersShareALink(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		shop, other := s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+shop+".a (id INT PRIMARY KEY, parent INT REFERENCES a (id), CHECK (id > 0))",
			"CREATE TABLE "+other+".b (id INT PRIMARY KEY)")
		var links mysql.Links
		open := func(schemas ...string) *mysql.Reader {
			r, err := links.Open(datasource.Endpoint{Type: datasource.MySQL, Host: s.Host, Port: s.Port, User: s.User,
				Password: datasource.NewSecret(s.Password), Connections: 3},
				func(context.Context) ([]string, error) { return schemas, nil })
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = r.Close() })
			return r
		}
		wanted := []datasource.AnyFact{datasource.FactServer, datasource.FactVariables, datasource.FactTables,
			datasource.FactColumns, datasource.FactIndexes, datasource.FactForeignKeys, datasource.FactCheckConstraints,
			datasource.FactPartitions, datasource.FactPlacements}
		statements := func(readers []*mysql.Reader) (n int) {
			var reading sync.WaitGroup
			for _, r := range readers {
				for _, fact := range wanted {
					reading.Go(func() {
						if _, err := r.Read(t.Context(), fact); err != nil {
							t.Errorf("%s: %v", fact, err)
						}
					})
				}
			}
			reading.Wait()
			for _, r := range readers {
				for _, count := range r.Usage().Statements {
					n += count
				}
				if used := r.Usage().Connections; used > 3 {
					t.Errorf("%d connections", used)
				}
			}
			return n
		}
		alone := open(shop)
		cost := statements([]*mysql.Reader{alone})
		var many []*mysql.Reader
		for range 20 {
			many = append(many, open(shop))
		}
		if n := statements(many); n != cost {
			t.Errorf("%d statements for 20 readers, %d for one", n, cost)
		}
		tables := func(r *mysql.Reader) datasource.Tables {
			list, err := datasource.FactTables.Of(t.Context(), datasource.NewFacts(t.Context(), r))
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		if list := tables(open(other)); len(list) != 1 || list[0].Name != "b" {
			t.Errorf("another schema: %v", list)
		}
		s.Exec(t, "CREATE TABLE "+shop+".c (id INT PRIMARY KEY)")
		if list := tables(open(shop)); len(list) != 2 {
			t.Errorf("%v, want the new table, too", list)
		}
		for _, r := range many {
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := alone.Read(t.Context(), datasource.FactTimeZone); err != nil {
			t.Errorf("after others were closed: %v", err)
		}
	})
}
