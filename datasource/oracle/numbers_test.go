package oracle

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

func TestNumbersOfEveryRelease(t *testing.T) {
	t.Parallel()
	for _, release := range releases {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv := oracletest.New(t, release, oracletest.Options{})
			sequence := row{"SEQUENCE_OWNER": "SHOP", "SEQUENCE_NAME": "Q", "MIN_VALUE": 1,
				"MAX_VALUE":    "1000000000000",
				"INCREMENT_BY": 1, "LAST_NUMBER": "900000000000", "CACHE_SIZE": 20, "CYCLE_FLAG": "Y"}
			srv.Insert("DBA_SEQUENCES", sequence,
				row{"SEQUENCE_OWNER": "OTHER", "SEQUENCE_NAME": "Q", "MIN_VALUE": 1, "MAX_VALUE": 9, "INCREMENT_BY": 1,
					"LAST_NUMBER": 1, "CACHE_SIZE": 0, "CYCLE_FLAG": "N"})
			srv.Insert("DBA_UNUSED_COL_TABS", row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "COUNT": 2})
			var want []datasource.IdentityColumn
			if release != oracletest.Release11g {
				srv.Insert("DBA_TAB_IDENTITY_COLS",
					row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "COLUMN_NAME": "ID", "GENERATION_TYPE": "ALWAYS",
						"SEQUENCE_NAME": "ISEQ$$_1"})
				srv.Insert("DBA_SEQUENCES",
					row{"SEQUENCE_OWNER": "SHOP", "SEQUENCE_NAME": "S", "MIN_VALUE": 1, "MAX_VALUE": 9,
						"INCREMENT_BY": 1,
						"LAST_NUMBER":  1, "CACHE_SIZE": 0, "CYCLE_FLAG": "N", "SESSION_FLAG": "Y"})
				want = []datasource.IdentityColumn{{Column: "ID", Always: true,
					Sequence: datasource.TableName{Schema: "SHOP", Name: "ISEQ$$_1"}}}
			}
			// for which the ALL_ views are read
			for _, denied := range []string{"", "DBA_SEQUENCES", "DBA_TAB_IDENTITY_COLS", "DBA_UNUSED_COL_TABS"} {
				if denied != "" {
					srv.Deny(942, denied)
				}
				numbersOf(t, srv, want)
			}
			srv.Deny(942, "*_SEQUENCES")
			facts, _ := openFacts(t, srv)
			if _, err := datasource.FactOracleSequences.Of(t.Context(),
				facts); datasource.ClassOf(err) != datasource.ErrPrivilege {
				t.Errorf("sequences that cannot be read: %v", err)
			}
		})
	}
}

func numbersOf(t *testing.T, srv *oracletest.Server, want []datasource.IdentityColumn) {
	t.Helper()
	orders := datasource.TableName{Schema: "SHOP", Name: "ORDERS"}
	facts, _ := openFacts(t, srv)
	sequences, err := datasource.FactOracleSequences.Of(t.Context(), facts)
	if diff := cmp.Diff(datasource.OracleSequences{{TableName: datasource.TableName{Schema: "SHOP", Name: "Q"},
		Min: "1",
		Max: "1000000000000", Increment: "1",
		Next: "900000000000", Cached: "20", Cycles: true}}, sequences); err != nil || diff != "" {
		t.Errorf("sequences: %v (-want +got):\n%s", err, diff)
	}
	identities, err := datasource.FactIdentityColumns.Of(t.Context(), facts)
	if diff := cmp.Diff(want, identities.Of(orders)); err != nil || diff != "" {
		t.Errorf("identity columns: %v (-want +got):\n%s", err, diff)
	}
	unused, err := datasource.FactUnusedColumns.Of(t.Context(), facts)
	if diff := cmp.Diff(datasource.ByName[string]{orders: "2"}, unused); err != nil || diff != "" {
		t.Errorf("unused columns: %v (-want +got):\n%s", err, diff)
	}
}
