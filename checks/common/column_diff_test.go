package common_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// Types as the servers' own catalogs give them are compared: each row is a source's and a
// destination's column, and what is found of it.
func TestColumnTypesOnRealServers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		from, to dbtest.Product
		rows     [][3]string
	}{
		{dbtest.MariaDB, dbtest.MySQL, [][3]string{
			{"INT(11)", "INT", ""},
			{"INT", "BIGINT", ""},
			{"BIGINT", "INT", "narrower"},
			{"INT UNSIGNED", "INT", "narrower"},
			{"INT", "INT UNSIGNED", "narrower"},
			{"INT UNSIGNED", "BIGINT", ""},
			{"BOOLEAN", "TINYINT(1)", ""},
			{"INT", "DECIMAL(10,0)", ""},
			{"INT", "DECIMAL(10,1)", "narrower"},
			{"DECIMAL(10,2)", "DECIMAL(12,2)", ""},
			{"DECIMAL(10,2)", "DECIMAL(11,3)", ""},
			{"DECIMAL(10,2)", "DECIMAL(10,3)", "narrower"},
			{"DOUBLE", "FLOAT", "narrower"},
			{"FLOAT", "DOUBLE", ""},
			{"DOUBLE", "INT", "changed"},
			{"BIGINT", "DECIMAL(19,0)", ""},
			{"BIGINT UNSIGNED", "DECIMAL(19,0)", "narrower"},
			{"MEDIUMINT", "DECIMAL(7,0)", ""},
			{"FLOAT", "DOUBLE(10,2)", "narrower"},
			{"FLOAT(7,3)", "DOUBLE(10,2)", "narrower"},
			{"FLOAT(7,3)", "DOUBLE(10,3)", ""},
			{"FLOAT(7,3)", "DOUBLE", ""},
			{"BIT(8)", "BIT(7)", "narrower"},
			{"JSON", "JSON", ""},
			{"LONGTEXT CHARACTER SET utf8mb4", "JSON", "changed"},
			{"VARCHAR(20) CHARACTER SET utf8", "VARCHAR(20) CHARACTER SET utf8mb3", ""},
			{"VARCHAR(20) CHARACTER SET utf8", "VARCHAR(20) CHARACTER SET utf8mb4", ""},
			{"VARCHAR(20) CHARACTER SET utf8mb4", "VARCHAR(20) CHARACTER SET latin1", "changed"},
			{"VARCHAR(20)", "VARCHAR(19)", "narrower"},
			{"VARCHAR(20)", "TEXT", ""},
			{"TEXT", "VARCHAR(100)", "narrower"},
			{"TEXT", "TINYTEXT", "narrower"},
			{"VARCHAR(100) CHARACTER SET utf8mb4", "TINYTEXT CHARACTER SET utf8mb4", "narrower"},
			{"VARCHAR(85) CHARACTER SET utf8mb3", "TINYTEXT CHARACTER SET utf8mb4", ""},
			{"VARCHAR(86) CHARACTER SET utf8mb3", "TINYTEXT CHARACTER SET utf8mb4", "narrower"},
			{"VARCHAR(100) CHARACTER SET latin1", "TINYTEXT CHARACTER SET utf8mb4", "narrower"},
			{"VARCHAR(255) CHARACTER SET latin1", "TINYTEXT CHARACTER SET latin1", ""},
			{"VARCHAR(255) CHARACTER SET ascii", "TINYTEXT CHARACTER SET utf8mb4", ""},
			{"VARCHAR(20) CHARACTER SET gbk", "VARCHAR(20) CHARACTER SET latin1", "changed"},
			{"VARCHAR(20) CHARACTER SET ascii", "VARCHAR(20) CHARACTER SET latin1", ""},
			{"TEXT CHARACTER SET latin1", "TEXT CHARACTER SET utf8mb4", "changed"},
			{"TEXT CHARACTER SET latin1", "MEDIUMTEXT CHARACTER SET utf8mb4", ""},
			{"TEXT CHARACTER SET utf8mb3", "TEXT CHARACTER SET utf8mb4", ""},
			{"VARCHAR(20)", "CHAR(20)", "changed"},
			{"CHAR(20)", "VARCHAR(20)", ""},
			{"BLOB", "LONGBLOB", ""},
			{"VARBINARY(20)", "VARBINARY(10)", "narrower"},
			{"VARBINARY(20)", "BINARY(20)", "changed"},
			{"ENUM('a','b')", "ENUM('b','a','c')", ""},
			{"ENUM('a','b')", "ENUM('a')", "narrower"},
			{"SET('a','b')", "SET('a','c','b')", ""},
			{"SET('a','b')", "SET('b','a')", "changed"},
			{"ENUM('a','bb')", "VARCHAR(2)", ""},
			{"ENUM('a','bb')", "VARCHAR(1)", "narrower"},
			{"DATETIME(3)", "DATETIME(6)", ""},
			{"DATETIME(6)", "DATETIME(3)", "narrower"},
			{"DATE", "DATETIME", ""},
			{"DATETIME", "TIMESTAMP NULL", "changed"},
			{"YEAR", "YEAR", ""},
			{"UUID", "CHAR(36)", ""},
			{"INET6", "VARCHAR(30)", "narrower"},
			{"GEOMETRYCOLLECTION", "GEOMCOLLECTION", ""},
			{"POINT", "GEOMETRY", ""},
			{"GEOMETRY", "POINT", "changed"},
			{"DATETIME DEFAULT CURRENT_TIMESTAMP()", "DATETIME DEFAULT CURRENT_TIMESTAMP", ""},
		}},
		{dbtest.MySQL, dbtest.MariaDB, [][3]string{
			{"INT", "INT(11)", ""},
			{"JSON", "JSON", ""},
			{"JSON", "LONGTEXT", ""},
			{"JSON", "TEXT", "narrower"},
			{"LONGTEXT", "JSON", "changed"},
			{"VARCHAR(20)", "JSON", "changed"},
			{"VARCHAR(20)", "LONGTEXT CHARACTER SET utf8mb4", ""},
			{"VARCHAR(20) CHARACTER SET utf8mb3", "VARCHAR(20) CHARACTER SET utf8", ""},
			{"GEOMCOLLECTION", "GEOMETRYCOLLECTION", ""},
			{"SET('a','b')", "SET('a','b','c')", ""},
			{"DATETIME DEFAULT CURRENT_TIMESTAMP", "DATETIME DEFAULT CURRENT_TIMESTAMP()", ""},
		}},
	} {
		t.Run(string(tc.from), func(t *testing.T) {
			t.Parallel()
			from, to, task := pairOf(t, tc.from, tc.to)
			var sources, dests, want []string
			for i, row := range tc.rows {
				if row[0] == "UUID" && !from.AtLeast(10, 7) {
					continue
				}
				name := "c" + string(rune('a'+i/26)) + string(rune('a'+i%26))
				sources, dests = append(sources, name+" "+row[0]), append(dests, name+" "+row[1])
				if row[2] != "" {
					want = append(want, row[2]+" t."+name)
				}
			}
			from.Exec(t, "CREATE TABLE "+task.Source.Schema+".t ("+strings.Join(sources, ", ")+")")
			to.Exec(t, "CREATE TABLE "+task.Dest.Schema+".t ("+strings.Join(dests, ", ")+")")
			got := map[string]bool{}
			for _, line := range found(task.Run(t, common.ColumnDiff), task.Dest.Schema) {
				got[line] = true
			}
			wanted := map[string]bool{}
			for _, line := range want {
				wanted[line] = true
			}
			wantEqual(t, wanted, got)
		})
	}
}

