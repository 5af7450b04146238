package charset_test

import (
	"maps"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/charset"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestNationalCharset(t *testing.T) {
	t.Parallel()
	national := func(charset string) datasource.Snapshot {
		return datasource.Snapshot{datasource.FactNLS: datasource.NLS{"NLS_NCHAR_CHARACTERSET": charset}}
	}
	mysql := func(schema, server string) datasource.Snapshot {
		return datasource.Snapshot{datasource.FactSchemas: []datasource.Schema{{Name: schema, Charset: "latin1"}},
			datasource.FactVariables: datasource.Variables{"character_set_server": server},
			datasource.FactTables:    datasource.Tables{}}
	}
	existing, folding := mysql("SHOP", "utf8mb4"), mysql("shop", "utf8mb4")
	existing[datasource.FactTables] = datasource.Tables{{TableName: checktest.OracleT, Kind: datasource.BaseTable}}
	folding[datasource.FactServer] = datasource.Server{Flavor: datasource.FlavorMySQL, NameCase: datasource.CaseFolded}
	for _, tc := range []struct {
		name     string
		dataType string
		dest     datasource.Type
		facts    datasource.Snapshot
		want     []string
		unknown  bool
	}{
		{"to the same set", "NCHAR", datasource.Oracle, national("AL16UTF16"), nil, false},
		{"to another set", "NCLOB", datasource.Oracle, national("UTF8"), []string{"other_charset"}, false},
		{"to Oracle without a parameter", "NCLOB", datasource.Oracle, datasource.Snapshot{}, nil, true},
		{"no such column", "VARCHAR2", datasource.Oracle, datasource.Snapshot{}, nil, false},
		{"to a schema in latin1", "NVARCHAR2", datasource.MySQL, mysql("SHOP", "utf8mb4"), []string{"other_charset"},
			false},
		{"to a schema in latin1 with the table", "NVARCHAR2", datasource.MySQL, existing, nil, false},
		{"to a schema whose name differs in case", "NVARCHAR2", datasource.MySQL, folding, []string{"other_charset"},
			false},
		{"to a schema that does not exist", "NVARCHAR2", datasource.MySQL, mysql("other", "utf8mb4"), nil, false},
		{"to a schema that does not exist, with latin1", "NVARCHAR2", datasource.MySQL, mysql("other", "latin1"),
			[]string{"other_charset"}, false},
		{"to a schema that does not exist, without a default", "NVARCHAR2", datasource.MySQL, mysql("other", ""), nil,
			true},
		{"to OceanBase Oracle mode", "NVARCHAR2", datasource.OceanBaseOracle, national("AL16UTF16"), nil, false},
		{"to OceanBase Oracle mode with another set", "NVARCHAR2", datasource.OceanBaseOracle, national("UTF8"),
			[]string{"other_charset"}, false},
		{"to OceanBase Oracle mode without a parameter", "NVARCHAR2", datasource.OceanBaseOracle, national(""), nil,
			true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.OracleTableOf(checktest.OracleColumnOf(datasource.ColumnType{DataType: tc.dataType}))
			maps.Copy(source, national("AL16UTF16"))
			checktest.WantOutcome(t, checktest.Facts{Source: source, Dest: checktest.Oracle19With(tc.facts),
				Route: checks.Route{Source: datasource.Oracle, Dest: tc.dest}}, charset.NationalCharset, tc.unknown,
				tc.want...)
			if tc.dest.Dialect() == datasource.OracleDialect {
				checktest.WantOutcome(t, checktest.Facts{Source: source, Dest: checktest.Oracle19With(tc.facts),
					Route: checks.Route{Source: datasource.OceanBaseOracle, Dest: tc.dest}}, charset.NationalCharset,
					tc.unknown,
					tc.want...)
			}
		})
	}
}
