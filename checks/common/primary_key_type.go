package common

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// PrimaryKeyType is RDB_PRIMARY_KEY_TYPE for sources of the MySQL protocol.
var PrimaryKeyType = &checks.Check{
	Type:     "RDB_PRIMARY_KEY_TYPE",
	Page:     checks.ReadPage(pages, "primary_key_type.md"),
	Level:    checks.Fail,
	On:       []checks.Side{checks.Source},
	Phases:   checks.AllPhases,
	Sources:  checks.MySQLMode,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Run:      runPrimaryKeyType,
}

func runPrimaryKeyType(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	indexes, err := p.Here().Indexes(ctx)
	if err != nil {
		return err
	}
	columns, err := p.Here().Columns(ctx)
	if err != nil {
		return err
	}
	approximateLevel := checks.Warn
	if p.Route.Source == datasource.OceanBaseMySQL || p.Route.Dest == datasource.OceanBaseMySQL {
		approximateLevel = checks.Fail
	}
	for _, pair := range mapping.HoldingRows() {
		own := indexes.Of(pair.Source)
		at := slices.IndexFunc(own, datasource.Index.Key) // the primary key comes first
		if at < 0 {
			continue
		}
		types := columnsByName(columns.Of(pair.Source))
		for _, part := range own[at].Columns {
			c := types[strings.ToLower(part.Name)]
			f := checks.Finding{Object: checks.ColumnObject(pair.Source, part.Name), Args: map[string]string{"key": own[at].Name}}
			switch {
			case c == nil:
				continue
			case c.DataType == "float" || c.DataType == "double":
				f.Rule, f.Level, f.Want = "approximate", approximateLevel, "an exact type, such as DECIMAL"
			case p.Route.Dest == datasource.OceanBaseMySQL && c.LOB():
				f.Rule, f.Level, f.Want = "large_object", checks.Fail, "a type that OceanBase takes in a key, such as VARCHAR"
			default:
				continue
			}
			f.Actual = c.ColumnType
			p.Report(f)
		}
	}
	return nil
}
