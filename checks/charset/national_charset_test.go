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
		return datasource.Snapshot{datasource.FactSchemas: []datasource.Schema{{Name: schema, Charset: "latin1"}}, datasource.FactVariables: datasource.Variables{"character_set_server": server},
			datasource.FactTables: datasource.Tables{}}
	}
	standing, folding := mysql("SHOP", "utf8mb4"), mysql("shop", "utf8mb4")
	standing[datasource.FactTables] = datasource.Tables{{TableName: checktest.OracleT, Kind: datasource.BaseTable}}
	folding[datasource.FactServer] = datasource.Server{Flavor: datasource.FlavorMySQL, NameCase: datasource.CaseFolded}
	for _, tc := range []struct {
		name     string
		dataType string
		dest     datasource.Type
		facts    datasource.Snapshot
		want     []string
		unknown  bool
	}{
		{"to the same", "NCHAR", datasource.Oracle, national("AL16UTF16"), nil, false},
		{"to another", "NCLOB", datasource.Oracle, national("UTF8"), []string{"other_charset"}, false},
		{"to an Oracle that says nothing", "NCLOB", datasource.Oracle, datasource.Snapshot{}, nil, true},
		{"no such column", "VARCHAR2", datasource.Oracle, datasource.Snapshot{}, nil, false},
		{"to a schema in latin1", "NVARCHAR2", datasource.MySQL, mysql("SHOP", "utf8mb4"), []string{"other_charset"}, false},
		{"to a schema in latin1 whose table is there", "NVARCHAR2", datasource.MySQL, standing, nil, false},
		{"to a schema that the server calls otherwise", "NVARCHAR2", datasource.MySQL, folding, []string{"other_charset"}, false},
		{"to a schema to come", "NVARCHAR2", datasource.MySQL, mysql("other", "utf8mb4"), nil, false},
		{"to a schema to come in latin1", "NVARCHAR2", datasource.MySQL, mysql("other", "latin1"), []string{"other_charset"}, false},
		{"to a schema to come of a server that does not say", "NVARCHAR2", datasource.MySQL, mysql("other", ""), nil, true},
		{"to a tenant", "NVARCHAR2", datasource.OceanBaseOracle, national("AL16UTF16"), nil, false},
		{"to a tenant with another", "NVARCHAR2", datasource.OceanBaseOracle, national("UTF8"), []string{"other_charset"}, false},
		{"to a tenant that says nothing", "NVARCHAR2", datasource.OceanBaseOracle, national(""), nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.OracleTableOf(checktest.OracleColumnOf(datasource.ColumnType{DataType: tc.dataType}))
			maps.Copy(source, national("AL16UTF16"))
			checktest.WantJudged(t, checktest.Facts{Source: source, Dest: checktest.Oracle19With(tc.facts), Route: checks.Route{Source: datasource.Oracle, Dest: tc.dest}}, charset.NationalCharset, tc.unknown, tc.want...)
			if tc.dest.OracleLike() {
				checktest.WantJudged(t, checktest.Facts{Source: source, Dest: checktest.Oracle19With(tc.facts), Route: checks.Route{Source: datasource.OceanBaseOracle, Dest: tc.dest}}, charset.NationalCharset, tc.unknown, tc.want...)
			}
		})
	}
}
