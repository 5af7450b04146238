package settings

import (
	"context"
	"slices"
	"strconv"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// MaxAllowedPacket is MYSQL_MAX_ALLOWED_PACKET.
var MaxAllowedPacket = &checks.Check{
	Type:     "MYSQL_MAX_ALLOWED_PACKET",
	Page:     checks.ReadPage(pages, "max_allowed_packet.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Full | checks.Incremental,
	Sources:  checks.MySQLModeOrOracle,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactColumns, datasource.FactServer, datasource.FactVariables},
		Dest:    checks.Facts{datasource.FactServer, datasource.FactVariables},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_MAX_ALLOWED_PACKET"}},
	Run: runMaxAllowedPacket,
}

// minPacket is the number of bytes that does not cause a warning, the default of MySQL since 8.0.3.
const minPacket = 64 << 20

func runMaxAllowedPacket(ctx context.Context, p *checks.Pass) error {
	destServer, dest, err := sysvar.WithServer(ctx, p.Dest())
	if err != nil {
		return err
	}
	to, ok := dest.Int("max_allowed_packet")
	if !ok {
		return sysvar.Missing(destServer, "max_allowed_packet")
	}
	var from int64 // Oracle does not have this limit
	if p.Route.Source.Dialect() == datasource.MySQLDialect {
		sourceServer, source, err := sysvar.WithServer(ctx, p.Source())
		if err != nil {
			return err
		}
		if from, ok = source.Int("max_allowed_packet"); !ok {
			return sysvar.Missing(sourceServer, "max_allowed_packet")
		}
	}
	need := max(from, minPacket)
	if to >= need {
		return nil
	}
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	var longer []string // columns whose values can exceed the limit of the destination
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			if mayExceed(c, to) {
				longer = append(longer, checks.ColumnObject(pair.Source, c.Name).String())
			}
		}
	}
	if longer == nil {
		p.Note("sufficient", "limit", message.Bytes(to))
		return nil
	}
	value := strconv.FormatInt(need, 10)
	f := checks.Finding{Rule: "small", Level: checks.Warn, Object: checks.VariableObject("max_allowed_packet"),
		Actual: strconv.FormatInt(to, 10), Expected: value,
		Args: checks.Args{"limit": message.Bytes(to), "column": longer[0], "count": len(longer)},
		SQL:  checks.SetGlobal(destServer, "max_allowed_packet", value)}
	if to < from {
		f.Rule = "below_source"
	}
	p.Report(f)
	return nil
}

// mayExceed reports whether a statement with a value of the column can be longer than a packet of that many bytes.
// Escaping at most doubles the length of a value.
func mayExceed(c datasource.Column, packet int64) bool {
	switch {
	case c.Oracle != nil: // its length is that of the part of a LOB in the row; a BFILE is outside the database
		return c.LOB() && c.DataType != "BFILE"
	case c.ByteLength > 0:
		return 2*c.ByteLength > packet
	case slices.Contains([]string{"enum", "set", "bit"}, c.DataType):
		return false
	}
	return c.LOB() // JSON and spatial types do not have a length
}
