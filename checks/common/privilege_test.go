package common_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// shop is a source with a table and a view in the schema shop, read with these rights.
func shop(grants ...datasource.Grant) datasource.Snapshot {
	return datasource.Snapshot{
		datasource.FactServer:  datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 8, Patch: 36}},
		datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
		datasource.FactTables: datasource.Tables{
			{TableName: datasource.TableName{Schema: "shop", Name: "orders"}, Kind: datasource.BaseTable},
			{TableName: datasource.TableName{Schema: "shop", Name: "seen"}, Kind: datasource.View}},
		datasource.FactForeignKeys: datasource.ByTable[datasource.ForeignKey]{},
		datasource.FactGrants:      account(grants...),
	}
}

func account(grants ...datasource.Grant) datasource.Grants {
	return datasource.Grants{Account: datasource.Account{User: "pre", Host: "%"}, Rights: datasource.Rights{Grants: grants, Wildcards: true}}
}

func on(schema, table string, rights ...datasource.Privilege) datasource.Grant {
	g := datasource.Grant{Level: datasource.OnTable, Schema: schema, Name: table, Privileges: rights}
	switch {
	case schema == "":
		g.Level = datasource.OnEverything
	case table == "":
		g.Level = datasource.OnSchema
	}
	return g
}

var oneOrders = checks.Selection{Databases: []checks.SelectedDatabase{{Name: "shop", Tables: []checks.SelectedTable{{Name: "orders"}}}}}

// statements gives the statements of findings, in order.
func statements(findings []checks.Finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, f.SQL...)
	}
	return all
}

