package mysql_test

import (
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
			"CREATE DEFINER = nobody@nowhere SQL SECURITY INVOKER VIEW "+shop+".checked AS SELECT id FROM "+shop+".a WHERE id > 1 WITH CASCADED CHECK OPTION",
			"CREATE VIEW "+shop+".broken AS SELECT gone FROM "+shop+".a",
			"ALTER TABLE "+shop+".a DROP COLUMN gone")
		admin := facts(t, s, s.User, s.Password, shop)

		views, err := admin.Views(t.Context())
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
		invalid, err := admin.InvalidViews(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]datasource.TableName{{Schema: shop, Name: "broken"}}, invalid); diff != "" {
			t.Errorf("invalid views (-want +got):\n%s", diff)
		}

		user, password := s.Account(t, "GRANT SELECT ON "+shop+".* TO %s")
		reader := facts(t, s, user, password, shop)
		if views, err = reader.Views(t.Context()); err != nil || len(views) != 2 || views[1].Definition != "" || views[1].Definer != "nobody@nowhere" {
			t.Errorf("without SHOW VIEW: %+v, %v, want both views without a definition", views, err)
		}
		if invalid, err = reader.InvalidViews(t.Context()); err != nil || len(invalid) != 1 {
			t.Errorf("without SHOW VIEW: invalid %v, %v, want broken", invalid, err)
		}
	})
}

func TestStoredPrograms(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		shop := s.Database(t)
		in := func(name string) datasource.TableName { return datasource.TableName{Schema: shop, Name: name} }
		s.Exec(t, "CREATE TABLE "+shop+".a (id INT)",
			"CREATE DEFINER = nobody@nowhere FUNCTION "+shop+".f() RETURNS INT DETERMINISTIC NO SQL RETURN 1",
			"CREATE DEFINER = nobody@nowhere PROCEDURE "+shop+".f() SQL SECURITY INVOKER MODIFIES SQL DATA DELETE FROM a",
			"CREATE DEFINER = nobody@nowhere TRIGGER "+shop+".tr BEFORE UPDATE ON "+shop+".a FOR EACH ROW SET NEW.id = 1",
			"CREATE DEFINER = nobody@nowhere EVENT "+shop+".e ON SCHEDULE EVERY 1 YEAR DISABLE DO DELETE FROM a")
		admin := facts(t, s, s.User, s.Password, shop)

		routines, err := admin.Routines(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]datasource.Routine{
			{TableName: in("f"), Kind: "FUNCTION", Definer: "nobody@nowhere", Security: "DEFINER", DataAccess: "NO SQL", Deterministic: true, Definition: "RETURN 1"},
			{TableName: in("f"), Kind: "PROCEDURE", Definer: "nobody@nowhere", Security: "INVOKER", DataAccess: "MODIFIES SQL DATA", Definition: "DELETE FROM a"},
		}, routines); diff != "" {
			t.Errorf("routines (-want +got):\n%s", diff)
		}
		triggers, err := admin.Triggers(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]datasource.Trigger{{TableName: in("tr"), Table: in("a"), Event: "UPDATE", Timing: "BEFORE",
			Definer: "nobody@nowhere", Statement: "SET NEW.id = 1"}}, triggers); diff != "" {
			t.Errorf("triggers (-want +got):\n%s", diff)
		}
		events, err := admin.Events(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]datasource.Event{{TableName: in("e"), Definer: "nobody@nowhere", Status: "DISABLED", Definition: "DELETE FROM a"}}, events); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}

		user, password := s.Account(t, "GRANT SELECT ON "+shop+".* TO %s")
		reader := facts(t, s, user, password, shop)
		if triggers, err = reader.Triggers(t.Context()); err != nil || len(triggers) != 0 {
			t.Errorf("without TRIGGER: %+v, %v, want none", triggers, err)
		}
		if events, err = reader.Events(t.Context()); err != nil || len(events) != 0 {
			t.Errorf("without EVENT: %+v, %v, want none", events, err)
		}
	})
}

func TestStorageEngines(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		engines, err := facts(t, s, s.User, s.Password).StorageEngines(t.Context())
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
		keywords, err := facts(t, s, s.User, s.Password).Keywords(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		told := s.Product == dbtest.MySQL
		if keywords.Told != told || keywords.Words["SELECT"] != told || keywords.Words["ACCOUNT"] {
			t.Errorf("told %t, SELECT %t, ACCOUNT %t", keywords.Told, keywords.Words["SELECT"], keywords.Words["ACCOUNT"])
		}
		for _, word := range []string{"SELECT", "ACCOUNT"} {
			if _, listed := keywords.Words[word]; !listed {
				t.Errorf("%s is not listed", word)
			}
		}
	})
}
