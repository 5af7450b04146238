package oracle

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

// TestIntervalTypes reads intervals as Oracle describes them, and as OceanBase does, whose DATA_SCALE codes both
// precisions.
func TestIntervalTypes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		dataType, precision, scale string
		want                       [2]int
	}{
		{"INTERVAL DAY(2) TO SECOND(6)", "2", "6", [2]int{2, 6}},
		{"INTERVAL DAY(2) TO SECOND(6)", "", "26", [2]int{2, 6}},
		{"INTERVAL DAY(3) TO SECOND(0)", "", "30", [2]int{3, 0}},
		{"INTERVAL YEAR(4) TO MONTH", "4", "0", [2]int{4, 0}},
		{"INTERVAL YEAR(4) TO MONTH", "", "4", [2]int{4, 0}},
		{"TIMESTAMP(6) WITH TIME ZONE", "", "6", [2]int{0, 6}},
	} {
		c := make(cells, 17)
		c[4], c[7], c[8] = tc.dataType, tc.precision, tc.scale
		got := columnType(c, "")
		if [2]int{got.Precision, got.Scale} != tc.want || got.ColumnType != tc.dataType {
			t.Errorf("%s with %q, %q: precision %d, scale %d, written %s", tc.dataType, tc.precision, tc.scale,
				got.Precision, got.Scale, got.ColumnType)
		}
	}
}

// TestSizesThatAreNotKnown reads segments without a size, as OceanBase has them.
func TestSizesThatAreNotKnown(t *testing.T) {
	t.Parallel()
	srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
	segment := func(table, partition string, bytes any) {
		srv.Insert("DBA_SEGMENTS", row{"OWNER": "SHOP", "SEGMENT_NAME": table, "PARTITION_NAME": partition,
			"SEGMENT_TYPE": "TABLE PARTITION", "BYTES": bytes})
	}
	segment("ORDERS", "P1", 1000)
	segment("ORDERS", "P2", nil)
	segment("ITEMS", "P1", nil)
	segment("NOTES", "P1", 500)
	facts, _ := openFacts(t, srv)
	sizes, err := datasource.FactTableSizes.Of(t.Context(), facts)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]datasource.TableSize{"ORDERS": {Bytes: 1000, Rows: -1, Partial: true},
		"ITEMS": {Rows: -1, Partial: true}, "NOTES": {Bytes: 500, Rows: -1}} {
		if diff := cmp.Diff([]datasource.TableSize{want},
			sizes.Of(datasource.TableName{Schema: "SHOP", Name: name})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestForeignKeyWithoutAParent reads a foreign key that names no key of a parent, as OceanBase has them.
func TestForeignKeyWithoutAParent(t *testing.T) {
	t.Parallel()
	srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
	for name, parent := range map[string]any{"HIDDEN": "OTHERS_KEY", "UNNAMED": nil} {
		srv.Insert("DBA_CONSTRAINTS", row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "CONSTRAINT_NAME": name,
			"CONSTRAINT_TYPE": "R", "R_OWNER": "OTHER", "R_CONSTRAINT_NAME": parent})
		srv.Insert("DBA_CONS_COLUMNS", row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "CONSTRAINT_NAME": name,
			"COLUMN_NAME": "ID", "POSITION": 1})
	}
	facts, _ := openFacts(t, srv)
	keys, err := datasource.FactForeignKeys.Of(t.Context(), facts)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, k := range keys.Of(orders) {
		got[k.Name] = k.ParentUnnamed
	}
	if diff := cmp.Diff(map[string]bool{"HIDDEN": false, "UNNAMED": true}, got); diff != "" {
		t.Errorf("unnamed (-want +got):\n%s", diff)
	}
}
