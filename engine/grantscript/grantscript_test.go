package grantscript_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
	"github.com/dbprecheck/precheck/engine/grantscript"
)

var update = flag.Bool("update", false, "update the golden files")

// newTask returns a task between endpoints of these types, which nothing connects to.
func newTask(source, dest datasource.Type, phases checks.Phases) engine.Task {
	end := func(t datasource.Type, user string) engine.Endpoint {
		return engine.At(datasource.Endpoint{Type: t, Host: "db.example", User: user})
	}
	return engine.Task{Name: "shop", Phases: phases, Source: end(source, "reader"), Destination: end(dest, "writer"),
		Objects: checks.Selection{Databases: []checks.SelectedDatabase{{Name: "my_shop"},
			{Name: "CRM", MappedName: "crm2", Tables: []checks.SelectedTable{{Name: "orders"}},
				Views: []checks.SelectedTable{{Name: "seen", MappedName: "seen2"}}}}}}
}

func scriptsOf(t *testing.T, task engine.Task, o grantscript.Options) grantscript.Scripts {
	t.Helper()
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	s, err := grantscript.New(t.Context(), e, task, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func versions(source, dest string) map[checks.Side]datasource.Version {
	of := func(text string) datasource.Version {
		v, _ := datasource.ParseVersion(text)
		return v
	}
	return map[checks.Side]datasource.Version{checks.Source: of(source), checks.Dest: of(dest)}
}

// The scripts of each product, for versions whose privileges differ.
func TestScripts(t *testing.T) {
	t.Parallel()
	const copies, all = checks.Schema | checks.Full, checks.AllPhases
	for _, tc := range []struct {
		name         string
		source, dest datasource.Type
		versions     map[checks.Side]datasource.Version
		phases       checks.Phases
		account      string
	}{
		{"mysql-5.6-to-ob", datasource.MySQL, datasource.OceanBaseMySQL, versions("5.6.50", "4.3"), all, ""},
		{"mysql-5.7-to-mariadb-10.4", datasource.MySQL, datasource.MariaDB, versions("5.7.44", "10.4.30"), copies, ""},
		{"mysql-8.0-to-mysql-8.4", datasource.MySQL, datasource.MySQL, versions("8.0.36", "8.4.0"), all, ""},
		{"mariadb-10.3-to-mariadb-11.8", datasource.MariaDB, datasource.MariaDB, versions("10.3.39", "11.8.2"), all,
			""},
		{"ob-mysql", datasource.OceanBaseMySQL, datasource.OceanBaseMySQL, versions("3.2.4", "4.3"), all,
			"app@tenant#cluster"},
		{"ob-oracle", datasource.OceanBaseOracle, datasource.OceanBaseOracle, versions("4.2", "4.3"), all, ""},
		{"oracle-11-to-oracle-23", datasource.Oracle, datasource.Oracle, versions("11.2.0.4", "23.4"), all, "crm2"},
		{"oracle-19-to-ob-oracle", datasource.Oracle, datasource.OceanBaseOracle, versions("19.3", "4.3"), all,
			"c##mig"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			task := newTask(tc.source, tc.dest, tc.phases)
			o := grantscript.Options{Account: tc.account, Versions: tc.versions}
			if strings.Contains(tc.account, "@") { // a user of OceanBase is not the account
				task.Source.User, task.Destination.User, o.Account = tc.account, tc.account, ""
			}
			got := ""
			for _, s := range scriptsOf(t, task, o).Scripts {
				got += s.SQL
				for line := range strings.SplitSeq(s.SQL, "\n") {
					if strings.Contains(line, "precheck assumed") {
						t.Errorf("a name that does not exist: %s", line)
					}
				}
			}
			path := filepath.Join("testdata", tc.name+".sql")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A script has the language of its task.
func TestScriptInChinese(t *testing.T) {
	t.Parallel()
	task := newTask(datasource.MySQL, datasource.OceanBaseMySQL, checks.AllPhases)
	task.Lang = "zh-CN"
	for _, s := range scriptsOf(t, task, grantscript.Options{Versions: versions("8.4", "4.3")}).Scripts {
		for line := range strings.SplitSeq(s.SQL, "\n") {
			if text, ok := strings.CutPrefix(line, "-- "); ok && strings.Trim(text, "-") != "" &&
				!regexp.MustCompile(`\p{Han}|^GRANT `).MatchString(text) {
				t.Errorf("%s is not in Chinese", line)
			}
		}
	}
}

// The placeholder of the password is not a literal: no server creates an account with it.
func TestPasswordIsNoLiteral(t *testing.T) {
	t.Parallel()
	for _, kind := range datasource.Types() {
		for _, s := range scriptsOf(t, newTask(kind, kind, checks.Full),
			grantscript.Options{Versions: versions("8", "8")}).Scripts {
			created := regexp.MustCompile(`(?m)^CREATE USER .*$`).FindAllString(s.SQL, -1)
			if len(created) != 1 || !strings.HasSuffix(created[0], " IDENTIFIED BY <password>;") {
				t.Errorf("%s: %q", kind, created)
			}
		}
	}
}

// Names that need quotes, escapes, or cannot be written.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	task := newTask(datasource.MySQL, datasource.MySQL, checks.Full)
	task.Objects.Databases = []checks.SelectedDatabase{{Name: "a`.* TO 'x'; --%_\\"}, {Name: "line\nDROP DATABASE x;"},
		{Name: "s", Tables: []checks.SelectedTable{{Name: "t` ON *.* TO y"}, {Name: "\x1b[2J"}}}}
	got := scriptsOf(t, task, grantscript.Options{Side: checks.Source, Account: `o'b\`, Host: `10.%'`,
		Versions: versions("8.0.36", "8.0.36")}).Scripts[0]
	var grants []string
	for line := range strings.SplitSeq(got.SQL, "\n") {
		switch {
		case strings.HasPrefix(line, "GRANT ") && !strings.Contains(line, "*.* TO 'o''b\\\\'@"):
			grants = append(grants, line)
		case strings.HasPrefix(line, "DROP"), strings.Contains(line, "\x1b"):
			t.Errorf("%q", line)
		}
	}
	const to = ` TO 'o''b\\'@'10.%''';`
	want := []string{"GRANT SELECT, TRIGGER ON `a``.* TO 'x'; --\\%\\_\\\\`.*" + to,
		"GRANT SELECT, TRIGGER ON `s`.`t`` ON *.* TO y`" + to}
	if diff := cmp.Diff(want, grants); diff != "" || got.Apart != 2 {
		t.Errorf("%d statements are commented out (-want +got):\n%s", got.Apart, diff)
	}
}

// An account that cannot be written, or that no endpoint names, is an error.
func TestUnusableAccounts(t *testing.T) {
	t.Parallel()
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	nameless := newTask(datasource.Oracle, datasource.Oracle, checks.Full)
	nameless.Source.User = ""
	mysql, oracle := newTask(datasource.MySQL, datasource.MySQL, checks.Full), newTask(datasource.Oracle,
		datasource.Oracle, checks.Full)
	for _, tc := range []struct {
		task engine.Task
		o    grantscript.Options
		want string
	}{
		{nameless, grantscript.Options{}, "the source has no user"},
		{mysql, grantscript.Options{Account: "a\nb"}, "cannot be the name"},
		{mysql, grantscript.Options{Host: "\x1b"}, "cannot be the name"},
		{oracle, grantscript.Options{Account: `a"b`}, "cannot be the name"},
	} {
		tc.o.Versions = versions("19", "19")
		_, err := grantscript.New(t.Context(), e, tc.task, tc.o)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%v, want %q", err, tc.want)
		}
	}
}

// A pattern of schemas selects what only a connection can list. A pattern of tables selects views, too.
func TestPatternsWithoutConnection(t *testing.T) {
	t.Parallel()
	task := newTask(datasource.MariaDB, datasource.MySQL, checks.Schema)
	task.Objects = checks.Selection{Include: []string{"shop.order_*", "crm?.*", `a\*b.c`}}
	got := scriptsOf(t, task, grantscript.Options{Versions: versions("10.11", "8.4")})
	if len(got.Gaps) != 2 || !strings.Contains(got.Gaps[0].String(), "crm?.*") {
		t.Errorf("gaps %v", got.Gaps)
	}
	for i, want := range []string{"GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `shop`.* TO 'reader'@'%';",
		", CREATE VIEW ON `shop`.*"} {
		if !strings.Contains(got.Scripts[i].SQL, want) {
			t.Errorf("%q is missing in\n%s", want, got.Scripts[i].SQL)
		}
	}
	for _, want := range []string{"ON `a*b`.`c` ", "SHOW DATABASES"} {
		if !strings.Contains(got.Scripts[0].SQL, want) {
			t.Errorf("%q is missing in\n%s", want, got.Scripts[0].SQL)
		}
	}
}

func emulatedEndpoint(srv *oracletest.Server) engine.Endpoint {
	return engine.At(datasource.Endpoint{Type: datasource.Oracle, Host: srv.Host, Port: srv.Port,
		User: srv.User, Password: datasource.NewSecret(srv.Password), Service: srv.Service})
}

// An account of the emulated Oracle with what the script grants passes the privilege checks of each release.
func TestOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, _ := checktest.EmulatedOracle(t, release, "ORDERS", "ITEMS")
			endpoint := emulatedEndpoint(srv)
			phases := checks.AllPhases
			if release == oracletest.Release12c || release == oracletest.Release19c { // LogMiner runs in the root
				phases = checks.Schema | checks.Full
			}
			task := engine.Task{Name: "shop", Phases: phases, Source: endpoint, Destination: endpoint,
				Objects: checks.Selection{Databases: []checks.SelectedDatabase{{Name: "SHOP"}}}}
			types := []string{privilege.ReadPrivilege.Type, privilege.WritePrivilege.Type,
				privilege.DictionaryPrivilege.Type}
			if phases == checks.AllPhases {
				types = append(types, privilege.LogPrivilege.Type)
			}
			only, err := engine.New(engine.WithOnly(types...))
			if err != nil {
				t.Fatal(err)
			}
			outcomes := func() map[string]engine.Outcome {
				report, err := only.Run(t.Context(), task)
				if err != nil {
					t.Fatal(err)
				}
				all := map[string]engine.Outcome{}
				for _, res := range report.Results {
					for _, f := range res.Findings { // of the schema, not of the account
						if f.Rule == "no_quota" {
							res.Outcome = engine.Passed
						}
					}
					all[string(res.Item.Side)+" "+res.Item.Check.Type] = res.Outcome
				}
				return all
			}
			got := scriptsOf(t, task, grantscript.Options{Account: `"` + srv.User + `"`})
			for _, s := range got.Scripts {
				if !strings.Contains(s.SQL, "-- CREATE USER ") {
					t.Errorf("the account exists:\n%s", s.SQL)
				}
				grantEmulated(srv, s.SQL)
			}
			for item, outcome := range outcomes() {
				if outcome != engine.Passed {
					t.Errorf("%s is %s\n%s", item, outcome, got.Scripts[0].SQL)
				}
			}
		})
	}
}

