package capacity_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestDiskSpaceOfOracle(t *testing.T) {
	t.Parallel()
	const gib = int64(1) << 30
	name := datasource.TableName{Schema: "SHOP", Name: "T"}
	source := checktest.Oracle19(checktest.OracleTable("DATE"),
		datasource.Snapshot{datasource.FactTableSizes: datasource.GroupByTable(
			datasource.RowsOf[datasource.TableSize]{Table: name, Rows: []datasource.TableSize{{Bytes: 10 * gib}}})})
	type room struct {
		tablespaces map[string]datasource.Tablespace
		space       datasource.Space
	}
	space := func(free, growth, quota int64) room {
		return room{map[string]datasource.Tablespace{"DATA": {Free: free, Growth: growth}},
			datasource.Space{Default: "DATA", Quotas: []datasource.Quota{{Tablespace: "DATA", Used: gib, Most: quota}}}}
	}
	unlimited := space(13*gib, 0, 0)
	unlimited.space.Unlimited, unlimited.space.Quotas = true, nil
	elsewhere := space(13*gib, 0, -1)
	elsewhere.space.Default = "USERS"
	elsewhere.space.Quotas = append(elsewhere.space.Quotas, datasource.Quota{Tablespace: "USERS", Most: -1})
	grant := `ALTER USER "SHOP" QUOTA UNLIMITED ON "DATA"`
	table := func(tablespace string) any {
		return datasource.GroupByTable(datasource.RowsOf[datasource.OracleTable]{Table: name,
			Rows: []datasource.OracleTable{{Tablespace: tablespace}}})
	}
	for _, tc := range []struct {
		name   string
		room   any
		tables any
		checktest.Expectation
	}{
		{"enough", space(13*gib, 0, -1), nil, checktest.Expectation{Note: "Tablespace DATA has 13 GiB free"}},
		{"enough without a quota", unlimited, nil, checktest.Expectation{}},
		{"enough only after growth", space(10*gib-1, 10*gib, -1), nil,
			checktest.Expectation{Want: []string{"warning growing_tablespace DATA"}}},
		{"hardly enough", space(10*gib, 2*gib, -1), nil,
			checktest.Expectation{Want: []string{"warning scarce_tablespace DATA"}}},
		{"too little", space(9*gib, gib-1, -1), nil,
			checktest.Expectation{Want: []string{"failure small_tablespace DATA"}}},
		{"a quota", space(13*gib, 0, 14*gib), nil, checktest.Expectation{}},
		{"a scarce quota", space(13*gib, 0, 12*gib), nil,
			checktest.Expectation{Want: []string{"warning scarce_quota SHOP"}, SQL: grant}},
		{"a small quota", space(13*gib, 0, 10*gib), nil,
			checktest.Expectation{Want: []string{"failure small_quota SHOP"}, SQL: grant}},
		{"an exhausted quota", space(13*gib, 0, gib), nil,
			checktest.Expectation{Want: []string{"failure small_quota SHOP"}, SQL: grant}},
		{"no schema", nil, nil, checktest.Expectation{Unknown: true}},
		{"a table in another tablespace", elsewhere, table("DATA"), checktest.Expectation{}},
		{"a table in the default tablespace", elsewhere, nil,
			checktest.Expectation{Want: []string{"failure small_tablespace USERS"}}},
		{"a partitioned table", space(0, 0, -1), table(""), checktest.Expectation{Note: "1 table that exists"}},
		{"an unreadable view", checktest.ErrRefusedView, nil, checktest.Expectation{Unknown: true}},
		{"unreadable tables", space(13*gib, 0, -1), checktest.ErrRefusedView, checktest.Expectation{Unknown: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.tables == nil {
				tc.tables = datasource.TableRows[datasource.OracleTable]{}
			}
			var tablespaces, spaces any = map[string]datasource.Tablespace{}, map[string]datasource.Space{}
			switch r := tc.room.(type) {
			case room:
				tablespaces, spaces = r.tablespaces, map[string]datasource.Space{"SHOP": r.space}
			case error:
				tablespaces = r
			}
			tc.Verify(t, capacity.DiskSpace,
				checktest.Facts{Source: source, Route: checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle},
					Dest: checktest.Oracle19(datasource.Snapshot{datasource.FactTablespaces: tablespaces,
						datasource.FactFreeExtents:  checktest.ErrRefusedView,
						datasource.FactSpaces:       spaces,
						datasource.FactOracleTables: tc.tables})})
		})
	}
	tenant := checktest.Facts{Source: source,
		Route: checks.Route{Source: datasource.OceanBaseOracle, Dest: datasource.OceanBaseOracle},
		Dest:  datasource.Snapshot{datasource.FactServer: datasource.Server{}, datasource.FactFreeSpace: 9 * gib}}
	checktest.Expectation{Want: []string{"failure too_little "}, Note: "Large objects are not counted"}.Verify(t,
		capacity.DiskSpace, tenant)
	unknown := maps.Clone(source)
	unknown[datasource.FactTableSizes] = datasource.GroupByTable(datasource.RowsOf[datasource.TableSize]{
		Table: checktest.OracleT, Rows: []datasource.TableSize{{Rows: -1, Partial: true}}})
	tenant.Source = unknown
	note := "The size of table " + checktest.OracleT.String() + " is not known as a whole"
	checktest.Expectation{Note: note}.Verify(t, capacity.DiskSpace, tenant)
}

