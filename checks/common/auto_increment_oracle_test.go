package common_test

import (
	"strings"
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

// emulatedSequence puts a sequence with the numbers 1 to 1000 into the dictionary.
func emulatedSequence(srv *oracletest.Server, name string, next int, more oracleRow) {
	r := oracleRow{"SEQUENCE_OWNER": "SHOP", "SEQUENCE_NAME": name, "MIN_VALUE": 1, "MAX_VALUE": 1000, "INCREMENT_BY": 1, "LAST_NUMBER": next, "CACHE_SIZE": 20, "CYCLE_FLAG": "N"}
	for k, v := range more {
		r[k] = v
	}
	srv.Insert("DBA_SEQUENCES", r)
}

// emulatedIdentity puts a table with one identity column into the dictionary.
func emulatedIdentity(srv *oracletest.Server, table, dataType, generation string) {
	emulatedColumns(srv, table, oracleRow{"IDENTITY_COLUMN": "YES", "DEFAULT_LENGTH": 29, "DATA_DEFAULT": `"SHOP"."ISEQ$$_` + table + `".nextval`}, "ID "+dataType+"!")
	srv.Insert("DBA_TAB_IDENTITY_COLS", oracleRow{"OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": "ID", "GENERATION_TYPE": generation, "SEQUENCE_NAME": "ISEQ$$_" + table})
}

func TestOracleNumbersNearEndEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := emulatedOracle(t, release, "T")
			emulatedSequence(srv, "FREE", 899, nil)
			emulatedSequence(srv, "NEAR", 901, nil)
			emulatedSequence(srv, "ROUND", 901, oracleRow{"CYCLE_FLAG": "Y"})
			emulatedSequence(srv, "DOWN", 99, oracleRow{"INCREMENT_BY": -1})
			emulatedSequence(srv, "DOWN_FREE", 901, oracleRow{"INCREMENT_BY": -1})
			emulatedSequence(srv, "LARGE", 0, oracleRow{"MAX_VALUE": "9999999999999999999999999999", "LAST_NUMBER": "9900000000000000000000000000"})
			task := checktest.Real{Source: from, Dest: from}
			got := task.Run(t, common.AutoIncrement)
			want := []string{"sequence_near_end SHOP.DOWN", "sequence_near_end SHOP.LARGE", "sequence_near_end SHOP.NEAR"}
			if diff := cmp.Diff(want, rulesAndObjects(got.Findings)); diff != "" || got.Outcome != engine.Warned {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			if diff := cmp.Diff([]string{`ALTER SEQUENCE "SHOP"."DOWN" NOMINVALUE`, `ALTER SEQUENCE "SHOP"."NEAR" NOMAXVALUE`}, mending(got.Findings)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
			task.Selection = &checks.Selection{Mode: checks.Specific, Databases: []checks.SelectedDatabase{{Name: "SHOP", Tables: []checks.SelectedTable{{Name: "T"}}}}}
			if got := task.Run(t, common.AutoIncrement); got.Outcome != engine.Passed {
				t.Errorf("of a table alone it is %s:\n%s", got.Outcome, got.Message(10))
			}
			task.Selection = nil
			srv.Deny(942, "DBA_SEQUENCES")
			if got := task.Run(t, common.AutoIncrement); got.Outcome != engine.Unknown || !strings.Contains(got.Message(10), "which sequences schema SHOP has cannot be told") {
				t.Errorf("with the sequences that the account may use it is %s:\n%s", got.Outcome, got.Message(10))
			}
			srv.Insert("SESSION_PRIVS", oracleRow{"PRIVILEGE": "SELECT ANY SEQUENCE"})
			if got := task.Run(t, common.AutoIncrement); got.Outcome != engine.Warned {
				t.Errorf("with a right on any sequence it is %s:\n%s", got.Outcome, got.Message(10))
			}
			srv.Deny(942, "*_SEQUENCES")
			if got := task.Run(t, common.AutoIncrement); got.Outcome != engine.Unknown {
				t.Errorf("with the sequences unread it is %s:\n%s", got.Outcome, got.Message(10))
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
			srv, from := emulatedOracle(t, release, "FINE", "FULL", "SPENT", "BARE", "WIDE", "EVEN", "ALWAYS")
			for table, dataType := range map[string]string{"FINE": "NUMBER(10)", "FULL": "NUMBER(3)", "SPENT": "NUMBER(10)", "BARE": "NUMBER(10)", "WIDE": "NUMBER", "EVEN": "NUMBER(10)"} {
				emulatedIdentity(srv, table, dataType, "BY DEFAULT")
			}
			emulatedIdentity(srv, "ALWAYS", "NUMBER(10)", "ALWAYS")
			numbers := oracleRow{"MAX_VALUE": "9999999999999999999999999999"}
			for table, next := range map[string]int{"FINE": 899, "FULL": 901, "BARE": 1, "WIDE": 901, "ALWAYS": 1} {
				emulatedSequence(srv, "ISEQ$$_"+table, next, numbers)
			}
			emulatedSequence(srv, "ISEQ$$_SPENT", 901, nil)
			emulatedSequence(srv, "ISEQ$$_EVEN", 2, oracleRow{"INCREMENT_BY": 2})
			for _, table := range []string{"FINE", "FULL", "SPENT", "WIDE", "EVEN", "ALWAYS"} {
				emulatedConstraint(srv, table, table+"_PK", "P", nil, "ID")
			}
			task := checktest.Real{Source: from, Dest: checktest.End{Server: to, Schema: to.Database(t)}}
			got := task.Run(t, common.AutoIncrement)
			want := []string{"identity_no_key SHOP.BARE.ID", "identity_not_whole SHOP.WIDE.ID", "identity_step SHOP.EVEN.ID", "near_end SHOP.FULL.ID", "near_end SHOP.SPENT.ID"}
			if diff := cmp.Diff(want, rulesAndObjects(got.Findings)); diff != "" || got.Outcome != engine.Warned {
				t.Errorf("to MySQL %s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			if diff := cmp.Diff([]string{`ALTER TABLE "SHOP"."FULL" MODIFY ("ID" NUMBER(28))`}, mending(got.Findings)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
			_, task.Dest = emulatedOracle(t, release)
			got = task.Run(t, common.AutoIncrement)
			want = []string{"always SHOP.ALWAYS.ID", "near_end SHOP.FULL.ID", "near_end SHOP.SPENT.ID"}
			if diff := cmp.Diff(want, rulesAndObjects(got.Findings)); diff != "" {
				t.Errorf("to Oracle %s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			_, task.Dest = emulatedOracle(t, oracletest.Release11g)
			if got := task.Run(t, common.AutoIncrement); len(got.Findings) != 7+2 {
				t.Errorf("to a release without identity columns:\n%s", got.Message(10))
			}
			task.Phases = checks.Incremental
			if got := task.Run(t, common.AutoIncrement); len(got.Findings) != 2 {
				t.Errorf("with tables that are there already:\n%s", got.Message(10))
			}
		})
	}
}

// A statement that a finding gives creates the sequence; MySQL has none.
func TestSequencesOfOracleOnRealServers(t *testing.T) {
	t.Parallel()
	srv, from := emulatedOracle(t, oracletest.Release19c, "T")
	emulatedSequence(srv, "Q1", 42, nil)
	emulatedSequence(srv, "Q2", -42, oracleRow{"MIN_VALUE": "-999999999999999999999999999", "MAX_VALUE": -1, "INCREMENT_BY": -2, "CACHE_SIZE": 0, "CYCLE_FLAG": "Y"})
	emulatedSequence(srv, "Q3", 7, oracleRow{"MAX_VALUE": "9999999999999999999999999999"})
	emulatedSequence(srv, "ISEQ$$_T", 7, nil)
	maria, my := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	task := checktest.Real{Source: from, Dest: checktest.End{Server: my, Schema: my.Database(t)}}
	if diff := cmp.Diff([]string{"no_sequences SHOP"}, rulesAndObjects(task.Run(t, common.AutoIncrement).Findings)); diff != "" {
		t.Errorf("to MySQL (-want +got):\n%s", diff)
	}
	wantCreated(t, my, false, "CREATE SEQUENCE q")
	task.Dest = checktest.End{Server: maria, Schema: maria.Database(t)}
	got := task.Run(t, common.AutoIncrement)
	if diff := cmp.Diff([]string{"sequence_missing Q1", "sequence_missing Q2", "sequence_missing Q3"}, found(got, task.Dest.Schema)); diff != "" || got.Outcome != engine.Passed {
		t.Errorf("to MariaDB %s (-want +got):\n%s", got.Outcome, diff)
	}
	checktest.Mend(t, maria, got.Findings)
	if got := task.Run(t, common.AutoIncrement); len(got.Findings) != 0 {
		t.Errorf("mended it is %s: %s", got.Outcome, got.Message(5))
	}
	for name, want := range map[string]string{"Q1": "42", "Q2": "-42", "Q3": "7"} {
		if got := columnOf(t, maria, "SELECT NEXTVAL("+task.Dest.Schema+"."+name+")"); got[0] != want {
			t.Errorf("%s goes on with %s, want %s", name, got[0], want)
		}
	}
}

func TestSequencesOfOracleToOracleEmulated(t *testing.T) {
	t.Parallel()
	srv, from := emulatedOracle(t, oracletest.Release19c, "T")
	other, to := emulatedOracle(t, oracletest.Release12c)
	emulatedSequence(srv, "THERE", 42, nil)
	emulatedSequence(srv, "BEHIND", 42, nil)
	emulatedSequence(srv, "GONE", 42, oracleRow{"CACHE_SIZE": 0})
	emulatedSequence(other, "THERE", 42, nil)
	emulatedSequence(other, "BEHIND", 41, nil)
	got := checktest.Real{Source: from, Dest: to}.Run(t, common.AutoIncrement)
	if diff := cmp.Diff([]string{"sequence_behind SHOP.BEHIND", "sequence_missing SHOP.GONE"}, rulesAndObjects(got.Findings)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
	}
	if diff := cmp.Diff([]string{`CREATE SEQUENCE "SHOP"."GONE" MINVALUE 1 MAXVALUE 1000 START WITH 42 INCREMENT BY 1 NOCACHE NOCYCLE`}, mending(got.Findings)); diff != "" {
		t.Errorf("statements (-want +got):\n%s", diff)
	}
}

// To a tenant identity columns are not carried; from one they are not seen.
func TestNumbersOfTenants(t *testing.T) {
	t.Parallel()
	tenant := server(datasource.FlavorOceanBase, "4.3.3")
	tenant.Mode = "ORACLE"
	id := column("ID", "NUMBER")
	identities := datasource.GroupByTable(datasource.TableRows[datasource.IdentityColumn]{Table: shopT, Rows: []datasource.IdentityColumn{{Column: "ID"}}})
	full := datasource.OracleSequences{{TableName: datasource.TableName{Schema: "shop", Name: "Q"}, Min: "1", Max: "10", Increment: "1", Next: "10"}}
	f := checktest.Facts{Route: checks.Route{Source: datasource.Oracle, Dest: datasource.OceanBaseOracle},
		Source: snapshot(server(datasource.FlavorOracle, "19.3"), []datasource.Column{id}, nil, datasource.Snapshot{datasource.FactIdentityColumns: identities, datasource.FactOracleSequences: datasource.OracleSequences{},
			datasource.FactDictionaryViews: []datasource.DictionaryView{{Name: "DBA_SEQUENCES", Readable: true}}}),
		Dest: snapshot(tenant, nil, nil, datasource.Snapshot{datasource.FactOracleSequences: full})}
	wantRules(t, f, common.AutoIncrement, "identity_lost")
	if _, notes, _ := f.Run(t, common.AutoIncrement); len(notes) != 1 {
		t.Errorf("of a sequence that is not shown: remarks %q", notes)
	}
	// A tenant's sequences have the numbers of a BIGINT.
	large := datasource.OracleSequence{TableName: datasource.TableName{Schema: "shop", Name: "L"}, Min: "1", Max: "9999999999999999999999999999", Increment: "1", Next: "7", Cached: "0"}
	beyond := large
	beyond.Name, beyond.Next = "M", "10000000000000000000"
	f.Source[datasource.FactOracleSequences] = datasource.OracleSequences{large, beyond}
	findings := wantRules(t, f, common.AutoIncrement, "identity_lost", "sequence_missing", "sequence_missing")
	if diff := cmp.Diff([]string{`CREATE SEQUENCE "shop"."L" MINVALUE 1 MAXVALUE 9223372036854775806 START WITH 7 INCREMENT BY 1 NOCACHE NOCYCLE`}, findings[1].SQL); diff != "" || findings[2].SQL != nil {
		t.Errorf("statements (-want +got):\n%s%q", diff, findings[2].SQL)
	}
	f.Route.Source = datasource.OceanBaseOracle
	f.Source = snapshot(tenant, []datasource.Column{id}, nil, datasource.Snapshot{datasource.FactOracleSequences: full,
		datasource.FactIdentityColumns: &datasource.Error{Class: datasource.ErrUnsupported, Cause: "not listed"}})
	findings = wantRules(t, f, common.AutoIncrement, "sequence_near_end")
	if diff := cmp.Diff([]string{`ALTER SEQUENCE "shop"."Q" NOMAXVALUE`}, findings[0].SQL); diff != "" {
		t.Errorf("statements (-want +got):\n%s", diff)
	}
	full[0].Max, full[0].Next = "9223372036854775807", "9000000000000000000"
	if findings = wantRules(t, f, common.AutoIncrement, "sequence_near_end"); findings[0].SQL != nil {
		t.Errorf("a statement that changes nothing: %q", findings[0].SQL)
	}
	if _, notes, _ := f.Run(t, common.AutoIncrement); len(notes) != 1 {
		t.Errorf("from a tenant: remarks %q", notes)
	}
}
