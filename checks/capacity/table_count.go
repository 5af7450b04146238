package capacity

import (
	"context"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// TableCount is RDB_TABLE_COUNT.
var TableCount = &checks.Check{
	Type:     "RDB_TABLE_COUNT",
	Page:     checks.ReadPage(pages, "table_count.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.AllPhases,
	Requires: []string{"RDB_CONNECT"},
	Run:      runTableCount,
}

// manyTables is from how many tables on a task had better be split: a rule of thumb.
const manyTables = 10000

func runTableCount(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	tables := mapping.BaseTables()
	p.Inform("%d table(s) with rows, %d other object(s)", len(tables), len(mapping.Tables)-len(tables))
	if len(tables) > manyTables {
		p.Report(checks.Finding{Rule: "many", Level: checks.Warn, Object: checks.ServerObject, Actual: fmt.Sprint(len(tables)), Expected: fmt.Sprintf("%d or fewer", manyTables)})
	}
	if !p.Settings.Deep {
		return nil
	}
	sizes, err := p.Source().TableSizes(ctx)
	if err != nil {
		return err
	}
	if s := sumSizes(tables, sizes); s.biggest != (datasource.TableName{}) {
		p.Inform("%s in all, as the source estimates it; the biggest table is %s with %s", gib(s.total), s.biggest, gib(s.most))
	}
	return nil
}

// sizeSum is how big the tables of a task are.
type sizeSum struct {
	total   int64 // bytes
	biggest datasource.TableName
	most    int64 // bytes of the biggest
}

func sumSizes(tables []checks.TablePair, sizes datasource.ByTable[datasource.TableSize]) (s sizeSum) {
	for _, pair := range tables {
		for _, size := range sizes.Of(pair.Source) {
			s.total += size.Bytes
			if size.Bytes > s.most {
				s.biggest, s.most = pair.Source, size.Bytes
			}
		}
	}
	return s
}

// gib writes bytes for a person.
func gib(bytes int64) string {
	if bytes < 1<<30 {
		return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20))
	}
	return fmt.Sprintf("%.1f GiB", float64(bytes)/(1<<30))
}
