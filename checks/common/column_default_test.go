package common_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// preset gives a column with a default as the catalog writes it; expression marks it as MySQL does.
func preset(name, dataType, text string, expression ...bool) datasource.Column {
	c := column(name, dataType)
	c.Default = &text
	if len(expression) > 0 && expression[0] {
		c.Extra = "default_generated"
	}
	return c
}

const mysqlMode = "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE"

func TestColumnDefault(t *testing.T) {
	t.Parallel()
	maria103, maria102 := server(datasource.FlavorMariaDB, "10.3.9"), server(datasource.FlavorMariaDB, "10.1.48")
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		mode         string
		column       datasource.Column
		want         []string
	}{
		{"no default", maria1011, mysql97, mysqlMode, column("c", "int"), nil},
		{"NULL of MariaDB", maria1011, mysql97, mysqlMode, preset("c", "text", "NULL"), nil},
		{"a number", maria1011, mysql97, mysqlMode, preset("c", "int", "-1"), nil},
		{"bits", maria1011, mysql97, mysqlMode, preset("c", "bit", "b'101'"), nil},
		{"a string that looks like a function", maria1011, mysql57, mysqlMode, preset("c", "varchar", "'uuid()'"), nil},
		{"now", maria1011, mysql57, mysqlMode, preset("c", "datetime", "current_timestamp()"), nil},
		{"now in a string", maria1011, mysql57, mysqlMode, preset("c", "varchar", "current_timestamp()"), []string{"expression"}},
		{"a literal of MySQL that looks like a function", mysql97, mysql57, mysqlMode, preset("c", "varchar", "uuid()"), nil},
		{"an expression on MySQL 5.7", mysql97, mysql57, mysqlMode, preset("c", "varchar", "uuid()", true), []string{"expression"}},
		{"an expression on OceanBase", mysql97, ob43, mysqlMode, preset("c", "varchar", "uuid()", true), []string{"expression"}},
		{"an expression on MariaDB 10.1", mysql97, maria102, "", preset("c", "varchar", "uuid()", true), []string{"expression"}},
		{"an expression of MySQL on MariaDB", mysql97, maria103, "", preset("c", "varchar", `concat(uuid(),_utf8mb4\'bin_to_uuid(1)\')`, true), nil},
		{"a function that MariaDB lacks", mysql97, maria1011, "", preset("c", "varbinary", "uuid_to_bin(uuid())", true), []string{"function_refused"}},
		{"a function that MariaDB 10.5 lacks", mysql97, maria105, "", preset("c", "varbinary", "random_bytes(4)", true), []string{"function_refused"}},
		{"a function that MariaDB has got", mysql97, maria118, "", preset("c", "varbinary", "random_bytes(4)", true), nil},
		{"an expression in parentheses", maria1011, mysql97, mysqlMode, preset("c", "int", "(1 + (2))"), nil},
		{"one with parentheses at both ends", maria1011, mysql97, mysqlMode, preset("c", "int", "(1) + (2)"), []string{"parentheses"}},
		{"an expression bare", maria1011, mysql97, mysqlMode, preset("c", "varchar", "uuid()"), []string{"parentheses"}},
		{"a function that MySQL lacks", maria1011, mysql97, mysqlMode, preset("c", "varchar", "nvl(1,2)"), []string{"function_refused"}},
		{"a function that MySQL refuses", maria1011, mysql97, mysqlMode, preset("c", "varchar", "version()"), []string{"function_refused"}},
		{"a function that MySQL had", maria1011, mysql80, mysqlMode, preset("c", "varchar", "(md5('a'))"), nil},
		{"a function that is not known", maria1011, mysql97, mysqlMode, preset("c", "varchar", "frobnicate()"), []string{"function_unknown"}},
		{"a collation", mysql97, maria1011, "", preset("c", "varchar", `(_utf8mb4\'a\' collate utf8mb4_0900_bin)`, true), []string{"collation_missing"}},
		{"a collation of both", mysql97, maria1011, "", preset("c", "varchar", `(_utf8mb4\'a\' collate utf8mb4_bin)`, true), nil},
		{"a clause of MySQL", mysql97, maria1011, "", preset("c", "json", `cast(_utf8mb4\'[]\' as json)`, true), []string{"clause_missing"}},
		{"a clause in a string", mysql97, maria1011, "", preset("c", "varchar", `concat(_utf8mb4\'cast(a as json)\',1)`, true), nil},
		{"fewer arguments than MySQL takes", maria1011, mysql97, mysqlMode, preset("c", "varchar", "(lpad('a',2))"), []string{"clause_missing"}},
		{"a sequence", maria1011, mysql97, mysqlMode, preset("c", "bigint", "nextval(`shop`.`s`)"), []string{"sequence"}},
		{"a sequence on MariaDB", maria1011, maria1011, "", preset("c", "bigint", "nextval(`shop`.`s`)"), []string{"sequence_needed"}},
		{"a constant of TEXT", maria1011, mysql97, "", preset("c", "text", "'a'"), []string{"lob"}},
		{"a constant of BLOB", maria1011, mysql97, "", preset("c", "blob", "0x6162"), []string{"lob"}},
		{"a constant of TEXT on MariaDB", maria1011, maria103, "", preset("c", "text", "'a'"), nil},
		{"a constant of TEXT on MariaDB 10.1", maria1011, maria102, "", preset("c", "text", "'a'"), []string{"lob"}},
		{"an expression of TEXT", mysql97, mysql97, mysqlMode, preset("c", "text", `_utf8mb4\'a\'`, true), nil},
		{"a zero date", maria1011, mysql97, mysqlMode, preset("c", "date", "'0000-00-00'"), []string{"zero_date"}},
		{"a zero date, not strict", maria1011, mysql97, "NO_ZERO_DATE", preset("c", "date", "'0000-00-00'"), nil},
		{"a zero date, not strict, on MariaDB", maria1011, maria1011, "NO_ZERO_DATE", preset("c", "date", "'0000-00-00'"), []string{"zero_date"}},
		{"a zero date that is allowed", mysql57, mysql97, "STRICT_TRANS_TABLES,NO_ZERO_IN_DATE", preset("c", "timestamp", "0000-00-00 00:00:00"), nil},
		{"a month of zero", mysql57, mysql97, "STRICT_ALL_TABLES,NO_ZERO_IN_DATE", preset("c", "datetime", "2024-00-10 00:00:00"), []string{"zero_date"}},
		{"a day that does not exist", maria1011, mysql97, "", preset("c", "date", "'2024-02-30'"), []string{"no_day"}},
		{"a day that is allowed", maria1011, mysql97, "ALLOW_INVALID_DATES", preset("c", "date", "'2024-02-30'"), nil},
		{"a leap day", maria1011, mysql97, mysqlMode, preset("c", "date", "'2024-02-29'"), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dest := datasource.Snapshot{datasource.FactServer: tc.dest, datasource.FactVariables: datasource.Variables{"sql_mode": tc.mode}, datasource.FactCharsets: collations("utf8mb4", "bin")}
			wantRules(t, checktest.Facts{Source: oneTable(tc.source, tc.column), Dest: dest}, common.ColumnDefault, tc.want...)
		})
	}
}

func TestColumnDefaultUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	dest := func(s datasource.Server) datasource.Snapshot {
		return datasource.Snapshot{datasource.FactServer: s, datasource.FactVariables: datasource.Variables{"sql_mode": ""}, datasource.FactCharsets: collations("utf8mb4", "bin")}
	}
	broken := oneTable(mysql97)
	broken[datasource.FactColumns] = lost
	for name, facts := range map[string]checktest.Facts{
		"no columns":                    {Source: broken, Dest: dest(mysql97)},
		"no sql_mode":                   {Source: oneTable(mysql97), Dest: datasource.Snapshot{datasource.FactServer: mysql97, datasource.FactVariables: datasource.Variables{}, datasource.FactCharsets: collations("utf8mb4", "bin")}},
		"MariaDB that does not tell":    {Source: oneTable(server(datasource.FlavorMariaDB, "10.2.6"), preset("c", "varchar", "uuid()")), Dest: dest(mysql97)},
		"a destination of another kind": {Source: oneTable(mysql97, preset("c", "varchar", "uuid()", true)), Dest: dest(server(datasource.FlavorTiDB, "8.5.0"))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if findings, _, err := facts.Run(t, common.ColumnDefault); err == nil {
				t.Errorf("no error, and %d findings", len(findings))
			}
		})
	}
}

func TestColumnDefaultMariaDBToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := pairOf(t, dbtest.MariaDB, dbtest.MySQL)
	use := "USE " + task.Source.Schema
	maria.Exec(t, use, "CREATE SEQUENCE numbers")
	for _, table := range []struct {
		columns  string
		accepted bool
	}{
		{"plain (a INT DEFAULT 5, b VARCHAR(20) DEFAULT 'it''s', c DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3), d TEXT DEFAULT NULL, e BIT(3) DEFAULT b'101', f VARCHAR(20) DEFAULT 'NULL')", true},
		{"sum (a INT DEFAULT (1 + 2), b INT DEFAULT (-1))", true},
		{"bare (a VARCHAR(40) DEFAULT UUID())", false},
		{"words (a TEXT DEFAULT 'abc', b BLOB DEFAULT 'x')", false},
		{"zero (a DATE NOT NULL DEFAULT '0000-00-00')", false},
		{"months (a DATETIME DEFAULT '2024-00-10 00:00:00')", false},
		{"lacking (a VARCHAR(40) DEFAULT (JSON_COMPACT('[1]')))", false},
		{"refused (a TEXT DEFAULT (UPDATEXML('<a/>', '/a', 'b')))", false},
		{"padded (a VARCHAR(9) DEFAULT (LPAD('a', 2)))", false},
		{"sorted (a VARCHAR(9) DEFAULT ('a' COLLATE utf8mb4_unicode_nopad_ci)) CHARSET utf8mb4", false},
		{"forward (a INT DEFAULT (b), b INT DEFAULT (1 + 1))", false},
		{"varied (a VARCHAR(99) DEFAULT (CONCAT(@@sql_mode, @v)))", false},
		{"rounded (a TIMESTAMP(5) NOT NULL DEFAULT CURRENT_TIMESTAMP(2) ON UPDATE CURRENT_TIMESTAMP(5))", false},
		{"cast_as (a DOUBLE DEFAULT (CAST('1.25' AS DOUBLE(10,1))))", false},
		{"backward (b INT DEFAULT (1 + 1), a INT DEFAULT (1 + b), c INT DEFAULT (1 + d), d INT DEFAULT 3)", true},
		{"numbered (a BIGINT DEFAULT (NEXTVAL(numbers)))", false},
	} {
		maria.Exec(t, use, "CREATE TABLE "+table.columns)
		wantCreated(t, my, table.accepted, "CREATE TABLE "+table.columns)
	}
	got := wantFound(t, task, common.ColumnDefault, "clause_missing cast_as.a", "clause_missing padded.a", "collation_missing sorted.a", "function_refused lacking.a", "function_refused refused.a", "later_column forward.a", "lob words.a", "lob words.b",
		"precision rounded.a", "sequence numbered.a", "variable varied.a", "zero_date months.a", "zero_date zero.a", "parentheses bare.a")
	checktest.Mend(t, maria, got.Findings)
	wantFound(t, task, common.ColumnDefault, "parentheses bare.a")
	wantCreated(t, my, true, "CREATE TABLE rounded (a TIMESTAMP(5) NOT NULL DEFAULT CURRENT_TIMESTAMP(5) ON UPDATE CURRENT_TIMESTAMP(5))")
	wantCreated(t, my, true, "CREATE TABLE bare (a VARCHAR(40) DEFAULT (uuid()))")
}

func TestColumnDefaultMySQLToMariaDB(t *testing.T) {
	t.Parallel()
	my, maria, task := pairOf(t, dbtest.MySQL, dbtest.MariaDB)
	use := "USE " + task.Source.Schema
	wantTaken(t, my, maria, use, map[string]bool{
		"plain (a INT DEFAULT 5, b VARCHAR(40) DEFAULT (UUID()), c JSON DEFAULT (JSON_ARRAY()), d TEXT DEFAULT ('it''s regexp_like('), e VARCHAR(20) DEFAULT 'uuid_to_bin()', f DATETIME DEFAULT (NOW() + INTERVAL 1 DAY))": true,
		"lacking (a VARBINARY(16) DEFAULT (UUID_TO_BIN(UUID())))":                                   false,
		"typed (a JSON DEFAULT (CAST('[1]' AS JSON)))":                                              false,
		"sorted (a VARCHAR(9) DEFAULT (_utf8mb4'a' COLLATE utf8mb4_ja_0900_as_cs)) CHARSET utf8mb4": false,
	})
	my.Exec(t, use, "SET sql_mode = ''", "CREATE TABLE zero (a DATE DEFAULT '0000-00-00')")
	wantCreated(t, maria, true, "CREATE TABLE zero (a DATE DEFAULT '0000-00-00')")
	got := wantFound(t, task, common.ColumnDefault, "clause_missing typed.a", "collation_missing sorted.a", "function_refused lacking.a")
	checktest.Mend(t, my, got.Findings)
	wantFound(t, task, common.ColumnDefault)
}

