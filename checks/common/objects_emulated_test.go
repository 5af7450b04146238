package common_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracle"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

// emulatedOracle gives an emulated listener whose schema SHOP has these tables, and it as the end of a task.
func emulatedOracle(t *testing.T, release oracletest.Release, tables ...string) (*oracletest.Server, checktest.End) {
	t.Helper()
	srv := oracletest.New(t, release, oracletest.Options{})
	srv.Insert("DBA_USERS", oracletest.Row{"USERNAME": "SHOP", "USER_ID": 101})
	for _, table := range tables {
		srv.Insert("DBA_ALL_TABLES", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "TEMPORARY": "N"})
	}
	return srv, checktest.End{Server: &dbtest.Server{Product: dbtest.OracleFree, Host: srv.Host, Port: srv.Port, User: srv.User, Password: srv.Password, Service: srv.Service}, Schema: "SHOP"}
}

// emulatedConstraint puts a constraint into the dictionary, over the columns A and B if no others are given.
func emulatedConstraint(srv *oracletest.Server, table, name, kind string, more oracletest.Row, columns ...string) {
	if columns == nil {
		columns = []string{"A", "B"}
	}
	r := oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "CONSTRAINT_NAME": name, "CONSTRAINT_TYPE": kind, "STATUS": "ENABLED"}
	for k, v := range more {
		r[k] = v
	}
	srv.Insert("DBA_CONSTRAINTS", r)
	for position, column := range columns {
		srv.Insert("DBA_CONS_COLUMNS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "CONSTRAINT_NAME": name, "COLUMN_NAME": column, "POSITION": position + 1})
	}
}

func TestForeignKeyOfOracleEmulated(t *testing.T) {
	t.Parallel()
	to := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := emulatedOracle(t, release, "CHILD", "PARENT")
			emulatedConstraint(srv, "PARENT", "PARENT_PK", "P", nil)
			emulatedConstraint(srv, "ALONE", "ALONE_PK", "P", nil)
			references := func(name, parent string, more oracletest.Row) {
				r := oracletest.Row{"R_OWNER": "SHOP", "R_CONSTRAINT_NAME": parent, "DELETE_RULE": "NO ACTION", "DEFERRABLE": "NOT DEFERRABLE"}
				for k, v := range more {
					r[k] = v
				}
				emulatedConstraint(srv, "CHILD", name, "R", r)
			}
			references("GOOD", "PARENT_PK", nil)
			references("OFF", "ALONE_PK", oracletest.Row{"STATUS": "DISABLED"})
			references("GONE", "ALONE_PK", nil)
			references("LATE", "PARENT_PK", oracletest.Row{"DEFERRABLE": "DEFERRABLE"})
			references("ALSO", "PARENT_PK", oracletest.Row{"DELETE_RULE": "CASCADE"})
			task := checktest.Real{Source: from, Dest: checktest.End{Server: to, Schema: to.Database(t)}}
			got := task.Run(t, common.ForeignKey)
			var found []string
			for _, f := range got.Findings {
				found = append(found, f.Rule+" "+f.Object.String())
			}
			if diff := cmp.Diff([]string{"parent_outside SHOP.CHILD.GONE", "cascade SHOP.CHILD.ALSO", "deferrable SHOP.CHILD.LATE", "disabled SHOP.CHILD.OFF"}, found); diff != "" {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			task.Dest = from
			if got := task.Run(t, common.ForeignKey); slices.ContainsFunc(got.Findings, func(f engine.Finding) bool { return f.Rule == "deferrable" }) {
				t.Errorf("a deferrable foreign key is reported to Oracle, which has them:\n%s", got.Message(10))
			}
			srv.Deny(942, "*_CONSTRAINTS")
			if got := task.Run(t, common.ForeignKey); got.Outcome != engine.Unknown {
				t.Errorf("without the view of constraints it is %s:\n%s", got.Outcome, got.Message(10))
			}
		})
	}
}

// The columns of a foreign key come in its order, each with the parent's.
func TestForeignKeyColumnsOfOracleEmulated(t *testing.T) {
	t.Parallel()
	source := datasource.ForeignKey{Name: "K", Columns: []string{"A", "B"}, Parent: datasource.TableName{Schema: "SHOP", Name: "PARENT"}, ParentColumns: []string{"B", "A"}, OnUpdate: "NO ACTION", OnDelete: "NO ACTION"}
	srv, from := emulatedOracle(t, oracletest.Release19c, "CHILD", "PARENT")
	srv.Insert("DBA_CONSTRAINTS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "PARENT", "CONSTRAINT_NAME": "PK", "CONSTRAINT_TYPE": "P", "STATUS": "ENABLED"})
	srv.Insert("DBA_CONS_COLUMNS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "PARENT", "CONSTRAINT_NAME": "PK", "COLUMN_NAME": "B", "POSITION": 1},
		oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "PARENT", "CONSTRAINT_NAME": "PK", "COLUMN_NAME": "A", "POSITION": 2})
	emulatedConstraint(srv, "CHILD", "K", "R", oracletest.Row{"R_OWNER": "SHOP", "R_CONSTRAINT_NAME": "PK", "DELETE_RULE": "NO ACTION"})
	reader, err := oracle.Open(datasource.Endpoint{Type: datasource.Oracle, Host: srv.Host, Port: srv.Port, Service: srv.Service, User: srv.User, Password: datasource.NewSecret(srv.Password)},
		func(context.Context) ([]string, error) { return []string{from.Schema}, nil })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reader.Close() })
	facts := datasource.NewFacts(t.Context(), reader)
	keys, err := facts.ForeignKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]datasource.ForeignKey{source}, keys.Of(datasource.TableName{Schema: "SHOP", Name: "CHILD"})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestObjectTypeOfOracleEmulated(t *testing.T) {
	t.Parallel()
	srv, from := emulatedOracle(t, oracletest.Release19c, "T")
	for _, view := range []string{"V", "W"} {
		srv.Insert("DBA_VIEWS", oracletest.Row{"OWNER": "SHOP", "VIEW_NAME": view})
	}
	for name, kinds := range map[string][]string{"T": {"TABLE"}, "V": {"VIEW"}, "W": {"VIEW"}, "P": {"PACKAGE", "PACKAGE BODY"}, "Q": {"PACKAGE"}, "S": {"SEQUENCE"}, "I": {"INDEX"}, "L": {"DATABASE LINK"}} {
		for _, kind := range kinds {
			srv.Insert("DBA_OBJECTS", oracletest.Row{"OWNER": "SHOP", "OBJECT_NAME": name, "OBJECT_TYPE": kind, "STATUS": "INVALID"})
		}
	}
	task := checktest.Real{Source: from, Dest: from, Exclude: []string{"SHOP.W"}}
	got := task.Run(t, common.ObjectType)
	var left []string
	for _, f := range got.Findings {
		left = append(left, f.Level.String()+" "+f.Args["kind"]+" "+f.Args["names"])
	}
	slices.Sort(left)
	if diff := cmp.Diff([]string{"info database link L", "info package P, Q", "info sequence S", "info view W"}, left); diff != "" {
		t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
	}
	srv.Deny(942, "DBA_*")
	if got := task.Run(t, common.ObjectType); !strings.Contains(got.Message(20), "objects on which it has no right are not listed") {
		t.Errorf("with the objects that the account may see it is %s:\n%s", got.Outcome, got.Message(20))
	}
	findings, _, err := checktest.Facts{Source: datasource.Snapshot{}, Route: checks.Route{Source: datasource.Oracle}}.Run(t, common.ObjectType)
	if err == nil {
		t.Errorf("with nothing read it finds %v", findings)
	}
}
