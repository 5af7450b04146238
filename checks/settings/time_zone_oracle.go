package settings

import (
	"context"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// checkOracleTimeZone checks the time zones of a task whose source has the types of Oracle.
func checkOracleTimeZone(ctx context.Context, p *checks.Pass) error {
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
		p.Note("no_zoned_columns")
		if p.Route.Dest == datasource.Oracle {
			p.Note("data_pump")
		}
		return nil
	}
	if p.Route.Dest.Dialect() == datasource.MySQLDialect {
		return checkMySQLZone(ctx, p, zoned, zonedCount, local, localCount)
	}
	source, err := datasource.FactOracleTimeZone.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	dest, err := datasource.FactOracleTimeZone.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	file := checks.Finding{Level: checks.Warn, Object: checks.Object{Kind: "TIME_ZONE_FILE", Name: p.Term("file")},
		Args: columnArgs(zoned, zonedCount)}
	switch {
	case zonedCount == 0:
	case !dest.Named:
		file.Rule = "no_regions"
		p.Report(file)
	case source.File != 0 && dest.File != 0 && dest.File < source.File:
		file.Rule, file.Actual, file.Expected = "older_file", fmt.Sprint(dest.File), fmt.Sprintf("≥ %d", source.File)
		file.Args["version"] = source.File
		p.Report(file)
	}
	if localCount > 0 && source.Database != dest.Database {
		p.Report(checks.Finding{Rule: "database_zone", Level: checks.Info,
			Object: checks.Object{Kind: "DATABASE", Name: "DBTIMEZONE"},
			Actual: dest.Database, Expected: source.Database, Args: columnArgs(local, localCount)})
	}
	return nil
}

// checkMySQLZone checks a destination that uses the MySQL protocol.
func checkMySQLZone(
	ctx context.Context, p *checks.Pass, zoned string, zonedCount int, local string, localCount int,
) error {
	dest, err := datasource.FactTimeZone.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	object := checks.VariableObject("time_zone")
	if zonedCount > 0 && !dest.Named {
		p.Report(checks.Finding{Rule: "no_zones_for_columns", Level: checks.Warn, Object: object,
			Args: columnArgs(zoned, zonedCount)})
	}
	if localCount > 0 {
		p.Report(checks.Finding{Rule: "local_zone", Level: checks.Info, Object: object, Actual: describeZone(p, dest),
			Args: columnArgs(local, localCount)})
	}
	return nil
}

// columnArgs returns the arguments of a text about n columns, of which column is one.
func columnArgs(column string, n int) checks.Args {
	return checks.Args{"column": column, "count": n}
}

// columnsOfType returns the first column of the task that has the data type, and how many there are.
func columnsOfType(
	mapping *checks.Mapping, columns datasource.TableRows[datasource.Column], dataType string,
) (first string, n int) {
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
