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
	plain := datasource.ForeignKey{Name: "FK", Columns: []string{"A"}, Parent: parent, ParentColumns: []string{"ID"},
		OnUpdate: "NO ACTION", OnDelete: "NO ACTION"}
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
		name        string
		route       checks.Route
		dest        datasource.Server
		key         datasource.ForeignKey
		partitioned datasource.TableName
		unknown     bool
		want        []string
	}{
		{"an ordinary key, to MySQL", checktest.ToMySQL, checktest.MySQL97, plain, datasource.TableName{}, false, nil},
		{"an ordinary key, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, plain, datasource.TableName{},
			false,
			nil},
		{"deferrable, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, late, datasource.TableName{}, false,
			[]string{"deferrable"}},
		{"deferrable, to Oracle", checktest.ToOracle, checktest.OracleServer19, late, datasource.TableName{}, false,
			nil},
		{"disabled, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, idle, datasource.TableName{}, false,
			[]string{"disabled"}},
		{"disabled, to MySQL", checktest.ToMySQL, checktest.MySQL97, idle, datasource.TableName{}, false,
			[]string{"disabled"}},
		{"disabled, to Oracle", checktest.ToOracle, checktest.OracleServer19, idle, datasource.TableName{}, false, nil},
		{"disabled, from OceanBase to Oracle", checktest.OBToOracle, checktest.OracleServer19, idle,
			datasource.TableName{},
			false, nil},
		{"not validated, to Oracle", checktest.ToOracle, checktest.OracleServer19, unchecked, datasource.TableName{},
			false,
			[]string{"not_validated"}},
		{"ON DELETE SET NULL, to MySQL", checktest.ToMySQL, checktest.MySQL97, clears, datasource.TableName{}, false,
			nil},
		{"ON DELETE SET NULL on a NOT NULL column, to MySQL", checktest.ToMySQL, checktest.MySQL97, clearsKey,
			datasource.TableName{}, false, []string{"set_null"}},
		{"ON DELETE SET NULL on a NOT NULL column, to Oracle", checktest.ToOracle, checktest.OracleServer19, clearsKey,
			datasource.TableName{}, false, nil},
		{"of a partitioned child, to MySQL", checktest.ToMySQL, checktest.MySQL97, plain, checktest.ShopT, false,
			[]string{"partitioned"}},
		{"of a partitioned parent, to MariaDB", checktest.ToMariaDB, checktest.MariaDB1011, plain, parent, false,
			[]string{"partitioned"}},
		{"of a partitioned parent, to OceanBase", checktest.ToOBOracle, checktest.OBOracle43, plain, parent, false,
			nil},
		{"to a parent in another schema", checktest.ToOBOracle, checktest.OBOracle43, outside, datasource.TableName{},
			false,
			[]string{"parent_outside"}},
		{"to a parent that the dictionary does not name", checktest.ToOBOracle, checktest.OBOracle43,
			with(func(k *datasource.ForeignKey) {
				k.Parent, k.ParentUnnamed = datasource.TableName{Schema: "other"}, true
			}), datasource.TableName{}, true, nil},
		{"to a hidden parent", checktest.ToOBOracle, checktest.OBOracle43, hidden, datasource.TableName{}, true, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.route.Phases = checks.Schema
			number := func(name string, nullable bool) datasource.Column {
				return datasource.Column{Name: name,
					ColumnType: &datasource.ColumnType{DataType: "NUMBER", Nullable: nullable}}
			}
			more := datasource.Snapshot{
				datasource.FactTables: datasource.Tables{{TableName: parent, Kind: datasource.BaseTable},
					{TableName: checktest.ShopT, Kind: datasource.BaseTable}},
				datasource.FactForeignKeys: datasource.GroupByTable(
					datasource.RowsOf[datasource.ForeignKey]{Table: checktest.ShopT,
						Rows: []datasource.ForeignKey{tc.key}}),
				datasource.FactPartitions: datasource.GroupByTable(
					datasource.RowsOf[datasource.Partitioning]{Table: tc.partitioned,
						Rows: []datasource.Partitioning{{Method: "HASH"}}}),
				datasource.FactIndexes: datasource.GroupByTable(datasource.RowsOf[datasource.Index]{Table: parent,
					Rows: []datasource.Index{{Name: "PK", Primary: true, Unique: true,
						Columns: []datasource.IndexColumn{{Name: "ID"}}}}}),
			}
			source := checktest.Snapshot(checktest.OracleServer19,
				[]datasource.Column{number("ID", false), number("A", true)},
				nil, more)
			findings, _, err := checktest.Facts{Source: source, Dest: checktest.Snapshot(tc.dest, nil, nil, nil),
				Route: tc.route}.Run(t, key.ForeignKey)
			if (err != nil) != tc.unknown {
				t.Errorf("error %v, want one: %v", err, tc.unknown)
			}
			checktest.WantEqual(t, tc.want, checktest.Rules(findings))
		})
	}
}