func TestReadPrivilege(t *testing.T) {
	t.Parallel()
	whole := checks.Selection{Databases: []checks.SelectedDatabase{{Name: "shop"}}}
	all := on("", "", "SELECT", "SHOW VIEW", "TRIGGER", "EVENT")
	for _, tc := range []struct {
		name      string
		grants    []datasource.Grant
		selection checks.Selection
		phases    checks.Phases
		dest      datasource.Type
		want      []string
		sql       []string
	}{
		{name: "everything", grants: []datasource.Grant{all}, selection: whole},
		{name: "the schema", grants: []datasource.Grant{on("shop", "", "SELECT", "SHOW VIEW", "TRIGGER", "EVENT"), on("", "", "SHOW_ROUTINE")}, selection: whole},
		{name: "the tables of a schema that is taken whole", grants: []datasource.Grant{on("shop", "orders", "SELECT"), on("shop", "seen", "SELECT")}, selection: whole, phases: checks.Full,
			want: []string{"missing_right"}, sql: []string{"GRANT SELECT ON `shop`.* TO 'pre'@'%'"}},
		{name: "no definition of a view", grants: []datasource.Grant{on("shop", "", "SELECT", "TRIGGER", "EVENT"), on("", "", "SHOW_ROUTINE")}, selection: whole,
			want: []string{"missing_right"}, sql: []string{"GRANT SHOW VIEW ON `shop`.`seen` TO 'pre'@'%'"}},
		{name: "rows alone need no definition", grants: []datasource.Grant{on("shop", "", "SELECT")}, selection: whole, phases: checks.Full},
		{name: "hidden objects", grants: []datasource.Grant{on("shop", "", "SELECT", "SHOW VIEW")}, selection: whole, want: []string{"hidden_objects", "hidden_objects"},
			sql: []string{"GRANT SHOW_ROUTINE ON *.* TO 'pre'@'%'", "GRANT TRIGGER, EVENT ON `shop`.* TO 'pre'@'%'"}},
		{name: "the table that is named", grants: []datasource.Grant{on("shop", "orders", "SELECT")}, selection: oneOrders},
		{name: "not the table that is named", grants: []datasource.Grant{on("shop", "seen", "SELECT")}, selection: oneOrders,
			want: []string{"missing_right"}, sql: []string{"GRANT SELECT ON `shop`.`orders` TO 'pre'@'%'"}},
		{name: "tables named by patterns, one hidden", grants: []datasource.Grant{on("shop", "orders", "SELECT")}, selection: checks.Selection{Include: []string{"shop.orders", "shop.hidden"}},
			want: []string{"missing_right"}, sql: []string{"GRANT SELECT ON `shop`.`hidden` TO 'pre'@'%'"}},
		{name: "to OceanBase with changes", grants: []datasource.Grant{on("shop", "orders", "SELECT")}, selection: oneOrders, dest: datasource.OceanBaseMySQL, phases: checks.Incremental,
			want: []string{"documented_right"}, sql: []string{"GRANT SELECT ON *.* TO 'pre'@'%'"}},
		{name: "schemas by a pattern", grants: []datasource.Grant{on("shop", "", "SELECT")}, phases: checks.Full,
			want: []string{"hidden_schemas"}, sql: []string{"GRANT SHOW DATABASES ON *.* TO 'pre'@'%'"}},
		{name: "schemas by a pattern, all seen", grants: []datasource.Grant{on("shop", "", "SELECT"), on("", "", "SHOW DATABASES")}, phases: checks.Full},
		{name: "a pattern holds more", grants: []datasource.Grant{on("sh%", "", "INSERT", "DELETE")}, selection: whole, phases: checks.Full,
			want: []string{"missing_right"}, sql: []string{"GRANT SELECT, DELETE, INSERT ON `shop`.* TO 'pre'@'%'"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.phases == 0 {
				tc.phases = checks.Schema | checks.Full
			}
			findings, _, err := checktest.Facts{Source: shop(tc.grants...), Selection: tc.selection, Route: checks.Route{Phases: tc.phases, Dest: tc.dest}}.Run(t, common.ReadPrivilege)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.sql, statements(findings)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadPrivilegeUnknown(t *testing.T) {
	t.Parallel()
	for name, grants := range map[string]datasource.Rights{
		"a line that is not understood": {NotUnderstood: []string{"GRANT WHATEVER"}},
		"a right that is not known":     {Grants: []datasource.Grant{{Level: datasource.OnSchema, Schema: "shop", UnknownPrivileges: []string{"READ ALL"}}}},
		"two patterns":                  {Wildcards: true, Grants: []datasource.Grant{on("sh%", "", "SELECT"), on("s%", "", "INSERT")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := shop()
			source[datasource.FactGrants] = datasource.Grants{Rights: grants}
			findings, _, err := checktest.Facts{Source: source, Selection: oneOrders, Route: checks.Route{Phases: checks.Full}}.Run(t, common.ReadPrivilege)
			if err == nil || len(findings) != 0 {
				t.Errorf("found %v, error %v: want an error alone", checktest.Rules(findings), err)
			}
		})
	}
}

func TestReadPrivilegeByRole(t *testing.T) {
	t.Parallel()
	source := shop()
	source[datasource.FactGrants] = datasource.Grants{Account: datasource.Account{User: "pre", Host: "%"}, Inactive: []string{"`writer`", "`reader`"},
		Alternatives: []datasource.Alternative{
			{Roles: []string{"`writer`"}, Activate: "SET DEFAULT ROLE `writer` FOR 'pre'@'%'", Rights: datasource.Rights{Grants: []datasource.Grant{on("shop", "", "INSERT")}}},
			{Roles: []string{"`reader`"}, Activate: "SET DEFAULT ROLE `reader` FOR 'pre'@'%'", Rights: datasource.Rights{Grants: []datasource.Grant{on("shop", "", "SELECT")}}}}}
	findings, _, err := checktest.Facts{Source: source, Selection: oneOrders, Route: checks.Route{Phases: checks.Full}}.Run(t, common.ReadPrivilege)
	if err != nil {
		t.Fatal(err)
	}
	if len(findings) != 1 || findings[0].Rule != "inactive_role" || !slices.Equal(findings[0].SQL, []string{"SET DEFAULT ROLE `reader` FOR 'pre'@'%'"}) ||
		!strings.Contains(findings[0].Message, "`reader`") {
		t.Errorf("got %+v, want the role named and activated", findings)
	}
}

// seed makes a schema with a table, another and a view.
func seed(t *testing.T, s *dbtest.Server) string {
	schema := s.Database(t)
	s.Exec(t, "CREATE TABLE "+schema+".orders (id INT PRIMARY KEY, note VARCHAR(20))", "CREATE TABLE "+schema+".other (id INT PRIMARY KEY)",
		"CREATE VIEW "+schema+".seen AS SELECT id FROM "+schema+".orders")
	return schema
}

// like escapes a schema's name for GRANT.
func like(schema string) string { return "`" + strings.ReplaceAll(schema, "_", `\_`) + "`" }

func TestReadPrivilegeOnRealServer(t *testing.T) {
	t.Parallel()
	table := func(schema string, names ...string) *checks.Selection {
		d := checks.SelectedDatabase{Name: schema}
		for _, n := range names {
			d.Tables = append(d.Tables, checks.SelectedTable{Name: n})
		}
		return &checks.Selection{Databases: []checks.SelectedDatabase{d}}
	}
	for name, tc := range map[string]struct {
		grants func(schema string) []string
		tables []string // none: the whole schema
		phases checks.Phases
		want   []string // rules; the first fixed by the statements
	}{
		"the schema":          {grants: func(s string) []string { return []string{"GRANT SELECT, SHOW VIEW ON " + s + ".* TO %s"} }, phases: checks.Full},
		"the schema, escaped": {grants: func(s string) []string { return []string{"GRANT SELECT ON " + like(s) + ".* TO %s"} }, phases: checks.Full},
		"a pattern":           {grants: func(s string) []string { return []string{"GRANT SELECT ON `pt%%`.* TO %s"} }, phases: checks.Full},
		"a pattern that does not match": {grants: func(s string) []string {
			return []string{"GRANT SELECT ON `pt%%`.* TO %s", "GRANT INSERT ON " + like(s) + ".* TO %s"}
		}, phases: checks.Full, want: []string{"missing_right"}},
		"nothing":                        {grants: func(s string) []string { return nil }, phases: checks.Schema | checks.Full, want: []string{"missing_right", "hidden_objects", "hidden_objects"}},
		"no definition of the view":      {grants: func(s string) []string { return []string{"GRANT SELECT, TRIGGER, EVENT ON " + s + ".* TO %s"} }, phases: checks.Schema, want: []string{"missing_right", "hidden_objects"}},
		"one table of a schema":          {grants: func(s string) []string { return []string{"GRANT SELECT ON " + s + ".orders TO %s"} }, phases: checks.Full, want: []string{"missing_right"}},
		"the table that is named":        {grants: func(s string) []string { return []string{"GRANT SELECT ON " + s + ".orders TO %s"} }, tables: []string{"orders"}, phases: checks.Schema | checks.Full},
		"another than is named":          {grants: func(s string) []string { return []string{"GRANT SELECT ON " + s + ".orders TO %s"} }, tables: []string{"orders", "other"}, phases: checks.Full, want: []string{"missing_right"}},
		"all columns, rows":              {grants: func(s string) []string { return []string{"GRANT SELECT (id, note) ON " + s + ".orders TO %s"} }, tables: []string{"orders"}, phases: checks.Full, want: []string{"columns_only"}},
		"all columns, but no definition": {grants: func(s string) []string { return []string{"GRANT SELECT (id, note) ON " + s + ".orders TO %s"} }, tables: []string{"orders"}, phases: checks.Schema, want: []string{"missing_right"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
				schema, to := seed(t, s), s.Database(t)
				grants := tc.grants(schema)
				for i := range grants {
					grants[i] = strings.ReplaceAll(grants[i], "%%", "%")
				}
				user, password := s.Account(t, grants...)
				task := checktest.Real{Source: checktest.End{Server: s, User: user, Password: password, Schema: schema}, Dest: checktest.End{Server: s, Schema: to}, Phases: tc.phases}
				if tc.tables != nil {
					task.Selection = table(schema, tc.tables...)
				}
				got := task.Run(t, common.ReadPrivilege)
				var rules []string
				for _, f := range got.Findings {
					rules = append(rules, f.Rule)
				}
				if diff := cmp.Diff(tc.want, rules); diff != "" {
					t.Fatalf("rules (-want +got):\n%s\n%s", diff, got.Message(20))
				}
				for range 2 { // what was hidden shows after the first
					checktest.Mend(t, s, got.Findings)
					got = task.Run(t, common.ReadPrivilege)
				}
				if got.Outcome != engine.Passed {
					t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(20))
				}
			})
		})
	}
}

// With the right that shows the bodies of routines nothing is said to be hidden, and the body is there to read.
func TestRoutinesAreShownOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".orders (id INT PRIMARY KEY)", "CREATE PROCEDURE "+schema+".p() SELECT 1")
		right := "SHOW_ROUTINE ON *.*"
		switch {
		case s.Product == dbtest.MariaDB && s.AtLeast(11, 3):
			right = "SHOW CREATE ROUTINE ON " + schema + ".*"
		case s.Product == dbtest.MariaDB:
			right = "SELECT ON mysql.proc"
		}
		user, password := s.Account(t, "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON "+schema+".* TO %s", "GRANT "+right+" TO %s")
		end := checktest.End{Server: s, User: user, Password: password, Schema: schema}
		got := checktest.Real{Source: end, Dest: end, Phases: checks.Schema}.Run(t, common.ReadPrivilege)
		if len(got.Findings) > 0 {
			t.Errorf("%s\n%s", got.Outcome, got.Message(20))
		}
		reader := *s
		reader.User, reader.Password = user, password
		if body := columnOf(t, &reader, "SELECT COALESCE(routine_definition, '') FROM information_schema.ROUTINES WHERE routine_schema = '"+schema+"'"); !slices.Equal(body, []string{"SELECT 1"}) {
			t.Errorf("with %s the bodies are %q", right, body)
		}
	})
}

