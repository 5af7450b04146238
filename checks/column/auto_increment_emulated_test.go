package column_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// emulatedIdentity adds a table with one identity column to the dictionary.
func emulatedIdentity(srv *oracletest.Server, table, dataType, generation string) {
	checktest.InsertColumns(srv, table,
		oracletest.Row{"IDENTITY_COLUMN": "YES", "DEFAULT_LENGTH": 29,
			"DATA_DEFAULT": `"SHOP"."ISEQ$$_` + table + `".nextval`}, "ID "+dataType+"!")
	srv.Insert("DBA_TAB_IDENTITY_COLS",
		oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": "ID", "GENERATION_TYPE": generation,
			"SEQUENCE_NAME": "ISEQ$$_" + table})
}

func TestOracleNumbersNearEndEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "T")
			emulatedSequence(srv, "FREE", 899, nil)
			emulatedSequence(srv, "NEAR", 901, nil)
			emulatedSequence(srv, "ROUND", 901, oracletest.Row{"CYCLE_FLAG": "Y"})
			emulatedSequence(srv, "DOWN", 99, oracletest.Row{"INCREMENT_BY": -1})
			emulatedSequence(srv, "DOWN_FREE", 901, oracletest.Row{"INCREMENT_BY": -1})
			emulatedSequence(srv, "LARGE", 0,
				oracletest.Row{"MAX_VALUE": "9999999999999999999999999999",
					"LAST_NUMBER": "9900000000000000000000000000"})
			task := checktest.Real{Source: from, Dest: from}
			got := task.Run(t, column.AutoIncrement)
			want := []string{"sequence_near_end SHOP.DOWN", "sequence_near_end SHOP.LARGE",
				"sequence_near_end SHOP.NEAR"}
			if diff := cmp.Diff(want, checktest.RulesAndObjects(got.Findings)); diff != "" ||
				got.Outcome != engine.Warned {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			if diff := cmp.Diff([]string{`ALTER SEQUENCE "SHOP"."DOWN" NOMINVALUE`,
				`ALTER SEQUENCE "SHOP"."NEAR" NOMAXVALUE`},
				checktest.StatementsOf(got.Findings)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
			task.Selection = &checks.Selection{Mode: checks.Specific,
				Databases: []checks.SelectedDatabase{{Name: "SHOP", Tables: []checks.SelectedTable{{Name: "T"}}}}}
			if got := task.Run(t, column.AutoIncrement); got.Outcome != engine.Passed {
				t.Errorf("of a table, got %s:\n%s", got.Outcome, got.Message(10))
			}
			task.Selection = nil
			srv.Deny(942, "DBA_SEQUENCES")
			if got := task.Run(t, column.AutoIncrement); got.Outcome != engine.Unknown ||
				!strings.Contains(got.Message(10), "sees only those sequences of schema SHOP") {
				t.Errorf("with the sequences that the account may use, got %s:\n%s", got.Outcome, got.Message(10))
			}
			srv.Insert("SESSION_PRIVS", oracletest.Row{"PRIVILEGE": "SELECT ANY SEQUENCE"})
			if got := task.Run(t, column.AutoIncrement); got.Outcome != engine.Warned {
				t.Errorf("with SELECT ANY SEQUENCE, got %s:\n%s", got.Outcome, got.Message(10))
			}
			srv.Deny(942, "*_SEQUENCES")
			if got := task.Run(t, column.AutoIncrement); got.Outcome != engine.Unknown {
				t.Errorf("with unreadable sequences, got %s:\n%s", got.Outcome, got.Message(10))
			}
		})
	}
}