func TestForeignKey(t *testing.T) {
	t.Parallel()
	plainKey := datasource.ForeignKey{Name: "k", Columns: []string{"a"}, Parent: checktest.ShopT,
		ParentColumns: []string{"id"}, OnUpdate: "RESTRICT", OnDelete: "NO ACTION"}
	with := func(change func(*datasource.ForeignKey)) datasource.ForeignKey {
		k := plainKey
		change(&k)
		return k
	}
	outside := with(func(k *datasource.ForeignKey) { k.Parent.Name = "gone" })
	cascade := with(func(k *datasource.ForeignKey) { k.OnDelete = "SET NULL" })
	unique := []datasource.Index{{Name: "PRIMARY", Primary: true, Unique: true,
		Columns: []datasource.IndexColumn{{Name: "ID"}}}}
	plain := []datasource.Index{{Name: "k", Columns: []datasource.IndexColumn{{Name: "id"}}},
		{Name: "u", Unique: true, Columns: []datasource.IndexColumn{{Name: "id"}, {Name: "b"}}},
		{Name: "p", Unique: true, Columns: []datasource.IndexColumn{{Name: "id", Prefix: 3}}}}
	restrict := func(value string) datasource.Snapshot {
		return datasource.Snapshot{
			datasource.FactVariables: datasource.Variables{"restrict_fk_on_non_standard_key": value}}
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
		{"an ordinary key", plainKey, unique, checktest.MySQL97, restrict("ON"), all, nil},
		{"parent excluded", outside, unique, checktest.MySQL97, restrict("ON"), all, []string{"parent_outside"}},
		{"parent excluded, in another schema", with(func(k *datasource.ForeignKey) { k.Parent.Schema = "elsewhere" }),
			unique,
			checktest.MySQL97, restrict("ON"), all, []string{"parent_outside"}},
		{"names in lower case on the destination", plainKey, unique,
			datasource.Server{Flavor: datasource.FlavorMySQL, Version: checktest.MySQL97.Version,
				NameCase: datasource.CaseLower}, restrict("ON"), all, nil},
		{"parent excluded, without the phase SCHEMA", outside, unique, checktest.MySQL97, restrict("ON"),
			checks.Incremental,
			nil},
		{"parent not unique", plainKey, plain, checktest.MySQL97, restrict("ON"), all, []string{"parent_not_unique"}},
		{"parent not unique, MySQL 8.0", plainKey, plain, checktest.MySQL80, nil, all, nil},
		{"parent not unique, MariaDB", plainKey, plain, checktest.MariaDB1011, nil, all, nil},
		{"parent not unique, OceanBase", plainKey, plain, checktest.OB43, nil, all, []string{"parent_not_unique"}},
		{"ON DELETE SET NULL", cascade, unique, checktest.MySQL97, restrict("ON"), all, []string{"cascade"}},
		{"ON DELETE SET NULL, no replicated changes", cascade, unique, checktest.MySQL97, restrict("ON"), checks.Schema,
			nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Snapshot(checktest.MySQL97, nil, tc.indexes, datasource.Snapshot{
				datasource.FactForeignKeys: datasource.GroupByTable(
					datasource.RowsOf[datasource.ForeignKey]{Table: checktest.ShopT,
						Rows: []datasource.ForeignKey{tc.key}})})
			dest := checktest.Snapshot(tc.dest, nil, nil, tc.more)
			dest[datasource.FactTables], dest[datasource.FactForeignKeys] = datasource.Tables{},
				datasource.TableRows[datasource.ForeignKey]{}
			checktest.WantRules(t, checktest.Facts{Source: source, Dest: dest, Route: checks.Route{Phases: tc.phases}},
				key.ForeignKey, tc.want...)
		})
	}
}

func TestForeignKeyUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	hidden := datasource.GroupByTable(datasource.RowsOf[datasource.ForeignKey]{Table: checktest.ShopT,
		Rows: []datasource.ForeignKey{{Name: "k", Parent: checktest.ShopT}}})
	for name, fact := range map[string]any{"not read": lost, "actions hidden": hidden} {
		source := checktest.Snapshot(checktest.MariaDB1011, nil, nil,
			datasource.Snapshot{datasource.FactForeignKeys: fact})
		if findings, _, err := (checktest.Facts{Source: source,
			Dest: checktest.Snapshot(checktest.MySQL80, nil, nil, nil)}).Run(t, key.ForeignKey); err == nil {
			t.Errorf("%s: findings %v, want an error", name, findings)
		}
	}
}
