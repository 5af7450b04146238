package capacity_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestDiskSpaceOfOracleEmulated counts rows, indexes and large objects, in the default tablespace of the destination's
// schema.
func TestDiskSpaceOfOracleEmulated(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			type row = oracletest.Row
			srv, from := checktest.EmulatedOracle(t, release, "ORDERS", "PLAIN")
			to, dest := checktest.EmulatedOracle(t, release)
			to.Set("DBA_USERS", row{"DEFAULT_TABLESPACE": "DATA"})
			segment := func(name, kind string, size int) {
				srv.Insert("DBA_SEGMENTS",
					row{"OWNER": "SHOP", "SEGMENT_NAME": name, "SEGMENT_TYPE": kind, "BYTES": size * mib})
			}
			srv.Insert("DBA_INDEXES", row{"OWNER": "SHOP", "INDEX_NAME": "ORDERS_PK", "TABLE_OWNER": "SHOP",
				"TABLE_NAME": "ORDERS"}, row{"OWNER": "SHOP", "INDEX_NAME": "SYS_IL1", "TABLE_OWNER": "SHOP",
				"TABLE_NAME": "ORDERS"})
			srv.Insert("DBA_LOBS", row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "COLUMN_NAME": "NOTE",
				"SEGMENT_NAME": "SYS_LOB1"})
			srv.Insert("DBA_TABLES", row{"OWNER": "SHOP", "TABLE_NAME": "PLAIN", "CLUSTER_NAME": "GROUPED"},
				row{"OWNER": "SHOP", "TABLE_NAME": "QUITE", "CLUSTER_NAME": "GROUPED"})
			segment("ORDERS", "TABLE PARTITION", 100)
			segment("ORDERS", "TABLE PARTITION", 200)
			segment("ORDERS_PK", "INDEX", 40)
			segment("SYS_IL1", "LOBINDEX", 1)
			segment("SYS_LOB1", "LOBSEGMENT", 500)
			segment("GROUPED", "CLUSTER", 59)
			segment("OTHER", "TABLE", 9999)
			to.Insert("DBA_SYS_PRIVS", row{"GRANTEE": "SHOP", "PRIVILEGE": "UNLIMITED TABLESPACE"})
			task := checktest.Real{Source: from, Dest: dest, Settings: checks.Settings{Deep: true}}
			expect := func(outcome engine.Outcome, text string, want ...string) {
				t.Helper()
				got := task.Run(t, capacity.DiskSpace)
				if diff := cmp.Diff(want, checktest.RulesAndObjects(got.Findings)); diff != "" ||
					got.Outcome != outcome ||
					!strings.Contains(got.Message(20), text) {
					t.Errorf("it is %s, want %s with %q (-want +got):\n%s\n%s", got.Outcome, outcome, text, diff,
						got.Message(20))
				}
			}
			expect(engine.Failed, "the tables use 900 MiB", "small_tablespace DATA")
			to.Insert("DBA_DATA_FILES",
				row{"TABLESPACE_NAME": "DATA", "FILE_ID": 8, "BYTES": 100 * mib, "AUTOEXTENSIBLE": "YES",
					"MAXBYTES": 1300 * mib},
				row{"TABLESPACE_NAME": "DATA", "FILE_ID": 9, "BYTES": 100 * mib, "AUTOEXTENSIBLE": "NO", "MAXBYTES": 0})
			expect(engine.Warned, "0 B free and must grow (by up to 1.2 GiB)", "growing_tablespace DATA")
			to.Insert("DBA_FREE_SPACE", row{"TABLESPACE_NAME": "DATA", "BYTES": 600 * mib},
				row{"TABLESPACE_NAME": "DATA", "BYTES": 600 * mib})
			expect(engine.Passed, "Tablespace DATA has 1.2 GiB free. Its tables use 900 MiB")
			to.Clear("DBA_SYS_PRIVS")
			expect(engine.Failed, "0 B", "small_quota SHOP")
			to.Insert("DBA_TS_QUOTAS", row{"DROPPED": "NO", "USERNAME": "SHOP", "TABLESPACE_NAME": "DATA", "BYTES": 0,
				"MAX_BYTES": 901 * mib})
			expect(engine.Warned, "901 MiB", "scarce_quota SHOP")
			to.Set("DBA_TS_QUOTAS", row{"DROPPED": "NO", "MAX_BYTES": -1})
			expect(engine.Passed, "")

			srv.Deny(942, "DBA_SEGMENTS", "DBA_EXTENTS")
			expect(engine.Unknown, `GRANT SELECT ON SYS.DBA_SEGMENTS TO "PRECHECK"`)
			srv.Deny(0, "DBA_SEGMENTS", "DBA_EXTENTS")
			to.Insert("DBA_TABLESPACES", row{"TABLESPACE_NAME": "DATA", "CONTENTS": "PERMANENT", "STATUS": "ONLINE",
				"BLOCK_SIZE": 8192})
			numbered := row{"TS#": 9, "NAME": "DATA"}
			if release != oracletest.Release11g {
				numbered["CON_ID"] = 3
			}
			to.Insert("V$TABLESPACE", numbered)
			to.Insert("DBA_LMT_FREE_SPACE", row{"TABLESPACE_ID": 9, "BLOCKS": 1171 * mib / 8192})
			to.Deny(942, "DBA_FREE_SPACE", "DBA_DATA_FILES")
			expect(engine.Passed, "Tablespace DATA has 1.1 GiB free. Its tables use 900 MiB")
			to.Deny(0, "DBA_FREE_SPACE", "DBA_DATA_FILES")
			to.Deny(942, "DBA_LMT_FREE_SPACE")
			expect(engine.Passed, "Tablespace DATA has 1.2 GiB free. Its tables use 900 MiB")
			for _, view := range []string{"DBA_FREE_SPACE", "DBA_DATA_FILES", "DBA_USERS", "DBA_TS_QUOTAS",
				"DBA_SYS_PRIVS"} {
				to.Deny(942, view)
				if got := task.Run(t, capacity.DiskSpace); got.Outcome != engine.Unknown ||
					!strings.Contains(got.Message(20), view) {
					t.Errorf("without %s it is %s:\n%s", view, got.Outcome, got.Message(20))
				}
				to.Deny(0, view)
			}
		})
	}
}