func TestIdentityColumnsEmulated(t *testing.T) {
	t.Parallel()
	to := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases()[1:] { // 11.2 has none
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "FINE", "FULL", "SPENT", "BARE", "WIDE", "EVEN", "ALWAYS")
			for table, dataType := range map[string]string{"FINE": "NUMBER(10)", "FULL": "NUMBER(3)",
				"SPENT": "NUMBER(10)",
				"BARE":  "NUMBER(10)", "WIDE": "NUMBER", "EVEN": "NUMBER(10)"} {
				emulatedIdentity(srv, table, dataType, "BY DEFAULT")
			}
			emulatedIdentity(srv, "ALWAYS", "NUMBER(10)", "ALWAYS")
			numbers := oracletest.Row{"MAX_VALUE": "9999999999999999999999999999"}
			for table, next := range map[string]int{"FINE": 899, "FULL": 901, "BARE": 1, "WIDE": 901, "ALWAYS": 1} {
				emulatedSequence(srv, "ISEQ$$_"+table, next, numbers)
			}
			emulatedSequence(srv, "ISEQ$$_SPENT", 901, nil)
			emulatedSequence(srv, "ISEQ$$_EVEN", 2, oracletest.Row{"INCREMENT_BY": 2})
			for _, table := range []string{"FINE", "FULL", "SPENT", "WIDE", "EVEN", "ALWAYS"} {
				checktest.InsertConstraint(srv, table, table+"_PK", "P", nil, "ID")
			}
			task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
			got := task.Run(t, column.AutoIncrement)
			want := []string{"identity_no_key SHOP.BARE.ID", "identity_not_whole SHOP.WIDE.ID",
				"identity_step SHOP.EVEN.ID",
				"near_end SHOP.FULL.ID", "near_end SHOP.SPENT.ID"}
			if diff := cmp.Diff(want, checktest.RulesAndObjects(got.Findings)); diff != "" ||
				got.Outcome != engine.Warned {
				t.Errorf("to MySQL %s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			if diff := cmp.Diff([]string{`ALTER TABLE "SHOP"."FULL" MODIFY ("ID" NUMBER(28))`},
				checktest.StatementsOf(got.Findings)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
			_, task.Dest = checktest.EmulatedOracle(t, release)
			got = task.Run(t, column.AutoIncrement)
			want = []string{"always SHOP.ALWAYS.ID", "near_end SHOP.FULL.ID", "near_end SHOP.SPENT.ID"}
			if diff := cmp.Diff(want, checktest.RulesAndObjects(got.Findings)); diff != "" {
				t.Errorf("to Oracle %s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			_, task.Dest = checktest.EmulatedOracle(t, oracletest.Release11g)
			if got := task.Run(t, column.AutoIncrement); len(got.Findings) != 7+2 {
				t.Errorf("to a release without identity columns:\n%s", got.Message(10))
			}
			task.Phases = checks.Incremental
			if got := task.Run(t, column.AutoIncrement); len(got.Findings) != 2 {
				t.Errorf("with tables that exist:\n%s", got.Message(10))
			}
		})
	}
}

func TestSequencesOfOracleToOracleEmulated(t *testing.T) {
	t.Parallel()
	srv, from := checktest.EmulatedOracle(t, oracletest.Release19c, "T")
	other, to := checktest.EmulatedOracle(t, oracletest.Release12c)
	emulatedSequence(srv, "THERE", 42, nil)
	emulatedSequence(srv, "BEHIND", 42, nil)
	emulatedSequence(srv, "GONE", 42, oracletest.Row{"CACHE_SIZE": 0})
	emulatedSequence(other, "THERE", 42, nil)
	emulatedSequence(other, "BEHIND", 41, nil)
	got := checktest.Real{Source: from, Dest: to}.Run(t, column.AutoIncrement)
	if diff := cmp.Diff([]string{"sequence_behind SHOP.BEHIND", "sequence_missing SHOP.GONE"},
		checktest.RulesAndObjects(got.Findings)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
	}
	if diff := cmp.Diff([]string{
		`CREATE SEQUENCE "SHOP"."GONE" MINVALUE 1 MAXVALUE 1000 START WITH 42 INCREMENT BY 1 NOCACHE NOCYCLE`},
		checktest.StatementsOf(got.Findings)); diff != "" {
		t.Errorf("statements (-want +got):\n%s", diff)
	}
}
