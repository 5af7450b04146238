package mysql

import (
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

var shopOrders = datasource.TableName{Schema: "shop", Name: "orders"}

func rights(lines ...string) datasource.Rights {
	r := parseGrants(lines, datasource.Account{User: "u", Host: "%"}).Rights
	r.Wildcards = true
	return r
}

// Each line, and its answer for a privilege on the table shop.orders and globally.
func TestParseGrants(t *testing.T) {
	t.Parallel()
	const (
		yes, no, unknown = datasource.Yes, datasource.No, datasource.Unknown
	)
	for _, tc := range []struct {
		name    string
		lines   []string
		right   datasource.Privilege
		global  datasource.Answer
		schema  datasource.Answer
		table   datasource.Answer
		ignored int // lines that are not understood
	}{
		{"nothing", []string{"GRANT USAGE ON *.* TO `u`@`%`"}, "SELECT", no, no, no, 0},
		{"everything", []string{"GRANT ALL PRIVILEGES ON *.* TO 'root'@'localhost' WITH GRANT OPTION"}, "SELECT", yes,
			yes,
			yes, 0},
		{"everything, a right to hand it on",
			[]string{"GRANT ALL PRIVILEGES ON *.* TO 'root'@'localhost' WITH GRANT OPTION"},
			datasource.GrantOption, yes, yes, yes, 0},
		{"all but to hand it on", []string{"GRANT ALL PRIVILEGES ON *.* TO `u`@`%`"}, datasource.GrantOption, no, no,
			no, 0},
		{"ALL, short", []string{"GRANT ALL ON `shop`.* TO `u`@`%`"}, "EVENT", no, yes, yes, 0},
		{"ALL of a schema holds no global right", []string{"GRANT ALL PRIVILEGES ON `shop`.* TO `u`@`%`"},
			"REPLICATION SLAVE", no, no, no, 0},
		{"ALL of a table holds no right of a schema", []string{"GRANT ALL PRIVILEGES ON `shop`.`orders` TO `u`@`%`"},
			"LOCK TABLES", no, no, no, 0},
		{"ALL of a table", []string{"GRANT ALL PRIVILEGES ON `shop`.`orders` TO `u`@`%`"}, "TRIGGER", no, no, yes, 0},
		{"another table", []string{"GRANT SELECT ON `shop`.`orders2` TO `u`@`%`"}, "SELECT", no, no, no, 0},
		{"another schema", []string{"GRANT SELECT ON `shop2`.* TO `u`@`%`"}, "SELECT", no, no, no, 0},
		{"columns only", []string{"GRANT SELECT (`id`, `n`), INSERT ON `shop`.`orders` TO `u`@`%`"}, "SELECT", no, no,
			no, 0},
		{"beside columns", []string{"GRANT SELECT (`id`, `n`), INSERT ON `shop`.`orders` TO `u`@`%`"}, "INSERT", no, no,
			yes,
			0},
		{"a pattern", []string{"GRANT SELECT ON `sh%`.* TO `u`@`%`"}, "SELECT", no, yes, yes, 0},
		{"a pattern of one character", []string{"GRANT SELECT ON `sho_`.* TO `u`@`%`"}, "SELECT", no, yes, yes, 0},
		{"an escaped pattern", []string{`GRANT SELECT ON ` + "`sho\\_`" + `.* TO 'u'@'%'`}, "SELECT", no, no, no, 0},
		{"a name beside a pattern counts alone",
			[]string{"GRANT INSERT ON `shop`.* TO `u`@`%`", "GRANT SELECT ON `sh%`.* TO `u`@`%`"}, "SELECT", no, no, no,
			0},
		{"one of two patterns grants it",
			[]string{"GRANT INSERT ON `sh%`.* TO `u`@`%`", "GRANT SELECT ON `s%`.* TO `u`@`%`"}, "SELECT", no, unknown,
			unknown, 0},
		{"two patterns grant it",
			[]string{"GRANT INSERT, SELECT ON `sh%`.* TO `u`@`%`", "GRANT SELECT ON `s%`.* TO `u`@`%`"}, "SELECT", no,
			yes, yes, 0},
		{"a pattern of the account, a name of its role",
			[]string{"GRANT `r` TO `u`@`%`", "GRANT SELECT ON `sh%`.* TO `u`@`%`", "GRANT INSERT ON `shop`.* TO `r`"},
			"SELECT", no, yes, yes, 0},
		{"partial revoke", []string{"GRANT SELECT, INSERT ON *.* TO `u`@`%`", "REVOKE SELECT ON `shop`.* FROM `u`@`%`"},
			"SELECT", yes, no, no, 0},
		{"partial revoke of another right",
			[]string{"GRANT SELECT, INSERT ON *.* TO `u`@`%`", "REVOKE SELECT ON `shop`.* FROM `u`@`%`"}, "INSERT", yes,
			yes, yes, 0},
		{"partial revoke of another schema",
			[]string{"GRANT SELECT ON *.* TO `u`@`%`", "REVOKE SELECT ON `mysql`.* FROM `u`@`%`"}, "SELECT", yes, yes,
			yes, 0},
		{"revoked, granted again for the table",
			[]string{"GRANT SELECT ON *.* TO `u`@`%`", "REVOKE SELECT ON `shop`.* FROM `u`@`%`",
				"GRANT SELECT ON `shop`.`orders` TO `u`@`%`"}, "SELECT", yes, no, yes, 0},
		{"a revoke of another form",
			[]string{"GRANT SELECT ON *.* TO `u`@`%`", "REVOKE SELECT ON `shop`.`orders` FROM `u`@`%`"}, "SELECT", yes,
			unknown, unknown, 1},
		{"dynamic", []string{"GRANT BACKUP_ADMIN,FLUSH_TABLES ON *.* TO `u`@`%`"}, "FLUSH_TABLES", yes, yes, yes, 0},
		{"a new dynamic one", []string{"GRANT TIME_TRAVEL_ADMIN ON *.* TO `u`@`%`"}, "SELECT", no, no, no, 0},
		{"a new word", []string{"GRANT READ EVERYTHING ON *.* TO `u`@`%`"}, "SELECT", unknown, unknown, unknown, 0},
		{"a new word elsewhere", []string{"GRANT READ EVERYTHING ON `stock`.* TO `u`@`%`"}, "SELECT", no, no, no, 0},
		{"a new word beside it", []string{"GRANT READ EVERYTHING, SELECT ON `shop`.* TO `u`@`%`"}, "SELECT", no, yes,
			yes, 0},
		{"BINLOG MONITOR", []string{
			"GRANT BINLOG MONITOR ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD " +
				"'*B69027D44F6E5EDC07F1AEAD1477967B16F28227'"},
			"REPLICATION CLIENT", yes, yes, yes, 0},
		{"SLAVE MONITOR", []string{"GRANT SLAVE MONITOR, READ_ONLY ADMIN ON *.* TO `u`@`%`"}, "REPLICA MONITOR", yes,
			yes,
			yes, 0},
		{"READ_ONLY ADMIN", []string{"GRANT SLAVE MONITOR, READ_ONLY ADMIN ON *.* TO `u`@`%`"}, "READ_ONLY ADMIN", yes,
			yes,
			yes, 0},
		{"VIA",
			[]string{
				"GRANT SELECT ON *.* TO `u`@`localhost` IDENTIFIED VIA mysql_native_password USING 'invalid' OR " +
					"unix_socket"},
			"SELECT", yes, yes, yes, 0},
		{"a password that looks like a grant",
			[]string{"GRANT USAGE ON *.* TO 'u'@'%' IDENTIFIED BY PASSWORD 'WITH GRANT OPTION'"},
			datasource.GrantOption, no, no,
			no, 0},
		{"REQUIRE and limits", []string{
			"GRANT SELECT ON *.* TO 'u'@'%' REQUIRE SSL WITH GRANT OPTION MAX_USER_CONNECTIONS 5"}, "SELECT", yes, yes,
			yes, 0},
		{"REQUIRE, to hand it on", []string{
			"GRANT SELECT ON *.* TO 'u'@'%' REQUIRE SSL WITH MAX_USER_CONNECTIONS 5 GRANT OPTION"},
			datasource.GrantOption, yes,
			yes, yes, 0},
		{"ANSI_QUOTES", []string{`GRANT SELECT ON "shop".* TO "u"@"%"`}, "SELECT", no, yes, yes, 0},
		{"no quotes", []string{`GRANT SELECT ON shop.orders TO u@10.0.%`}, "SELECT", no, no, yes, 0},
		{"OceanBase without a host", []string{"GRANT SELECT ON `shop`.* TO 'u'"}, "SELECT", no, yes, yes, 0},
		{"OceanBase's own", []string{
			"GRANT ALTER TENANT, ALTER SYSTEM, CREATE RESOURCE POOL, CREATE RESOURCE UNIT, SUPER, SELECT ON *.* " +
				"TO 'u'"},
			"SELECT", yes, yes, yes, 0},
		{"Aurora",
			[]string{"GRANT SELECT, LOAD FROM S3, SELECT INTO S3, INVOKE LAMBDA ON *.* TO 'u'@'%' WITH GRANT OPTION"},
			"SELECT", yes, yes, yes, 0},
		{"a proxy", []string{"GRANT PROXY ON ''@'' TO 'root'@'localhost' WITH GRANT OPTION"}, "SELECT", no, no, no, 0},
		{"a role", []string{"GRANT `rds_superuser_role`@`%` TO `u`@`%`"}, "SELECT", no, no, no, 0},
		{"roles to hand on", []string{"GRANT `a`@`%`,`b`@`%` TO `u`@`%` WITH ADMIN OPTION"}, "SELECT", no, no, no, 0},
		{"a role named ON", []string{"GRANT `ON` TO `u`@`%`", "SET DEFAULT ROLE `ON` FOR `u`@`%`"}, "SELECT", no, no,
			no, 0},
		{"a routine", []string{"GRANT EXECUTE, ALTER ROUTINE ON PROCEDURE `shop`.`orders` TO `u`@`%`",
			"GRANT EXECUTE ON PACKAGE BODY `shop`.`x` TO `u`@`%`"}, "EXECUTE", no, no, no, 0},
		{"a table, said so", []string{"GRANT SELECT ON TABLE `shop`.`orders` TO `u`@`%`"}, "SELECT", no, no, yes, 0},
		{"lower case", []string{"grant select on `shop`.* to `u`@`%`"}, "SELECT", no, yes, yes, 0},
		{"a quote that is not closed", []string{"GRANT SELECT ON `shop.* TO `u`@`%`"}, "SELECT", unknown, unknown,
			unknown,
			1},
		{"cut short", []string{"GRANT SELECT ON `shop`.*"}, "SELECT", unknown, unknown, unknown, 1},
		{"more than one grantee", []string{"GRANT SELECT ON `shop`.* TO `u`@`%`, `v`@`%`"}, "SELECT", unknown, unknown,
			unknown, 1},
		{"an option that is not known", []string{"GRANT SELECT ON `shop`.* TO `u`@`%` UNLESS MONDAY"}, "SELECT",
			unknown,
			unknown, unknown, 1},
		{"a quoted right", []string{"GRANT 'SELECT' ON `shop`.* TO `u`@`%`"}, "SELECT", unknown, unknown, unknown, 1},
		{"another language", []string{"gewähre alles"}, "SELECT", unknown, unknown, unknown, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := rights(tc.lines...)
			if got := r.Globally(tc.right); got != tc.global {
				t.Errorf("globally %s, want %s", got, tc.global)
			}
			if got := r.OnSchema("shop", tc.right); got != tc.schema {
				t.Errorf("on the schema %s, want %s", got, tc.schema)
			}
			if got := r.OnTable(shopOrders, tc.right); got != tc.table {
				t.Errorf("on the table %s, want %s", got, tc.table)
			}
			if len(r.NotUnderstood) != tc.ignored {
				t.Errorf("not understood: %q", r.NotUnderstood)
			}
		})
	}
}

