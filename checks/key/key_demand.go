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

// madeKey is the column of a key that MySQL makes (MySQL 9 Reference Manual, "Generated Invisible Primary Keys").
const madeKey = "my_row_id"

func runKeyDemand(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	dest, settings, err := sysvar.WithServer(ctx, p.Dest())
	if err != nil {
		return err
	}
	demands, _ := settings.On("sql_require_primary_key")
	makes, _ := settings.On("sql_generate_invisible_primary_key")
	forces, _ := settings.On("innodb_force_primary_key") // MariaDB's, of InnoDB alone
	if !demands && !makes && !forces {
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
	made := 0
	for _, pair := range mapping.BaseTables() {
		if slices.ContainsFunc(indexes.Of(pair.Source), datasource.Index.Key) {
			continue
		}
		innoDB := limits.BecomesInnoDB(pair.Table.Engine, engines)
		f := checks.Finding{Level: checks.Fail, Object: checks.TableObject(pair.Dest), Expected: "a primary key, or a unique index whose columns are all NOT NULL"}
		switch hinders := hindersKey(columns.Of(pair.Source), partitions.Of(pair.Source)); {
		case makes && innoDB && hinders != "":
			f.Rule, f.Actual, f.SQL = "not_made", hinders, checks.SetGlobal(dest, "sql_generate_invisible_primary_key", "OFF")
		case makes && innoDB:
			made++
			continue
		case demands:
			f.Rule, f.Actual, f.SQL = "demanded", "sql_require_primary_key=ON", checks.SetGlobal(dest, "sql_require_primary_key", "OFF")
		case forces && innoDB:
			f.Rule, f.Actual, f.SQL = "demanded", "innodb_force_primary_key=ON", checks.SetGlobal(dest, "innodb_force_primary_key", "OFF")
		default:
			continue
		}
		p.Report(f)
	}
	if made > 0 {
		p.Inform("%d tables have no key: the destination gives them an invisible column %s, which the source has not (sql_generate_invisible_primary_key).", made, madeKey)
	}
	return nil
}

// hindersKey says what keeps MySQL from making a key of its own for a table (errors 1235, 4109 and 4108; tried on 9.7).
func hindersKey(columns []datasource.Column, partitions []datasource.Partitioning) string {
	if len(partitions) > 0 {
		return "partitions"
	}
	for _, c := range columns {
		switch {
		case c.AutoIncrement():
			return "the AUTO_INCREMENT column " + c.Name
		case strings.EqualFold(c.Name, madeKey):
			return "a column of its own of the name " + c.Name
		}
	}
	return ""
}
