package settings

import (
	"context"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// oracleTimeZone looks at the time zones of a task whose source has Oracle's types.
func oracleTimeZone(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	zoned, zonedCount := columnsOfType(mapping, columns, "TIMESTAMP WITH TIME ZONE")
	local, localCount := columnsOfType(mapping, columns, "TIMESTAMP WITH LOCAL TIME ZONE")
	if zonedCount+localCount == 0 {
		p.Inform("No column is a TIMESTAMP WITH TIME ZONE or WITH LOCAL TIME ZONE; DATE and TIMESTAMP carry no time zone")
		if p.Route.Dest == datasource.Oracle {
			p.Inform("Data Pump compares the versions of the time zone files all the same (V$TIMEZONE_FILE)")
		}
		return nil
	}
	if p.Route.Dest.Dialect() == datasource.MySQLDialect {
		return toMySQLZone(ctx, p, zoned, zonedCount, local, localCount)
	}
	source, err := datasource.FactOracleTimeZone.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	dest, err := datasource.FactOracleTimeZone.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	file := checks.Object{Kind: "TIME_ZONE_FILE", Name: "time zone file"}
	switch {
	case zonedCount == 0:
	case !dest.Named:
		p.Report(checks.Finding{Rule: "no_regions", Level: checks.Warn, Object: file, Actual: "no named zones", Expected: "named zones, as at the source", Args: columnArgs(zoned, zonedCount)})
	case source.File != 0 && dest.File != 0 && dest.File < source.File:
		p.Report(checks.Finding{Rule: "older_file", Level: checks.Warn, Object: file, Actual: fmt.Sprintf("version %d", dest.File), Expected: fmt.Sprintf("version %d or later", source.File), Args: columnArgs(zoned, zonedCount)})
	}
	if localCount > 0 && source.Database != dest.Database {
		p.Report(checks.Finding{Rule: "database_zone", Level: checks.Info, Object: checks.Object{Kind: "DATABASE", Name: "DBTIMEZONE"}, Actual: dest.Database, Expected: source.Database, Args: columnArgs(local, localCount)})
	}
	return nil
}

// toMySQLZone looks at a destination that speaks the MySQL protocol.
func toMySQLZone(ctx context.Context, p *checks.Pass, zoned string, zonedCount int, local string, localCount int) error {
	dest, err := datasource.FactTimeZone.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	object := checks.VariableObject("time_zone")
	if zonedCount > 0 && !dest.Named {
		p.Report(checks.Finding{Rule: "no_zones_for_columns", Level: checks.Warn, Object: object, Actual: "no named zones", Expected: "named zones, as at the source", Args: columnArgs(zoned, zonedCount)})
	}
	if localCount > 0 {
		p.Report(checks.Finding{Rule: "local_zone", Level: checks.Info, Object: object, Actual: describeZone(dest), Args: columnArgs(local, localCount)})
	}
	return nil
}

func columnArgs(column string, n int) checks.Args {
	return checks.Args{"column": column, "columns": fmt.Sprint(n)}
}

// columnsOfType gives a column of the task that has the data type, and how many there are.
func columnsOfType(mapping *checks.Mapping, columns datasource.TableRows[datasource.Column], dataType string) (first string, n int) {
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			if c.DataType == dataType {
				if n++; n == 1 {
					first = checks.ColumnObject(pair.Source, c.Name).String()
				}
			}
		}
	}
	return first, n
}
