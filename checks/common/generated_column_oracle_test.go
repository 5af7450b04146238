package common_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

func TestGeneratedColumnOfOracle(t *testing.T) {
	t.Parallel()
	oracle19, oracle11, tenant := server(datasource.FlavorOracle, "19.3"), server(datasource.FlavorOracle, "11.2"), tenantOf("4.3.3")
	mysql56 := server(datasource.FlavorMySQL, "5.6.51")
	for _, tc := range []struct {
		name, expression string
		source, dest     datasource.Server
		strict           bool
		want             []string
	}{
		{"arithmetic to Oracle", `"A"*2`, oracle19, oracle11, false, nil},
		{"a later function to Oracle 11.2", `STANDARD_HASH("A")`, oracle19, oracle11, false, []string{"function_unknown"}},
		{"someone's function to Oracle", `"SHOP"."TAX"("A")`, oracle19, oracle19, false, []string{"function_needed"}},
		{"joined to Oracle", `"A"||"B"`, oracle19, oracle19, true, nil},
		{"a listed function to a tenant", `NVL("A",0)`, oracle19, tenant, false, nil},
		{"a function that is not listed to a tenant", `STANDARD_HASH("A")`, oracle19, tenant, false, []string{"function_unknown"}},
		{"someone's function to a tenant", `"TAX"("A")`, oracle19, tenant, false, []string{"function_needed"}},
		{"a function from a tenant", `NVL("A",0)`, tenant, oracle19, false, nil},
		{"a function that is not listed from a tenant", `MADE_UP("A")`, tenant, oracle19, false, []string{"function_unknown"}},
		{"arithmetic to MySQL", `"A"*2`, oracle19, mysql97, true, nil},
		{"a case to MySQL", `CASE WHEN "A" IS NULL THEN 0 ELSE "A" END`, oracle19, mysql97, false, nil},
		{"to MySQL without generated columns", `"A"*2`, oracle19, mysql56, false, []string{"unsupported"}},
		{"a function that MySQL lacks", `NVL("A",0)`, oracle19, mysql97, false, []string{"function_refused"}},
		{"a function that MariaDB has", `NVL("A",0)`, oracle19, maria1011, false, nil},
		{"a function with another meaning in MySQL", `SUBSTR("A",0,2)`, oracle19, mysql97, false, []string{"function_differs"}},
		{"a function on OceanBase", `NVL("A",0)`, oracle19, ob43, false, []string{"function_unknown"}},
		{"someone's function to MySQL", `"SHOP"."TAX"("A")`, oracle19, mysql97, false, []string{"function_written"}},
		{"joined to MySQL", `"A"||"B"`, oracle19, mysql97, false, []string{"joins"}},
		{"an interval to MySQL", `"A"+INTERVAL '1' DAY`, oracle19, mysql97, false, []string{"function_unknown"}},
		{"never NULL to MariaDB", `"A"*2`, oracle19, maria1011, true, []string{"not_null"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := column("C", "NUMBER")
			c.Generation, c.Nullable = tc.expression, !tc.strict
			source := datasource.Oracle
			if tc.source.IsOceanBase() {
				source = datasource.OceanBaseOracle
			}
			f := checktest.Facts{Route: routeTo(source, tc.dest), Source: snapshot(tc.source, []datasource.Column{c}, nil, nil), Dest: snapshot(tc.dest, nil, nil, nil)}
			wantRules(t, f, common.GeneratedColumn, tc.want...)
			if tc.dest.IsMariaDB() {
				f.Source[datasource.FactIndexes] = datasource.GroupByTable(datasource.TableRows[datasource.Index]{Table: shopT, Rows: []datasource.Index{{Primary: true, Columns: []datasource.IndexColumn{{Name: "C"}}}}})
				wantRules(t, f, common.GeneratedColumn, "in_primary_key")
			}
		})
	}
}

func TestGeneratedColumnOfOracleEmulated(t *testing.T) {
	t.Parallel()
	to := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := emulatedOracle(t, release, "T")
			computed := func(column, text string) {
				emulatedColumns(srv, "T", oracleRow{"VIRTUAL_COLUMN": "YES", "DEFAULT_LENGTH": len(text), "DATA_DEFAULT": text}, column)
			}
			emulatedColumns(srv, "T", nil, "A NUMBER(10)", "B VARCHAR2(20 CHAR)")
			computed("GOOD NUMBER(20)", `"A"*2`)
			computed("BAD NUMBER(20)", `NVL("A",0)`)
			computed("OWN NUMBER(20)", `"SHOP"."TAX"("A")`)
			task := checktest.Real{Source: from, Dest: checktest.End{Server: to, Schema: to.Database(t)}}
			got := task.Run(t, common.GeneratedColumn)
			if diff := cmp.Diff([]string{"function_refused SHOP.T.BAD", "function_written SHOP.T.OWN"}, rulesAndObjects(got.Findings)); diff != "" || got.Outcome != engine.Warned {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			task.Dest = from
			if diff := cmp.Diff([]string{"function_needed SHOP.T.OWN"}, rulesAndObjects(task.Run(t, common.GeneratedColumn).Findings)); diff != "" {
				t.Errorf("to Oracle (-want +got):\n%s", diff)
			}
			srv.Deny(942, "*_TAB_COLS")
			if got := task.Run(t, common.GeneratedColumn); got.Outcome != engine.Unknown {
				t.Errorf("with the columns unread it is %s:\n%s", got.Outcome, got.Message(10))
			}
		})
	}
}

// What the rules say of MySQL and MariaDB is what these do.
func TestGeneratedColumnsOfOracleOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		maria := s.Product == dbtest.MariaDB
		for definition, accepted := range map[string]bool{
			"b INT AS (a*2)":                  true,
			"b INT AS (NVL(a,0))":             maria,
			"b INT AS (INITCAP(a))":           false,
			"b INT AS (a+INTERVAL '1' DAY)":   true, // of a date, which a is not
			"b INT AS (a*2) NOT NULL":         !maria,
			"b INT AS (a*2) PRIMARY KEY":      false,
			"b VARCHAR(9) AS (UPPER(a))":      true,
			"b INT AS (\"a\"||\"b\") VIRTUAL": true, // an OR of two strings: no error tells
		} {
			wantCreated(t, s, accepted, "CREATE TABLE t (a INT, "+definition+")")
		}
	})
}
