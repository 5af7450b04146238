package key

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// reportUnusable reports the unusable unique indexes of tables of an Oracle database. SKIP_UNUSABLE_INDEXES does not
// apply to unique ones: every statement that changes such an index fails with ORA-01502 (Oracle Database Reference,
// "SKIP_UNUSABLE_INDEXES"). Direct-path loads leave one in that state if they have loaded duplicate keys (Oracle
// Database Utilities, "Indexes Left in an Unusable State").
func reportUnusable(
	ctx context.Context, p *checks.Pass, facts *datasource.Facts, tables []datasource.TableName, f checks.Finding,
) error {
	unusable, err := datasource.FactUnusableIndexes.Of(ctx, facts)
	if err != nil {
		return err
	}
	f.Expected = "VALID"
	for _, table := range tables {
		for _, index := range unusable.Of(table) {
			if !index.Unique {
				continue
			}
			found, rebuild := f, ""
			found.Object, found.Actual = checks.IndexObject(table, index.Name), "UNUSABLE"
			switch {
			case index.Subpartition != "":
				rebuild = " SUBPARTITION " + checks.Quote(datasource.Oracle, index.Subpartition)
				found.Actual += ": SUBPARTITION " + index.Subpartition
			case index.Partition != "":
				rebuild = " PARTITION " + checks.Quote(datasource.Oracle, index.Partition)
				found.Actual += ": PARTITION " + index.Partition
			}
			found.SQL = []string{"ALTER INDEX " + checks.Quote(datasource.Oracle, index.Schema, index.Name) +
				" REBUILD" + rebuild}
			p.Report(found)
		}
	}
	return nil
}
