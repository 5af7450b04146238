package key

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// readOracle reads what MySQL and MariaDB mind of the tables of foreign keys, and Oracle does not.
func (f *foreignKeyRun) readOracle(ctx context.Context, keys datasource.ByTable[datasource.ForeignKey]) (err error) {
	if !f.dest.IsMySQL() && !f.dest.IsMariaDB() {
		return nil
	}
	if f.partitions, err = datasource.FactPartitions.Of(ctx, f.Source()); err != nil {
		return err
	}
	for _, own := range keys.All() {
		if slices.ContainsFunc(own, func(k datasource.ForeignKey) bool { return k.OnDelete == "SET NULL" }) {
			f.columns, err = datasource.FactColumns.Of(ctx, f.Source())
			return err
		}
	}
	return nil
}

// ofOracle judges what a foreign key of an Oracle-like source has that others have not. Sources: MySQL 9
// Reference Manual, "FOREIGN KEY Constraints", "Partitioning Limitations Relating to Storage Engines";
// OceanBase Migration Service, "Out-of-line constraints" of the conversion from an Oracle database, which
// leaves DEFERRABLE, DISABLE and NOVALIDATE of a foreign key out.
func (f *foreignKeyRun) ofOracle(pair checks.TablePair, key datasource.ForeignKey) {
	if key.Deferrable && f.Route.Dest != datasource.Oracle {
		f.report(pair, key, "deferrable", checks.Warn, "DEFERRABLE", "a foreign key that holds after each statement")
	}
	if key.Unchecked {
		f.report(pair, key, "not_validated", checks.Warn, "ENABLE NOVALIDATE", "ENABLE VALIDATE", report.ValidateConstraint(f.Route.Source, pair.Source, key.Name)...)
	}
	if !f.dest.IsMySQL() && !f.dest.IsMariaDB() {
		return
	}
	var divided []string
	for _, table := range []datasource.TableName{pair.Source, key.Parent} {
		if f.partitions.Of(table) != nil && !slices.Contains(divided, table.String()) {
			divided = append(divided, table.String())
		}
	}
	if divided != nil {
		f.report(pair, key, "partitioned", checks.Fail, "partitions of "+strings.Join(divided, " and "), "tables without partitions, or no foreign key")
	}
	if key.OnDelete != "SET NULL" {
		return
	}
	for _, c := range f.columns.Of(pair.Source) {
		if !c.Nullable && slices.Contains(key.Columns, c.Name) {
			f.report(pair, key, "set_null", checks.Fail, "ON DELETE SET NULL over "+c.Name+", which is NOT NULL", "a column that may be NULL, or another action")
		}
	}
}

// disabled reports a foreign key that refuses nothing on the source, where the destination has no such thing.
func (f *foreignKeyRun) disabled(pair checks.TablePair, key datasource.ForeignKey) {
	if f.schema && f.Route.Dest != datasource.Oracle {
		f.report(pair, key, "disabled", checks.Warn, "DISABLE", "ENABLE, as it may be on the destination", report.ValidateConstraint(f.Route.Source, pair.Source, key.Name)...)
	}
}
