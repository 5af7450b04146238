package binlog

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// TestGTIDSubsetOnRealServer compares the expectations of the test with those of MySQL.
func TestGTIDSubsetOnRealServer(t *testing.T) {
	t.Parallel()
	db := dbtest.Get(t, dbtest.MySQL).DB(t)
	for _, tc := range subsets {
		var got bool
		if err := db.QueryRowContext(t.Context(), "SELECT GTID_SUBSET(?, ?)", tc.a, tc.b).Scan(&got); err != nil {
			t.Fatalf("GTID_SUBSET(%q, %q): %v", tc.a, tc.b, err)
		}
		if got != tc.want {
			t.Errorf("GTID_SUBSET(%q, %q): got %v, want %v", tc.a, tc.b, got, tc.want)
		}
	}
}
