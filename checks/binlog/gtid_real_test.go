package binlog

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// MySQL itself decides the same pairs alike.
func TestGTIDSubsetOnRealServer(t *testing.T) {
	t.Parallel()
	db := dbtest.Get(t, dbtest.MySQL).DB(t)
	for _, tc := range subsets {
		var got bool
		if err := db.QueryRowContext(t.Context(), "SELECT GTID_SUBSET(?, ?)", tc.a, tc.b).Scan(&got); err != nil {
			t.Fatalf("%q within %q: %v", tc.a, tc.b, err)
		}
		if got != tc.want {
			t.Errorf("%q within %q: %v", tc.a, tc.b, got)
		}
	}
}
