package key

import (
	"context"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// readOracle reads properties of the tables that Oracle allows with foreign keys, and MySQL and MariaDB do not.
func (f *foreignKeyRun) readOracle(ctx context.Context) (err error) {
	if !f.dest.IsMySQL() && !f.dest.IsMariaDB() {
		return nil
	}
	if f.partitions, err = datasource.FactPartitions.Of(ctx, f.Source()); err != nil {
		return err
	}
	f.columns, err = datasource.FactColumns.Of(ctx, f.Source())
	return err
}

// checkOracle checks the properties of a foreign key that only an Oracle-like source has. Sources: MySQL 9 Reference
// Manual, "FOREIGN KEY Constraints", "Partitioning Limitations Relating to Storage Engines"; OceanBase Migration
// Service, "Out-of-line constraints" of the conversion from an Oracle database, which omits DEFERRABLE, DISABLE and
// NOVALIDATE of a foreign key.
func (f *foreignKeyRun) checkOracle(pair checks.TablePair, key datasource.ForeignKey) {
	if key.Deferrable && f.Route.Dest != datasource.Oracle {
		f.report(pair, key, checks.Finding{Rule: "deferrable", Level: checks.Warn,
			Actual: "DEFERRABLE", Expected: "NOT DEFERRABLE"})
	}
	if key.Unchecked {
		f.report(pair, key, checks.Finding{Rule: "not_validated", Level: checks.Warn,
			Actual: "ENABLE NOVALIDATE", Expected: "ENABLE VALIDATE",
			SQL: report.ValidateConstraint(f.Route.Source, pair.Source, key.Name)})
	}
	if !f.dest.IsMySQL() && !f.dest.IsMariaDB() {
		return
	}
	f.checkPartitioned(pair, key)
	if key.OnDelete != "SET NULL" {
		return
	}
	for _, c := range f.columns.Of(pair.Source) {
		if !c.Nullable && slices.Contains(key.Columns, c.Name) {
			f.report(pair, key, checks.Finding{Rule: "set_null", Level: checks.Fail,
				Args: checks.Args{"column": c.Name}})
		}
	}
}

// checkPartitioned reports a foreign key of which a table is partitioned, which MySQL and MariaDB do not accept.
func (f *foreignKeyRun) checkPartitioned(pair checks.TablePair, key datasource.ForeignKey) {
	var partitioned []string
	for _, table := range []datasource.TableName{pair.Source, key.Parent} {
		if f.partitions.Of(table) != nil && !slices.Contains(partitioned, table.String()) {
			partitioned = append(partitioned, table.String())
		}
	}
	if partitioned != nil {
		f.report(pair, key, checks.Finding{Rule: "partitioned", Level: checks.Fail,
			Args: checks.Args{"count": len(partitioned), "tables": partitioned}})
	}
}

// checkDisabled reports a foreign key that is disabled on the source if the destination may enforce it.
func (f *foreignKeyRun) checkDisabled(pair checks.TablePair, key datasource.ForeignKey) {
	if f.schema && f.Route.Dest != datasource.Oracle {
		f.report(pair, key, checks.Finding{Rule: "disabled", Level: checks.Warn, Actual: "DISABLE", Expected: "ENABLE",
			SQL: report.ValidateConstraint(f.Route.Source, pair.Source, key.Name)})
	}
}