// grantEmulated grants what a script grants.
func grantEmulated(srv *oracletest.Server, script string) {
	for _, m := range regexp.MustCompile(`(?m)^GRANT (.*?)(?: ON (.*?))? TO `).FindAllStringSubmatch(script, -1) {
		for p := range strings.SplitSeq(m[1], ", ") {
			object := strings.Split(strings.ReplaceAll(m[2], `"`, ""), ".")
			switch {
			case m[2] == "":
				srv.Insert("SESSION_PRIVS", oracletest.Row{"PRIVILEGE": p})
			case strings.HasPrefix(m[2], "SCHEMA "):
				srv.Insert("SESSION_SCHEMA_PRIVS", oracletest.Row{"PRIVILEGE": p,
					"SCHEMA": strings.TrimPrefix(object[0], "SCHEMA ")})
			default:
				srv.Insert("ALL_TAB_PRIVS", oracletest.Row{"GRANTEE": srv.User, "TABLE_SCHEMA": object[0],
					"TABLE_NAME": object[1], "PRIVILEGE": p})
			}
		}
	}
}

// Before 21c a common account reads the redo of a pluggable database in the root, which has a script of its own.
func TestPluggableDatabaseEmulated(t *testing.T) {
	t.Parallel()
	srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
	checktest.InsertShop(srv, "ORDERS")
	srv.Set("V$DATABASE", oracletest.Row{"CDB": "YES"})
	srv.SetContext("CON_NAME", "PDB1")
	endpoint := emulatedEndpoint(srv)
	task := newTask(datasource.Oracle, datasource.OceanBaseOracle, checks.Full|checks.Incremental)
	task.Source = endpoint
	task.Objects.Databases = []checks.SelectedDatabase{{Name: "SHOP"}}
	got := scriptsOf(t, task, grantscript.Options{Side: checks.Source, Account: "mig",
		Versions: map[checks.Side]datasource.Version{checks.Dest: datasource.MakeVersion(4, 3)}})
	var names []string
	for _, s := range got.Scripts {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{"grants-source-root.sql", "grants-source.sql"}, names); diff != "" {
		t.Fatal(diff)
	}
	var root []string
	for line := range strings.SplitSeq(got.Scripts[0].SQL, "\n") {
		if strings.HasPrefix(line, "CREATE") || strings.HasPrefix(line, "GRANT") {
			root = append(root, line)
		}
	}
	if diff := cmp.Diff([]string{`CREATE USER "C##MIG" IDENTIFIED BY <password> CONTAINER = ALL;`,
		`GRANT CREATE SESSION, SET CONTAINER TO "C##MIG" CONTAINER = ALL;`, `GRANT LOGMINING TO "C##MIG";`,
		`GRANT EXECUTE ON SYS.DBMS_LOGMNR TO "C##MIG";`}, root); diff != "" {
		t.Errorf("the root (-want +got):\n%s", diff)
	}
	database := got.Scripts[1].SQL
	if !strings.Contains(database, `GRANT SELECT ON "SHOP"."ORDERS" TO "C##MIG";`) ||
		!strings.Contains(database, "GRANT SELECT ON SYS.V_$DATABASE TO") || strings.Contains(database, "CREATE USER") {
		t.Errorf("the pluggable database:\n%s", database)
	}
}

