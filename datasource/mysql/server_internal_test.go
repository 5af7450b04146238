package mysql

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
)

func TestIdentifyVersion(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		version, comment string
		flavor           datasource.Flavor
		want             string
	}{
		{"5.6.51-log", "MySQL Community Server (GPL)", datasource.FlavorMySQL, "5.6.51"},
		{"5.7.44", "MySQL Community Server (GPL)", datasource.FlavorMySQL, "5.7.44"},
		{"8.0.36-0ubuntu0.22.04.1", "(Ubuntu)", datasource.FlavorMySQL, "8.0.36"},
		{"8.4.3", "MySQL Community Server - GPL", datasource.FlavorMySQL, "8.4.3"},
		{"9.7.4-2", "(Debian)", datasource.FlavorMySQL, "9.7.4"},
		// Aurora and PolarDB: identified by a variable
		{"8.0.32", "Source distribution", datasource.FlavorMySQL, "8.0.32"},
		{"8.0.36-28", "Percona Server (GPL), Release 28, Revision 47601f19", datasource.FlavorPercona, "8.0.36"},
		{"8.0.35-27.1", "Percona XtraDB Cluster (GPL), Release rel27", datasource.FlavorPercona, "8.0.35"},
		{"10.11.18-MariaDB-0+deb12u1-log", "Debian 12", datasource.FlavorMariaDB, "10.11.18"},
		{"5.5.5-10.6.12-MariaDB-1:10.6.12+maria~ubu2004", "mariadb.org binary distribution", datasource.FlavorMariaDB,
			"10.6.12"},
		{"5.5.68-MariaDB", "MariaDB Server", datasource.FlavorMariaDB, "5.5.68"},
		{"11.4.2-MariaDB-ubu2404", "mariadb.org binary distribution", datasource.FlavorMariaDB, "11.4.2"},
		{"10.6.14-9-MariaDB-enterprise-log", "MariaDB Enterprise Server", datasource.FlavorMariaDB, "10.6.14"},
		{"5.7.25-TiDB-v6.1.0", "TiDB Server (Apache License 2.0) Community Edition, MySQL 5.7 compatible",
			datasource.FlavorTiDB, "6.1.0"},
		{"8.0.11-TiDB-v7.5.1-serverless", "TiDB Server (Apache License 2.0) Community Edition, MySQL 8.0 compatible",
			datasource.FlavorTiDB, "7.5.1"},
		{"8.0.11", "TiDB Server (Apache License 2.0) Community Edition, MySQL 8.0 compatible", datasource.FlavorTiDB,
			"0.0.0"},
		{"5.7.25-OceanBase_CE-v4.3.5", "OceanBase_CE 4.3.5.1 (r101000042025031818-bef5)", datasource.FlavorOceanBase,
			"4.3.5"},
		{"5.7.25-OceanBase-v4.2.1.3", "OceanBase 4.2.1.3 (r100)", datasource.FlavorOceanBase, "4.2.1.3"},
		{"5.7.25-OceanBase-v3.2.3.3", "OceanBase 3.2.3.3 (r100)", datasource.FlavorOceanBase, "3.2.3.3"},
		{"3.1.4-OceanBase CE", "OceanBase CE 3.1.4 (r10000120220311145840)", datasource.FlavorOceanBase, "3.1.4"},
		{"3.1.4-OceanBase CE", "", datasource.FlavorOceanBase, "3.1.4"},
		{"5.6.25", "OceanBase 2.2.77 (r100)", datasource.FlavorOceanBase, "2.2.77"},
		{"5.7.25-OceanBase", "", datasource.FlavorOceanBase, "0.0.0"},
		{"8.0.31", "Dolt", datasource.FlavorDolt, "8.0.31"},
		{"", "", datasource.FlavorMySQL, "0.0.0"},
		{"unknown", "unknown", datasource.FlavorMySQL, "0.0.0"},
	} {
		flavor, version := identifyVersion(tc.version, tc.comment)
		if flavor != tc.flavor || version.String() != tc.want {
			t.Errorf("%q (%s) is %s %s, want %s %s", tc.version, tc.comment, flavor, version, tc.flavor, tc.want)
		}
	}
}

