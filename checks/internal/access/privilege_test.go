package access_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/datasource"
)

func holder(server datasource.Server, grants ...datasource.Grant) access.Holder {
	return access.Holder{Server: server,
		Grants: datasource.Grants{Account: datasource.Account{User: `o'brien\`, Host: "10.%"},
			Rights: datasource.Rights{Grants: grants, Wildcards: true}}}
}

func TestGrant(t *testing.T) {
	t.Parallel()
	maria := datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 10, Minor: 11}}
	schema := datasource.TableName{Schema: "my_shop"}
	literal := holder(datasource.Server{})
	literal.Wildcards = false
	for _, tc := range []struct {
		name   string
		holder access.Holder
		on     datasource.TableName
		right  datasource.Privilege
		want   string
	}{
		{"everything", holder(datasource.Server{}), datasource.TableName{}, "SUPER",
			"GRANT SUPER ON *.* TO 'o''brien\\\\'@'10.%'"},
		{"MariaDB's name", holder(maria), datasource.TableName{}, "REPLICATION CLIENT",
			"GRANT BINLOG MONITOR ON *.* TO 'o''brien\\\\'@'10.%'"},
		{"a schema with a wildcard in its name", holder(maria), schema, "SELECT",
			"GRANT SELECT ON `my\\_shop`.* TO 'o''brien\\\\'@'10.%'"},
		{"partial_revokes: the name is literal", literal, schema, "SELECT",
			"GRANT SELECT ON `my_shop`.* TO 'o''brien\\\\'@'10.%'"},
		{"OceanBase takes the name as it is", holder(datasource.Server{Flavor: datasource.FlavorOceanBase}), schema,
			"SELECT", "GRANT SELECT ON `my_shop`.* TO 'o''brien\\\\'@'10.%'"},
		{"a table name is not a pattern", holder(maria), datasource.TableName{Schema: "my_shop", Name: "a_`b"},
			"SELECT", "GRANT SELECT ON `my_shop`.`a_``b` TO 'o''brien\\\\'@'10.%'"},
		{"privileges from a pattern are kept",
			holder(maria, datasource.Grant{Level: datasource.OnSchema, Schema: "my%",
				Privileges: []datasource.Privilege{"INSERT"}}), schema, "SELECT",
			"GRANT SELECT, INSERT ON `my\\_shop`.* TO 'o''brien\\\\'@'10.%'"},
		{"privileges from the escaped name are kept",
			holder(maria, datasource.Grant{Level: datasource.OnSchema, Schema: `my\_shop`,
				Privileges: []datasource.Privilege{"INSERT"}}), schema, "SELECT",
			"GRANT SELECT ON `my\\_shop`.* TO 'o''brien\\\\'@'10.%'"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, tc.holder.Grant(tc.on, tc.right)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLacks(t *testing.T) {
	t.Parallel()
	everything := func(rights ...datasource.Privilege) datasource.Grant {
		return datasource.Grant{Level: datasource.OnEverything, Privileges: rights}
	}
	need := access.Need{Rights: []datasource.Privilege{"RELOAD", "PROCESS"}, Instead: []datasource.Privilege{"SUPER"},
		Rule: "missing_right", Level: checks.Warn}
	for _, tc := range []struct {
		name           string
		grants         []datasource.Grant
		actual, wanted string // of the finding
		fails          bool
	}{
		{"all", []datasource.Grant{everything("RELOAD", "PROCESS")}, "", "", false},
		{"alternative privilege", []datasource.Grant{everything("SUPER")}, "", "", false},
		{"none", nil, "none", "RELOAD, PROCESS or SUPER", false},
		{"one of two", []datasource.Grant{everything("PROCESS")}, "PROCESS", "RELOAD, PROCESS or SUPER", false},
		{"an unknown privilege may be the alternative",
			[]datasource.Grant{{Level: datasource.OnEverything, Privileges: []datasource.Privilege{"PROCESS"},
				UnknownPrivileges: []string{"RULE ALL"}}}, "", "", true},
		{"an unknown privilege besides all required ones",
			[]datasource.Grant{{Level: datasource.OnEverything, Privileges: []datasource.Privilege{"RELOAD", "PROCESS"},
				UnknownPrivileges: []string{"RULE ALL"}}}, "", "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, err := holder(datasource.Server{}, tc.grants...).Lacks(need)
			if (err != nil) != tc.fails {
				t.Errorf("error %v", err)
			}
			if (len(findings) == 1) != (tc.wanted != "") {
				t.Fatalf("findings %+v", findings)
			}
			for _, f := range findings {
				if f.Actual != tc.actual || f.Expected != tc.wanted || f.Object.String() != `o'brien\@10.%` {
					t.Errorf("%s: actual %q, want %q", f.Object, f.Actual, f.Expected)
				}
			}
		})
	}
}

func TestLacksByRole(t *testing.T) {
	t.Parallel()
	held := func(rights ...datasource.Privilege) datasource.Rights {
		return datasource.Rights{Grants: []datasource.Grant{{Level: datasource.OnEverything, Privileges: rights}}}
	}
	needs := []access.Need{
		{Rights: []datasource.Privilege{"SELECT"}, Rule: "must", Level: checks.Fail},
		{Rights: []datasource.Privilege{"DROP"}, Rule: "may", Level: checks.Warn},
	}
	const activate = "SET DEFAULT ROLE `r` FOR 'u'@'%'"
	for _, tc := range []struct {
		name        string
		now, byRole datasource.Rights
		want        []string // statements
	}{
		{"the role provides everything", held(), held("SELECT", "DROP"), []string{activate, activate}},
		{"the role provides only the required privilege", held(), held("SELECT"),
			[]string{activate, "GRANT DROP ON *.* TO 'u'@'%'"}},
		{"the role provides only the optional privilege", held(), held("DROP"),
			[]string{"GRANT SELECT ON *.* TO 'u'@'%'", activate}},
		{"the role would remove a privilege", held("DROP"), held("SELECT"), []string{"GRANT SELECT ON *.* TO 'u'@'%'"}},
		{"the role provides nothing", held(), held("INSERT"),
			[]string{"GRANT SELECT ON *.* TO 'u'@'%'", "GRANT DROP ON *.* TO 'u'@'%'"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			h := access.Holder{Grants: datasource.Grants{Account: datasource.Account{User: "u", Host: "%"},
				Rights: tc.now,
				Alternatives: []datasource.Alternative{{Roles: []string{"`r`"}, Activate: activate,
					Rights: tc.byRole}}}}
			findings, err := h.Lacks(needs...)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				got = append(got, f.SQL...)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
		})
	}
}

// A need of level Info that cannot be decided does not prevent the check.
func TestLacksWithUndecidedInfo(t *testing.T) {
	t.Parallel()
	h := access.Holder{Grants: datasource.Grants{Rights: datasource.Rights{NotUnderstood: []string{"?"}}}}
	need := access.Need{Rights: []datasource.Privilege{"EVENT"}, Rule: "hidden", Level: checks.Info}
	if findings, err := h.Lacks(need); err != nil || len(findings) > 0 {
		t.Errorf("info: findings %v, error %v", findings, err)
	}
	need.Level = checks.Warn
	if _, err := h.Lacks(need); err == nil {
		t.Error("no error for an undecided warning")
	}
}

// Which privileges show the bodies of routines depends on the server's version.
func TestRoutines(t *testing.T) {
	t.Parallel()
	server := func(flavor datasource.Flavor, major, minor int) datasource.Server {
		return datasource.Server{Flavor: flavor, Version: datasource.Version{Major: major, Minor: minor}}
	}
	proc := datasource.Grant{Level: datasource.OnTable, Schema: "mysql", Name: "proc",
		Privileges: []datasource.Privilege{"SELECT"}}
	own := datasource.Grant{Level: datasource.OnSchema, Schema: "shop",
		Privileges: []datasource.Privilege{"SHOW CREATE ROUTINE"}}
	to := " TO 'o''brien\\\\'@'10.%'"
	for _, tc := range []struct {
		name   string
		server datasource.Server
		grants []datasource.Grant
		want   []string
	}{
		{"MySQL", server(datasource.FlavorMySQL, 9, 7), nil, []string{"GRANT SHOW_ROUTINE ON *.*" + to}},
		{"MariaDB 10.11", server(datasource.FlavorMariaDB, 10, 11), nil,
			[]string{"GRANT SELECT ON `mysql`.`proc`" + to}},
		{"MariaDB 10.11, held", server(datasource.FlavorMariaDB, 10, 11), []datasource.Grant{proc}, nil},
		{"MariaDB 11.8", server(datasource.FlavorMariaDB, 11, 8), nil,
			[]string{"GRANT SHOW CREATE ROUTINE ON `shop`.*" + to}},
		{"MariaDB 11.8, held", server(datasource.FlavorMariaDB, 11, 8), []datasource.Grant{own}, nil},
		{"MariaDB 11.8, by the older right", server(datasource.FlavorMariaDB, 11, 8), []datasource.Grant{proc}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, err := holder(tc.server,
				tc.grants...).Lacks(access.Routines(tc.server, "shop", "hidden", checks.Info))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				got = append(got, f.SQL...)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
