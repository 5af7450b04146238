package settings

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// TimeZone is RDB_TIME_ZONE.
var TimeZone = &checks.Check{
	Type:     "RDB_TIME_ZONE",
	Page:     checks.ReadPage(pages, "time_zone.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Full | checks.Incremental,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactColumns, datasource.FactOracleTimeZone, datasource.FactTimeZone},
		Dest:    checks.Facts{datasource.FactOracleTimeZone, datasource.FactServer, datasource.FactTimeZone},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_TIMEZONE"}},
	Run: runTimeZone,
}

func runTimeZone(ctx context.Context, p *checks.Pass) error {
	if p.Route.Source.Dialect() == datasource.OracleDialect {
		return checkOracleTimeZone(ctx, p)
	}
	source, err := datasource.FactTimeZone.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	dest, err := datasource.FactTimeZone.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	server, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	object := checks.VariableObject("time_zone")
	if source.Winter != dest.Winter || source.Summer != dest.Summer {
		mapping, err := p.Mapping(ctx)
		if err != nil {
			return err
		}
		columns, err := datasource.FactColumns.Of(ctx, p.Source())
		if err != nil {
			return err
		}
		f := checks.Finding{Rule: "differs_without_timestamps", Level: checks.Info, Object: object,
			Actual: describeZone(p, dest), Expected: describeZone(p, source)}
		if column, n := columnsOfType(mapping, columns, "timestamp"); n > 0 {
			f.Rule, f.Level, f.Args = "differs", checks.Warn, columnArgs(column, n)
		}
		if source.Winter == source.Summer {
			f.SQL = checks.SetGlobal(server, "time_zone", checks.QuoteString(offset(source.Winter)))
		}
		p.Report(f)
	}
	switch {
	case source.Named && !dest.Named:
		p.Report(checks.Finding{Rule: "no_named_zones", Level: checks.Warn, Object: object})
	case !source.Named && !dest.Named:
		p.Note("no_zone_names")
	}
	return nil
}

// describeZone returns a time zone with its offsets, as in "SYSTEM (CST, +08:00)".
func describeZone(p *checks.Pass, z datasource.TimeZone) string {
	var parts []string
	if z.Name == "SYSTEM" && z.System != "" {
		parts = append(parts, z.System)
	}
	if z.Winter == z.Summer {
		parts = append(parts, offset(z.Winter))
	} else {
		parts = append(parts, p.Term("summer_time", "winter", offset(z.Winter), "summer", offset(z.Summer)))
	}
	return z.Name + " (" + strings.Join(parts, ", ") + ")"
}

// offset returns an offset from UTC in the form of MySQL.
func offset(d time.Duration) string {
	sign := '+'
	if d < 0 {
		sign, d = '-', -d
	}
	return fmt.Sprintf("%c%02d:%02d", sign, d/time.Hour, d%time.Hour/time.Minute)
}