func TestColumnDiffOnRealServers(t *testing.T) {
	t.Parallel()
	for _, direction := range [][2]dbtest.Product{{dbtest.MariaDB, dbtest.MySQL}, {dbtest.MySQL, dbtest.MariaDB}, {dbtest.MySQL, dbtest.MySQL}} {
		t.Run(string(direction[0])+" to "+string(direction[1]), func(t *testing.T) {
			t.Parallel()
			from, to, task := pairOf(t, direction[0], direction[1])
			at, there := "CREATE TABLE "+task.Source.Schema+".", "CREATE TABLE "+task.Dest.Schema+"."
			from.Exec(t, at+"same (Id INT PRIMARY KEY, n VARCHAR(20) CHARACTER SET utf8mb4)",
				at+"less (id INT PRIMARY KEY, gone VARCHAR(20) CHARACTER SET latin1 NOT NULL)",
				at+"more (id INT PRIMARY KEY)",
				at+"tight (id INT PRIMARY KEY, a BIGINT, b VARCHAR(30) CHARACTER SET utf8mb4)",
				at+"computed (id INT PRIMARY KEY, a INT)",
				at+"turned (id INT PRIMARY KEY, a INT)",
				at+"ruled (id INT PRIMARY KEY, a INT, b INT, s VARCHAR(9) CHARACTER SET utf8mb4, CONSTRAINT both_ruled CHECK (b > a AND s <> 'it''s'))",
				at+"absent (id INT PRIMARY KEY)")
			to.Exec(t, there+"same (id INT PRIMARY KEY, n VARCHAR(20) CHARACTER SET utf8mb4)",
				there+"less (id INT PRIMARY KEY)",
				there+"more (id INT PRIMARY KEY, need INT NOT NULL COMMENT 'it''s', may INT, has INT NOT NULL DEFAULT 1)",
				there+"tight (id INT PRIMARY KEY, a INT NOT NULL, b VARCHAR(10) CHARACTER SET utf8mb4)",
				there+"computed (id INT PRIMARY KEY, a INT AS (id) STORED)",
				there+"ruled (id INT PRIMARY KEY, a INT, b INT, s VARCHAR(9) CHARACTER SET utf8mb4, CONSTRAINT there1 CHECK (a < b AND s <> 'it''s'), CONSTRAINT there2 CHECK (a > 5))",
				there+"turned (a INT, id INT PRIMARY KEY)")
			got := wantFound(t, task, common.ColumnDiff, "extra_required more.need", "generated computed.a", "missing less.gone", "narrower tight.a", "narrower tight.b",
				"check ruled.there2", "not_null tight.a", "extra more.has", "extra more.may", "order turned")
			checktest.Mend(t, to, got.Findings)
			got = wantFound(t, task, common.ColumnDiff, "generated computed.a", "extra more.has", "extra more.may", "extra more.need", "order turned")
			if got.Outcome != engine.Failed {
				t.Errorf("it %s, want it to fail", got.Outcome)
			}
			// What is reported is what the destination does.
			wantCreated(t, to, false, "CREATE TABLE computed (id INT PRIMARY KEY, a INT AS (id) STORED)", "INSERT INTO computed (id, a) VALUES (1, 2)")
			wantCreated(t, to, false, "CREATE TABLE ruled (a INT, CONSTRAINT there2 CHECK (a > 5))", "INSERT INTO ruled VALUES (5)")
			wantCreated(t, to, false, "CREATE TABLE more (id INT PRIMARY KEY, need INT NOT NULL)", "INSERT INTO more (id) VALUES (1)")
		})
	}
}

func TestColumnDiffUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	dest := snapshot(mysql97, nil, nil, datasource.Snapshot{datasource.FactColumns: lost})
	if _, _, err := (checktest.Facts{Source: snapshot(mysql97, nil, nil, nil), Dest: dest}).Run(t, common.ColumnDiff); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
	dest = snapshot(mysql97, nil, nil, datasource.Snapshot{datasource.FactTables: datasource.Tables{},
		datasource.FactGrants: datasource.Grants{Rights: datasource.Rights{Grants: []datasource.Grant{{All: true}}}}})
	if findings, notes, err := (checktest.Facts{Source: snapshot(mysql97, nil, nil, nil), Dest: dest}).Run(t, common.ColumnDiff); err != nil || findings != nil || len(notes) != 1 {
		t.Errorf("with no table there: %v, %q, %v, want a remark alone", findings, notes, err)
	}
}