// A role that is granted but not active gives nothing, and the statement that makes it active mends it.
func TestReadPrivilegeByRoleOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema, to := seed(t, s), s.Database(t)
		role, outer := role(t, s), role(t, s)
		user, password := s.Account(t, "GRANT "+outer+" TO %s")
		s.Exec(t, "GRANT SELECT ON "+like(schema)+".* TO "+role, "GRANT "+role+" TO "+outer)
		task := checktest.Real{Source: checktest.End{Server: s, User: user, Password: password, Schema: schema}, Dest: checktest.End{Server: s, Schema: to}, Phases: checks.Full}
		got := task.Run(t, common.ReadPrivilege)
		if len(got.Findings) != 1 || got.Findings[0].Rule != "inactive_role" || !strings.Contains(got.Message(20), outer) {
			t.Fatalf("got %s, want the role %s to be named:\n%s", got.Outcome, outer, got.Message(20))
		}
		checktest.Mend(t, s, got.Findings)
		if got := task.Run(t, common.ReadPrivilege); got.Outcome != engine.Passed {
			t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}

// role makes a role, dropped at t's end.
func role(t *testing.T, s *dbtest.Server) string {
	name := strings.Replace(s.Database(t), "pt_", "pr_", 1)
	s.Exec(t, "CREATE ROLE "+name)
	t.Cleanup(func() { s.Exec(t, "DROP ROLE "+name) })
	return name
}

