package key_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracle"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestForeignKeyOfOracleWithHiddenParentEmulated(t *testing.T) {
	t.Parallel()
	srv, from := checktest.EmulatedOracle(t, oracletest.Release19c, "CHILD")
	checktest.InsertConstraint(srv, "CHILD", "FK", "R",
		oracletest.Row{"R_OWNER": "OTHER", "R_CONSTRAINT_NAME": "PK", "DELETE_RULE": "NO ACTION"})
	checktest.Unreadable(t, checktest.Real{Source: from, Dest: from}, key.ForeignKey)
}

func TestForeignKeyOfOracleToMySQLEmulated(t *testing.T) {
	t.Parallel()
	my := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "CHILD", "PARENT", "DIVIDED")
			for i, name := range []string{"A", "B"} {
				checktest.InsertColumnAt(srv, "CHILD", i+1, name, "NUMBER",
					oracletest.Row{"NULLABLE": map[string]string{"A": "Y", "B": "N"}[name]})
			}
			checktest.InsertKey(srv, "PARENT", "PARENT_PK", "P", "ID")
			checktest.InsertKey(srv, "DIVIDED", "DIVIDED_PK", "P", "ID")
			srv.Insert("DBA_PART_TABLES",
				oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "DIVIDED", "PARTITIONING_TYPE": "HASH",
					"SUBPARTITIONING_TYPE": "NONE"})
			references := func(name, column, parent string, more oracletest.Row) {
				r := oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "CHILD", "CONSTRAINT_NAME": name,
					"CONSTRAINT_TYPE": "R",
					"STATUS":          "ENABLED", "VALIDATED": "VALIDATED", "R_OWNER": "SHOP",
					"R_CONSTRAINT_NAME": parent,
					"DELETE_RULE":       "NO ACTION", "DEFERRABLE": "NOT DEFERRABLE"}
				for k, v := range more {
					r[k] = v
				}
				srv.Insert("DBA_CONSTRAINTS", r)
				srv.Insert("DBA_CONS_COLUMNS",
					oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "CHILD", "CONSTRAINT_NAME": name,
						"COLUMN_NAME": column,
						"POSITION":    1})
			}
			references("GOOD", "A", "PARENT_PK", nil)
			references("CLEARS", "A", "PARENT_PK", oracletest.Row{"DELETE_RULE": "SET NULL"})
			references("CANNOT", "B", "PARENT_PK", oracletest.Row{"DELETE_RULE": "SET NULL"})
			references("LATE", "A", "PARENT_PK", oracletest.Row{"VALIDATED": "NOT VALIDATED"})
			references("IDLE", "A", "PARENT_PK", oracletest.Row{"STATUS": "DISABLED", "VALIDATED": "NOT VALIDATED"})
			references("PARTS", "A", "DIVIDED_PK", nil)
			task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: my, Schema: my.Database(t)},
				Phases: checks.Schema}
			got := checktest.WantFound(t, task, key.ForeignKey, "partitioned CHILD.PARTS", "set_null CHILD.CANNOT",
				"disabled CHILD.IDLE", "not_validated CHILD.LATE")
			checktest.WantEqual(t, []string{`ALTER TABLE "SHOP"."CHILD" ENABLE VALIDATE CONSTRAINT "LATE"`},
				got.Findings[3].SQL)
			srv.Deny(942, "*_PART_TABLES")
			checktest.Unreadable(t, task, key.ForeignKey)
		})
	}
}

// TestForeignKeyOverVirtualColumnEmulated has no key ON DELETE SET NULL, for which columns are read anyway.
func TestForeignKeyOverVirtualColumnEmulated(t *testing.T) {
	t.Parallel()
	my := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "CHILD", "PARENT")
			checktest.InsertKey(srv, "PARENT", "PARENT_PK", "P", "ID")
			checktest.InsertColumnAt(srv, "CHILD", 1, "A", "NUMBER", nil)
			checktest.InsertColumnAt(srv, "CHILD", 2, "V", "NUMBER", oracletest.Row{"VIRTUAL_COLUMN": "YES",
				"DATA_DEFAULT": `"A"+1`, "DEFAULT_LENGTH": 5})
			for name, column := range map[string]string{"GOOD": "A", "COMPUTED": "V"} {
				checktest.InsertConstraint(srv, "CHILD", name, "R", oracletest.Row{"STATUS": "ENABLED",
					"VALIDATED": "VALIDATED", "R_OWNER": "SHOP", "R_CONSTRAINT_NAME": "PARENT_PK",
					"DELETE_RULE": "NO ACTION", "DEFERRABLE": "NOT DEFERRABLE"}, column)
			}
			task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: my, Schema: my.Database(t)},
				Phases: checks.Schema}
			checktest.WantFound(t, task, key.ForeignKey, "virtual CHILD.COMPUTED")
		})
	}
}

