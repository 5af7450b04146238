package common

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// LOBColumn is RDB_LOB_COLUMN.
var LOBColumn = &checks.Check{
	Type:     "RDB_LOB_COLUMN",
	Page:     checks.ReadPage(pages, "lob_column.md"),
	Level:    checks.Fail,
	On:       []checks.Side{checks.Source},
	Phases:   checks.Incremental | checks.Reverse,
	Requires: []string{"RDB_CONNECT"},
	Run:      runLOBColumn,
}

func runLOBColumn(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := p.Source().Columns(ctx)
	if err != nil {
		return err
	}
	indexes, err := p.Source().Indexes(ctx)
	if err != nil {
		return err
	}
	for _, pair := range mapping.HoldingRows() {
		all := columns.Of(pair.Source)
		var lobs []string
		for _, c := range all {
			if c.LOB() {
				lobs = append(lobs, c.Name)
			}
		}
		if len(lobs) == 0 || slices.ContainsFunc(indexes.Of(pair.Source), datasource.Index.Key) {
			continue
		}
		f := checks.Finding{Rule: "no_key", Level: checks.Warn, Object: checks.TableObject(pair.Source),
			Actual: "no key; large objects " + strings.Join(lobs, ", "), Want: "a primary key"}
		if len(lobs) == len(all) {
			f.Rule, f.Level = "nothing_else", checks.Fail
		}
		p.Report(f)
	}
	return nil
}
