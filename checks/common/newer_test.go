package common_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
)

// A check whose rules are data says where they end: a destination that is later than they know gets a
// remark, one that is not gets none.
func TestRulesKnownUpTo(t *testing.T) {
	t.Parallel()
	generated := computed("g", "`id` + 1")
	facts := datasource.Snapshot{
		datasource.FactCheckConstraints: datasource.GroupByTable(datasource.TableRows[datasource.CheckConstraint]{Table: shopT, Rows: []datasource.CheckConstraint{{Name: "k", Clause: "`id` > 1", Enforced: true}}}),
		datasource.FactPartitions:       datasource.GroupByTable(datasource.TableRows[datasource.Partitioning]{Table: shopT, Rows: []datasource.Partitioning{{Method: "HASH"}}}),
	}
	for _, c := range []*checks.Check{common.CheckConstraint, common.ColumnDefault, common.ColumnType, common.GeneratedColumn, common.IndexType, common.Partition, common.TableLimit} {
		for version, remarks := range map[datasource.Version]int{{Major: 9, Minor: 7, Patch: 9}: 0, {Major: 9, Minor: 8}: 1, {Major: 10}: 1} {
			dest := snapshot(datasource.Server{Flavor: datasource.FlavorPercona, Version: version}, nil, nil, datasource.Snapshot{
				datasource.FactVariables: datasource.Variables{"sql_mode": ""}, datasource.FactCharsets: collations("utf8mb4", "bin"),
				datasource.FactCheckConstraints: datasource.ByTable[datasource.CheckConstraint]{}})
			_, notes, err := checktest.Facts{Source: snapshot(mysql97, []datasource.Column{column("id", "int"), generated}, nil, facts), Dest: dest}.Run(t, c)
			if err != nil || len(notes) != remarks || remarks == 1 && !strings.Contains(notes[0], "known up to version 9.7") {
				t.Errorf("%s to version %s: %q, %v, want %d remarks", c.Type, version, notes, err, remarks)
			}
		}
	}
}
