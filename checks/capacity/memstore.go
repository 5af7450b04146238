package capacity

import (
	"context"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Memstore is OB_MEMSTORE.
var Memstore = &checks.Check{
	Type:      "OB_MEMSTORE",
	Page:      checks.ReadPage(pages, "memstore.md"),
	Level:     checks.Warn,
	Sides:     []checks.Side{checks.Dest},
	Phases:    checks.Full | checks.Incremental,
	AppliesTo: checks.OBMySQLOnly,
	Requires:  []string{"RDB_CONNECT"},
	Reads:     checks.Reads{Own: checks.Facts{datasource.FactMemstores}},
	OMS:       []checks.OMSItem{{Name: "DB_MEMSTORE_READ_PRIVILEGE"}},
	Run:       runMemstore,
}

// throttlingPercent is the use of the memstore above which writes may be throttled: the default of the parameter
// writing_throttling_trigger_percentage (OceanBase V4.3, "Configuration items").
const throttlingPercent = 60

func runMemstore(ctx context.Context, p *checks.Pass) error {
	stores, err := datasource.FactMemstores.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	if len(stores) == 0 {
		return p.NotChecked("no_memstore")
	}
	for _, m := range stores {
		if m.Limit <= 0 {
			return p.NotChecked("no_limit", "server", m.Server, "limit", m.Limit)
		}
		if percent := float64(m.Used) * 100 / float64(m.Limit); percent >= throttlingPercent {
			p.Report(checks.Finding{Rule: "full", Level: checks.Warn,
				Object:   checks.Object{Kind: "MEMSTORE", Name: m.Server},
				Actual:   fmt.Sprintf("%.0f %% of %d MiB", percent, m.Limit>>20),
				Expected: fmt.Sprintf("< %d %%", throttlingPercent),
				SQL:      []string{"ALTER SYSTEM MINOR FREEZE"}})
		}
	}
	return nil
}
