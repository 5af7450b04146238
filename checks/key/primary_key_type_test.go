package key_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestPrimaryKeyTypeOfOracle(t *testing.T) {
	t.Parallel()
	fraction := func(dataType string, digits int) datasource.Column {
		c := checktest.ColumnOfType("K", dataType)
		c.Scale, c.HasScale = digits, true
		return c
	}
	for _, tc := range []struct {
		name   string
		route  checks.Route
		dest   datasource.Server
		column datasource.Column
		want   []string
	}{
		{"NUMBER, to MySQL", checktest.ToMySQL, checktest.MySQL97, checktest.ColumnOfType("K", "NUMBER"), nil},
		{"VARCHAR2, to OceanBase", checktest.ToOBMySQL, checktest.OB43, checktest.ColumnOfType("K", "VARCHAR2"), nil},
		{"FLOAT, to MySQL", checktest.ToMySQL, checktest.MySQL97, checktest.ColumnOfType("K", "FLOAT"),
			[]string{"approximate"}},
		{"FLOAT, to OceanBase Oracle mode", checktest.ToOBOracle, checktest.OBOracle43,
			checktest.ColumnOfType("K", "FLOAT"),
			nil},
		{"BINARY_DOUBLE, to Oracle", checktest.ToOracle, checktest.OracleServer19,
			checktest.ColumnOfType("K", "BINARY_DOUBLE"), []string{"approximate"}},
		{"BINARY_FLOAT, from OceanBase", checktest.OBToOracle, checktest.OracleServer19,
			checktest.ColumnOfType("K", "BINARY_FLOAT"), []string{"approximate"}},
		{"TIMESTAMP(6), to MySQL", checktest.ToMySQL, checktest.MySQL97, fraction("TIMESTAMP", 6), nil},
		{"TIMESTAMP(9), to MySQL", checktest.ToMySQL, checktest.MySQL97, fraction("TIMESTAMP", 9), []string{"loses"}},
		{"TIMESTAMP(9), to OceanBase Oracle mode", checktest.ToOBOracle, checktest.OBOracle43, fraction("TIMESTAMP", 9),
			nil},
		{"a local time, to MariaDB", checktest.ToMariaDB, checktest.MariaDB1011,
			fraction("TIMESTAMP WITH LOCAL TIME ZONE", 6), []string{"loses"}},
		{"a row's address, to Oracle", checktest.ToOracle, checktest.OracleServer19,
			checktest.ColumnOfType("K", "UROWID"),
			[]string{"loses"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			keyed := []datasource.Index{{Name: "PK", Primary: true, Unique: true,
				Columns: []datasource.IndexColumn{{Name: "K"}}}}
			checktest.WantRules(t, checktest.Facts{Source: checktest.Snapshot(checktest.OracleServer19,
				[]datasource.Column{tc.column}, keyed, nil), Dest: checktest.Snapshot(tc.dest, nil, nil, nil),
				Route: tc.route},
				key.PrimaryKeyType, tc.want...)
			checktest.WantRules(t, checktest.Facts{Source: checktest.Snapshot(checktest.OracleServer19,
				[]datasource.Column{tc.column}, nil, nil), Dest: checktest.Snapshot(tc.dest, nil, nil, nil),
				Route: tc.route},
				key.PrimaryKeyType)
		})
	}
}

func TestPrimaryKeyType(t *testing.T) {
	t.Parallel()
	primary := datasource.Index{Name: "PRIMARY", Primary: true, Unique: true,
		Columns: []datasource.IndexColumn{{Name: "K"}}}
	for _, tc := range []struct {
		dataType string
		dest     datasource.Type
		want     []string
		level    checks.Level
	}{
		{"int", datasource.OceanBaseMySQL, nil, 0},
		{"float", datasource.OceanBaseMySQL, []string{"approximate"}, checks.Fail},
		{"double", datasource.MySQL, []string{"approximate"}, checks.Warn},
		{"decimal", datasource.OceanBaseMySQL, nil, 0},
		{"text", datasource.OceanBaseMySQL, []string{"large_object"}, checks.Fail},
		{"text", datasource.MySQL, nil, 0},
	} {
		findings := checktest.WantRules(t,
			checktest.Facts{Source: checktest.Snapshot(checktest.MySQL97,
				[]datasource.Column{{Name: "k", ColumnType: &datasource.ColumnType{DataType: tc.dataType}}},
				[]datasource.Index{primary}, nil),
				Route: checks.Route{Dest: tc.dest}}, key.PrimaryKeyType, tc.want...)
		if len(findings) == 1 && findings[0].Level != tc.level {
			t.Errorf("%s to %s: %s, want %s", tc.dataType, tc.dest, findings[0].Level, tc.level)
		}
	}
	lost := errors.New("connection lost")
	if _, _, err := (checktest.Facts{Source: checktest.Snapshot(checktest.MySQL97, nil, nil,
		datasource.Snapshot{datasource.FactIndexes: lost})}).Run(t, key.PrimaryKeyType); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}
