package common_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

func TestForeignKey(t *testing.T) {
	t.Parallel()
	key := datasource.ForeignKey{Name: "k", Columns: []string{"a"}, Parent: shopT, ParentColumns: []string{"id"}, OnUpdate: "RESTRICT", OnDelete: "NO ACTION"}
	with := func(change func(*datasource.ForeignKey)) datasource.ForeignKey {
		k := key
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
		{"a plain one", key, unique, mysql97, restrict("ON"), all, nil},
		{"its parent is left out", outside, unique, mysql97, restrict("ON"), all, []string{"parent_outside"}},
		{"its parent is left out, in another schema", with(func(k *datasource.ForeignKey) { k.Parent.Schema = "elsewhere" }), unique, mysql97, restrict("ON"), all, []string{"parent_outside"}},
		{"names in lower case there", key, unique, datasource.Server{Flavor: datasource.FlavorMySQL, Version: mysql97.Version, NameCase: datasource.CaseLower}, restrict("ON"), all, nil},
		{"its parent is left out, structure is not transferred", outside, unique, mysql97, restrict("ON"), checks.Incremental, nil},
		{"its parent is not unique", key, plain, mysql97, restrict("ON"), all, []string{"parent_not_unique"}},
		{"its parent is not unique, before MySQL minded", key, plain, mysql80, nil, all, nil},
		{"its parent is not unique, MariaDB", key, plain, maria1011, nil, all, nil},
		{"its parent is not unique, OceanBase", key, plain, ob43, nil, all, []string{"parent_not_unique"}},
		{"it cascades", cascade, unique, mysql97, restrict("ON"), all, []string{"cascade"}},
		{"it cascades, no changes are carried over", cascade, unique, mysql97, restrict("ON"), checks.Schema, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := snapshot(mysql97, nil, tc.indexes, datasource.Snapshot{
				datasource.FactForeignKeys: datasource.GroupByTable(datasource.TableRows[datasource.ForeignKey]{Table: shopT, Rows: []datasource.ForeignKey{tc.key}})})
			dest := snapshot(tc.dest, nil, nil, tc.more)
			dest[datasource.FactTables], dest[datasource.FactForeignKeys] = datasource.Tables{}, datasource.ByTable[datasource.ForeignKey]{}
			wantRules(t, checktest.Facts{Source: source, Dest: dest, Route: checks.Route{Phases: tc.phases}}, common.ForeignKey, tc.want...)
		})
	}
}

func TestForeignKeyUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	hidden := datasource.GroupByTable(datasource.TableRows[datasource.ForeignKey]{Table: shopT, Rows: []datasource.ForeignKey{{Name: "k", Parent: shopT}}})
	for name, fact := range map[string]any{"not read": lost, "rules not shown": hidden} {
		source := snapshot(maria1011, nil, nil, datasource.Snapshot{datasource.FactForeignKeys: fact})
		if findings, _, err := (checktest.Facts{Source: source, Dest: snapshot(mysql80, nil, nil, nil)}).Run(t, common.ForeignKey); err == nil {
			t.Errorf("%s: %v and no error", name, findings)
		}
	}
}

func TestForeignKeyToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := pairOf(t, dbtest.MariaDB, dbtest.MySQL)
	task.Phases = checks.Schema
	parent := "CREATE TABLE parent (a INT, b INT, c INT, PRIMARY KEY (a, b), KEY (b, a), UNIQUE (c))"
	children := map[string]bool{
		"whole (x INT, y INT, CONSTRAINT whole FOREIGN KEY (x, y) REFERENCES parent (a, b))":                true,
		"nullable (x INT, CONSTRAINT nullable FOREIGN KEY (x) REFERENCES parent (c))":                       true,
		"part (x INT, CONSTRAINT part FOREIGN KEY (x) REFERENCES parent (a))":                               false,
		"computed (x INT, y INT AS (x) VIRTUAL, CONSTRAINT computed FOREIGN KEY (y) REFERENCES parent (c))": false,
		"kept (x INT, y INT AS (x) STORED, CONSTRAINT kept FOREIGN KEY (y) REFERENCES parent (c))":          true,
		"turned (x INT, y INT, CONSTRAINT turned FOREIGN KEY (x, y) REFERENCES parent (b, a))":              false,
	}
	use := "USE " + task.Source.Schema
	maria.Exec(t, use, parent)
	for child, accepted := range children {
		maria.Exec(t, use, "CREATE TABLE "+child)
		wantCreated(t, my, accepted, parent, "CREATE TABLE "+child)
	}
	got := wantFound(t, task, common.ForeignKey, "parent_not_unique part.part", "parent_not_unique turned.turned", "virtual computed.computed")
	checktest.Mend(t, maria, got.Findings)
	wantFound(t, task, common.ForeignKey, "virtual computed.computed")
}

