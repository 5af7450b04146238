package oracle

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

// Free space, activity and sizes on each release.
func TestCapacityOfEveryRelease(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			srv := oracletest.New(t, release, oracletest.Options{})
			srv.SetNow(time.Date(2024, 3, 10, 12, 0, 0, 0, time.UTC))
			facts, _ := openFacts(t, srv)
			equal := func(what string, want, got any, err error) {
				t.Helper()
				if diff := cmp.Diff(want, got); err != nil || diff != "" {
					t.Errorf("%s: %v (-want +got):\n%s", what, err, diff)
				}
			}

			zone, err := datasource.FactOracleTimeZone.Of(ctx, facts)
			equal("time zone", datasource.OracleTimeZone{Database: "+00:00", File: 32, Named: true}, zone, err)

			srv.Insert("V$RESOURCE_LIMIT",
				row{"RESOURCE_NAME": "dml_locks", "CURRENT_UTILIZATION": 0, "LIMIT_VALUE": " UNLIMITED"})
			resources, err := datasource.FactOracleResources.Of(ctx, facts)
			equal("resources", []datasource.OracleResource{{Name: "processes", Used: 70, Max: 300},
				{Name: "sessions", Used: 90, Max: 472}}, resources, err)

			srv.Insert("V$SESSION", row{"SID": 1, "TYPE": "BACKGROUND"},
				row{"SID": 2, "SERIAL#": 20, "TYPE": "USER", "USERNAME": "PRECHECK"},
				row{"SID": 3, "SERIAL#": 30, "TYPE": "USER", "USERNAME": "APP", "STATUS": "ACTIVE", "SADDR": []byte{3}},
				row{"SID": 4, "SERIAL#": 40, "TYPE": "USER", "USERNAME": "APP", "STATUS": "INACTIVE",
					"SADDR": []byte{4}})
			sessions, err := datasource.FactOracleSessions.Of(ctx, facts)
			equal("sessions", datasource.OracleSessions{All: 3, Own: 1}, sessions, err)

			srv.Insert("V$TRANSACTION", row{"START_DATE": "2024-03-10 11:59:59", "SES_ADDR": []byte{4}, "USED_UREC": 1},
				row{"START_DATE": "2024-03-10 11:00:00", "SES_ADDR": []byte{3}, "USED_UREC": 200},
				row{"START_DATE": "2024-03-09 12:00:00", "SES_ADDR": []byte{9}, "USED_UREC": 3})
			open, err := datasource.FactTransactions.Of(ctx, facts)
			equal("transactions", []datasource.Transaction{
				{Age: 24 * time.Hour, Modified: 3},
				{Session: "3,30,@1", Kill: "ALTER SYSTEM KILL SESSION '3,30,@1'", Account: "APP", Age: time.Hour,
					Modified: 200,
					Query:    "a statement"},
				{Session: "4,40,@1", Kill: "ALTER SYSTEM KILL SESSION '4,40,@1'", Account: "APP", Age: time.Second,
					Modified: 1},
			}, open, err)

			srv.Insert("V$UNDOSTAT", row{"TUNED_UNDORETENTION": 1800, "SSOLDERRCNT": 1},
				row{"TUNED_UNDORETENTION": 900, "SSOLDERRCNT": 2})
			srv.Insert("DBA_DATA_FILES",
				row{"TABLESPACE_NAME": "UNDOTBS1", "FILE_ID": 11, "BYTES": 1 << 30, "AUTOEXTENSIBLE": "NO",
					"MAXBYTES": 0})
			undo, err := datasource.FactOracleUndo.Of(ctx, facts)
			equal("undo", datasource.OracleUndo{Tablespace: "UNDOTBS1", Growing: []string{"4"}, Fixed: []string{"11"},
				Bytes: 2 << 30, Intervals: 2, Retained: 15 * time.Minute, TooOld: 3}, undo, err)

			srv.Insert("DBA_FREE_SPACE", row{"TABLESPACE_NAME": "USERS", "BYTES": 100},
				row{"TABLESPACE_NAME": "USERS", "BYTES": 23})
			tablespaces, err := datasource.FactTablespaces.Of(ctx, facts)
			equal("tablespaces", map[string]datasource.Tablespace{"USERS": {Free: 123, Growth: 31 << 30},
				"UNDOTBS1": {Growth: 31 << 30}}, tablespaces, err)
		})
	}
}

