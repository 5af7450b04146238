package column_test

import (
	"maps"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestColumnLength(t *testing.T) {
	t.Parallel()
	text := func(dataType, used string, length int64) datasource.Column {
		return checktest.OracleColumnOf(datasource.ColumnType{DataType: dataType, ByteLength: length,
			CharLength: length,
			Oracle:     &datasource.OracleColumn{CharUsed: used}})
	}
	raw := func(length int64) datasource.Column {
		return checktest.OracleColumnOf(datasource.ColumnType{DataType: "RAW", ByteLength: length})
	}
	national := func(length int64) datasource.Column {
		return checktest.OracleColumnOf(datasource.ColumnType{DataType: "NCHAR", ByteLength: 2 * length,
			CharLength: length})
	}
	charset := func(name string) datasource.NLS {
		return datasource.NLS{"NLS_CHARACTERSET": name, "NLS_NCHAR_CHARACTERSET": "AL16UTF16"}
	}
	extended := func(value string) datasource.Variables { return datasource.Variables{"max_string_size": value} }
	for _, tc := range []struct {
		name    string
		column  datasource.Column
		source  any
		to      datasource.Type
		dest    any
		setting any
		want    []string
		unknown bool
	}{
		{"bytes, same character set", text("VARCHAR2", "B", 20), charset("ZHS16GBK"), datasource.Oracle,
			charset("ZHS16GBK"),
			nil, nil, false},
		{"bytes, larger character set", text("VARCHAR2", "B", 20), charset("ZHS16GBK"), datasource.Oracle,
			charset("AL32UTF8"), nil, []string{"byte_semantics"}, false},
		{"bytes, ASCII", text("VARCHAR2", "B", 20), charset("US7ASCII"), datasource.Oracle, charset("AL32UTF8"), nil,
			nil,
			false},
		{"characters", text("VARCHAR2", "C", 20), charset("ZHS16GBK"), datasource.Oracle, charset("AL32UTF8"), nil, nil,
			false},
		{"bytes, to OceanBase", text("CHAR", "B", 20), charset("ZHS16GBK"), datasource.OceanBaseOracle,
			charset("AL32UTF8"),
			nil, []string{"byte_semantics"}, false},
		{"bytes, to OceanBase with the same character set", text("CHAR", "B", 20), charset("ZHS16GBK"),
			datasource.OceanBaseOracle, charset("ZHS16GBK"), nil, nil, false},
		{"bytes, to OceanBase with unknown character set", text("CHAR", "B", 20), charset("ZHS16GBK"),
			datasource.OceanBaseOracle, datasource.NLS{}, nil, nil, true},
		{"unknown character set of the source", text("CHAR", "B", 20), checktest.ErrRefusedView,
			datasource.OceanBaseOracle,
			charset("AL32UTF8"), nil, nil, true},
		{"extended to extended", text("VARCHAR2", "B", 4001), charset("UTF8"), datasource.Oracle, charset("UTF8"),
			extended("EXTENDED"), nil, false},
		{"extended to standard", text("VARCHAR2", "B", 4001), charset("UTF8"), datasource.Oracle, charset("UTF8"),
			extended("STANDARD"), []string{"too_long"}, false},
		{"extended to an old release", raw(2001), charset("UTF8"), datasource.Oracle, charset("UTF8"),
			datasource.Variables{},
			[]string{"too_long"}, false},
		{"extended to unknown", raw(2001), charset("UTF8"), datasource.Oracle, charset("UTF8"),
			checktest.ErrRefusedView, nil,
			true},
		{"standard to unknown", raw(2000), charset("UTF8"), datasource.Oracle, charset("UTF8"),
			checktest.ErrRefusedView, nil,
			false},
		{"long text to OceanBase", text("VARCHAR2", "B", 4001), charset("UTF8"), datasource.OceanBaseOracle,
			charset("AL32UTF8"), nil, nil, false},
		{"long bytes to OceanBase", raw(2001), charset("UTF8"), datasource.OceanBaseOracle, charset("AL32UTF8"), nil,
			[]string{"too_long"}, false},
		{"longest CHAR of MySQL", text("CHAR", "C", 255), nil, datasource.MySQL, nil, nil, nil, false},
		{"CHAR too long for MySQL", text("CHAR", "C", 256), nil, datasource.MySQL, nil, nil,
			[]string{"becomes_varchar"},
			false},
		{"longest CHAR of OceanBase", text("CHAR", "C", 256), nil, datasource.OceanBaseMySQL, nil, nil, nil, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.OracleTableOf(tc.column)
			maps.Copy(source, datasource.Snapshot{datasource.FactNLS: tc.source})
			dest := checktest.Oracle19With(datasource.Snapshot{datasource.FactNLS: tc.dest,
				datasource.FactVariables: tc.setting})
			checktest.WantOutcome(t, checktest.Facts{Source: source, Dest: dest,
				Route: checks.Route{Source: datasource.Oracle, Dest: tc.to}}, column.ColumnLength, tc.unknown,
				tc.want...)
		})
	}
	for name, tc := range map[string]struct {
		column datasource.Column
		to     datasource.Type
		dest   datasource.NLS
		want   []string
	}{
		"a tenant's long text to Oracle": {text("VARCHAR2", "B", 32767), datasource.Oracle, charset("ZHS16GBK"),
			[]string{"too_long"}},
		"a tenant's long text to a tenant": {text("VARCHAR2", "B", 32767), datasource.OceanBaseOracle,
			charset("ZHS16GBK"), nil},
		"a tenant's NCHAR to Oracle": {national(1001), datasource.Oracle, charset("AL32UTF8"),
			[]string{"too_long"}},
		"a tenant's NCHAR that Oracle has": {national(1000), datasource.Oracle, charset("AL32UTF8"), nil},
		"a tenant's NCHAR to a tenant":     {national(2000), datasource.OceanBaseOracle, charset("AL32UTF8"), nil},
		"a tenant's bytes that take more": {text("VARCHAR2", "B", 20), datasource.Oracle, charset("AL32UTF8"),
			[]string{"byte_semantics"}},
		"a tenant's bytes to one in the same": {text("VARCHAR2", "B", 20), datasource.OceanBaseOracle,
			charset("ZHS16GBK"),
			nil},
		"a tenant's characters that take more": {text("VARCHAR2", "C", 20), datasource.Oracle, charset("AL32UTF8"),
			nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := checktest.OracleTableOf(tc.column)
			maps.Copy(source, datasource.Snapshot{datasource.FactNLS: charset("ZHS16GBK")})
			dest := checktest.Oracle19With(datasource.Snapshot{datasource.FactNLS: tc.dest,
				datasource.FactVariables: extended("STANDARD")})
			checktest.WantOutcome(t, checktest.Facts{Source: source, Dest: dest,
				Route: checks.Route{Source: datasource.OceanBaseOracle, Dest: tc.to}}, column.ColumnLength, false,
				tc.want...)
		})
	}
}