// The free extents decide alone if they are enough in every tablespace. If they are not, or cannot be read, what the
// recycle bin holds counts, too.
func TestDiskSpaceOfFreeExtents(t *testing.T) {
	t.Parallel()
	const gib = int64(1) << 30
	large, small := datasource.TableName{Schema: "SHOP", Name: "LARGE"}, datasource.TableName{Schema: "SHOP",
		Name: "SMALL"}
	source := checktest.Oracle19(checktest.OracleTable("DATE"), datasource.Snapshot{
		datasource.FactTables: datasource.SortTables([]datasource.Table{{TableName: large, Kind: datasource.BaseTable},
			{TableName: small, Kind: datasource.BaseTable}}),
		datasource.FactTableSizes: datasource.GroupByTable(
			datasource.RowsOf[datasource.TableSize]{Table: large, Rows: []datasource.TableSize{{Bytes: 10 * gib}}},
			datasource.RowsOf[datasource.TableSize]{Table: small, Rows: []datasource.TableSize{{Bytes: 99}}})})
	in := func(table datasource.TableName, tablespace string) datasource.RowsOf[datasource.OracleTable] {
		return datasource.RowsOf[datasource.OracleTable]{Table: table,
			Rows: []datasource.OracleTable{{Tablespace: tablespace}}}
	}
	spaces := map[string]datasource.Space{"SHOP": {Default: "DATA", Unlimited: true}}
	withBin := map[string]datasource.Tablespace{"DATA": {Free: 20 * gib}, "MORE": {Free: 20 * gib}}
	for _, tc := range []struct {
		name          string
		extents, room any
		checktest.Expectation
	}{
		{"enough", map[string]int64{"DATA": 13 * gib, "MORE": 99}, checktest.ErrRefusedView,
			checktest.Expectation{Note: "Tablespace DATA has 13 GiB free"}},
		{"enough with the recycle bin", map[string]int64{"DATA": 13*gib - 1<<20, "MORE": gib}, withBin,
			checktest.Expectation{Note: "Tablespace DATA has 20 GiB free"}},
		{"enough in one of them", map[string]int64{"DATA": 13 * gib, "MORE": 98}, withBin,
			checktest.Expectation{Note: "Tablespace DATA has 20 GiB free"}},
		{"a tablespace that is not listed", map[string]int64{"DATA": 13 * gib}, withBin,
			checktest.Expectation{Note: "Tablespace MORE has 20 GiB free"}},
		{"too little with the recycle bin", map[string]int64{"DATA": gib, "MORE": gib},
			map[string]datasource.Tablespace{"DATA": {Free: 9 * gib}, "MORE": {Free: gib}},
			checktest.Expectation{Want: []string{"failure small_tablespace DATA"}}},
		{"not readable", checktest.ErrRefusedView, withBin,
			checktest.Expectation{Note: "Tablespace DATA has 20 GiB free"}},
		{"neither is readable", checktest.ErrRefusedView, checktest.ErrRefusedView,
			checktest.Expectation{Unknown: true}},
		{"too little, and the recycle bin is not readable", map[string]int64{"DATA": gib}, checktest.ErrRefusedView,
			checktest.Expectation{Unknown: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.Verify(t, capacity.DiskSpace,
				checktest.Facts{Source: source, Route: checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle},
					Dest: checktest.Oracle19(datasource.Snapshot{datasource.FactTablespaces: tc.room,
						datasource.FactFreeExtents:  tc.extents,
						datasource.FactSpaces:       spaces,
						datasource.FactOracleTables: datasource.GroupByTable(in(large, "DATA"), in(small, "MORE"))})})
		})
	}
}

func TestDiskSpace(t *testing.T) {
	t.Parallel()
	const gib = int64(1) << 30
	hidden := &datasource.Error{Class: datasource.ErrUnsupported,
		Cause: message.Verbatim("MySQL 9.7.4 does not show its free space")}
	for _, tc := range []struct {
		name   string
		free   any
		stated int64
		want   []string
		note   string
	}{
		{"enough", 13 * gib, 0, nil, "The destination has 13 GiB free."},
		{"scarce", 13*gib - 1<<20, 0, []string{"warning scarce"}, ""},
		{"too little", 10*gib - 1, 0, []string{"failure too_little"}, ""},
		{"not shown", hidden, 0, nil, "MySQL 9.7.4 does not show its free space. The tables use 10 GiB"},
		{"not shown but stated", hidden, 13 * gib, nil, "setting diskSpace"},
		{"not shown but stated as too little", hidden, 9 * gib, []string{"failure too_little"}, "setting diskSpace"},
		{"shown and stated", 9 * gib, 13 * gib, []string{"failure too_little"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, notes, err := checktest.Facts{Source: sized(10 * gib),
				Settings: checks.Settings{DiskSpace: tc.stated},
				Dest: datasource.Snapshot{datasource.FactServer: datasource.Server{},
					datasource.FactFreeSpace: tc.free}}.Run(t, capacity.DiskSpace)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				got = append(got, f.Level.String()+" "+f.Rule)
			}
			checktest.WantEqual(t, tc.want, got)
			if !strings.Contains(strings.Join(notes, ";"), tc.note) {
				t.Errorf("notes %q, want one with %q", notes, tc.note)
			}
		})
	}
	denied := &datasource.Error{Class: datasource.ErrPrivilege, Cause: message.Verbatim("refused")}
	if _, _, err := (checktest.Facts{Source: sized(10 * gib), Dest: datasource.Snapshot{
		datasource.FactServer: datasource.Server{}, datasource.FactFreeSpace: denied}}).Run(t,
		capacity.DiskSpace); !errors.Is(err, denied) {
		t.Errorf("without the privilege: error %v", err)
	}
}
