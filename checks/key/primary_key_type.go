package key

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// PrimaryKeyType is RDB_PRIMARY_KEY_TYPE.
var PrimaryKeyType = &checks.Check{
	Type:     "RDB_PRIMARY_KEY_TYPE",
	Page:     checks.ReadPage(pages, "primary_key_type.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.AllPhases,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own:     checks.Facts{datasource.FactColumns, datasource.FactIndexes},
		Source:  checks.Facts{datasource.FactServer},
		Dest:    checks.Facts{datasource.FactServer},
		Mapping: true,
	},
	OMS: []checks.OMSItem{
		{Name: "DB_DATA_TYPE_INDEX"},
		{Name: "DB_REVERSE_LIMIT", Phases: checks.Reverse},
		{Name: "DB_ORACLE_REVERSE_LIMIT", Phases: checks.Reverse, Types: checks.OracleOnly},
	},
	Run: runPrimaryKeyType,
}

func runPrimaryKeyType(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	approximateLevel := checks.Warn
	if p.Route.Source == datasource.OceanBaseMySQL || p.Route.Dest == datasource.OceanBaseMySQL {
		approximateLevel = checks.Fail
	}
	judge := func(c *datasource.ColumnType) (f checks.Finding, ok bool) {
		switch {
		case c.DataType == "float" || c.DataType == "double":
			return checks.Finding{Rule: "approximate", Level: approximateLevel, Expected: "DECIMAL"}, true
		case p.Route.Dest == datasource.OceanBaseMySQL && c.LOB():
			return checks.Finding{Rule: "large_object", Level: checks.Fail, Expected: "VARCHAR"}, true
		}
		return f, false
	}
	if p.Route.Source.Dialect() == datasource.OracleDialect {
		source, err := datasource.FactServer.Of(ctx, p.Source())
		if err != nil {
			return err
		}
		dest, err := datasource.FactServer.Of(ctx, p.Dest())
		if err != nil {
			return err
		}
		judge = func(c *datasource.ColumnType) (checks.Finding, bool) { return judgeOracleKey(p, source, c, dest) }
	}
	for _, pair := range mapping.BaseTables() {
		own := indexes.Of(pair.Source)
		at := slices.IndexFunc(own, datasource.Index.Key) // the primary key comes first
		if at < 0 {
			continue
		}
		types := columnsByName(columns.Of(pair.Source))
		for _, part := range own[at].Columns {
			c := types[strings.ToLower(part.Name)]
			if c == nil {
				continue
			}
			if f, ok := judge(c); ok {
				f.Object, f.Actual = checks.ColumnObject(pair.Source, part.Name), c.ColumnType
				if f.Args == nil {
					f.Args = checks.Args{}
				}
				f.Args["key"] = own[at].Name
				p.Report(f)
			}
		}
	}
	return nil
}