func TestForeignKeyParents(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		one, two, to := s.Database(t), s.Database(t), s.Database(t)
		if one > two { // the order in which findings come
			one, two = two, one
		}
		t.Cleanup(func() { s.Exec(t, "DROP TABLE "+two+".abroad") })
		s.Exec(t, "CREATE TABLE "+one+".parent (id INT PRIMARY KEY)",
			"CREATE TABLE "+one+".child (x INT, CONSTRAINT same FOREIGN KEY (x) REFERENCES "+one+".parent (id) ON DELETE CASCADE)",
			"CREATE TABLE "+two+".parent2 (id INT PRIMARY KEY)",
			"CREATE TABLE "+two+".abroad (x INT, CONSTRAINT away FOREIGN KEY (x) REFERENCES "+one+".parent (id))",
			"CREATE TABLE "+two+".child2 (x INT, CONSTRAINT SAME FOREIGN KEY (x) REFERENCES "+two+".parent2 (id))")
		selection := checks.Selection{Mode: checks.Specific, Databases: []checks.SelectedDatabase{{Name: one, MappedName: to}, {Name: two, MappedName: to}}}
		task := checktest.Real{Source: checktest.End{Server: s, Schema: one}, Dest: checktest.End{Server: s, Schema: to}, Selection: &selection, Phases: checks.Schema | checks.Incremental}
		names := func(res engine.Result) (all []string) {
			for _, f := range res.Findings {
				all = append(all, f.Rule+" "+f.Object.Table+"."+f.Object.Name)
			}
			return all
		}
		wantEqual(t, []string{"name_taken child2.SAME", "cascade child.same", "parent_renamed abroad.away"}, names(task.Run(t, common.ForeignKey)))
		wantCreated(t, s, false, "CREATE TABLE p (id INT PRIMARY KEY)", "CREATE TABLE a (x INT, CONSTRAINT same FOREIGN KEY (x) REFERENCES p (id))",
			"CREATE TABLE b (x INT, CONSTRAINT same FOREIGN KEY (x) REFERENCES p (id))")

		task.Exclude = []string{one + ".parent"}
		selection.Exclude = task.Exclude
		wantEqual(t, []string{"name_taken child2.SAME", "parent_outside child.same", "cascade child.same", "parent_outside abroad.away"}, names(task.Run(t, common.ForeignKey)))
		s.Exec(t, "CREATE TABLE "+to+".parent (id INT PRIMARY KEY)")
		selection.Databases = selection.Databases[:1]
		wantEqual(t, []string{"cascade child.same"}, names(task.Run(t, common.ForeignKey)))

		// A name that the destination has already: of the table that the task makes it is its own, of another it is taken.
		s.Exec(t, "CREATE TABLE "+to+".child (x INT, CONSTRAINT same FOREIGN KEY (x) REFERENCES "+to+".parent (id))")
		wantEqual(t, []string{"cascade child.same"}, names(task.Run(t, common.ForeignKey)))
		s.Exec(t, "RENAME TABLE "+to+".child TO "+to+".older")
		wantEqual(t, []string{"name_taken child.same", "cascade child.same"}, names(task.Run(t, common.ForeignKey)))
		wantCreated(t, s, false, "CREATE TABLE p (id INT PRIMARY KEY)", "CREATE TABLE older (x INT, CONSTRAINT same FOREIGN KEY (x) REFERENCES p (id))",
			"CREATE TABLE child (x INT, CONSTRAINT same FOREIGN KEY (x) REFERENCES p (id))")
	})
}

// An account with SELECT alone is not told that there is nothing to tell.
func TestForeignKeyRulesHidden(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MariaDB)
	from, to := s.Database(t), s.Database(t)
	s.Exec(t, "CREATE TABLE "+from+".parent (id INT PRIMARY KEY)", "CREATE TABLE "+from+".child (x INT, FOREIGN KEY (x) REFERENCES "+from+".parent (id) ON DELETE CASCADE)")
	user, password := s.Account(t, "GRANT SELECT ON "+from+".* TO %s")
	task := checktest.Real{Source: checktest.End{Server: s, Schema: from, User: user, Password: password}, Dest: checktest.End{Server: s, Schema: to}, Phases: checks.Incremental}
	if got := task.Run(t, common.ForeignKey); got.Outcome != engine.Unknown {
		t.Errorf("%s, want that it could not be checked:\n%s", got.Outcome, got.Message(20))
	}
}
