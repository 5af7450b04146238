package capacity

import (
	"context"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// TableCount is RDB_TABLE_COUNT.
var TableCount = &checks.Check{
	Type:     "RDB_TABLE_COUNT",
	Page:     checks.ReadPage(pages, "table_count.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.AllPhases,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Source: checks.Facts{datasource.FactTableSizes}, Mapping: true},
	Run:      runTableCount,
}

// maxTables is the number of tables above which a task should be split: a rule of thumb.
const maxTables = 10000

func runTableCount(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	tables := mapping.BaseTables()
	p.Note("counted", "count", len(tables), "others", len(mapping.Tables)-len(tables))
	if len(tables) > maxTables {
		p.Report(checks.Finding{Rule: "many", Level: checks.Warn, Object: checks.ServerObject,
			Actual: fmt.Sprint(len(tables)), Expected: fmt.Sprintf("≤ %d", maxTables)})
	}
	if !p.Settings.Deep {
		return nil
	}
	sizes, err := datasource.FactTableSizes.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	if s := sumSizes(tables, sizes); s.largest != (datasource.TableName{}) {
		p.Note("sizes", "total", message.Bytes(s.total).String(), "table", s.largest, "size",
			message.Bytes(s.largestSize).String())
	}
	return nil
}

// sizeSum is the size in bytes of the tables of a task and of their largest one.
type sizeSum struct {
	total       int64
	largest     datasource.TableName
	largestSize int64
	partial     []checks.TablePair // whose size is not known as a whole
}

func sumSizes(tables []checks.TablePair, sizes datasource.TableRows[datasource.TableSize]) (s sizeSum) {
	for _, pair := range tables {
		for _, size := range sizes.Of(pair.Source) {
			s.total += size.Bytes
			if size.Partial {
				s.partial = append(s.partial, pair)
			}
			if size.Bytes > s.largestSize {
				s.largest, s.largestSize = pair.Source, size.Bytes
			}
		}
	}
	return s
}
