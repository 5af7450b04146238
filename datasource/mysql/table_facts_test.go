package mysql_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// accounts have different privileges: with PROCESS InnoDB's own views are visible, with only SELECT the rules
// of foreign keys are hidden on MariaDB.
func accounts(t *testing.T, s *dbtest.Server, schema string,
	f func(t *testing.T, facts *datasource.Facts, only string)) {
	for only, grants := range map[string][]string{
		"PROCESS": {"GRANT ALL ON " + schema + ".* TO %s", "GRANT PROCESS ON *.* TO %s"},
		"ALL":     {"GRANT ALL ON " + schema + ".* TO %s"},
		"SELECT":  {"GRANT SELECT ON " + schema + ".* TO %s"},
	} {
		t.Run(only, func(t *testing.T) {
			user, password := s.Account(t, grants...)
			f(t, facts(t, s, user, password, schema), only)
		})
	}
}

func TestForeignKeys(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		other, schema := s.Database(t), s.Database(t) // dropped in reverse order
		s.Exec(t, "CREATE TABLE "+other+
			".`pär.ent#P#x` (`a/b` INT, `c-d` INT, PRIMARY KEY (`a/b`, `c-d`), UNIQUE (`a/b`))",
			"CREATE TABLE "+schema+".`中文 child` (y INT, x INT, z INT, CONSTRAINT `k/ü` FOREIGN KEY (x, y) REFERENCES "+
				other+".`pär.ent#P#x` (`a/b`, `c-d`) ON DELETE CASCADE ON UPDATE SET NULL, "+
				"CONSTRAINT k2 FOREIGN KEY (x) REFERENCES "+other+
				".`pär.ent#P#x` (`a/b`) ON UPDATE NO ACTION ON DELETE RESTRICT)",
			"CREATE TABLE "+other+".outside (x INT, FOREIGN KEY (x) REFERENCES "+other+".`pär.ent#P#x` (`a/b`))")
		accounts(t, s, schema, func(t *testing.T, f *datasource.Facts, only string) {
			keys, err := datasource.FactForeignKeys.Of(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			parent := datasource.TableName{Schema: other, Name: "pär.ent#P#x"}
			want := []datasource.ForeignKey{
				{Name: "k/ü", Columns: []string{"x", "y"}, Parent: parent, ParentColumns: []string{"a/b", "c-d"},
					OnUpdate: "SET NULL", OnDelete: "CASCADE"},
				{Name: "k2", Columns: []string{"x"}, Parent: parent, ParentColumns: []string{"a/b"},
					OnUpdate: "NO ACTION",
					OnDelete: "RESTRICT"}}
			if s.Product == dbtest.MariaDB && only == "SELECT" {
				for i := range want {
					want[i].OnUpdate, want[i].OnDelete = "", ""
				}
			}
			if diff := cmp.Diff(want, keys.Of(datasource.TableName{Schema: schema, Name: "中文 child"})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if keys.Len() != 2 {
				t.Errorf("%d foreign keys, want those of the schema in scope alone", keys.Len())
			}
		})
	})
}

func TestCheckConstraints(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".t (a INT CHECK (a > 1), b INT, CONSTRAINT both_set CHECK (a < b))",
			"CREATE TABLE "+schema+".free (a INT)")
		want := []datasource.CheckConstraint{{Name: "a", Clause: "`a` > 1", Column: true, Enforced: true},
			{Name: "both_set", Clause: "`a` < `b`", Enforced: true}}
		if s.Product == dbtest.MySQL {
			s.Exec(t, "ALTER TABLE "+schema+".t ALTER CHECK both_set NOT ENFORCED")
			want = []datasource.CheckConstraint{{Name: "both_set", Clause: "(`a` < `b`)"},
				{Name: "t_chk_1", Clause: "(`a` > 1)", Enforced: true}}
		}
		accounts(t, s, schema, func(t *testing.T, f *datasource.Facts, _ string) {
			constraints, err := datasource.FactCheckConstraints.Of(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, constraints.Of(datasource.TableName{Schema: schema, Name: "t"})); diff != "" ||
				constraints.Len() != len(want) {
				t.Errorf("%d in all (-want +got):\n%s", constraints.Len(), diff)
			}
		})
	})
}

