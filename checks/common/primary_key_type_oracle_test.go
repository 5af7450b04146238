package common_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

func TestPrimaryKeyTypeOfOracle(t *testing.T) {
	t.Parallel()
	fraction := func(dataType string, digits int) datasource.Column {
		c := column("K", dataType)
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
		{"NUMBER, to MySQL", toMySQL, mysql97, column("K", "NUMBER"), nil},
		{"VARCHAR2, to OceanBase", toOBMySQL, ob43, column("K", "VARCHAR2"), nil},
		{"FLOAT, to MySQL", toMySQL, mysql97, column("K", "FLOAT"), []string{"approximate"}},
		{"FLOAT, to OceanBase Oracle mode", toOBOracle, obOracle43, column("K", "FLOAT"), nil},
		{"BINARY_DOUBLE, to Oracle", toOracle, oracle19, column("K", "BINARY_DOUBLE"), []string{"approximate"}},
		{"BINARY_FLOAT, from OceanBase", obToOracle, oracle19, column("K", "BINARY_FLOAT"), []string{"approximate"}},
		{"TIMESTAMP(6), to MySQL", toMySQL, mysql97, fraction("TIMESTAMP", 6), nil},
		{"TIMESTAMP(9), to MySQL", toMySQL, mysql97, fraction("TIMESTAMP", 9), []string{"loses"}},
		{"TIMESTAMP(9), to OceanBase Oracle mode", toOBOracle, obOracle43, fraction("TIMESTAMP", 9), nil},
		{"a local time, to MariaDB", toMariaDB, maria1011, fraction("TIMESTAMP WITH LOCAL TIME ZONE", 6), []string{"loses"}},
		{"a row's address, to Oracle", toOracle, oracle19, column("K", "UROWID"), []string{"loses"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			keyed := []datasource.Index{{Name: "PK", Primary: true, Unique: true, Columns: []datasource.IndexColumn{{Name: "K"}}}}
			wantRules(t, checktest.Facts{Source: snapshot(oracle19, []datasource.Column{tc.column}, keyed, nil), Dest: snapshot(tc.dest, nil, nil, nil), Route: tc.route}, common.PrimaryKeyType, tc.want...)
			wantRules(t, checktest.Facts{Source: snapshot(oracle19, []datasource.Column{tc.column}, nil, nil), Dest: snapshot(tc.dest, nil, nil, nil), Route: tc.route}, common.PrimaryKeyType)
		})
	}
}

func TestPrimaryKeyTypeOracleToMySQLEmulated(t *testing.T) {
	t.Parallel()
	my := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := emulatedOracle(t, release, "GOOD", "BAD")
			emulatedColumn(srv, "GOOD", 1, "ID", "NUMBER", oracletest.Row{"DATA_PRECISION": 10, "DATA_SCALE": 0, "NULLABLE": "N"})
			emulatedColumn(srv, "GOOD", 2, "F", "BINARY_DOUBLE", nil)
			emulatedColumn(srv, "BAD", 1, "F", "BINARY_DOUBLE", oracletest.Row{"NULLABLE": "N"})
			emulatedColumn(srv, "BAD", 2, "T", "TIMESTAMP(9)", oracletest.Row{"DATA_SCALE": 9, "NULLABLE": "N"})
			emulatedKey(srv, "GOOD", "GOOD_PK", "P", "ID")
			emulatedKey(srv, "BAD", "BAD_PK", "P", "F", "T")
			task := checktest.Real{Source: from, Dest: checktest.End{Server: my, Schema: my.Database(t)}}
			wantFound(t, task, common.PrimaryKeyType, "approximate BAD.F", "loses BAD.T")
			srv.Deny(942, "*_CONSTRAINTS")
			unreadable(t, task, common.PrimaryKeyType)
		})
	}
}
