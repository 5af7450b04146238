package privilege_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// shop returns a source with a table and a view in schema shop, read with these grants.
func shop(grants ...datasource.Grant) datasource.Snapshot {
	return datasource.Snapshot{
		datasource.FactServer: datasource.Server{Flavor: datasource.FlavorMySQL,
			Version: datasource.Version{Major: 8, Patch: 36}},
		datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
		datasource.FactTables: datasource.Tables{
			{TableName: datasource.TableName{Schema: "shop", Name: "orders"}, Kind: datasource.BaseTable},
			{TableName: datasource.TableName{Schema: "shop", Name: "seen"}, Kind: datasource.View}},
		datasource.FactForeignKeys: datasource.TableRows[datasource.ForeignKey]{},
		datasource.FactGrants:      account(grants...),
	}
}

func account(grants ...datasource.Grant) datasource.Grants {
	return datasource.Grants{Account: datasource.Account{User: "pre", Host: "%"},
		Rights: datasource.Rights{Grants: grants, Wildcards: true}}
}

func on(schema, table string, privileges ...datasource.Privilege) datasource.Grant {
	g := datasource.Grant{Level: datasource.OnTable, Schema: schema, Name: table, Privileges: privileges}
	switch {
	case schema == "":
		g.Level = datasource.OnEverything
	case table == "":
		g.Level = datasource.OnSchema
	}
	return g
}

// statements returns the statements of findings in order.
func statements(findings []checks.Finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, f.SQL...)
	}
	return all
}

// seed creates a schema with two tables and a view.
func seed(t *testing.T, s *dbtest.Server) string {
	schema := s.Database(t)
	s.Exec(t, "CREATE TABLE "+schema+".orders (id INT PRIMARY KEY, note VARCHAR(20))",
		"CREATE TABLE "+schema+".other (id INT PRIMARY KEY)",
		"CREATE VIEW "+schema+".seen AS SELECT id FROM "+schema+".orders")
	return schema
}

// like escapes a schema's name for GRANT.
func like(schema string) string { return "`" + strings.ReplaceAll(schema, "_", `\_`) + "`" }

func product(flavor datasource.Flavor, parts ...int) datasource.Server {
	v := append(parts, 0, 0, 0)
	return datasource.Server{Flavor: flavor, Version: datasource.Version{Major: v[0], Minor: v[1], Patch: v[2]}}
}

// held returns grants of privileges ON *.* to 'pre'@'%'.
func held(privileges ...datasource.Privilege) datasource.Grants {
	return datasource.Grants{Account: datasource.Account{User: "pre", Host: "%"},
		Rights: datasource.Rights{Grants: []datasource.Grant{{Level: datasource.OnEverything, Privileges: privileges}}}}
}

// doAs executes statements as an account in one session and returns the first error.
func doAs(t *testing.T, s *dbtest.Server, user, password string, statements ...string) error {
	t.Helper()
	connector, err := driver.NewConnector(s.Config(user, password, ""))
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			return err
		}
	}
	return nil
}

// denied reports whether the server refused the statement because of a missing privilege.
func denied(err error) bool {
	var e *driver.MySQLError
	return errors.As(err, &e) && (e.Number == 1227 || e.Number == 1418 || e.Number == 1419)
}

// programs returns a source whose schema shop holds a view, a trigger, an event and routines with definers.
func programs(routines ...datasource.Routine) datasource.Snapshot {
	t := datasource.TableName{Schema: "shop", Name: "t"}
	of := func(name string) datasource.TableName { return datasource.TableName{Schema: "shop", Name: name} }
	return datasource.Snapshot{
		datasource.FactServer:  product(datasource.FlavorMySQL, 8, 4),
		datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
		datasource.FactTables: datasource.Tables{{TableName: t, Kind: datasource.BaseTable},
			{TableName: of("v"), Kind: datasource.View}},
		datasource.FactViews: []datasource.ViewDefinition{{TableName: of("v"), Definer: "view@%",
			Definition: "select 1"}},
		datasource.FactTriggers: []datasource.Trigger{{TableName: of("tr"), Table: t, Definer: "trigger@10.0.0.%",
			Statement: "set @a = 1"}},
		datasource.FactEvents:   []datasource.Event{{TableName: of("e"), Definer: "pre@%"}},
		datasource.FactRoutines: routines,
		datasource.FactGrants:   held("SET_ANY_DEFINER"),
	}
}
