package oracle_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/oracle"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

func TestEmptyString(t *testing.T) {
	t.Parallel()
	text := func(null bool, preset string) datasource.Column {
		c := ofType(datasource.ColumnType{DataType: "VARCHAR2", ColumnType: "VARCHAR2(10 BYTE)", Nullable: null})
		if preset != "" {
			c.Default = &preset
		}
		return c
	}
	for _, tc := range []struct {
		name   string
		column datasource.Column
		phases checks.Phases
		want   []string
	}{
		{"nullable", text(true, ""), checks.AllPhases, nil},
		{"not null, one way", text(false, ""), checks.Full | checks.Incremental, nil},
		{"not null, and back", text(false, ""), checks.AllPhases, []string{"refused_back"}},
		{"empty default", text(true, "'' "), checks.Full, []string{"empty_default"}},
		{"empty national default", text(true, "n''"), checks.Full, []string{"empty_default"}},
		{"empty default that is back", text(false, "''"), checks.AllPhases, []string{"empty_default"}},
		{"large, not null, and back", ofType(datasource.ColumnType{DataType: "CLOB"}), checks.AllPhases, []string{"refused_back"}},
		{"large, not null, one way", ofType(datasource.ColumnType{DataType: "CLOB"}), checks.Full, nil},
		{"another default", text(true, "'x'"), checks.Full, nil},
		{"a number", ofType(datasource.ColumnType{DataType: "NUMBER"}), checks.AllPhases, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			judged(t, checktest.Facts{Source: ofTable(tc.column), Route: checks.Route{Source: datasource.Oracle, Phases: tc.phases}}, oracle.EmptyString, false, tc.want...)
		})
	}
	judged(t, checktest.Facts{Source: datasource.Snapshot{}, Route: checks.Route{Source: datasource.Oracle}}, oracle.EmptyString, true)
}

func TestEmptyStringEmulated(t *testing.T) {
	t.Parallel()
	srv, task := emulated(t, oracletest.Release19c)
	emulatedShop(srv, "GOOD", "BAD")
	emulatedColumn(srv, "GOOD", "S", "VARCHAR2", row{"DEFAULT_LENGTH": 3, "DATA_DEFAULT": "'x'"})
	emulatedColumn(srv, "BAD", "S", "VARCHAR2", row{"DEFAULT_LENGTH": 2, "DATA_DEFAULT": "''"})
	found(t, toMySQL(t, task).Run(t, oracle.EmptyString), "empty_default SHOP.BAD.S")
}
