package object_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestTableConflictOnOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			_, from := checktest.EmulatedOracle(t, release, "FULL", "EMPTY", "O\"DD", "SEEN", "NEW")
			srv, to := checktest.EmulatedOracle(t, release, "FULL", "EMPTY", "O\"DD")
			srv.Insert("DBA_VIEWS", oracletest.Row{"OWNER": "SHOP", "VIEW_NAME": "SEEN"})
			srv.Table("SHOP", "FULL", true)
			srv.Table("SHOP", "EMPTY", false)
			srv.Table("SHOP", "O\"DD", true)
			task := checktest.Real{Source: from, Dest: to, Phases: checks.Schema | checks.Full}
			got := task.Run(t, object.TableConflict)
			if diff := cmp.Diff([]string{"not_empty SHOP.FULL", "not_empty SHOP.O\"DD", "other_kind SHOP.SEEN",
				"table_exists SHOP.EMPTY"}, checktest.RulesAndObjects(got.Findings)); diff != "" {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(20))
			}
			srv.Fault(oracletest.Fault{Stage: oracletest.StageExecute, SQL: "EXISTS", Code: 942})
			if got := task.Run(t, object.TableConflict); got.Outcome != engine.Failed || got.Reason == "" {
				t.Errorf("without a privilege on the tables it is %s:\n%s", got.Outcome, got.Message(20))
			}
		})
	}
}

// A table that the dictionary may hide from the account is not treated as missing.
func TestTableConflictHiddenOnOracleEmulated(t *testing.T) {
	t.Parallel()
	_, from := checktest.EmulatedOracle(t, oracletest.Release19c, "NEW")
	srv, to := checktest.EmulatedOracle(t, oracletest.Release19c)
	srv.Deny(942, "DBA_*")
	task := checktest.Real{Source: from, Dest: to, Phases: checks.Schema | checks.Full}
	if got := task.Run(t, object.TableConflict); got.Outcome != engine.Unknown ||
		datasource.ClassOf(got.Err) != datasource.ErrPrivilege {
		t.Errorf("with a table that may be hidden it is %s:\n%s", got.Outcome, got.Message(20))
	}
	srv.Insert("SESSION_PRIVS", oracletest.Row{"PRIVILEGE": "INSERT ANY TABLE"})
	if got := task.Run(t, object.TableConflict); got.Outcome != engine.Passed {
		t.Errorf("without hidden tables it is %s:\n%s", got.Outcome, got.Message(20))
	}
}