// Without explicit_defaults_for_timestamp columns are reported exactly where the destination refuses their table.
func TestColumnDefaultImplied(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MySQL, dbtest.MariaDB} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			from := dbtest.Get(t, dbtest.MySQL)
			to := dbtest.Start(t, product, "--explicit-defaults-for-timestamp=OFF", "--sql-mode=NO_ZERO_DATE,NO_ZERO_IN_DATE")
			task := checktest.Real{Source: checktest.End{Server: from, Schema: from.Database(t)}, Dest: checktest.End{Server: to, Schema: to.Database(t)}}
			wantTaken(t, from, to, "USE "+task.Source.Schema, map[string]bool{
				"one (a TIMESTAMP NOT NULL)":                                                                         true,
				"two (a TIMESTAMP NOT NULL, b TIMESTAMP NOT NULL)":                                                   false,
				"renewed (a TIMESTAMP NOT NULL ON UPDATE CURRENT_TIMESTAMP)":                                         false,
				"late (a TIMESTAMP NULL, b TIMESTAMP NOT NULL)":                                                      false,
				"preset (a TIMESTAMP NOT NULL, b TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, c TIMESTAMP NULL)":    true,
				"other (a DATETIME NOT NULL, b DATETIME NOT NULL ON UPDATE CURRENT_TIMESTAMP, c DATE NOT NULL)":      true,
				"computed (a TIMESTAMP AS (FROM_UNIXTIME(1)) VIRTUAL, b TIMESTAMP NOT NULL, c INT, d INT DEFAULT 1)": false,
			})
			wantFound(t, task, common.ColumnDefault, "implied_zero computed.b", "implied_zero late.b", "implied_zero renewed.a", "implied_zero two.b")
			to.Exec(t, "SET GLOBAL explicit_defaults_for_timestamp = ON")
			wantFound(t, task, common.ColumnDefault)
		})
	}
}

// Several dates of one table go with one statement, whatever the mode of the session.
func TestColumnDefaultDates(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		table := "dates (a DATE DEFAULT '0000-00-00', b DATETIME DEFAULT '2000-00-10', c TIMESTAMP NOT NULL DEFAULT '0000-00-00 00:00:00', d DATE DEFAULT '2024-02-29', e DATE DEFAULT '2023-02-30')"
		s.Exec(t, "SET SESSION sql_mode = 'ALLOW_INVALID_DATES'", "CREATE TABLE "+schema+"."+table)
		wantCreated(t, s, false, "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE'", "CREATE TABLE "+table)
		wantCreated(t, s, false, "SET SESSION sql_mode = 'STRICT_ALL_TABLES'", "CREATE TABLE "+table)
		wantCreated(t, s, true, "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES'", "CREATE TABLE "+table)
		dest := dbtest.Start(t, s.Product, "--sql-mode=STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE")
		task := checktest.Real{Source: checktest.End{Server: s, Schema: schema}, Dest: checktest.End{Server: dest, Schema: dest.Database(t)}}
		got := wantFound(t, task, common.ColumnDefault, "no_day dates.e", "zero_date dates.a", "zero_date dates.b", "zero_date dates.c")
		checktest.Mend(t, s, got.Findings)
		wantFound(t, task, common.ColumnDefault)
	})
}

// The default that needs a sequence is refused by a MariaDB that has not got it.
func TestColumnDefaultSequenceNeeded(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MariaDB)
	task := checktest.Real{Source: checktest.End{Server: s, Schema: s.Database(t)}, Dest: checktest.End{Server: s, Schema: s.Database(t)}}
	table := "numbered (a BIGINT DEFAULT (NEXTVAL(numbers)))"
	s.Exec(t, "USE "+task.Source.Schema, "CREATE SEQUENCE numbers", "CREATE TABLE "+table)
	wantCreated(t, s, false, "CREATE TABLE "+table)
	wantCreated(t, s, true, "CREATE SEQUENCE numbers", "CREATE TABLE "+table, "INSERT INTO numbered VALUES ()")
	got := wantFound(t, task, common.ColumnDefault, "sequence_needed numbered.a")
	checktest.Mend(t, s, got.Findings)
	wantFound(t, task, common.ColumnDefault)
}
