package table_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestPartitionOfOracleEmulated(t *testing.T) {
	t.Parallel()
	to := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "GOOD", "REF", "REST", "STEPS", "SUB", "PLAIN")
			for table, how := range map[string]oracletest.Row{"GOOD": {"PARTITIONING_TYPE": "RANGE",
				"SUBPARTITIONING_TYPE": "HASH"},
				"REF":   {"PARTITIONING_TYPE": "REFERENCE", "SUBPARTITIONING_TYPE": "NONE"},
				"STEPS": {"PARTITIONING_TYPE": "RANGE", "SUBPARTITIONING_TYPE": "LIST", "INTERVAL": "100"},
				"REST":  {"PARTITIONING_TYPE": "LIST", "SUBPARTITIONING_TYPE": "NONE"},
				"SUB":   {"PARTITIONING_TYPE": "RANGE", "SUBPARTITIONING_TYPE": "HASH"}} {
				how["OWNER"], how["TABLE_NAME"] = "SHOP", table
				srv.Insert("DBA_PART_TABLES", how)
			}
			for table, column := range map[string]string{"GOOD": "A", "REST": "A", "STEPS": "C", "SUB": "B"} {
				srv.Insert("DBA_PART_KEY_COLUMNS",
					oracletest.Row{"OWNER": "SHOP", "NAME": table, "OBJECT_TYPE": "TABLE", "COLUMN_NAME": column,
						"COLUMN_POSITION": 1})
				srv.Insert("DBA_TAB_PARTITIONS",
					oracletest.Row{"TABLE_OWNER": "SHOP", "TABLE_NAME": table, "PARTITION_NAME": "P1",
						"PARTITION_POSITION": 1,
						"SUBPARTITION_COUNT": 2, "HIGH_VALUE": "DEFAULT",
						"HIGH_VALUE_LENGTH": map[bool]int{true: 7, false: 1}[table == "REST"]})
				checktest.InsertConstraint(srv, table, table+"_PK", "P", oracletest.Row{"INDEX_NAME": table + "_PK"})
			}
			for table, column := range map[string]string{"GOOD": "B", "SUB": "C"} {
				srv.Insert("DBA_SUBPART_KEY_COLUMNS",
					oracletest.Row{"OWNER": "SHOP", "NAME": table, "OBJECT_TYPE": "TABLE", "COLUMN_NAME": column,
						"COLUMN_POSITION": 1})
			}
			task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
			got := task.Run(t, table.Partition)
			var found []string
			for _, f := range got.Findings {
				found = append(found, f.Rule+" "+f.Object.String())
			}
			want := []string{"key_without_column SHOP.STEPS", "key_without_column SHOP.SUB", "list_default SHOP.REST",
				"method SHOP.REF", "method SHOP.STEPS", "interval SHOP.STEPS"}
			if diff := cmp.Diff(want, found); diff != "" {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			task.Dest = from
			if got := task.Run(t, table.Partition); got.Outcome != engine.Passed {
				t.Errorf("to Oracle, got %s:\n%s", got.Outcome, got.Message(10))
			}
			srv.Deny(942, "*_PART_TABLES")
			if got := task.Run(t, table.Partition); got.Outcome != engine.Unknown {
				t.Errorf("without the view of partitioned tables, got %s:\n%s", got.Outcome, got.Message(10))
			}
		})
	}
}