func TestForeignKeyOfOracleEmulated(t *testing.T) {
	t.Parallel()
	to := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "CHILD", "PARENT")
			checktest.InsertConstraint(srv, "PARENT", "PARENT_PK", "P", nil)
			checktest.InsertConstraint(srv, "ALONE", "ALONE_PK", "P", nil)
			references := func(name, parent string, more oracletest.Row) {
				r := oracletest.Row{"R_OWNER": "SHOP", "R_CONSTRAINT_NAME": parent, "DELETE_RULE": "NO ACTION",
					"DEFERRABLE": "NOT DEFERRABLE"}
				for k, v := range more {
					r[k] = v
				}
				checktest.InsertConstraint(srv, "CHILD", name, "R", r)
			}
			references("GOOD", "PARENT_PK", nil)
			references("OFF", "ALONE_PK", oracletest.Row{"STATUS": "DISABLED"})
			references("GONE", "ALONE_PK", nil)
			references("LATE", "PARENT_PK", oracletest.Row{"DEFERRABLE": "DEFERRABLE"})
			references("ALSO", "PARENT_PK", oracletest.Row{"DELETE_RULE": "CASCADE"})
			task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
			got := task.Run(t, key.ForeignKey)
			var found []string
			for _, f := range got.Findings {
				found = append(found, f.Rule+" "+f.Object.String())
			}
			if diff := cmp.Diff([]string{"parent_outside SHOP.CHILD.GONE", "cascade SHOP.CHILD.ALSO",
				"deferrable SHOP.CHILD.LATE", "disabled SHOP.CHILD.OFF"}, found); diff != "" {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			task.Dest = from
			if got := task.Run(t, key.ForeignKey); slices.ContainsFunc(got.Findings,
				func(f engine.Finding) bool { return f.Rule == "deferrable" }) {
				t.Errorf("a deferrable foreign key is reported to Oracle, which supports them:\n%s", got.Message(10))
			}
			srv.Deny(942, "*_CONSTRAINTS")
			if got := task.Run(t, key.ForeignKey); got.Outcome != engine.Unknown {
				t.Errorf("without the view of constraints it is %s:\n%s", got.Outcome, got.Message(10))
			}
		})
	}
}

// The columns of a foreign key are read in its order, each with the column of the parent.
func TestForeignKeyColumnsOfOracleEmulated(t *testing.T) {
	t.Parallel()
	source := datasource.ForeignKey{Name: "K", Columns: []string{"A", "B"},
		Parent: datasource.TableName{Schema: "SHOP", Name: "PARENT"}, ParentColumns: []string{"B", "A"},
		OnUpdate: "NO ACTION", OnDelete: "NO ACTION"}
	srv, from := checktest.EmulatedOracle(t, oracletest.Release19c, "CHILD", "PARENT")
	srv.Insert("DBA_CONSTRAINTS",
		oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "PARENT", "CONSTRAINT_NAME": "PK", "CONSTRAINT_TYPE": "P",
			"STATUS": "ENABLED"})
	srv.Insert("DBA_CONS_COLUMNS",
		oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "PARENT", "CONSTRAINT_NAME": "PK", "COLUMN_NAME": "B",
			"POSITION": 1},
		oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "PARENT", "CONSTRAINT_NAME": "PK", "COLUMN_NAME": "A",
			"POSITION": 2})
	checktest.InsertConstraint(srv, "CHILD", "K", "R",
		oracletest.Row{"R_OWNER": "SHOP", "R_CONSTRAINT_NAME": "PK", "DELETE_RULE": "NO ACTION"})
	reader, err := oracle.Open(datasource.Endpoint{Type: datasource.Oracle, Host: srv.Host, Port: srv.Port,
		Service: srv.Service, User: srv.User, Password: datasource.NewSecret(srv.Password)},
		func(context.Context) ([]string, error) { return []string{from.Schema}, nil })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reader.Close() })
	facts := datasource.NewFacts(t.Context(), reader)
	keys, err := datasource.FactForeignKeys.Of(t.Context(), facts)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]datasource.ForeignKey{source},
		keys.Of(datasource.TableName{Schema: "SHOP", Name: "CHILD"})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
