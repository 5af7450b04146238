package key_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
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
		{"a plain one, to MySQL", checktest.ToMySQL, checktest.MySQL97, plain, datasource.TableName{}, false, nil},
		{"a plain one, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, plain, datasource.TableName{}, false, nil},
		{"checked at the commit, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, late, datasource.TableName{}, false, []string{"deferrable"}},
		{"checked at the commit, to Oracle", checktest.ToOracle, checktest.OracleServer19, late, datasource.TableName{}, false, nil},
		{"disabled, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, idle, datasource.TableName{}, false, []string{"disabled"}},
		{"disabled, to MySQL", checktest.ToMySQL, checktest.MySQL97, idle, datasource.TableName{}, false, []string{"disabled"}},
		{"disabled, to Oracle", checktest.ToOracle, checktest.OracleServer19, idle, datasource.TableName{}, false, nil},
		{"disabled, from OceanBase to Oracle", checktest.OBToOracle, checktest.OracleServer19, idle, datasource.TableName{}, false, nil},
		{"not validated, to Oracle", checktest.ToOracle, checktest.OracleServer19, unchecked, datasource.TableName{}, false, []string{"not_validated"}},
		{"that clears, to MySQL", checktest.ToMySQL, checktest.MySQL97, clears, datasource.TableName{}, false, nil},
		{"that clears what is NOT NULL, to MySQL", checktest.ToMySQL, checktest.MySQL97, clearsKey, datasource.TableName{}, false, []string{"set_null"}},
		{"that clears what is NOT NULL, to Oracle", checktest.ToOracle, checktest.OracleServer19, clearsKey, datasource.TableName{}, false, nil},
		{"of a partitioned child, to MySQL", checktest.ToMySQL, checktest.MySQL97, plain, checktest.ShopT, false, []string{"partitioned"}},
		{"of a partitioned parent, to MariaDB", checktest.ToMariaDB, checktest.MariaDB1011, plain, parent, false, []string{"partitioned"}},
		{"of a partitioned parent, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, plain, parent, false, nil},
		{"to a parent in another schema", checktest.ToOBOracle, checktest.OBOracle43, outside, datasource.TableName{}, false, []string{"parent_outside"}},
		{"to a parent that is not shown", checktest.ToOBOracle, checktest.OBOracle43, hidden, datasource.TableName{}, true, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.route.Phases = checks.Schema
			number := func(name string, nullable bool) datasource.Column {
				return datasource.Column{Name: name, ColumnType: &datasource.ColumnType{DataType: "NUMBER", Nullable: nullable}}
			}
			more := datasource.Snapshot{
				datasource.FactTables:      datasource.Tables{{TableName: parent, Kind: datasource.BaseTable}, {TableName: checktest.ShopT, Kind: datasource.BaseTable}},
				datasource.FactForeignKeys: datasource.GroupByTable(datasource.TableRows[datasource.ForeignKey]{Table: checktest.ShopT, Rows: []datasource.ForeignKey{tc.key}}),
				datasource.FactPartitions:  datasource.GroupByTable(datasource.TableRows[datasource.Partitioning]{Table: tc.divided, Rows: []datasource.Partitioning{{Method: "HASH"}}}),
				datasource.FactIndexes: datasource.GroupByTable(datasource.TableRows[datasource.Index]{Table: parent,
					Rows: []datasource.Index{{Name: "PK", Primary: true, Unique: true, Columns: []datasource.IndexColumn{{Name: "ID"}}}}}),
			}
			source := checktest.Snapshot(checktest.OracleServer19, []datasource.Column{number("ID", false), number("A", true)}, nil, more)
			findings, _, err := checktest.Facts{Source: source, Dest: checktest.Snapshot(tc.dest, nil, nil, nil), Route: tc.route}.Run(t, key.ForeignKey)
			if (err != nil) != tc.unknown {
				t.Errorf("error %v, want one: %v", err, tc.unknown)
			}
			checktest.WantEqual(t, tc.want, checktest.Rules(findings))
		})
	}
}

func TestForeignKey(t *testing.T) {
	t.Parallel()
	plainKey := datasource.ForeignKey{Name: "k", Columns: []string{"a"}, Parent: checktest.ShopT, ParentColumns: []string{"id"}, OnUpdate: "RESTRICT", OnDelete: "NO ACTION"}
	with := func(change func(*datasource.ForeignKey)) datasource.ForeignKey {
		k := plainKey
		change(&k)
		return k
	}
	outside := with(func(k *datasource.ForeignKey) { k.Parent.Name = "gone" })
	cascade := with(func(k *datasource.ForeignKey) { k.OnDelete = "SET NULL" })
	unique := []datasource.Index{{Name: "PRIMARY", Primary: true, Unique: true, Columns: []datasource.IndexColumn{{Name: "ID"}}}}
	plain := []datasource.Index{{Name: "k", Columns: []datasource.IndexColumn{{Name: "id"}}}, {Name: "u", Unique: true, Columns: []datasource.IndexColumn{{Name: "id"}, {Name: "b"}}},
		{Name: "p", Unique: true, Columns: []datasource.IndexColumn{{Name: "id", Prefix: 3}}}}
	restrict := func(value string) datasource.Snapshot {
		return datasource.Snapshot{datasource.FactVariables: datasource.Variables{"restrict_fk_on_non_standard_key": value}}
	}
	all := checks.Schema | checks.Incremental
	for _, tc := range []struct {
		name    string
		key     datasource.ForeignKey
		indexes []datasource.Index
		dest    datasource.Server
		more    datasource.Snapshot
		phases  checks.Phases
		want    []string
	}{
		{"a plain one", plainKey, unique, checktest.MySQL97, restrict("ON"), all, nil},
		{"its parent is left out", outside, unique, checktest.MySQL97, restrict("ON"), all, []string{"parent_outside"}},
		{"its parent is left out, in another schema", with(func(k *datasource.ForeignKey) { k.Parent.Schema = "elsewhere" }), unique, checktest.MySQL97, restrict("ON"), all, []string{"parent_outside"}},
		{"names in lower case there", plainKey, unique, datasource.Server{Flavor: datasource.FlavorMySQL, Version: checktest.MySQL97.Version, NameCase: datasource.CaseLower}, restrict("ON"), all, nil},
		{"its parent is left out, structure is not transferred", outside, unique, checktest.MySQL97, restrict("ON"), checks.Incremental, nil},
		{"its parent is not unique", plainKey, plain, checktest.MySQL97, restrict("ON"), all, []string{"parent_not_unique"}},
		{"its parent is not unique, before MySQL minded", plainKey, plain, checktest.MySQL80, nil, all, nil},
		{"its parent is not unique, MariaDB", plainKey, plain, checktest.MariaDB1011, nil, all, nil},
		{"its parent is not unique, OceanBase", plainKey, plain, checktest.OB43, nil, all, []string{"parent_not_unique"}},
		{"it cascades", cascade, unique, checktest.MySQL97, restrict("ON"), all, []string{"cascade"}},
		{"it cascades, no changes are carried over", cascade, unique, checktest.MySQL97, restrict("ON"), checks.Schema, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Snapshot(checktest.MySQL97, nil, tc.indexes, datasource.Snapshot{
				datasource.FactForeignKeys: datasource.GroupByTable(datasource.TableRows[datasource.ForeignKey]{Table: checktest.ShopT, Rows: []datasource.ForeignKey{tc.key}})})
			dest := checktest.Snapshot(tc.dest, nil, nil, tc.more)
			dest[datasource.FactTables], dest[datasource.FactForeignKeys] = datasource.Tables{}, datasource.ByTable[datasource.ForeignKey]{}
			checktest.WantRules(t, checktest.Facts{Source: source, Dest: dest, Route: checks.Route{Phases: tc.phases}}, key.ForeignKey, tc.want...)
		})
	}
}

func TestForeignKeyUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	hidden := datasource.GroupByTable(datasource.TableRows[datasource.ForeignKey]{Table: checktest.ShopT, Rows: []datasource.ForeignKey{{Name: "k", Parent: checktest.ShopT}}})
	for name, fact := range map[string]any{"not read": lost, "rules not shown": hidden} {
		source := checktest.Snapshot(checktest.MariaDB1011, nil, nil, datasource.Snapshot{datasource.FactForeignKeys: fact})
		if findings, _, err := (checktest.Facts{Source: source, Dest: checktest.Snapshot(checktest.MySQL80, nil, nil, nil)}).Run(t, key.ForeignKey); err == nil {
			t.Errorf("%s: %v and no error", name, findings)
		}
	}
}
