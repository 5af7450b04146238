package column_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestEnumSet(t *testing.T) {
	t.Parallel()
	long := "enum('" + strings.Repeat("é", 256) + "')"
	for _, tc := range []struct {
		name       string
		dest       datasource.Server
		mode       string
		columnType string
		collation  string
		want       []string
		notes      int
		unknown    bool
	}{
		{"plain", checktest.MySQL97, "STRICT_TRANS_TABLES", "enum('a','it''s','b,c')", "utf8mb4_bin", nil, 0, false},
		{"longest", checktest.MySQL97, "", "set('" + strings.Repeat("é", 254) + `\\` + "')", "utf8mb4_bin", nil, 0,
			false},
		{"too long", checktest.MySQL97, "", long, "utf8mb4_bin", []string{"long_element"}, 0, false},
		{"long on MySQL 5.7", checktest.MySQL57, "", long, "utf8mb4_bin", nil, 0, false},
		{"long on MariaDB", checktest.MariaDB1011, "", long, "utf8mb4_bin", nil, 0, false},
		{"duplicate", checktest.MariaDB1011, "STRICT_ALL_TABLES", "set('x','y','x ')", "utf8mb4_bin",
			[]string{"duplicate_element"}, 0, false},
		{"trailing spaces", checktest.MySQL97, "STRICT_ALL_TABLES", "set('x','x ')", "binary", nil, 0, false},
		{"duplicate, binary", checktest.MySQL97, "STRICT_ALL_TABLES", "set('x','x')", "binary",
			[]string{"duplicate_element"},
			0, false},
		{"duplicate, not strict", checktest.MySQL97, "", "set('x','y','x')", "utf8mb4_bin", nil, 0, false},
		{"case-sensitive", checktest.MySQL97, "STRICT_ALL_TABLES", "enum('x','X')", "utf8mb4_bin", nil, 0, false},
		{"case-insensitive", checktest.MySQL97, "STRICT_ALL_TABLES", "enum('x','X')", "utf8mb4_general_ci",
			[]string{"duplicate_element"}, 0, false},
		{"spaces in binary", checktest.MariaDB1011, "STRICT_ALL_TABLES", "enum('x','x ')", "binary", nil, 0, false},
		{"spaces in binary of MySQL", checktest.MariaDB1011, "STRICT_ALL_TABLES", "enum('x','x ')", "", nil, 0, false},
		{"zerofill", checktest.MySQL97, "", "int(5) unsigned zerofill", "", nil, 1, false},
		{"zerofill on MariaDB", checktest.MariaDB1011, "", "int(5) unsigned zerofill", "", nil, 0, false},
		{"unreadable type", checktest.MySQL97, "", "enum('a'", "utf8mb4_bin", nil, 0, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			facts := checktest.Facts{Source: checktest.WithColumns(checktest.MariaDB1011, nil,
				checktest.Typed(tc.columnType, tc.collation)),
				Dest: datasource.Snapshot{datasource.FactServer: tc.dest,
					datasource.FactVariables: datasource.Variables{"sql_mode": tc.mode}}}
			findings, notes, err := facts.Run(t, column.EnumSet)
			if (err != nil) != tc.unknown || len(notes) != tc.notes {
				t.Errorf("error %v, want an error: %v; notes %q, want %d", err, tc.unknown, notes, tc.notes)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}