func TestReadPrivilegeUnderPartialRevokesOnRealServer(t *testing.T) {
	t.Parallel()
	s := dbtest.Start(t, dbtest.MySQL, "--partial-revokes=ON")
	schema, to := seed(t, s), s.Database(t)
	other := s.Database(t)
	user, password := s.Account(t, "GRANT SELECT, SHOW DATABASES ON *.* TO %s", "REVOKE SELECT ON "+schema+".* FROM %s", "GRANT INSERT ON `pt%`.* TO %s")
	task := checktest.Real{Source: checktest.End{Server: s, User: user, Password: password, Schema: schema}, Dest: checktest.End{Server: s, Schema: to}, Phases: checks.Full}
	got := task.Run(t, common.ReadPrivilege)
	if got.Outcome != engine.Failed || len(got.Findings) != 1 || got.Findings[0].Object.String() != schema {
		t.Fatalf("got %s, want the schema to be refused:\n%s", got.Outcome, got.Message(20))
	}
	checktest.Mend(t, s, got.Findings)
	if got := task.Run(t, common.ReadPrivilege); got.Outcome != engine.Passed {
		t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(20))
	}
	s.Exec(t, "CREATE TABLE "+other+".t (id INT PRIMARY KEY)")
	task.Source.Schema = other
	if got := task.Run(t, common.ReadPrivilege); got.Outcome != engine.Passed {
		t.Errorf("of another schema nothing is revoked, yet it is %s:\n%s", got.Outcome, got.Message(20))
	}
}