func TestPartitions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".`pärt #P#x` (id INT PRIMARY KEY) PARTITION BY KEY () PARTITIONS 3",
			"CREATE TABLE "+schema+
				".sub (id INT, d DATE) PARTITION BY RANGE (YEAR(d)) SUBPARTITION BY HASH (id) SUBPARTITIONS 2 "+
				"(PARTITION p0 VALUES LESS THAN (2000), PARTITION pm VALUES LESS THAN MAXVALUE)",
			"CREATE TABLE "+schema+".whole (id INT)")
		want := map[string]datasource.Partitioning{
			"pärt #P#x": {Method: "KEY", Partitions: []datasource.Partition{{Name: "p0"}, {Name: "p1"}, {Name: "p2"}}},
			"sub": {Method: "RANGE", Expression: "year(`d`)", SubMethod: "HASH", SubExpression: "`id`",
				Partitions: []datasource.Partition{{Name: "p0", Description: "2000", Sub: 2},
					{Name: "pm", Description: "MAXVALUE", Sub: 2}}},
		}
		if s.Product == dbtest.MariaDB {
			s.Exec(t, "CREATE TABLE "+schema+".old (id INT) ENGINE=MyISAM PARTITION BY HASH (id) PARTITIONS 1",
				"CREATE TABLE "+schema+".older (id INT) ENGINE=Aria")
			want["old"] = datasource.Partitioning{Method: "HASH", Expression: "`id`",
				Partitions: []datasource.Partition{{Name: "p0"}}}
		}
		withFewAndMany(t, s, schema, func(t *testing.T, f *datasource.Facts) {
			partitions, err := datasource.FactPartitions.Of(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]datasource.Partitioning{}
			for table, rows := range partitions.All() {
				got[table.Name] = rows[0]
			}
			if diff := cmp.Diff(want, got); diff != "" || partitions.Len() != len(want) {
				t.Errorf("%d in all (-want +got):\n%s", partitions.Len(), diff)
			}
		})
	})
}

func TestTableOptions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".`dyn amic` (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT=41",
			"CREATE TABLE "+schema+".compact (id INT) ROW_FORMAT=COMPACT",
			"CREATE TABLE "+schema+".parts (id INT) ROW_FORMAT=REDUNDANT PARTITION BY HASH (id) PARTITIONS 2",
			"CREATE TABLE "+schema+".isam (id INT) ENGINE=MyISAM")
		wantFormats := map[string]string{"dyn amic": "DYNAMIC", "compact": "COMPACT", "parts": "REDUNDANT"}
		next := uint64(41)
		withFewAndMany(t, s, schema, func(t *testing.T, f *datasource.Facts) {
			formats, err := datasource.FactRowFormats.Of(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			gotFormats, many := map[string]string{}, 0
			for table, rows := range formats.All() {
				if strings.HasPrefix(table.Name, "many") {
					many++
					continue
				}
				gotFormats[table.Name] = rows[0]
			}
			if diff := cmp.Diff(wantFormats, gotFormats); diff != "" || formats.Len() != 3+many {
				t.Errorf("row formats, %d in all (-want +got):\n%s", formats.Len(), diff)
			}

			// The value is current, although MySQL caches such statistics for a day.
			s.Exec(t, "INSERT INTO "+schema+".`dyn amic` VALUES (NULL)")
			next++
			increments, err := datasource.FactAutoIncrements.Of(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]uint64{next},
				increments.Of(datasource.TableName{Schema: schema, Name: "dyn amic"})); diff != "" {
				t.Errorf("auto increments (-want +got):\n%s", diff)
			}
		})
	})
}

// manyTables are more tables than are opened where there is another way.
func manyTables(schema string) string {
	var statements strings.Builder
	for i := range 201 {
		fmt.Fprintf(&statements, "CREATE TABLE %s.many%d (id INT PRIMARY KEY);", schema, i)
	}
	return statements.String()
}

// withFewAndMany runs f with each of the accounts, on a schema with few tables and on the same with many more.
func withFewAndMany(t *testing.T, s *dbtest.Server, schema string, f func(*testing.T, *datasource.Facts)) {
	t.Helper()
	each := func(t *testing.T) {
		accounts(t, s, schema, func(t *testing.T, facts *datasource.Facts, _ string) { f(t, facts) })
	}
	t.Run("few", each)
	s.Exec(t, manyTables(schema))
	t.Run("many", each)
}

