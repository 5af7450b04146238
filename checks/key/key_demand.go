package key

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// KeyDemand is MYSQL_KEY_DEMAND.
var KeyDemand = &checks.Check{
	Type:     "MYSQL_KEY_DEMAND",
	Page:     checks.ReadPage(pages, "key_demand.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Schema,
	Sources:  checks.MySQLModeOrOracle,
	Dests:    checks.MySQLFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactColumns, datasource.FactIndexes, datasource.FactPartitions},
		Dest:    checks.Facts{datasource.FactServer, datasource.FactStorageEngines, datasource.FactVariables},
		Mapping: true,
	},
	Run: runKeyDemand,
}

// generatedColumn is the column of a key that MySQL generates (MySQL 9 Reference Manual, "Generated Invisible Primary
// Keys").
const generatedColumn = "my_row_id"

func runKeyDemand(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	dest, settings, err := sysvar.WithServer(ctx, p.Dest())
	if err != nil {
		return err
	}
	requires, _ := settings.On("sql_require_primary_key")
	generates, _ := settings.On("sql_generate_invisible_primary_key")
	forces, _ := settings.On("innodb_force_primary_key") // of MariaDB, only for InnoDB
	if !requires && !generates && !forces {
		return nil
	}
	engines, err := datasource.FactStorageEngines.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	partitions, err := datasource.FactPartitions.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	generated := 0
	for _, pair := range mapping.BaseTables() {
		if slices.ContainsFunc(indexes.Of(pair.Source), datasource.Index.Key) {
			continue
		}
		innoDB := limits.BecomesInnoDB(pair.Table.Engine, engines)
		f := checks.Finding{Level: checks.Fail, Object: checks.TableObject(pair.Dest)}
		switch obstacle, column := keyObstacle(columns.Of(pair.Source), partitions.Of(pair.Source)); {
		case generates && innoDB && obstacle != "":
			f.Rule, f.Actual = "not_made", p.Term(obstacle, "column", column)
			f.SQL = checks.SetGlobal(dest, "sql_generate_invisible_primary_key", "OFF")
		case generates && innoDB:
			generated++
			continue
		case requires:
			f.Rule, f.Actual = "demanded", "sql_require_primary_key=ON"
			f.SQL = checks.SetGlobal(dest, "sql_require_primary_key", "OFF")
		case forces && innoDB:
			f.Rule, f.Actual = "demanded", "innodb_force_primary_key=ON"
			f.SQL = checks.SetGlobal(dest, "innodb_force_primary_key", "OFF")
		default:
			continue
		}
		p.Report(f)
	}
	if generated > 0 {
		p.Note("made", "count", generated, "column", generatedColumn)
	}
	return nil
}

// keyObstacle returns the key of the term for what keeps MySQL from generating a key for a table, and the column that
// the term names. It returns empty strings if MySQL can generate one (errors 1235, 4109 and 4108; tested on 9.7).
func keyObstacle(columns []datasource.Column, partitions []datasource.Partitioning) (term, column string) {
	if len(partitions) > 0 {
		return "partitions", ""
	}
	for _, c := range columns {
		switch {
		case c.AutoIncrement():
			return "auto_increment", c.Name
		case strings.EqualFold(c.Name, generatedColumn):
			return "same_name", c.Name
		}
	}
	return "", ""
}