func TestParseGrantNames(t *testing.T) {
	t.Parallel()
	odd := datasource.TableName{Schema: "a`b.c \"q\" é", Name: "t`.x"}
	r := rights("GRANT SELECT (`c``,)`, `d`) ON `a``b.c \"q\" é`.`t``.x` TO `o'brien`@`%`")
	if got := r.OnColumns(odd, []string{"c`,)", "D"}, "SELECT"); got != datasource.Yes {
		t.Errorf("on its columns %s, want yes", got)
	}
	if got := r.OnColumns(odd, []string{"c`,)", "e"}, "SELECT"); got != datasource.No {
		t.Errorf("on a column more %s, want no", got)
	}
}

func TestParseGrantCase(t *testing.T) {
	t.Parallel()
	for fold, want := range map[datasource.NameCase]datasource.Answer{datasource.CaseSensitive: datasource.No,
		datasource.CaseLower: datasource.Yes, datasource.CaseFolded: datasource.Yes} {
		r := rights("GRANT SELECT ON `SHOP`.* TO `u`@`%`")
		r.NameCase = fold
		if got := r.OnSchema("shop", "SELECT"); got != want {
			t.Errorf("lower_case_table_names=%d: %s, want %s", fold, got, want)
		}
	}
}

func TestPartialRevokesTurnWildcardsOff(t *testing.T) {
	t.Parallel()
	r := rights("GRANT SELECT ON `sh_p`.* TO `u`@`%`")
	r.Wildcards = false
	if got := r.OnSchema("shop", "SELECT"); got != datasource.No {
		t.Errorf("on shop %s, want no", got)
	}
	if got := r.OnSchema("sh_p", "SELECT"); got != datasource.Yes {
		t.Errorf("on sh_p %s, want yes", got)
	}
}