func TestLogPrivilege(t *testing.T) {
	t.Parallel()
	refused := &datasource.Error{Class: datasource.ErrPrivilege, Cause: "refused"}
	lost := &datasource.Error{Class: datasource.ErrLost, Cause: "lost"}
	mariadb := datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 10, Minor: 11}}
	for _, tc := range []struct {
		name   string
		server datasource.Server
		grants []datasource.Grant
		status any
		side   checks.Side
		phases checks.Phases
		want   []string
		sql    []string
		fails  bool
	}{
		{name: "both rights", grants: []datasource.Grant{on("", "", "REPLICATION SLAVE", "REPLICATION CLIENT")}, status: datasource.BinaryLogStatus{}},
		{name: "the probe outweighs the grants", grants: []datasource.Grant{on("", "", "REPLICATION SLAVE")}, status: datasource.BinaryLogStatus{}},
		{name: "neither", server: mariadb, status: refused, want: []string{"missing_right"}, sql: []string{"GRANT REPLICATION SLAVE, BINLOG MONITOR ON *.* TO 'pre'@'%'"}},
		{name: "refused in spite of the grants", grants: []datasource.Grant{on("", "", "REPLICATION SLAVE", "REPLICATION CLIENT")}, status: refused, want: []string{"status_refused"},
			sql: []string{"GRANT REPLICATION CLIENT ON *.* TO 'pre'@'%'"}},
		{name: "on a schema it does not hold", grants: []datasource.Grant{on("", "", "SUPER"), on("shop", "", "REPLICATION SLAVE")}, status: datasource.BinaryLogStatus{}, want: []string{"missing_right"},
			sql: []string{"GRANT REPLICATION SLAVE ON *.* TO 'pre'@'%'"}},
		{name: "the connection is lost", grants: []datasource.Grant{on("", "", "REPLICATION SLAVE")}, status: lost, fails: true},
		{name: "OceanBase", server: datasource.Server{Flavor: datasource.FlavorOceanBase}, status: refused, fails: true},
		{name: "a destination that is not read", side: checks.Dest, phases: checks.Incremental, status: lost},
		{name: "a destination that is read in reverse", side: checks.Dest, phases: checks.Reverse, status: datasource.BinaryLogStatus{}, want: []string{"missing_right"},
			sql: []string{"GRANT REPLICATION SLAVE ON *.* TO 'pre'@'%'"}},
		{name: "a source that is not read", phases: checks.Reverse, status: lost},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			facts := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactGrants: account(tc.grants...), datasource.FactBinaryLogStatus: tc.status}
			if tc.phases == 0 {
				tc.phases = checks.Incremental
			}
			findings, _, err := checktest.Facts{Source: facts, Dest: facts, Side: tc.side, Route: checks.Route{Phases: tc.phases}}.Run(t, common.LogPrivilege)
			if (err != nil) != tc.fails {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.sql, statements(findings)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLogPrivilegeOnRealServer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		grants []string
		lacks  bool
	}{
		"both":               {[]string{"GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO %s"}, false},
		"no reading":         {[]string{"GRANT REPLICATION CLIENT ON *.* TO %s"}, true},
		"no status":          {[]string{"GRANT REPLICATION SLAVE ON *.* TO %s"}, true},
		"nothing":            {nil, true},
		"everything on shop": {[]string{"GRANT ALL ON shop.* TO %s"}, true},
		"everything":         {[]string{"GRANT ALL ON *.* TO %s"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
				schema := seed(t, s)
				user, password := s.Account(t, append(tc.grants, "GRANT SELECT ON "+like(schema)+".* TO %s")...)
				end := checktest.End{Server: s, User: user, Password: password, Schema: schema}
				for _, side := range []checks.Side{checks.Source, checks.Dest} {
					task := checktest.Real{Source: end, Dest: end, Phases: checks.Incremental | checks.Reverse}
					got := task.Run(t, common.LogPrivilege, side)
					if (got.Outcome == engine.Failed) != tc.lacks {
						t.Fatalf("%s: %s:\n%s", side, got.Outcome, got.Message(20))
					}
					if side == checks.Source {
						continue
					}
					checktest.Mend(t, s, got.Findings)
					if got := task.Run(t, common.LogPrivilege, side); got.Outcome != engine.Passed {
						t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(20))
					}
				}
			})
		})
	}
}

