package mysql_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/mysql"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// withColumns gives the facts of a server whose only table is shop.t with these columns.
func withColumns(s datasource.Server, settings variables, columns ...datasource.Column) datasource.Snapshot {
	table := datasource.TableName{Schema: "shop", Name: "t"}
	return datasource.Snapshot{
		datasource.FactServer: s, datasource.FactVariables: settings, datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
		datasource.FactTables:  datasource.Tables{{TableName: table, Kind: datasource.BaseTable, Engine: "InnoDB"}},
		datasource.FactColumns: datasource.GroupByTable(datasource.TableRows[datasource.Column]{Table: table, Rows: columns}),
	}
}

func typed(columnType, collation string) datasource.Column {
	name, _, _ := strings.Cut(columnType, "(")
	return datasource.Column{Name: "c", ColumnType: &datasource.ColumnType{DataType: name, ColumnType: columnType, Collation: collation}}
}

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
		{"plain", mysql97, "STRICT_TRANS_TABLES", "enum('a','it''s','b,c')", "utf8mb4_bin", nil, 0, false},
		{"as long as can be", mysql97, "", "set('" + strings.Repeat("é", 254) + `\\` + "')", "utf8mb4_bin", nil, 0, false},
		{"too long", mysql97, "", long, "utf8mb4_bin", []string{"long_element"}, 0, false},
		{"long on MySQL 5.7", mysql57, "", long, "utf8mb4_bin", nil, 0, false},
		{"long on MariaDB", mariadb10, "", long, "utf8mb4_bin", nil, 0, false},
		{"twice", mariadb10, "STRICT_ALL_TABLES", "set('x','y','x ')", "utf8mb4_bin", []string{"duplicate_element"}, 0, false},
		{"spaces that count", mysql97, "STRICT_ALL_TABLES", "set('x','x ')", "binary", nil, 0, false},
		{"twice in binary", mysql97, "STRICT_ALL_TABLES", "set('x','x')", "binary", []string{"duplicate_element"}, 0, false},
		{"twice, not strict", mysql97, "", "set('x','y','x')", "utf8mb4_bin", nil, 0, false},
		{"in both cases", mysql97, "STRICT_ALL_TABLES", "enum('x','X')", "utf8mb4_bin", nil, 0, false},
		{"in both cases, which do not count", mysql97, "STRICT_ALL_TABLES", "enum('x','X')", "utf8mb4_general_ci", []string{"duplicate_element"}, 0, false},
		{"spaces in binary", mariadb10, "STRICT_ALL_TABLES", "enum('x','x ')", "binary", nil, 0, false},
		{"spaces in binary of MySQL", mariadb10, "STRICT_ALL_TABLES", "enum('x','x ')", "", nil, 0, false},
		{"padded", mysql97, "", "int(5) unsigned zerofill", "", nil, 1, false},
		{"padded on MariaDB", mariadb10, "", "int(5) unsigned zerofill", "", nil, 0, false},
		{"not to be read", mysql97, "", "enum('a'", "utf8mb4_bin", nil, 0, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			facts := checktest.Facts{Source: withColumns(mariadb10, nil, typed(tc.columnType, tc.collation)),
				Dest: datasource.Snapshot{datasource.FactServer: tc.dest, datasource.FactVariables: variables{"sql_mode": tc.mode}}}
			findings, notes, err := facts.Run(t, mysql.EnumSet)
			if (err != nil) != tc.unknown || len(notes) != tc.notes {
				t.Errorf("error %v, want one: %v; remarks %q, want %d", err, tc.unknown, notes, tc.notes)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEnumSetMariaDBToMySQL(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	source, dest := from.Database(t), to.Database(t)
	from.Exec(t, "SET sql_mode = ''", "USE "+source)
	task := checktest.Real{Source: checktest.End{Server: from, Schema: source}, Dest: checktest.End{Server: to, Schema: dest}}
	for name, tc := range map[string]struct {
		elements string
		want     []string
	}{
		"plain":  {"'a', 'it''s', '" + strings.Repeat("é", 255) + "'", nil},
		"longer": {"'a', '" + strings.Repeat("é", 256) + "'", []string{"long_element"}},
		"spaced": {"'a', 'a ') CHARACTER SET binary, f ENUM('a'", nil},
		"twice":  {"'a', 'A'", []string{"duplicate_element"}},
	} {
		create := name + " (e ENUM(" + tc.elements + ")) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
		from.Exec(t, "SET sql_mode = ''", "CREATE TABLE "+source+"."+create)
		got := task.Run(t, mysql.EnumSet)
		if diff := cmp.Diff(tc.want, rules(got.Findings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if _, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+dest+"."+create); (err != nil) != (tc.want != nil) {
			t.Errorf("MySQL says of %s: %v", name, err)
		}
		if tc.want == nil && got.Outcome != engine.Passed {
			t.Errorf("%s is %s", name, got.Outcome)
		}
		from.Exec(t, "DROP TABLE "+source+"."+name)
	}
}