// The free extents are those of permanent tablespaces of the own container that are not offline, in blocks of their own
// size.
func TestFreeExtents(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv := oracletest.New(t, release, oracletest.Options{})
			containers := release != oracletest.Release11g
			tablespace := func(container, number int, name string, more row) {
				numbered := row{"TS#": number, "NAME": name}
				if containers {
					numbered["CON_ID"] = container
				}
				srv.Insert("V$TABLESPACE", numbered)
				if more != nil {
					more["TABLESPACE_NAME"], more["BLOCK_SIZE"] = name, 16384
					srv.Insert("DBA_TABLESPACES", more)
				}
			}
			tablespace(3, 5, "BIG", row{"CONTENTS": "PERMANENT", "STATUS": "READ ONLY"})
			tablespace(3, 6, "AWAY", row{"CONTENTS": "PERMANENT", "STATUS": "OFFLINE"})
			tablespace(3, 7, "TEMP", row{"CONTENTS": "TEMPORARY", "STATUS": "ONLINE"})
			if containers {
				tablespace(4, 7, "USERS", nil)
				tablespace(1, 5, "USERS", nil)
			}
			for number, blocks := range map[int]int{2: 50, 4: 10, 5: 3, 6: 100, 7: 1000} {
				srv.Insert("DBA_LMT_FREE_SPACE", row{"TABLESPACE_ID": number, "BLOCKS": blocks},
					row{"TABLESPACE_ID": number, "BLOCKS": 1})
			}
			want := map[string]int64{"USERS": 11 * 8192, "BIG": 4 * 16384}
			facts, _ := openFacts(t, srv)
			free, err := datasource.FactFreeExtents.Of(t.Context(), facts)
			if diff := cmp.Diff(want, free); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
			if containers {
				srv.SetContext("CON_ID", "1")
				facts, _ = openFacts(t, srv)
				if free, err := datasource.FactFreeExtents.Of(t.Context(), facts); err != nil || len(free) != 0 {
					t.Errorf("in the root: %v, %v", free, err)
				}
			}
			srv.Deny(942, "DBA_LMT_FREE_SPACE")
			facts, _ = openFacts(t, srv)
			if _, err := datasource.FactFreeExtents.Of(t.Context(), facts); datasource.ClassOf(err) !=
				datasource.ErrPrivilege {
				t.Errorf("without the privilege: %v", err)
			}
		})
	}
}

// Segments count for the table that they belong to, by name and kind, wherever they lie. They are
// read once.
func TestSegmentsOfTables(t *testing.T) {
	t.Parallel()
	for _, view := range []string{"DBA_SEGMENTS", "DBA_EXTENTS"} {
		t.Run(view, func(t *testing.T) {
			t.Parallel()
			srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
			bytes := 1
			segment := func(owner, name, kind string) {
				srv.Insert(view, row{"OWNER": owner, "SEGMENT_NAME": name, "SEGMENT_TYPE": kind, "BYTES": bytes})
				bytes *= 2
			}
			index := func(owner, name, table string) {
				srv.Insert("DBA_INDEXES", row{"OWNER": owner, "INDEX_NAME": name, "TABLE_OWNER": "SHOP",
					"TABLE_NAME": table})
			}
			index("SHOP", "ORDERS", "LINES") // named like a table
			index("OTHER", "ELSEWHERE", "ORDERS")
			index("SHOP", "SYS_IL1", "ORDERS")
			srv.Insert("DBA_LOBS", row{"OWNER": "SHOP", "TABLE_NAME": "LINES", "COLUMN_NAME": "A",
				"SEGMENT_NAME": "SYS_LOB1"})
			srv.Insert("DBA_TABLES", row{"OWNER": "SHOP", "TABLE_NAME": "B", "CLUSTER_NAME": "GROUPED"},
				row{"OWNER": "SHOP", "TABLE_NAME": "A", "CLUSTER_NAME": "GROUPED"})
			segment("SHOP", "ORDERS", "TABLE")
			segment("SHOP", "ORDERS", "INDEX")
			segment("OTHER", "ELSEWHERE", "INDEX PARTITION")
			segment("SHOP", "SYS_IL1", "LOBINDEX")
			segment("SHOP", "SYS_LOB1", "LOB PARTITION")
			segment("SHOP", "SYS_LOB1", "LOBSEGMENT")
			segment("SHOP", "GROUPED", "CLUSTER")
			segment("SHOP", "LINES", "TABLE SUBPARTITION")
			segment("OTHER", "ORDERS", "TABLE")
			segment("SHOP", "ELSEWHERE", "INDEX")
			segment("SHOP", "GROUPED", "ROLLBACK")
			segment("OTHER", "SYS_LOB1", "LOBSEGMENT")
			if view == "DBA_EXTENTS" {
				srv.Deny(942, "DBA_SEGMENTS")
			}
			facts, _ := openFacts(t, srv)
			sizes, err := datasource.FactTableSizes.Of(t.Context(), facts)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]int64{"SHOP.ORDERS": 1 + 4 + 8, "SHOP.LINES": 2 + 16 + 32 + 128, "SHOP.A": 64}
			got := map[string]int64{}
			for table, size := range sizes.All() {
				got[table.String()] = size[0].Bytes
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			read := slices.DeleteFunc(srv.Statements(), func(s oracletest.Statement) bool {
				return !strings.Contains(s.SQL, strings.ToLower(view)) || strings.HasSuffix(s.SQL, " WHERE 1 = 0")
			})
			if len(read) != 1 {
				t.Errorf("%d statements read %s: %v", len(read), view, read)
			}
		})
	}
}

// Without DBA_SEGMENTS and DBA_EXTENTS the sizes of several schemas, or of another account's schema, are not available.
func TestSizesWithoutThePrivilege(t *testing.T) {
	t.Parallel()
	srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
	srv.Deny(942, "DBA_SEGMENTS", "DBA_EXTENTS")
	facts, _ := openFacts(t, srv)
	if _, err := datasource.FactTableSizes.Of(t.Context(), facts); datasource.ClassOf(err) != datasource.ErrPrivilege {
		t.Errorf("%v", err)
	}
}
