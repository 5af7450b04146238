package column

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/oms"
	"github.com/dbprecheck/precheck/datasource"
)

// LOBColumn is RDB_LOB_COLUMN.
var LOBColumn = &checks.Check{
	Type:     "RDB_LOB_COLUMN",
	Page:     checks.ReadPage(pages, "lob_column.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Incremental | checks.Reverse,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Source: checks.Facts{datasource.FactColumns, datasource.FactIndexes}, Mapping: true},
	OMS: []checks.OMSItem{
		{Name: "LOB_FIELD_NOT_EXIST"},
		{Name: "DB_REVERSE_LIMIT", Phases: checks.Reverse},
		{Name: "DB_ORACLE_REVERSE_LIMIT", Phases: checks.Reverse, Types: checks.OracleOnly},
	},
	OMSCodes: map[string]oms.Code{"": oms.CodeLOBColumn},
	Run:      runLOBColumn,
}

func runLOBColumn(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	for _, pair := range mapping.BaseTables() {
		var lobs []string
		others := 0
		for _, c := range columns.Of(pair.Source) {
			switch {
			case c.LOB(), p.Route.Source == datasource.Oracle && c.Extended():
				lobs = append(lobs, c.Name)
			case c.Oracle == nil || !c.Generated(): // the log of Oracle does not contain virtual columns
				others++
			}
		}
		if len(lobs) == 0 || slices.ContainsFunc(indexes.Of(pair.Source), datasource.Index.Key) {
			continue
		}
		f := checks.Finding{Rule: "no_key", Level: checks.Warn, Object: checks.TableObject(pair.Source),
			Args: checks.Args{"columns": strings.Join(lobs, ", ")}}
		if others == 0 {
			f.Rule, f.Level = "nothing_else", checks.Fail
		}
		p.Report(f)
	}
	return nil
}