func TestWritePrivilege(t *testing.T) {
	t.Parallel()
	const everyPhase = checks.Schema | checks.Full | checks.Incremental
	dml := []datasource.Privilege{"SELECT", "INSERT", "UPDATE", "DELETE"}
	ddl := []datasource.Privilege{"CREATE", "ALTER", "INDEX", "DROP"}
	all := slices.Concat(dml, ddl, []datasource.Privilege{"CREATE VIEW"})
	key := datasource.GroupByTable(datasource.TableRows[datasource.ForeignKey]{Table: datasource.TableName{Schema: "shop", Name: "orders"},
		Rows: []datasource.ForeignKey{{Name: "fk", Parent: datasource.TableName{Schema: "shop", Name: "orders"}}}})
	for _, tc := range []struct {
		name      string
		grants    []datasource.Grant
		keys      datasource.ByTable[datasource.ForeignKey]
		selection checks.Selection
		phases    checks.Phases
		dest      datasource.Type
		side      checks.Side
		want      []string
		sql       []string
	}{
		{name: "all rights", grants: []datasource.Grant{on("target", "", all...)}},
		{name: "on everything", grants: []datasource.Grant{on("", "", all...)}},
		{name: "on another schema", grants: []datasource.Grant{on("shop", "", all...)}, phases: checks.Full, want: []string{"missing_right", "missing_helpful_right"},
			sql: []string{"GRANT INSERT ON `target`.* TO 'pre'@'%'", "GRANT SELECT ON `target`.* TO 'pre'@'%'"}},
		{name: "the least of OceanBase Migration Service for MySQL, and SELECT", grants: []datasource.Grant{on("target", "", append(dml, "CREATE", "CREATE VIEW")...)}, want: []string{"missing_helpful_right"},
			sql: []string{"GRANT ALTER, INDEX, DROP ON `target`.* TO 'pre'@'%'"}},
		{name: "to OceanBase", grants: []datasource.Grant{on("target", "", append(dml, "CREATE", "CREATE VIEW")...)}, dest: datasource.OceanBaseMySQL, want: []string{"missing_right", "documented_right", "missing_helpful_right"},
			sql: []string{"GRANT ALTER, INDEX ON `target`.* TO 'pre'@'%'", "GRANT SELECT ON *.* TO 'pre'@'%'", "GRANT DROP ON `target`.* TO 'pre'@'%'"}},
		{name: "changes need SELECT", grants: []datasource.Grant{on("target", "", "INSERT", "UPDATE", "DELETE")}, phases: checks.Incremental, want: []string{"missing_right"},
			sql: []string{"GRANT SELECT ON `target`.* TO 'pre'@'%'"}},
		{name: "foreign keys", grants: []datasource.Grant{on("target", "", all...)}, keys: key, want: []string{"missing_right"}, sql: []string{"GRANT REFERENCES ON `target`.* TO 'pre'@'%'"}},
		{name: "foreign keys that are not made", grants: []datasource.Grant{on("target", "", all...)}, keys: key, phases: checks.Full},
		{name: "the table that is named", grants: []datasource.Grant{on("target", "orders", slices.Concat(dml, ddl)...)}, selection: checks.Selection{Databases: []checks.SelectedDatabase{
			{Name: "shop", MappedName: "target", Tables: []checks.SelectedTable{{Name: "orders"}}}}}},
		{name: "a source that is not written", side: checks.Source},
		{name: "a source that is written back", side: checks.Source, phases: checks.Reverse, grants: []datasource.Grant{on("", "", "SELECT", "INSERT", "UPDATE")}, want: []string{"missing_right"},
			sql: []string{"GRANT DELETE ON `shop`.* TO 'pre'@'%'"}},
		{name: "a source that OceanBase writes back to", side: checks.Source, phases: checks.Reverse, dest: datasource.OceanBaseMySQL, grants: []datasource.Grant{on("", "", dml...)}, want: []string{"missing_right"},
			sql: []string{"GRANT CREATE ON `test`.* TO 'pre'@'%'"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.phases == 0 {
				tc.phases = everyPhase
			}
			if tc.side == "" {
				tc.side = checks.Dest
			}
			if tc.selection.Databases == nil {
				tc.selection = checks.Selection{Databases: []checks.SelectedDatabase{{Name: "shop", MappedName: "target"}}}
			}
			source := shop(tc.grants...)
			source[datasource.FactForeignKeys] = tc.keys
			dest := datasource.Snapshot{datasource.FactServer: datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 8}}, datasource.FactGrants: account(tc.grants...)}
			findings, _, err := checktest.Facts{Source: source, Dest: dest, Side: tc.side, Selection: tc.selection,
				Route: checks.Route{Phases: tc.phases, Dest: tc.dest}}.Run(t, common.WritePrivilege)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.sql, statements(findings)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
		})
	}
}

