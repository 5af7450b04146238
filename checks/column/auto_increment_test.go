package column_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// Identity columns are not migrated to OceanBase Oracle mode, and are not listed by its dictionary.
func TestNumbersOfTenants(t *testing.T) {
	t.Parallel()
	tenant := checktest.ServerAt(datasource.FlavorOceanBase, "4.3.3")
	tenant.Mode = "ORACLE"
	id := checktest.ColumnOfType("ID", "NUMBER")
	identities := datasource.GroupByTable(datasource.RowsOf[datasource.IdentityColumn]{Table: checktest.ShopT,
		Rows: []datasource.IdentityColumn{{Column: "ID"}}})
	full := datasource.OracleSequences{{TableName: datasource.TableName{Schema: "shop", Name: "Q"}, Min: "1", Max: "10",
		Increment: "1", Next: "10"}}
	f := checktest.Facts{Route: checks.Route{Source: datasource.Oracle, Dest: datasource.OceanBaseOracle},
		Source: checktest.Snapshot(checktest.ServerAt(datasource.FlavorOracle, "19.3"), []datasource.Column{id}, nil,
			datasource.Snapshot{datasource.FactIdentityColumns: identities,
				datasource.FactOracleSequences: datasource.OracleSequences{},
				datasource.FactDictionaryViews: []datasource.DictionaryView{{Name: "DBA_SEQUENCES", Readable: true}}}),
		Dest: checktest.Snapshot(tenant, nil, nil, datasource.Snapshot{datasource.FactOracleSequences: full})}
	checktest.WantRules(t, f, column.AutoIncrement, "identity_lost")
	if _, notes, _ := f.Run(t, column.AutoIncrement); len(notes) != 1 {
		t.Errorf("of a sequence that is not shown: notes %q", notes)
	}
	// A tenant's sequences have the numbers of a BIGINT.
	large := datasource.OracleSequence{TableName: datasource.TableName{Schema: "shop", Name: "L"}, Min: "1",
		Max: "9999999999999999999999999999", Increment: "1", Next: "7", Cached: "0"}
	beyond := large
	beyond.Name, beyond.Next = "M", "10000000000000000000"
	f.Source[datasource.FactOracleSequences] = datasource.OracleSequences{large, beyond}
	findings := checktest.WantRules(t, f, column.AutoIncrement, "identity_lost", "sequence_missing", "sequence_missing")
	if diff := cmp.Diff([]string{
		`CREATE SEQUENCE "shop"."L" MINVALUE 1 MAXVALUE 9223372036854775806 START WITH 7 INCREMENT BY 1 ` +
			`NOCACHE NOCYCLE`},
		findings[1].SQL); diff != "" || findings[2].SQL != nil {
		t.Errorf("statements (-want +got):\n%s%q", diff, findings[2].SQL)
	}
	f.Route.Source = datasource.OceanBaseOracle
	f.Source = checktest.Snapshot(tenant, []datasource.Column{id}, nil,
		datasource.Snapshot{datasource.FactOracleSequences: full,
			datasource.FactIdentityColumns: &datasource.Error{Class: datasource.ErrUnsupported,
				Cause: message.Verbatim("not listed")}})
	findings = checktest.WantRules(t, f, column.AutoIncrement, "sequence_near_end")
	if diff := cmp.Diff([]string{`ALTER SEQUENCE "shop"."Q" NOMAXVALUE`}, findings[0].SQL); diff != "" {
		t.Errorf("statements (-want +got):\n%s", diff)
	}
	full[0].Max, full[0].Next = "9223372036854775807", "9000000000000000000"
	if findings = checktest.WantRules(t, f, column.AutoIncrement, "sequence_near_end"); findings[0].SQL != nil {
		t.Errorf("statement without effect: %q", findings[0].SQL)
	}
	if _, notes, _ := f.Run(t, column.AutoIncrement); len(notes) != 1 {
		t.Errorf("from OceanBase: notes %q", notes)
	}
}

func TestAutoIncrement(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		dataType, columnType string
		next                 uint64
		source, dest         datasource.Server
		deep                 bool
		want                 []string
		note                 bool
	}{
		{"int", "int(11)", 1932735282, checktest.MySQL80, checktest.MySQL97, false, nil, false},
		{"int", "int(11)", 1932735283, checktest.MySQL80, checktest.MySQL97, false, []string{"near_end"}, false},
		{"int", "int(11)", 1932735283, checktest.MariaDB1011, checktest.MySQL97, false, nil, true},
		{"int", "int(11)", 1932735283, checktest.MariaDB1011, checktest.MySQL97, true, []string{"near_end"}, false},
		{"int", "int unsigned", 1932735283, checktest.MySQL80, checktest.MySQL97, false, nil, false},
		{"tinyint", "tinyint unsigned", 255, checktest.MySQL80, checktest.MySQL97, false, []string{"near_end"}, false},
		{"mediumint", "mediumint", 7549746, checktest.MySQL80, checktest.MySQL97, false, nil, false},
		{"bigint", "bigint unsigned", 18446744073709551615, checktest.MySQL80, checktest.MySQL97, false,
			[]string{"near_end"},
			false},
		{"float", "float", 1, checktest.MySQL80, checktest.MySQL97, false, []string{"not_whole"}, false},
		{"double", "double", 1, checktest.MySQL57, checktest.MySQL80, true, []string{"not_whole"}, false},
		{"double", "double", 1, checktest.MySQL80, checktest.MariaDB1011, false, nil, false},
	} {
		t.Run(tc.columnType+" to "+tc.dest.String(), func(t *testing.T) {
			t.Parallel()
			source := checktest.Snapshot(tc.source,
				[]datasource.Column{{Name: "id",
					ColumnType: &datasource.ColumnType{DataType: tc.dataType, ColumnType: tc.columnType,
						Extra: "auto_increment"}}},
				nil,
				datasource.Snapshot{datasource.FactAutoIncrements: datasource.GroupByTable(
					datasource.RowsOf[uint64]{Table: checktest.ShopT, Rows: []uint64{tc.next}})})
			f := checktest.Facts{Source: source, Dest: checktest.Snapshot(tc.dest, nil, nil, nil),
				Settings: checks.Settings{Deep: tc.deep}}
			checktest.WantRules(t, f, column.AutoIncrement, tc.want...)
			if _, notes, _ := f.Run(t, column.AutoIncrement); (len(notes) > 0) != tc.note {
				t.Errorf("notes %q", notes)
			}
		})
	}
}
