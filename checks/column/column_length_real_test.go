package column_test

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// MySQL refuses the length that the check reports as too long, and accepts one less.
func TestColumnLengthOfMySQL(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MySQL)
	db := s.Database(t)
	for columns, want := range map[string]bool{"c CHAR(255)": false, "c CHAR(256)": true} {
		_, err := s.DB(t).ExecContext(t.Context(),
			"CREATE TABLE "+db+".`"+columns+"` ("+columns+") CHARACTER SET utf8mb4")
		if refused := err != nil; refused != want {
			t.Errorf("MySQL refuses %s: %v (%v), want %v", columns, refused, err, want)
		}
	}
}
