package key_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestIndexTypeOracleToMySQLEmulated(t *testing.T) {
	t.Parallel()
	my := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "T")
			checktest.InsertColumnAt(srv, "T", 1, "A", "NUMBER", nil)
			checktest.InsertIndex(srv, "T", "PLAIN", nil, "A")
			checktest.InsertIndex(srv, "T", "BITS", oracletest.Row{"INDEX_TYPE": "BITMAP"}, "A")
			checktest.InsertIndex(srv, "T", "BACK", oracletest.Row{"INDEX_TYPE": "NORMAL/REV"}, "A")
			checktest.InsertIndex(srv, "T", "PARTS",
				oracletest.Row{"INDEX_TYPE": "NORMAL/REV", "PARTITIONED": "YES"}, "A")
			checktest.InsertIndex(srv, "T", "JOINED", oracletest.Row{"INDEX_TYPE": "BITMAP", "JOIN_INDEX": "YES"}, "A")
			checktest.InsertIndex(srv, "T", "WORDS", oracletest.Row{"INDEX_TYPE": "DOMAIN"}, "A")
			checktest.InsertIndex(srv, "T", "DOWN", oracletest.Row{"INDEX_TYPE": "FUNCTION-BASED NORMAL"})
			checktest.InsertIndex(srv, "T", "TWICE", oracletest.Row{"INDEX_TYPE": "FUNCTION-BASED NORMAL"},
				"SYS_NC00002$")
			srv.Insert("DBA_IND_COLUMNS",
				oracletest.Row{"INDEX_OWNER": "SHOP", "INDEX_NAME": "DOWN", "TABLE_OWNER": "SHOP", "TABLE_NAME": "T",
					"COLUMN_NAME": "SYS_NC00003$", "COLUMN_POSITION": 1, "DESCEND": "DESC"})
			for name, expression := range map[string]string{"DOWN": `"A"`, "TWICE": `"A"*2`} {
				srv.Insert("DBA_IND_EXPRESSIONS",
					oracletest.Row{"INDEX_OWNER": "SHOP", "INDEX_NAME": name, "TABLE_OWNER": "SHOP", "TABLE_NAME": "T",
						"COLUMN_POSITION": 1, "COLUMN_EXPRESSION": expression})
			}
			task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: my, Schema: my.Database(t)}}
			got := checktest.WantFound(t, task, key.IndexType, "bitmap_join T.JOINED", "domain T.WORDS",
				"functional_rewritten T.TWICE", "bitmap T.BITS", "reverse T.BACK",
				"reverse T.PARTS")
			checktest.WantEqual(t, []string{`ALTER INDEX "SHOP"."BACK" REBUILD NOREVERSE`},
				checktest.StatementsOf(got.Findings[len(got.Findings)-2:]))
			task.Dest = from
			checktest.WantFound(t, task, key.IndexType, "domain T.WORDS")
			srv.Deny(942, "*_IND_EXPRESSIONS")
			checktest.Unreadable(t, task, key.IndexType)
		})
	}
}
