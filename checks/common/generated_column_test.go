package common_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// computed gives a generated column, in the catalog's notation.
func computed(name, expression string, stored ...bool) datasource.Column {
	c := column(name, "int")
	c.Generation, c.Stored = expression, len(stored) > 0
	return c
}

func TestGeneratedColumn(t *testing.T) {
	t.Parallel()
	id := column("id", "int")
	id.Extra = "auto_increment"
	required := computed("c", "`a`")
	required.Nullable = false
	timestamp := column("c", "timestamp")
	timestamp.Generation, timestamp.Nullable = "`a`", true
	key := []datasource.Index{{Name: "PRIMARY", Primary: true, Unique: true, Columns: []datasource.IndexColumn{{Name: "c"}}}}
	indexed := []datasource.Index{{Name: "k", Columns: []datasource.IndexColumn{{Name: "c"}}}}
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		column       datasource.Column
		indexes      []datasource.Index
		want         []string
	}{
		{"a plain one", maria1011, mysql97, computed("c", "`a` + 1"), nil, nil},
		{"on MySQL 5.6", maria1011, server(datasource.FlavorMySQL, "5.6.51"), computed("c", "`a` + 1"), nil, []string{"unsupported", "unsupported"}}, // with the column g
		{"a function of MariaDB", maria1011, mysql97, computed("c", "json_exists(`a`,'$.x')"), nil, []string{"function_refused"}},
		{"a function that MySQL dropped", maria1011, mysql97, computed("c", "md5(`a`)", true), nil, []string{"function_refused"}},
		{"a function that MySQL had", maria1011, mysql80, computed("c", "md5(`a`)", true), nil, nil},
		{"a function that MySQL 5.7 has not", mysql97, mysql57, computed("c", "regexp_like(`a`,1)"), nil, []string{"function_refused"}},
		{"the time", maria1011, mysql97, computed("c", "current_timestamp()"), nil, []string{"function_refused"}},
		{"the time on MariaDB", maria1011, maria1011, computed("c", "current_timestamp()"), nil, nil},
		{"the day's name", mysql97, maria1011, computed("c", "dayname(`a`)"), nil, nil},
		{"the day's name, stored", mysql97, maria1011, computed("c", "dayname(`a`)", true), nil, []string{"function_refused"}},
		{"the day's name, indexed", mysql97, maria1011, computed("c", "dayname(`a`)"), indexed, []string{"function_refused"}},
		{"a function that is not known", mysql97, maria1011, computed("c", "frobnicate(`a`)"), nil, []string{"function_unknown"}},
		{"a clause of MySQL", mysql97, maria1011, computed("c", "1 member of (`a`)"), nil, []string{"clause_missing"}},
		{"a clause in a string", mysql97, maria1011, computed("c", `concat(_utf8mb4\'member of\',1)`), nil, nil},
		{"a type of MySQL's CAST", mysql97, maria1011, computed("c", "cast(`a` as year)"), nil, []string{"clause_missing"}},
		{"more arguments than MariaDB takes", mysql97, maria1011, computed("c", `regexp_substr(\'a\',\'b\',1)`), nil, []string{"clause_missing"}},
		{"fewer arguments than MySQL takes", maria1011, mysql97, computed("c", "rpad(`a`,2)"), nil, []string{"clause_missing"}},
		{"a collation", mysql97, maria1011, computed("c", "(`a` collate utf8mb4_0900_bin)"), nil, []string{"collation_missing"}},
		{"a collation of both", mysql97, maria1011, computed("c", "(`a` collate utf8mb4_bin)"), nil, nil},
		{"the AUTO_INCREMENT column", maria1011, mysql97, computed("c", "`id` + 1"), nil, []string{"auto_increment"}},
		{"a variable", maria1011, mysql97, computed("c", "concat(@`v`,@@sql_mode,'@')"), nil, []string{"variable"}},
		{"a variable on MariaDB", maria1011, maria1011, computed("c", "@`v`"), nil, nil},
		{"what is like a variable", maria1011, mysql97, computed("c", "concat('@v',`@v`)"), nil, nil},
		{"the AUTO_INCREMENT column on MariaDB", maria1011, maria1011, computed("c", "`id` + 1"), nil, nil},
		{"another generated column", mysql97, ob43, computed("c", "`g` + 1"), nil, []string{"other_generated"}},
		{"another generated column on MySQL", mysql97, mysql97, computed("c", "`g` + 1"), nil, nil},
		{"a plain column on OceanBase", mysql97, ob43, computed("c", "`a` + 1"), nil, nil},
		{"NOT NULL", mysql97, maria1011, required, nil, []string{"not_null"}},
		{"NOT NULL on MySQL", mysql97, mysql97, required, nil, nil},
		{"a TIMESTAMP", mysql97, maria1011, timestamp, nil, []string{"null"}},
		{"a TIMESTAMP on MySQL", mysql97, mysql97, timestamp, nil, nil},
		{"a TIMESTAMP of MariaDB", maria1011, maria1011, timestamp, nil, nil},
		{"in the primary key", mysql97, maria1011, required, key, []string{"in_primary_key"}},
		{"the start of a row", maria1011, mysql97, computed("c", "ROW START", true), nil, []string{"row_time"}},
		{"the start of a row on MariaDB", maria1011, maria1011, computed("c", "ROW START", true), nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := snapshot(tc.source, []datasource.Column{id, column("a", "int"), computed("g", "1"), tc.column}, tc.indexes, nil)
			dest := snapshot(tc.dest, nil, nil, datasource.Snapshot{datasource.FactCharsets: collations("utf8mb4", "bin")})
			wantRules(t, checktest.Facts{Source: source, Dest: dest}, common.GeneratedColumn, tc.want...)
		})
	}
}

func TestGeneratedColumnUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	for _, fact := range []datasource.AnyFact{datasource.FactColumns, datasource.FactIndexes} {
		source := snapshot(mysql97, []datasource.Column{computed("c", "1")}, nil, datasource.Snapshot{fact: lost})
		dest := snapshot(mysql97, nil, nil, datasource.Snapshot{datasource.FactCharsets: collations("utf8mb4", "bin")})
		if _, _, err := (checktest.Facts{Source: source, Dest: dest}).Run(t, common.GeneratedColumn); !errors.Is(err, lost) {
			t.Errorf("%s: error %v, want %v", fact, err, lost)
		}
	}
}

func TestGeneratedColumnMariaDBToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := pairOf(t, dbtest.MariaDB, dbtest.MySQL)
	use := "USE " + task.Source.Schema
	wantTaken(t, maria, my, use, map[string]bool{
		"plain (a INT, b INT AS (a + 1) VIRTUAL, c INT AS (b * 2) STORED, d VARCHAR(20) AS (CONCAT(a, 'it''s nvl(')) VIRTUAL, KEY (b))":                                    true,
		"computed (id INT PRIMARY KEY AUTO_INCREMENT, a VARCHAR(9), b VARCHAR(9) AS (DAYNAME(a)) VIRTUAL, c POINT AS (POINT(1, 2)) STORED)":                                true,
		"numbered (id INT PRIMARY KEY AUTO_INCREMENT, a INT AS (id + 1) VIRTUAL)":                                                                                          false,
		"varied (a INT, b VARCHAR(99) AS (CONCAT(a, @v, @@sql_mode)) VIRTUAL)":                                                                                             false,
		"cast_as (a INT, b DOUBLE AS (CAST(a AS DOUBLE(10,2))) VIRTUAL)":                                                                                                   false,
		"timed (a INT, b DATETIME AS (NOW()) VIRTUAL)":                                                                                                                     false,
		"hashed (a INT, b CHAR(32) AS (MD5(a)) STORED)":                                                                                                                    false,
		"lacking (a JSON, b INT AS (JSON_EXISTS(a, '$.x')) VIRTUAL)":                                                                                                       false,
		"versions (a INT, f TIMESTAMP(6) GENERATED ALWAYS AS ROW START, t TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (f, t)) WITH SYSTEM VERSIONING": false,
	})
	wantFound(t, task, common.GeneratedColumn, "auto_increment numbered.a", "clause_missing cast_as.b", "function_refused hashed.b", "function_refused lacking.b", "function_refused timed.b",
		"row_time versions.f", "row_time versions.t", "variable varied.b")
}

func TestGeneratedColumnMySQLToMariaDB(t *testing.T) {
	t.Parallel()
	my, maria, task := pairOf(t, dbtest.MySQL, dbtest.MariaDB)
	use := "USE " + task.Source.Schema
	wantTaken(t, my, maria, use, map[string]bool{
		"plain (a INT, b INT AS (a + 1) VIRTUAL, c INT AS (b * 2) STORED, d VARCHAR(20) AS (CONCAT(a, 'its uuid_to_bin(')) VIRTUAL, e VARCHAR(9) AS (DAYNAME(a)) VIRTUAL)": true,
		"days (a DATE, b VARCHAR(9) AS (DAYNAME(a)) STORED)":                                                                       false,
		"indexed (a DATE, b VARCHAR(9) AS (DAYNAME(a)) VIRTUAL, KEY (b))":                                                          false,
		"matched (a VARCHAR(9), b INT AS (REGEXP_LIKE(a, 'x')) VIRTUAL)":                                                           false,
		"members (a JSON, b INT AS (1 MEMBER OF (a)) VIRTUAL)":                                                                     false,
		"years (a INT, b INT AS (CAST(a AS YEAR)) VIRTUAL)":                                                                        false,
		"sorted (a INT, b VARCHAR(9) AS (a COLLATE utf8mb4_ja_0900_as_cs) VIRTUAL) CHARSET utf8mb4":                                false,
		"keyed (a INT, b INT AS (a + 1) STORED, PRIMARY KEY (b))":                                                                  false,
		"required (a INT, b INT AS (a + 1) VIRTUAL NOT NULL COMMENT 'it''s', c VARCHAR(20) AS (CONCAT(a, 'its')) STORED NOT NULL)": false,
	})
	rest := []string{"clause_missing members.b", "clause_missing years.b", "collation_missing sorted.b", "function_refused days.b", "function_refused indexed.b", "function_refused matched.b", "in_primary_key keyed.b"}
	my.Exec(t, use, "CREATE TABLE stamped (a INT, b TIMESTAMP AS (FROM_UNIXTIME(a)) VIRTUAL, c TIMESTAMP AS (FROM_UNIXTIME(a)) VIRTUAL NOT NULL)")
	wantCreated(t, maria, false, "CREATE TABLE stamped (a INT, b TIMESTAMP AS (FROM_UNIXTIME(a)) VIRTUAL NULL)")
	rest = append(rest, "not_null stamped.c", "null stamped.b")
	got := wantFound(t, task, common.GeneratedColumn, sorted(append(slices.Clone(rest), "not_null required.b", "not_null required.c"))...)
	checktest.Mend(t, my, got.Findings)
	wantFound(t, task, common.GeneratedColumn, rest...)
	wantCreated(t, maria, true, "CREATE TABLE required (a INT, b INT AS (a + 1) VIRTUAL COMMENT 'it''s', c VARCHAR(20) AS (CONCAT(a, 'its')) STORED)")
}
