package mysql_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func TestViews(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		shop := s.Database(t)
		s.Exec(t, "CREATE TABLE "+shop+".a (id INT PRIMARY KEY, gone INT)",
			"CREATE DEFINER = nobody@nowhere SQL SECURITY INVOKER VIEW "+shop+".checked AS SELECT id FROM "+shop+
				".a WHERE id > 1 WITH CASCADED CHECK OPTION",
			"CREATE VIEW "+shop+".broken AS SELECT gone FROM "+shop+".a",
			"ALTER TABLE "+shop+".a DROP COLUMN gone")
		admin := facts(t, s, s.User, s.Password, shop)

		views, err := datasource.FactViews.Of(t.Context(), admin)
		if err != nil {
			t.Fatal(err)
		}
		if len(views) != 2 {
			t.Fatalf("got %+v, want broken and checked", views)
		}
		checked := views[1]
		if !strings.Contains(checked.Definition, "select `"+shop+"`.`a`.`id`") {
			t.Errorf("definition %q", checked.Definition)
		}
		checked.Definition = ""
		want := datasource.ViewDefinition{TableName: datasource.TableName{Schema: shop, Name: "checked"},
			Definer: "nobody@nowhere", Security: "INVOKER", CheckOption: "CASCADED"}
		if diff := cmp.Diff(want, checked); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		invalid, err := datasource.FactInvalidViews.Of(t.Context(), admin)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]datasource.TableName{{Schema: shop, Name: "broken"}}, invalid); diff != "" {
			t.Errorf("invalid views (-want +got):\n%s", diff)
		}

		user, password := s.Account(t, "GRANT SELECT ON "+shop+".* TO %s")
		reader := facts(t, s, user, password, shop)
		if views, err = datasource.FactViews.Of(t.Context(), reader); err != nil || len(views) != 2 ||
			views[1].Definition != "" || views[1].Definer != "nobody@nowhere" {
			t.Errorf("without SHOW VIEW: %+v, %v, want both views without a definition", views, err)
		}
		if invalid, err = datasource.FactInvalidViews.Of(t.Context(), reader); err != nil || len(invalid) != 1 {
			t.Errorf("without SHOW VIEW: invalid %v, %v, want broken", invalid, err)
		}
	})
}

func TestStoredPrograms(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		shop := s.Database(t)
		in := func(name string) datasource.TableName { return datasource.TableName{Schema: shop, Name: name} }
		s.Exec(t, "SET NAMES utf8mb4 COLLATE utf8mb4_bin", "SET sql_mode = 'ANSI_QUOTES'",
			"CREATE TABLE "+shop+".a (id INT)",
			"CREATE DEFINER = nobody@nowhere FUNCTION "+shop+".f() RETURNS INT DETERMINISTIC NO SQL RETURN 1",
			"CREATE DEFINER = nobody@nowhere PROCEDURE "+shop+
				".f() SQL SECURITY INVOKER MODIFIES SQL DATA DELETE FROM a",
			"CREATE DEFINER = nobody@nowhere TRIGGER "+shop+".tr BEFORE UPDATE ON "+shop+
				".a FOR EACH ROW SET NEW.id = 1",
			"CREATE DEFINER = nobody@nowhere EVENT "+shop+".e ON SCHEDULE EVERY 1 YEAR DISABLE DO DELETE FROM a")
		admin := facts(t, s, s.User, s.Password, shop)

		routines, err := datasource.FactRoutines.Of(t.Context(), admin)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]datasource.Routine{
			{TableName: in("f"), Kind: "FUNCTION", Definer: "nobody@nowhere", Security: "DEFINER", DataAccess: "NO SQL",
				Deterministic: true,
				Definition:    "RETURN 1", SQLMode: "ANSI_QUOTES", Collation: "utf8mb4_bin"},
			{TableName: in("f"), Kind: "PROCEDURE", Definer: "nobody@nowhere", Security: "INVOKER",
				DataAccess: "MODIFIES SQL DATA",
				Definition: "DELETE FROM a", SQLMode: "ANSI_QUOTES", Collation: "utf8mb4_bin"},
		}, routines); diff != "" {
			t.Errorf("routines (-want +got):\n%s", diff)
		}
		triggers, err := datasource.FactTriggers.Of(t.Context(), admin)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]datasource.Trigger{{TableName: in("tr"), Table: in("a"), Event: "UPDATE",
			Timing:    "BEFORE",
			Definer:   "nobody@nowhere",
			Statement: "SET NEW.id = 1", SQLMode: "ANSI_QUOTES", Collation: "utf8mb4_bin"}}, triggers); diff != "" {
			t.Errorf("triggers (-want +got):\n%s", diff)
		}
		events, err := datasource.FactEvents.Of(t.Context(), admin)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]datasource.Event{{TableName: in("e"), Definer: "nobody@nowhere", Status: "DISABLED",
			Definition: "DELETE FROM a", SQLMode: "ANSI_QUOTES", Collation: "utf8mb4_bin"}}, events); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}

		user, password := s.Account(t, "GRANT SELECT ON "+shop+".* TO %s")
		reader := facts(t, s, user, password, shop)
		if triggers, err = datasource.FactTriggers.Of(t.Context(), reader); err != nil || len(triggers) != 0 {
			t.Errorf("without TRIGGER: %+v, %v, want none", triggers, err)
		}
		if events, err = datasource.FactEvents.Of(t.Context(), reader); err != nil || len(events) != 0 {
			t.Errorf("without EVENT: %+v, %v, want none", events, err)
		}
		user, password = s.Account(t, "GRANT SELECT, INSERT ON "+shop+".* TO %s")
		if triggers, err = datasource.FactTriggers.Of(t.Context(), facts(t, s, user, password, shop)); err != nil ||
			len(triggers) > 0 && triggers[0].Definer+triggers[0].Statement != "" {
			t.Errorf("with INSERT, without TRIGGER: %+v, %v, want at most the name", triggers, err)
		}
	})
}

