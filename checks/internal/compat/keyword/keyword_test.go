package keyword

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

func TestReservedWordsByVersion(t *testing.T) {
	for _, test := range []struct {
		lists         []List
		version, word string
		want          bool
	}{
		{MySQL, "5.6.0", "SELECT", true},
		{MySQL, "5.6.51", "GENERATED", false}, {MySQL, "5.7.0", "GENERATED", true},
		{MySQL, "5.7.44", "RANK", false}, {MySQL, "8.0.0", "RANK", true},
		{MySQL, "8.0.0", "rank", false}, // words are in upper case
		{MySQL, "8.0.0", "NAME", false},
		{MariaDB, "10.5.29", "SCHEMA", true}, {MariaDB, "10.6.0", "SCHEMA", false},
		{MariaDB, "10.5.29", "OFFSET", false}, {MariaDB, "10.6.0", "OFFSET", true},
		{MariaDB, "11.6.2", "VECTOR", false}, {MariaDB, "11.7.1", "VECTOR", true},
		{Oracle, "11.2.0", "LEVEL", true}, {Oracle, "23.0.0", "PRIVILEGES", false},
		{OceanBase, "4.3.0", "TABLEGROUP", true}, {OceanBase, "4.3.0", "RANK", false},
		{OceanBase, "4.3.0", "LOCK", false},
		{OceanBaseOracle, "4.3.0", "CASE", true}, {OceanBaseOracle, "4.3.0", "ROWLABEL", true},
		{OceanBaseOracle, "4.3.0", "MLSLABEL", false}, {OceanBaseOracle, "4.3.0", "DATABASE", false},
		{nil, "1.0.0", "SELECT", false},
	} {
		v, _ := datasource.ParseVersion(test.version)
		if got := For(test.lists, v)[test.word]; got != test.want {
			t.Errorf("%s in %s: %v, want %v", test.word, test.version, got, test.want)
		}
	}
}
