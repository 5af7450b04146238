package product

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

func at(flavor datasource.Flavor, version string) datasource.Server {
	v, _ := datasource.ParseVersion(version)
	return datasource.Server{Flavor: flavor, Version: v}
}

func TestAbsence(t *testing.T) {
	for _, test := range []struct {
		absence Absence
		version string
		want    bool
	}{
		{Absence{}, "5.6.0", true},
		{Absence{From: []int{8}}, "5.7.44", false},
		{Absence{From: []int{8}}, "8.0.0", true},
		{Absence{Before: []int{8, 0, 21}}, "8.0.20", true},
		{Absence{Before: []int{8, 0, 21}}, "8.0.21", false},
		{Absence{From: []int{8}, Before: []int{9}}, "9.0.0", false},
	} {
		v, _ := datasource.ParseVersion(test.version)
		if got := test.absence.Holds(v); got != test.want {
			t.Errorf("%+v in %s: %v, want %v", test.absence, test.version, got, test.want)
		}
	}
}

func TestInvisibleColumns(t *testing.T) {
	tenant := func(version, mode string) datasource.Server {
		s := at(datasource.FlavorOceanBase, version)
		s.Mode = mode
		return s
	}
	for _, test := range []struct {
		server     datasource.Server
		has, known bool
	}{
		{at(datasource.FlavorMySQL, "8.0.22"), false, true}, {at(datasource.FlavorMySQL, "8.0.23"), true, true},
		{at(datasource.FlavorPercona, "8.0.23"), true, true},
		{at(datasource.FlavorMariaDB, "10.3.2"), false, true}, {at(datasource.FlavorMariaDB, "10.3.3"), true, true},
		{at(datasource.FlavorOracle, "11.2.0"), false, true}, {at(datasource.FlavorOracle, "12.1.0"), true, true},
		{tenant("4.2.5", "ORACLE"), false, false}, {tenant("4.3.0", "ORACLE"), true, true},
		{tenant("4.3.0", "MYSQL"), false, false},
		{at(datasource.FlavorTiDB, "8.5.0"), false, false},
	} {
		if has, known := InvisibleColumns(test.server); has != test.has || known != test.known {
			t.Errorf("%s: %v, %v, want %v, %v", test.server, has, known, test.has, test.known)
		}
	}
}

func TestFamily(t *testing.T) {
	for flavor, want := range map[datasource.Flavor]datasource.Flavor{
		datasource.FlavorMySQL: datasource.FlavorMySQL, datasource.FlavorPercona: datasource.FlavorMySQL,
		datasource.FlavorAurora: datasource.FlavorMySQL, datasource.FlavorMariaDB: datasource.FlavorMariaDB,
		datasource.FlavorTiDB: datasource.FlavorTiDB, datasource.FlavorOracle: datasource.FlavorOracle,
	} {
		if got := Family(datasource.Server{Flavor: flavor}); got != want {
			t.Errorf("%s is of the family %s, want %s", flavor, got, want)
		}
	}
}

func TestJoinVersion(t *testing.T) {
	for want, parts := range map[string][]int{"": nil, "8": {8}, "10.3.3": {10, 3, 3}} {
		if got := JoinVersion(parts); got != want {
			t.Errorf("JoinVersion(%v) = %s, want %s", parts, got, want)
		}
	}
}
