package column

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// LOBSize is RDB_LOB_SIZE.
var LOBSize = &checks.Check{
	Type:     "RDB_LOB_SIZE",
	Page:     checks.ReadPage(pages, "lob_size.md"),
	Level:    checks.Info,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Full | checks.Incremental,
	Dests:    checks.OceanBase,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Source: checks.Facts{datasource.FactColumns}, Mapping: true},
	OMS:      []checks.OMSItem{{Name: "DB_TABLE_LOB_SIZE"}},
	Run:      runLOBSize,
}

// largeTypes are the types whose values may be longer than 48 MB: those of MySQL hold up to 4 GiB (JSON: 1 GiB), those
// of Oracle and OceanBase more than that or 512 MiB. MEDIUMTEXT and MEDIUMBLOB hold 16 MiB.
var largeTypes = []string{
	"longtext", "longblob", "json", "CLOB", "NCLOB", "BLOB", "LONG", "LONG RAW", "XMLTYPE", "JSON",
}

func runLOBSize(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	for pair := range mapping.SourceTables() {
		var large []string
		for _, c := range columns.Of(pair.Source) {
			if slices.Contains(largeTypes, c.DataType) {
				large = append(large, c.Name)
			}
		}
		if large != nil {
			p.Report(checks.Finding{Rule: "may_exceed", Level: checks.Info, Object: checks.TableObject(pair.Source),
				Actual: strings.Join(large, ", ")})
		}
	}
	return nil
}