func TestStorageEngines(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		engines, err := datasource.FactStorageEngines.Of(t.Context(), facts(t, s, s.User, s.Password))
		if err != nil {
			t.Fatal(err)
		}
		if inno := engines.Find("innodb"); inno == nil || inno.Support != "DEFAULT" || !inno.Transactional {
			t.Errorf("InnoDB is %+v", inno)
		}
		if memory := engines.Find("MEMORY"); memory == nil || memory.Transactional || !engines.Usable("memory") {
			t.Errorf("MEMORY is %+v", memory)
		}
		if aria := engines.Usable("Aria"); aria != (s.Product == dbtest.MariaDB) {
			t.Errorf("Aria is usable: %t", aria)
		}
		if engines.Usable("FEDERATED") {
			t.Error("FEDERATED, which is off by default, is usable")
		}
	})
}

func TestKeywords(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		keywords, err := datasource.FactKeywords.Of(t.Context(), facts(t, s, s.User, s.Password))
		if err != nil {
			t.Fatal(err)
		}
		told := s.Product == dbtest.MySQL
		if keywords.Authoritative != told || keywords.Words["SELECT"] != told || keywords.Words["ACCOUNT"] {
			t.Errorf("authoritative %t, SELECT %t, ACCOUNT %t", keywords.Authoritative, keywords.Words["SELECT"],
				keywords.Words["ACCOUNT"])
		}
		for _, word := range []string{"SELECT", "ACCOUNT"} {
			if _, listed := keywords.Words[word]; !listed {
				t.Errorf("%s is not listed", word)
			}
		}
	})
}

// Schemas and tables whose names differ only in case are distinguished if the server distinguishes them.
func TestNamesThatDifferInCase(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		lower, other := s.Database(t), s.Database(t)
		upper := strings.ToUpper(lower)
		s.Exec(t, "CREATE DATABASE "+upper)
		t.Cleanup(func() { s.Exec(t, "DROP DATABASE "+upper) })
		for i, table := range []string{lower + ".t", lower + ".T", upper + ".t", other + ".t"} {
			s.Exec(t,
				fmt.Sprintf(
					"CREATE TABLE %s (id INT PRIMARY KEY, parent INT, CONSTRAINT fk%d FOREIGN KEY (parent) "+
						"REFERENCES %[1]s (id))",
					table, i),
				"CREATE TABLE "+table+"p (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2",
				fmt.Sprintf("CREATE TRIGGER %s_%d BEFORE INSERT ON %[1]s FOR EACH ROW SET @a = 1", table, i))
		}
		user, password := s.Account(t, "GRANT SELECT, TRIGGER ON *.* TO %s")
		for _, tc := range []struct {
			scope []string
			want  map[string]int // tables of each schema
		}{
			{[]string{lower, upper}, map[string]int{lower: 4, upper: 2}},
			{[]string{lower, other}, map[string]int{lower: 4, other: 2}},
			{[]string{upper}, map[string]int{upper: 2}},
		} {
			f := facts(t, s, user, password, tc.scope...)
			tables, err := datasource.FactTables.Of(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]int{}
			for _, table := range tables {
				got[table.Schema]++
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("tables of %v (-want +got):\n%s", tc.scope, diff)
			}
			columns, err := datasource.FactColumns.Of(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			indexes, err := datasource.FactIndexes.Of(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			partitions, err := datasource.FactPartitions.Of(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			keys, err := datasource.FactForeignKeys.Of(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			triggers, err := datasource.FactTriggers.Of(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			half := len(tables) / 2
			counted := map[string]int{"columns": columns.Len(), "indexes": indexes.Len(),
				"partitions":   partitions.Len(),
				"foreign keys": keys.Len(), "triggers": len(triggers)}
			want := map[string]int{"columns": 3 * half, "indexes": 3 * half, "partitions": half, "foreign keys": half,
				"triggers": half}
			if diff := cmp.Diff(want, counted); diff != "" {
				t.Errorf("facts of %v (-want +got):\n%s", tc.scope, diff)
			}
		}
	})
}