// Whether the indexes of MariaDB are read by opening every table or, with PROCESS, from InnoDB's own list, they are the
// same but for the order of InnoDB's.
func TestIndexesOfMariaDB(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MariaDB)
	schema := s.Database(t)
	s.Exec(t, manyTables(schema), "USE "+schema,
		"CREATE TABLE words (id INT PRIMARY KEY, a INT, t TEXT, u TEXT, g POINT NOT NULL, UNIQUE (u) USING HASH, "+
			"FULLTEXT `tëxt f` (t), SPATIAL KEY (g), KEY down (a DESC, id))",
		"CREATE TABLE `wörds $ 2` (t TEXT, FULLTEXT (t)) ENGINE=InnoDB",
		"CREATE TABLE split (id INT, t TEXT, FULLTEXT (t)) PARTITION BY HASH (id) PARTITIONS 2",
		"CREATE TABLE old (id INT, t TEXT, KEY down (id DESC), FULLTEXT (t)) ENGINE=MyISAM",
		"CREATE TABLE hashed (id INT, KEY (id) USING HASH) ENGINE=MEMORY")
	read := func(grant string) *datasource.Facts {
		user, password := s.Account(t, grant)
		return facts(t, s, user, password, schema)
	}
	rows := func(f *datasource.Facts) map[datasource.TableName][]datasource.Index {
		all, err := datasource.FactIndexes.Of(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		return maps.Collect(all.All())
	}
	opened, listed := rows(read("GRANT SELECT ON "+schema+".* TO %s")), read("GRANT SELECT, PROCESS ON *.* TO %s")
	words := datasource.TableName{Schema: schema, Name: "words"}
	at := slices.IndexFunc(opened[words], func(i datasource.Index) bool { return i.Name == "down" })
	if !opened[words][at].Columns[0].Descending {
		t.Error("the descending part is not read")
	}
	opened[words][at].Columns[0].Descending = false
	got := rows(listed)
	if diff := cmp.Diff(opened, got); diff != "" {
		t.Errorf("from the list of InnoDB (-opened +listed):\n%s", diff)
	}
	for table, index := range map[string]string{"words": "tëxt f", "wörds $ 2": "t", "old": "t", "hashed": "id",
		"split": "t"} {
		list := got[datasource.TableName{Schema: schema, Name: table}]
		if !slices.ContainsFunc(list, func(i datasource.Index) bool { return i.Name == index && i.Unordered }) {
			t.Errorf("%s.%s is not known to be unordered: %+v", table, index, list)
		}
	}
	descending, err := datasource.FactDescendingIndexes.Of(t.Context(), listed)
	if err != nil {
		t.Fatal(err)
	}
	want := map[datasource.TableName][]string{words: {"down"}, {Schema: schema, Name: "old"}: {"down"}}
	if diff := cmp.Diff(want, maps.Collect(descending.All())); diff != "" {
		t.Errorf("descending (-want +got):\n%s", diff)
	}
}

// On a server without a data dictionary, opening a table costs milliseconds. With PROCESS, only tables with a
// result are opened where there are many.
func TestMariaDBOpensNoTable(t *testing.T) {
	t.Parallel()
	s := dbtest.Start(t, dbtest.MariaDB)
	schema := s.Database(t)
	s.Exec(t, manyTables(schema), "CREATE TABLE "+schema+".plain1 (id INT PRIMARY KEY, a INT)",
		"CREATE TABLE "+schema+".plain2 (id INT PRIMARY KEY)",
		"CREATE TABLE "+schema+".child (id INT, FOREIGN KEY (id) REFERENCES "+schema+".plain1 (id))",
		"CREATE TABLE "+schema+".parts (id INT) PARTITION BY HASH (id) PARTITIONS 2",
		"CREATE TABLE "+schema+".old (id INT, KEY (id)) ENGINE=MyISAM")
	user, password := s.Account(t, "GRANT SELECT, PROCESS, INSERT ON *.* TO %s")
	for _, tc := range []struct {
		fact   datasource.AnyFact
		read   func(*datasource.Facts) error
		opened int
	}{
		{datasource.FactForeignKeys,
			func(f *datasource.Facts) error { _, err := datasource.FactForeignKeys.Of(t.Context(), f); return err }, 0},
		{datasource.FactRowFormats, func(f *datasource.Facts) error {
			_,
				err := datasource.FactRowFormats.Of(t.Context(), f)
			return err
		}, 0},
		{datasource.FactTables, func(f *datasource.Facts) error {
			_,
				err := datasource.FactTables.Of(t.Context(), f)
			return err
		}, 0},
		{datasource.FactColumns, func(f *datasource.Facts) error {
			_,
				err := datasource.FactColumns.Of(t.Context(), f)
			return err
		}, 0},
		{datasource.FactPartitions, func(f *datasource.Facts) error {
			_,
				err := datasource.FactPartitions.Of(t.Context(), f)
			return err
		}, 2}, // that with partitions, and that of another engine
		{datasource.FactIndexes, func(f *datasource.Facts) error {
			_, err := datasource.FactIndexes.Of(t.Context(), f)
			return err
		}, 4}, // that of another engine, and three tables with the statistics of the server
	} {
		s.Exec(t, "FLUSH TABLES")
		before := openedTables(t, s)
		if err := tc.read(facts(t, s, user, password, schema)); err != nil {
			t.Fatalf("%s: %v", tc.fact, err)
		}
		if opened := openedTables(t, s) - before; opened != tc.opened {
			t.Errorf("reading %s opened %d tables, want %d", tc.fact, opened, tc.opened)
		}
	}
}

func openedTables(t *testing.T, s *dbtest.Server) (n int) {
	t.Helper()
	var name string
	if err := s.DB(t).QueryRowContext(t.Context(), "SHOW GLOBAL STATUS LIKE 'Opened_tables'").Scan(&name,
		&n); err != nil {
		t.Fatal(err)
	}
	return n
}