// A database that cannot be reached is an error, unless the script is for the other side.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	e, err := engine.New(engine.WithOpener(func(datasource.Endpoint, datasource.Scope) (datasource.Reader, error) {
		return datasource.Snapshot{}, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	task := newTask(datasource.MySQL, datasource.MySQL, checks.Full)
	stated := map[checks.Side]datasource.Version{checks.Source: datasource.MakeVersion(8, 4)}
	_, err = grantscript.New(t.Context(), e, task, grantscript.Options{Versions: stated})
	if err == nil || !strings.Contains(err.Error(), "the destination cannot be read") {
		t.Errorf("got %v", err)
	}
	got, err := grantscript.New(t.Context(), e, task, grantscript.Options{Side: checks.Source, Versions: stated})
	if err != nil || len(got.Scripts) != 1 || len(got.Gaps) != 1 ||
		!strings.Contains(got.Gaps[0].String(), "the destination cannot be reached") {
		t.Errorf("%d scripts, gaps %v, error %v", len(got.Scripts), got.Gaps, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = grantscript.New(ended, e, task, grantscript.Options{Side: checks.Source, Versions: stated})
	if err == nil {
		t.Error("a cancelled context is ignored")
	}
	if !slices.ContainsFunc(got.Scripts, func(s grantscript.Script) bool { return s.On.Side == checks.Source }) {
		t.Error("no script of the source")
	}
}
