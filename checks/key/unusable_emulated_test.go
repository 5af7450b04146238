package key_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestUnusableIndexEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			type row = oracletest.Row
			srv, from := checktest.EmulatedOracle(t, release, "GOOD", "WHOLE", "PARTS", "PLAIN")
			for _, table := range []string{"GOOD", "WHOLE", "PARTS", "PLAIN"} {
				checktest.InsertColumnAt(srv, table, 1, "ID", "NUMBER", row{"NULLABLE": "N"})
				checktest.InsertColumnAt(srv, table, 2, "A", "NUMBER", nil)
				checktest.InsertConstraint(srv, table, table+"_PK", "P",
					row{"VALIDATED": "VALIDATED", "INDEX_NAME": table + "_IX"}, "ID")
				status := map[string]string{"WHOLE": "UNUSABLE", "PARTS": "N/A"}[table]
				if status == "" {
					status = "VALID"
				}
				checktest.InsertIndex(srv, table, table+"_IX", row{"UNIQUENESS": "UNIQUE", "STATUS": status}, "ID")
			}
			checktest.InsertIndex(srv, "PLAIN", "PLAIN_A", row{"STATUS": "UNUSABLE"}, "A")
			part := func(view, partition, status string, more row) {
				r := row{"INDEX_OWNER": "SHOP", "INDEX_NAME": "PARTS_IX", "PARTITION_NAME": partition, "STATUS": status}
				for name, value := range more {
					r[name] = value
				}
				srv.Insert(view, r)
			}
			part("DBA_IND_PARTITIONS", "P1", "USABLE", nil)
			part("DBA_IND_PARTITIONS", "P2", "UNUSABLE", nil)
			part("DBA_IND_PARTITIONS", "P3", "N/A", nil)
			part("DBA_IND_SUBPARTITIONS", "P3", "UNUSABLE", row{"SUBPARTITION_NAME": "S1"})
			part("DBA_IND_SUBPARTITIONS", "P3", "USABLE", row{"SUBPARTITION_NAME": "S2"})
			task := checktest.Real{Source: from, Dest: from, Phases: checks.Full}
			for check, level := range map[*checks.Check]checks.Level{
				key.PrimaryKey: checks.Warn, key.UniqueKeyDiff: checks.Fail,
			} {
				got := checktest.WantFound(t, task, check, "unusable PARTS.PARTS_IX", "unusable PARTS.PARTS_IX",
					"unusable WHOLE.WHOLE_IX")
				var statements []string
				for _, f := range got.Findings {
					statements = append(statements, f.SQL...)
					if f.Level != level {
						t.Errorf("%s: the level of %s is %s", check.Type, f.Object, f.Level)
					}
				}
				checktest.WantEqual(t, []string{`ALTER INDEX "SHOP"."PARTS_IX" REBUILD PARTITION "P2"`,
					`ALTER INDEX "SHOP"."PARTS_IX" REBUILD SUBPARTITION "S1"`,
					`ALTER INDEX "SHOP"."WHOLE_IX" REBUILD`}, statements)
			}
			srv.Deny(942, "*_IND_SUBPARTITIONS")
			checktest.Unreadable(t, task, key.UniqueKeyDiff)
		})
	}
}
