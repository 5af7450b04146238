package table

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Limits is OB_LIMITS. OceanBase's limits of tables, indexes, partitions and names belong to
// RDB_TABLE_LIMIT, RDB_PARTITION and RDB_NAME_LENGTH, its types to RDB_COLUMN_TYPE.
var Limits = &checks.Check{
	Type:     "OB_LIMITS",
	Page:     checks.ReadPage(pages, "limits.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema | checks.Full,
	Sources:  checks.MySQLMode,
	Dests:    checks.OBMySQLOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{Own: checks.Facts{datasource.FactColumns}, Dest: checks.Facts{datasource.FactServer},
		Mapping: true},
	Run: runLimits,
}

// longest holds the longest values by type, in characters for text and bytes for the others
// (OceanBase V4.3, "Constraints on product specifications"; known up to V4.3).
var longest = map[string]int64{"char": 256, "varchar": 262_144, "binary": 256, "varbinary": 1_048_576}

// longestBefore315 is longest before V3.1.5 (ApsaraDB for OceanBase, "Technical standards"; release notes of V3.1.5).
var longestBefore315 = map[string]int64{"char": 255, "varchar": 262_143, "binary": 255, "varbinary": 64 << 10}

// largestObject is the longest TEXT, BLOB or JSON, in bytes (the same page).
const largestObject = 536_870_910

func runLimits(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	longest := longest
	if dest.Version.Before(3, 1, 5) {
		longest = longestBefore315
	}
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			length, unit := lengthOf(c)
			limit, limited := longest[c.DataType]
			f := checks.Finding{Object: checks.ColumnObject(pair.Source, c.Name)}
			switch {
			case limited && length > limit:
				f.Rule, f.Level = "length", checks.Fail
				f.Args = checks.Args{"type": c.ColumnType.ColumnType, "length": length, "limit": limit,
					"unit": p.Term(unit)}
				p.Report(f)
			case c.LOB() && c.ByteLength > largestObject:
				f.Rule, f.Level = "large_object", checks.Info
				f.Args = checks.Args{"type": c.ColumnType.ColumnType, "length": c.ByteLength, "limit": largestObject}
				p.Report(f)
			}
		}
	}
	return nil
}

// lengthOf returns the length of a column and the key of its unit, the one that longest counts in.
func lengthOf(c datasource.Column) (length int64, unit string) {
	if c.CharLength > 0 {
		return c.CharLength, "characters"
	}
	return c.ByteLength, "bytes"
}