// Each right that the check says is needed is really needed: without it the server refuses what
// the phase does, and with exactly these rights it does all of it.
func TestWritePrivilegeOnRealServer(t *testing.T) {
	t.Parallel()
	needed := []string{"CREATE", "CREATE VIEW", "REFERENCES", "INSERT", "UPDATE", "DELETE", "SELECT"}
	helpful := []string{"ALTER", "INDEX", "DROP"}
	work := func(schema string) []string {
		return []string{
			"CREATE TABLE " + schema + ".parent (id INT PRIMARY KEY)",
			"CREATE TABLE " + schema + ".child (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES " + schema + ".parent (id))",
			"CREATE VIEW " + schema + ".seen AS SELECT id FROM " + schema + ".parent",
			"INSERT INTO " + schema + ".parent VALUES (1)",
			"UPDATE " + schema + ".parent SET id = 2 WHERE id = 1",
			"DELETE FROM " + schema + ".parent WHERE id = 2",
		}
	}
	for _, without := range append([]string{"", "helpful"}, needed...) {
		t.Run("without "+without, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
				from, to := s.Database(t), s.Database(t)
				s.Exec(t, work(from)[:3]...)
				rights := slices.Clone(needed)
				if without != "helpful" {
					rights = append(rights, helpful...)
				}
				rights = slices.DeleteFunc(rights, func(r string) bool { return r == without })
				user, password := s.Account(t, "GRANT "+strings.Join(rights, ", ")+" ON "+like(to)+".* TO %s")
				task := checktest.Real{Source: checktest.End{Server: s, Schema: from}, Dest: checktest.End{Server: s, User: user, Password: password, Schema: to},
					Phases: checks.Schema | checks.Full | checks.Incremental}
				want := engine.Failed
				switch {
				case without == "", without == "REFERENCES" && s.Product == dbtest.MariaDB:
					want = engine.Passed
				case without == "helpful":
					want = engine.Warned
				}
				got := task.Run(t, common.WritePrivilege, checks.Dest)
				if got.Outcome != want {
					t.Fatalf("got %s, want %s:\n%s", got.Outcome, want, got.Message(20))
				}
				if err := doAs(t, s, user, password, work(to)); (err != nil) != (want == engine.Failed) {
					t.Errorf("the check says %s, the server %v", got.Outcome, err)
				}
				checktest.Mend(t, s, got.Findings)
				if got := task.Run(t, common.WritePrivilege, checks.Dest); got.Outcome != engine.Passed {
					t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(20))
				}
				s.Exec(t, "DROP DATABASE "+to) // a schema that is yet to be made is judged alike
				if got := task.Run(t, common.WritePrivilege, checks.Dest); got.Outcome != engine.Passed {
					t.Errorf("before the schema is made, it is %s:\n%s", got.Outcome, got.Message(20))
				}
				if err := doAs(t, s, user, password, append([]string{"CREATE DATABASE " + to}, work(to)...)); err != nil {
					t.Errorf("mended, the server refuses: %v", err)
				}
			})
		})
	}
}

// doAs executes statements as an account, and gives the first error.
func doAs(t *testing.T, s *dbtest.Server, user, password string, statements []string) error {
	t.Helper()
	connector, err := mysql.NewConnector(s.Config(user, password, ""))
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer func() { _ = db.Close() }()
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			return err
		}
	}
	return nil
}
