package common_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

func TestIndexTypeOfOracle(t *testing.T) {
	t.Parallel()
	typed := func(kind string) datasource.Index {
		return datasource.Index{Name: "K", Type: kind, Columns: []datasource.IndexColumn{{Name: "A"}}}
	}
	over := func(part datasource.IndexColumn) datasource.Index {
		return datasource.Index{Name: "K", Type: "FUNCTION-BASED NORMAL", Columns: []datasource.IndexColumn{part}}
	}
	upper, down := over(datasource.IndexColumn{Expression: `UPPER("A")`}), over(datasource.IndexColumn{Name: "A", Descending: true})
	hidden := typed("NORMAL")
	hidden.Invisible = true
	for _, tc := range []struct {
		name  string
		route checks.Route
		dest  datasource.Server
		index datasource.Index
		level checks.Level
		want  []string
	}{
		{"a plain one", toMySQL, mysql97, typed("NORMAL"), 0, nil},
		{"over an expression, to MySQL", toMySQL, mysql97, upper, checks.Warn, []string{"functional_rewritten"}},
		{"over an expression, to MySQL 5.7", toMySQL, mysql57, upper, checks.Warn, []string{"functional"}},
		{"over an expression, to MariaDB", toMariaDB, maria1011, upper, checks.Warn, []string{"functional"}},
		{"over an expression, to OceanBase MySQL mode", toOBMySQL, ob43, upper, checks.Warn, []string{"functional"}},
		{"over an expression, to OceanBase", toOBOracle, obOracle43, upper, 0, nil},
		{"over an expression, to Oracle", toOracle, oracle19, upper, 0, nil},
		{"a bitmap, to MySQL", toMySQL, mysql97, typed("BITMAP"), checks.Info, []string{"bitmap"}},
		{"a bitmap, to OceanBase", toOBOracle, obOracle43, typed("FUNCTION-BASED BITMAP"), checks.Warn, []string{"bitmap"}},
		{"a bitmap, to Oracle", toOracle, oracle19, typed("BITMAP"), 0, nil},
		{"a bitmap over a join, to OceanBase", toOBOracle, obOracle43, typed(datasource.BitmapJoin), checks.Warn, []string{"bitmap_join"}},
		{"a bitmap over a join, to Oracle", toOracle, oracle19, typed(datasource.BitmapJoin), 0, nil},
		{"in reverse, to MySQL", toMySQL, mysql97, typed("NORMAL/REV"), checks.Info, []string{"reverse"}},
		{"in reverse, to OceanBase", toOBOracle, obOracle43, typed("NORMAL/REV"), checks.Warn, []string{"reverse"}},
		{"a text index, to Oracle", toOracle, oracle19, typed("DOMAIN"), checks.Warn, []string{"domain"}},
		{"a text index, to MySQL", toMySQL, mysql97, typed("FUNCTION-BASED DOMAIN"), checks.Warn, []string{"domain"}},
		{"descending, to MySQL", toMySQL, mysql97, down, 0, nil},
		{"descending, to MySQL 5.7", toMySQL, mysql57, down, checks.Info, []string{"descending"}},
		{"descending, to OceanBase", toOBOracle, obOracle43, down, checks.Info, []string{"descending"}},
		{"invisible, to MySQL 8", toMySQL, mysql80, hidden, 0, nil},
		{"invisible, to MariaDB", toMariaDB, maria1011, hidden, checks.Info, []string{"invisible"}},
		{"invisible, from OceanBase to Oracle", obToOracle, oracle19, hidden, 0, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := snapshot(oracle19, []datasource.Column{column("A", "VARCHAR2")}, []datasource.Index{tc.index}, nil)
			findings := wantRules(t, checktest.Facts{Source: source, Dest: snapshot(tc.dest, nil, nil, nil), Route: tc.route}, common.IndexType, tc.want...)
			if len(findings) > 0 && findings[0].Level != tc.level {
				t.Errorf("a %s, want a %s", findings[0].Level, tc.level)
			}
		})
	}
}

// Of a product whose indexes are not known nothing is said.
func TestIndexTypeOfOracleUnknown(t *testing.T) {
	t.Parallel()
	dest := snapshot(datasource.Server{Flavor: datasource.FlavorTiDB}, nil, nil, nil)
	for kind, unknown := range map[string]bool{"NORMAL": false, "BITMAP": true} {
		source := snapshot(oracle19, nil, []datasource.Index{{Name: "K", Type: kind, Columns: []datasource.IndexColumn{{Name: "A"}}}}, nil)
		if findings, _, err := (checktest.Facts{Source: source, Dest: dest, Route: toMySQL}).Run(t, common.IndexType); (err != nil) != unknown || len(findings) > 0 {
			t.Errorf("%s: %v, %v", kind, findings, err)
		}
	}
}

func TestIndexTypeOracleToMySQLEmulated(t *testing.T) {
	t.Parallel()
	my := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := emulatedOracle(t, release, "T")
			emulatedColumn(srv, "T", 1, "A", "NUMBER", nil)
			emulatedIndex(srv, "T", "PLAIN", nil, "A")
			emulatedIndex(srv, "T", "BITS", oracletest.Row{"INDEX_TYPE": "BITMAP"}, "A")
			emulatedIndex(srv, "T", "BACK", oracletest.Row{"INDEX_TYPE": "NORMAL/REV"}, "A")
			emulatedIndex(srv, "T", "JOINED", oracletest.Row{"INDEX_TYPE": "BITMAP", "JOIN_INDEX": "YES"}, "A")
			emulatedIndex(srv, "T", "WORDS", oracletest.Row{"INDEX_TYPE": "DOMAIN"}, "A")
			emulatedIndex(srv, "T", "DOWN", oracletest.Row{"INDEX_TYPE": "FUNCTION-BASED NORMAL"})
			emulatedIndex(srv, "T", "TWICE", oracletest.Row{"INDEX_TYPE": "FUNCTION-BASED NORMAL"}, "SYS_NC00002$")
			srv.Insert("DBA_IND_COLUMNS", oracletest.Row{"INDEX_OWNER": "SHOP", "INDEX_NAME": "DOWN", "TABLE_OWNER": "SHOP", "TABLE_NAME": "T", "COLUMN_NAME": "SYS_NC00003$", "COLUMN_POSITION": 1, "DESCEND": "DESC"})
			for name, expression := range map[string]string{"DOWN": `"A"`, "TWICE": `"A"*2`} {
				srv.Insert("DBA_IND_EXPRESSIONS", oracletest.Row{"INDEX_OWNER": "SHOP", "INDEX_NAME": name, "TABLE_OWNER": "SHOP", "TABLE_NAME": "T", "COLUMN_POSITION": 1, "COLUMN_EXPRESSION": expression})
			}
			task := checktest.Real{Source: from, Dest: checktest.End{Server: my, Schema: my.Database(t)}}
			got := wantFound(t, task, common.IndexType, "bitmap_join T.JOINED", "domain T.WORDS", "functional_rewritten T.TWICE", "bitmap T.BITS", "reverse T.BACK")
			wantEqual(t, []string{`ALTER INDEX "SHOP"."BACK" REBUILD NOREVERSE`}, got.Findings[len(got.Findings)-1].SQL)
			task.Dest = from
			wantFound(t, task, common.IndexType, "domain T.WORDS")
			srv.Deny(942, "*_IND_EXPRESSIONS")
			unreadable(t, task, common.IndexType)
		})
	}
}
