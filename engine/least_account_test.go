package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// leastOfOMS are the views of the least account that OceanBase Migration Service documents for an Oracle source.
var leastOfOMS = strings.Fields(`DBA_CONSTRAINTS DBA_CONS_COLUMNS DBA_EXTENTS DBA_INDEXES DBA_IND_COLUMNS DBA_MVIEWS
DBA_MVIEW_LOGS DBA_OBJECTS DBA_PART_KEY_COLUMNS DBA_SUBPART_KEY_COLUMNS DBA_TABLES DBA_TAB_COLS DBA_TAB_COLUMNS
DBA_TAB_PARTITIONS DBA_TAB_SUBPARTITIONS DBA_USERS V$INSTANCE V$DATABASE`)

// With the least account that OceanBase Migration Service documents, every item of the source is checked, except for
// those of which explain says that they need more, and the reason names the missing grant.
func TestLeastAccountOfOMSEmulated(t *testing.T) {
	t.Parallel()
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, source := emulatedTables(t, release, 3)
			srv.Fill("DBA_TABLES", []string{"OWNER", "TABLE_NAME", "TEMPORARY"}, 3,
				func(i int) []any { return []any{"SHOP", fmt.Sprintf("T%04d", i), "N"} })
			srv.Deny(942, "DBA_*", "V$*", "GV$*")
			srv.Deny(0, leastOfOMS...)
			for _, limit := range []string{"IDLE_TIME", "CONNECT_TIME", "SESSIONS_PER_USER"} {
				srv.Insert("USER_RESOURCE_LIMITS", oracletest.Row{"RESOURCE_NAME": limit, "LIMIT": "UNLIMITED"})
			}
			_, dest := emulatedTables(t, release, 0)
			task := checktest.Real{Source: source, Dest: dest, Settings: checks.Settings{Deep: true}}.Task(
				checks.Schema | checks.Full | checks.Incremental)
			report, err := e.Run(t.Context(), task)
			if err != nil {
				t.Fatal(err)
			}
			checked, unknown := 0, 0
			for _, res := range report.Results {
				if res.Item.Side != checks.Source {
					continue
				}
				if res.Outcome != engine.Unknown {
					checked++
					continue
				}
				unknown++
				beyond := engine.BeyondLeast(res.Item.Check)
				text := res.Message(20)
				named := false
				for _, privilege := range beyond {
					named = named || strings.Contains(text, strings.ToUpper("GRANT "+privilege))
				}
				if !named {
					t.Errorf("%s could not be checked, although explain lists %q beyond the least account: %s",
						res.Item.Name(), beyond, text)
				}
			}
			if checked < 3*unknown {
				t.Errorf("%d items were checked, %d could not be checked", checked, unknown)
			}
			t.Logf("%d items were checked, %d could not be checked", checked, unknown)
		})
	}
}