func TestRoleList(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"": nil, "NONE": nil, "r1": {"`r1`"}, "odd name": {"`odd name`"},
		"`r1`@`%`": {"`r1`@`%`"}, "`r,1`@`%`,`r2`@`10.%`": {"`r,1`@`%`", "`r2`@`10.%`"},
	} {
		if got := roleList(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// A text added to valid grants never turns a No into a Yes, unless the text is a grant. With a text that is
// not understood, no answer remains No.
func FuzzParseGrants(f *testing.F) {
	for _, seed := range []string{
		"GRANT ALL PRIVILEGES ON *.* TO `u`@`%` WITH GRANT OPTION",
		"GRANT SELECT (`a`, `b``)`) ON `s%`.`t` TO 'u'@'%' IDENTIFIED VIA x USING 'y'",
		"REVOKE INSERT ON `shop`.* FROM `u`@`%`", "GRANT `r`@`%`,`q`@`%` TO `u`@`%` WITH ADMIN OPTION",
		"GRANT PROXY ON ''@'' TO `u`@`%`",
		"SET DEFAULT ROLE `r` FOR `u`@`%`", "GRANT EXECUTE ON PACKAGE BODY `a`.`b` TO u", `GRANT "x" ON \ TO`,
		"GRANT (), ON *.* TO", "GRANT\x00SELECT", "é`ï'\"", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := rights("GRANT INSERT ON `stock`.* TO `u`@`%`", text)
		s, understood := parseGrant(text)
		grants := understood && s.grant != nil && !s.grant.Revoke
		for _, got := range []datasource.Answer{r.Globally("SELECT"), r.OnSchema("shop", "SELECT"),
			r.OnTable(shopOrders, "SELECT"),
			r.OnColumns(shopOrders, []string{"id"}, "SELECT")} {
			if got == datasource.Yes &&
				!(grants && strings.HasPrefix(strings.ToUpper(strings.TrimSpace(text)), "GRANT") &&
					(s.grant.All || strings.Contains(strings.ToUpper(text), "SELECT"))) {
				t.Errorf("%q makes a yes", text)
			}
			if got == datasource.No && !understood {
				t.Errorf("%q is not understood, yet it leaves a no", text)
			}
		}
		if r.OnSchema("stock", "INSERT") == datasource.No {
			t.Errorf("%q takes away what is granted on the schema", text)
		}
		r.ByPattern("shop")
		roleList(text)
	})
}