func FuzzIdentifyVersion(f *testing.F) {
	f.Add("5.7.25-OceanBase_CE-v4.3.5", "OceanBase_CE 4.3.5.1 (r1)")
	f.Add("5.5.5-10.6.12-MariaDB", "mariadb.org")
	f.Add("8.0.11-TiDB-v7.5.1", "TiDB")
	f.Add("8.99999999999999999999", "")
	f.Add("İoceanbase", "\x00")
	f.Fuzz(func(t *testing.T, version, comment string) {
		flavor, v := identifyVersion(version, comment)
		if v == (datasource.Version{}) {
			return
		}
		// A parsed version is part of the server's text, and for MySQL at its start.
		lower := strings.ToLower(version + " " + comment)
		if !strings.ContainsAny(lower, "0123456789") || v.Major < 0 || v.Minor < 0 || v.Patch < 0 || v.Build < 0 {
			t.Errorf("%q (%q) is taken for %s %s", version, comment, flavor, v)
		}
		if flavor == datasource.FlavorMySQL && !strings.ContainsAny(strings.TrimSpace(version)[:1], "0123456789") {
			t.Errorf("%q (%q) is taken for %s %s", version, comment, flavor, v)
		}
	})
}

func TestSessionSettings(t *testing.T) {
	t.Parallel()
	const fresh, generated = "SESSION information_schema_stats_expiry = 0",
		"SESSION show_gipk_in_create_table_and_information_schema = ON"
	for _, tc := range []struct {
		version, comment string
		more             []string
	}{
		{"5.6.51-log", "MySQL Community Server (GPL)", nil},
		{"5.7.7", "MySQL Community Server (GPL)", nil},
		{"5.7.44", "MySQL Community Server (GPL)", []string{"SESSION max_execution_time = 1500"}},
		{"8.0.29", "Percona Server (GPL)", []string{"SESSION max_execution_time = 1500", fresh}},
		{"9.7.4-2", "(Debian)", []string{"SESSION max_execution_time = 1500", fresh, generated}},
		{"10.0.38-MariaDB", "", nil},
		{"5.5.5-10.1.48-MariaDB", "", []string{"SESSION max_statement_time = 1.5"}},
		{"11.4.2-MariaDB", "", []string{"SESSION max_statement_time = 1.5"}},
		{"5.7.25-TiDB-v6.1.0", "TiDB Server", []string{"SESSION max_execution_time = 1500"}},
		{"5.7.25-OceanBase_CE-v4.3.5", "OceanBase_CE 4.3.5", []string{"SESSION ob_query_timeout = 1500000"}},
		{"5.6.25", "OceanBase 3.1.2 (r1)", []string{"SESSION ob_query_timeout = 1500000"}},
	} {
		if diff := cmp.Diff(slices.Concat(ownSettings, tc.more),
			sessionSettings(tc.version, tc.comment, 1500*time.Millisecond)); diff != "" {
			t.Errorf("%s (%s) (-want +got):\n%s", tc.version, tc.comment, diff)
		}
	}
}

// The columns that are read for every table are those that were measured: others make MariaDB and MySQL 5.x
// open each table.
func TestColumnsOfCatalogQueries(t *testing.T) {
	t.Parallel()
	mariadb := datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 10, Minor: 11}}
	mysql57 := datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 5, Minor: 7}}
	mysql8 := datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 8, Minor: 4}}
	statistics := "table_schema table_name index_name non_unique seq_in_index column_name nullable sub_part %c"
	for query, want := range map[string]string{
		tablesQuery: "table_schema table_name table_type engine table_collation table_comment",
		columnsQuery: "table_schema table_name column_name ordinal_position column_default is_nullable data_type " +
			"column_type character_maximum_length " +
			"character_octet_length numeric_precision numeric_scale datetime_precision character_set_name " +
			"collation_name " +
			"extra column_comment generation_expression",
		strings.Replace(indexesQuery, "%e", indexExtras(mariadb), 1): statistics +
			" '' IF(ignored = 'YES' 'NO' 'YES') NULL",
		strings.Replace(indexesQuery, "%e", indexExtras(mysql57), 1): statistics + " '' 'YES' NULL",
		strings.Replace(indexesQuery, "%e", indexExtras(mysql8), 1):  statistics + " index_type is_visible expression",
	} {
		list, _, _ := strings.Cut(strings.TrimPrefix(query, "SELECT "), "FROM")
		if diff := cmp.Diff(strings.Fields(want), strings.Fields(strings.ReplaceAll(list, ",", " "))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
