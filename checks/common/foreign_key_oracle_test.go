package common_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

func TestForeignKeyOfOracle(t *testing.T) {
	t.Parallel()
	parent := datasource.TableName{Schema: "shop", Name: "parent"}
	plain := datasource.ForeignKey{Name: "FK", Columns: []string{"A"}, Parent: parent, ParentColumns: []string{"ID"}, OnUpdate: "NO ACTION", OnDelete: "NO ACTION"}
	with := func(change func(*datasource.ForeignKey)) datasource.ForeignKey {
		key := plain
		change(&key)
		return key
	}
	late := with(func(k *datasource.ForeignKey) { k.Deferrable = true })
	idle := with(func(k *datasource.ForeignKey) { k.Disabled, k.Parent.Name = true, "elsewhere" })
	unchecked := with(func(k *datasource.ForeignKey) { k.Unchecked = true })
	clears := with(func(k *datasource.ForeignKey) { k.OnDelete = "SET NULL" })
	clearsKey := with(func(k *datasource.ForeignKey) { k.OnDelete, k.Columns = "SET NULL", []string{"ID"} })
	hidden := with(func(k *datasource.ForeignKey) { k.Parent = datasource.TableName{Schema: "other"} })
	outside := with(func(k *datasource.ForeignKey) { k.Parent = datasource.TableName{Schema: "other", Name: "parent"} })
	for _, tc := range []struct {
		name    string
		route   checks.Route
		dest    datasource.Server
		key     datasource.ForeignKey
		divided datasource.TableName
		unknown bool
		want    []string
	}{
		{"a plain one, to MySQL", toMySQL, mysql97, plain, datasource.TableName{}, false, nil},
		{"a plain one, to OceanBase", toOBOracle, obOracle43, plain, datasource.TableName{}, false, nil},
		{"checked at the commit, to OceanBase", toOBOracle, obOracle43, late, datasource.TableName{}, false, []string{"deferrable"}},
		{"checked at the commit, to Oracle", toOracle, oracle19, late, datasource.TableName{}, false, nil},
		{"disabled, to OceanBase", toOBOracle, obOracle43, idle, datasource.TableName{}, false, []string{"disabled"}},
		{"disabled, to MySQL", toMySQL, mysql97, idle, datasource.TableName{}, false, []string{"disabled"}},
		{"disabled, to Oracle", toOracle, oracle19, idle, datasource.TableName{}, false, nil},
		{"disabled, from OceanBase to Oracle", obToOracle, oracle19, idle, datasource.TableName{}, false, nil},
		{"not validated, to Oracle", toOracle, oracle19, unchecked, datasource.TableName{}, false, []string{"not_validated"}},
		{"that clears, to MySQL", toMySQL, mysql97, clears, datasource.TableName{}, false, nil},
		{"that clears what is NOT NULL, to MySQL", toMySQL, mysql97, clearsKey, datasource.TableName{}, false, []string{"set_null"}},
		{"that clears what is NOT NULL, to Oracle", toOracle, oracle19, clearsKey, datasource.TableName{}, false, nil},
		{"of a partitioned child, to MySQL", toMySQL, mysql97, plain, shopT, false, []string{"partitioned"}},
		{"of a partitioned parent, to MariaDB", toMariaDB, maria1011, plain, parent, false, []string{"partitioned"}},
		{"of a partitioned parent, to OceanBase", toOBOracle, obOracle43, plain, parent, false, nil},
		{"to a parent in another schema", toOBOracle, obOracle43, outside, datasource.TableName{}, false, []string{"parent_outside"}},
		{"to a parent that is not shown", toOBOracle, obOracle43, hidden, datasource.TableName{}, true, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.route.Phases = checks.Schema
			number := func(name string, nullable bool) datasource.Column {
				return datasource.Column{Name: name, ColumnType: &datasource.ColumnType{DataType: "NUMBER", Nullable: nullable}}
			}
			more := datasource.Snapshot{
				datasource.FactTables:      datasource.Tables{{TableName: parent, Kind: datasource.BaseTable}, {TableName: shopT, Kind: datasource.BaseTable}},
				datasource.FactForeignKeys: datasource.GroupByTable(datasource.TableRows[datasource.ForeignKey]{Table: shopT, Rows: []datasource.ForeignKey{tc.key}}),
				datasource.FactPartitions:  datasource.GroupByTable(datasource.TableRows[datasource.Partitioning]{Table: tc.divided, Rows: []datasource.Partitioning{{Method: "HASH"}}}),
				datasource.FactIndexes: datasource.GroupByTable(datasource.TableRows[datasource.Index]{Table: parent,
					Rows: []datasource.Index{{Name: "PK", Primary: true, Unique: true, Columns: []datasource.IndexColumn{{Name: "ID"}}}}}),
			}
			source := snapshot(oracle19, []datasource.Column{number("ID", false), number("A", true)}, nil, more)
			findings, _, err := checktest.Facts{Source: source, Dest: snapshot(tc.dest, nil, nil, nil), Route: tc.route}.Run(t, common.ForeignKey)
			if (err != nil) != tc.unknown {
				t.Errorf("error %v, want one: %v", err, tc.unknown)
			}
			wantEqual(t, tc.want, checktest.Rules(findings))
		})
	}
}

// What the servers do with the foreign keys that only Oracle has.
func TestForeignKeysOfOracleOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		parent, child := "CREATE TABLE parent (id INT PRIMARY KEY)", "CREATE TABLE child (a INT, FOREIGN KEY (a) REFERENCES parent (id) ON DELETE SET NULL)"
		divided := " PARTITION BY HASH (id) PARTITIONS 2"
		wantCreated(t, s, true, parent, child)
		wantCreated(t, s, false, parent, "CREATE TABLE child (a INT NOT NULL, FOREIGN KEY (a) REFERENCES parent (id) ON DELETE SET NULL)")
		wantCreated(t, s, false, parent+divided, child)
		wantCreated(t, s, false, parent, "CREATE TABLE child (id INT, FOREIGN KEY (id) REFERENCES parent (id))"+divided)
	})
}

func TestForeignKeyOfOracleWithHiddenParentEmulated(t *testing.T) {
	t.Parallel()
	srv, from := emulatedOracle(t, oracletest.Release19c, "CHILD")
	emulatedConstraint(srv, "CHILD", "FK", "R", oracletest.Row{"R_OWNER": "OTHER", "R_CONSTRAINT_NAME": "PK", "DELETE_RULE": "NO ACTION"})
	unreadable(t, checktest.Real{Source: from, Dest: from}, common.ForeignKey)
}
