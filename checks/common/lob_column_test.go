package common_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

func TestLOBColumn(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		columns []datasource.Column
		keyed   bool
		want    []string
	}{
		{"no large object", []datasource.Column{column("a", "int")}, false, nil},
		{"large objects and a key", []datasource.Column{column("a", "int"), column("b", "text")}, true, nil},
		{"large objects without a key", []datasource.Column{column("a", "int"), column("b", "json")}, false, []string{"no_key"}},
		{"nothing but large objects", []datasource.Column{column("b", "text")}, false, []string{"nothing_else"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := oneTable(server(datasource.FlavorMySQL, "8.4.0"), tc.columns...)
			var rows []datasource.Index
			if tc.keyed {
				rows = append(rows, datasource.Index{Name: "PRIMARY", Primary: true, Unique: true})
			}
			source[datasource.FactIndexes] = datasource.GroupByTable(datasource.TableRows[datasource.Index]{Table: datasource.TableName{Schema: "shop", Name: "t"}, Rows: rows})
			findings, _, err := checktest.Facts{Source: source}.Run(t, common.LOBColumn)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLOBColumnOfOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := emulatedOracle(t, release, "KEYED", "BARE", "MIXED", "VIRTUAL", "PLAIN")
			emulatedColumns(srv, "KEYED", nil, "A NUMBER(10)!", "B NUMBER(10)!", "C CLOB")
			emulatedConstraint(srv, "KEYED", "KEYED_PK", "P", nil)
			emulatedColumns(srv, "BARE", nil, "C CLOB", "D LONG RAW", "E XMLTYPE")
			emulatedColumns(srv, "MIXED", nil, "A NUMBER(10)", "C BLOB")
			emulatedColumns(srv, "VIRTUAL", nil, "C CLOB")
			emulatedColumns(srv, "VIRTUAL", oracleRow{"COLUMN_ID": 2, "VIRTUAL_COLUMN": "YES", "DEFAULT_LENGTH": 11, "DATA_DEFAULT": `LENGTH("C")`}, "L NUMBER(10)")
			emulatedColumns(srv, "PLAIN", nil, "A NUMBER(10)", "R RAW(2000)")
			task := checktest.Real{Source: from, Dest: from, Phases: checks.Incremental}
			got := task.Run(t, common.LOBColumn)
			if diff := cmp.Diff([]string{"nothing_else SHOP.BARE", "nothing_else SHOP.VIRTUAL", "no_key SHOP.MIXED"}, rulesAndObjects(got.Findings)); diff != "" || got.Outcome != engine.Failed {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			srv.Deny(942, "*_CONSTRAINTS")
			if got := task.Run(t, common.LOBColumn); got.Outcome != engine.Unknown {
				t.Errorf("with the keys unread it is %s:\n%s", got.Outcome, got.Message(10))
			}
		})
	}
}

func TestLOBColumnOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t,
			"CREATE TABLE "+from+".keyed (id INT PRIMARY KEY, t TEXT)",
			"CREATE TABLE "+from+".bare (t TEXT, b BLOB)",
			"CREATE TABLE "+from+".mixed (n INT, j JSON)")
		task := checktest.Real{Source: checktest.End{Server: s, Schema: from}, Dest: checktest.End{Server: s, Schema: to}, Phases: checks.Incremental}
		got := task.Run(t, common.LOBColumn)
		var found []string
		for _, f := range got.Findings {
			found = append(found, f.Rule+" "+f.Object.Table)
		}
		if diff := cmp.Diff([]string{"nothing_else bare", "no_key mixed"}, found); diff != "" {
			t.Errorf("findings (-want +got):\n%s", diff)
		}
		s.Exec(t, "ALTER TABLE "+from+".bare ADD id INT PRIMARY KEY", "ALTER TABLE "+from+".mixed ADD PRIMARY KEY (n)")
		if got := task.Run(t, common.LOBColumn); got.Outcome != engine.Passed {
			t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}
