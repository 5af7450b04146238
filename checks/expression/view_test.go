package expression_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/expression"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestView(t *testing.T) {
	t.Parallel()
	mysql9 := datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 9, Minor: 7}}
	mysql57 := datasource.Server{Flavor: datasource.FlavorPercona,
		Version: datasource.Version{Major: 5, Minor: 7, Patch: 40}}
	maria := datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 10, Minor: 11}}
	oceanbase := datasource.Server{Flavor: datasource.FlavorOceanBase, Version: datasource.Version{Major: 4, Minor: 3}}
	charsets := datasource.Charsets{Collations: map[string]string{"utf8mb4_bin": "utf8mb4"}}
	for _, tc := range []struct {
		name, definition string
		dest             datasource.Server
		invalid          any
		want             []string
		notes            int
		err              string
	}{
		{name: "plain",
			definition: "select `shop`.`a`.`id` AS `id` from (`shop`.`a` join `shop`.`b` on((`shop`.`a`.`id` = " +
				"`shop`.`b`.`id`)))", dest: mysql9},
		{name: "invalid", definition: "select 1 AS `1`", dest: mysql9,
			invalid: []datasource.TableName{{Schema: "shop", Name: "v"}}, want: []string{"invalid_view "}},
		{name: "validity unknown to the server", definition: "select 1 AS `1`", dest: mysql9,
			invalid: &datasource.Error{Class: datasource.ErrUnsupported, Cause: message.Verbatim("unsupported")},
			notes:   1},
		{name: "validity unknown", definition: "select 1 AS `1`", dest: mysql9, invalid: errors.New("lost"),
			err: "lost"},
		{name: "not shown", dest: mysql9, err: "not shown"},
		{name: "a function missing in MySQL", definition: "select nvl2(`shop`.`a`.`id`,1,2) AS `x` from `shop`.`a`",
			dest: mysql9, want: []string{"function_missing nvl2"}},
		{name: "in a string, a name and a routine",
			definition: "select 'it''s \\' nvl2(1)' AS `nvl2(``)`,`shop`.`chr`(65) AS `y` from `shop`.`a` `chr`",
			dest:       mysql9, want: []string{"routine_missing shop.chr()"}},
		{name: "a function removed in MySQL 8, to 5.7", definition: "select password('x') AS `x`", dest: mysql57},
		{name: "a function added after MySQL 5.7", definition: "select uuid_to_bin('x') AS `x`", dest: mysql57,
			want: []string{"function_missing uuid_to_bin"}},
		{name: "a JSON duality view",
			definition: "select json_duality_object('_id':`shop`.`a`.`id`) AS `x` from `shop`.`a`",
			dest:       mysql9},
		{name: "a JSON duality view to MariaDB",
			definition: "select json_duality_object('_id':`shop`.`a`.`id`) AS `x` from `shop`.`a`", dest: maria,
			want: []string{"function_missing json_duality_object"}},
		{name: "a JSON duality view to MySQL 8.4",
			definition: "select json_duality_object('_id':`shop`.`a`.`id`) AS `x` from `shop`.`a`",
			dest: datasource.Server{Flavor: datasource.FlavorMySQL,
				Version: datasource.Version{Major: 8, Minor: 4}},
			want: []string{"function_missing json_duality_object"}},
		{name: "a function removed in MySQL 8", definition: "select password('x') AS `x`", dest: mysql9,
			want: []string{"function_missing password"}},
		{name: "a function missing in MariaDB", definition: "select regexp_like('x','y') AS `x`", dest: maria,
			want: []string{"function_missing regexp_like"}},
		{name: "a function added in MariaDB", definition: "select json_overlaps('x','y') AS `x`", dest: maria},
		{name: "a function added after this MariaDB", definition: "select st_simplify(NULL,1) AS `x`",
			dest: checktest.MariaDB118, want: []string{"function_missing st_simplify"}},
		{name: "a function missing in an older MariaDB",
			definition: "select uuid_v7() AS `x`,natural_sort_key('a') AS `y`",
			dest:       maria, want: []string{"function_missing uuid_v7"}},
		{name: "functions added in MariaDB",
			definition: "select vec_totext(`x`) AS `x`,json_key_value('{}','$') AS `y`",
			dest:       checktest.MariaDB118},
		{name: "functions of MariaDB 11", definition: "select vec_totext(`x`) AS `x`,json_key_value('{}','$') AS `y`",
			dest: mysql9, want: []string{"function_missing vec_totext", "function_missing json_key_value"}},
		{name: "more arguments than an older MariaDB accepts", definition: "select crc32(1,'b') AS `x`",
			dest: mariadb105,
			want: []string{"function_missing crc32 with 2 arguments"}},
		{name: "a function that a later MariaDB may have", definition: "select any_value(1) AS `x`",
			dest: datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 12, Minor: 1}},
			want: []string{"function_missing any_value, may be there"}},
		{name: "a function missing in OceanBase", definition: "select get_lock('x',1) AS `x`", dest: oceanbase,
			want: []string{"function_missing get_lock"}},
		{name: "clauses missing in MySQL",
			definition: "select group_concat(`x` order by `y` separator ',' limit 2) AS `a`,cast(`x` as inet6) AS " +
				"`b` from " +
				"(values (1),(2)) `q` order by `a` fetch first 3 rows with ties", dest: mysql9,
			want: []string{"function_missing LIMIT in GROUP_CONCAT", "function_missing CAST AS INET6",
				"function_missing VALUES without ROW", "function_missing WITH TIES"}},
		{name: "clauses missing in MySQL 5.7",
			definition: "with `c` as (select 1 AS `n` except select 2 AS `2`) select sum(`c`.`n`) OVER (ORDER BY " +
				"`c`.`n` ) AS " +
				"`s` from `c`", dest: mysql57,
			want: []string{"function_missing WITH", "function_missing EXCEPT", "function_missing OVER"}},
		{name: "clauses that MySQL 9 has",
			definition: "with `c` as (select 1 AS `n` except select 2 AS `2`) select sum(`c`.`n`) OVER (ORDER BY " +
				"`c`.`n` ) AS " +
				"`s` from `c` limit 1", dest: mysql9},
		{name: "clauses missing in MariaDB",
			definition: "select `x`.`n` AS `n`,cast(`x`.`t` AT TIME ZONE '+00:00' as datetime) AS `d`,cast(`x`.`t` " +
				"as year) " +
				"AS `y`,cast(`x`.`t` as char(3) charset utf8mb4) AS `c` from (values row(1),row(2)) `x` (`n`) " +
				"qualify " +
				"(row_number() OVER ()  = 1)", dest: maria,
			want: []string{"function_missing AT TIME ZONE", "function_missing CAST AS YEAR",
				"function_missing VALUES ROW",
				"function_missing columns of a derived table", "function_missing QUALIFY"}},
		{name: "more clauses missing in MySQL",
			definition: "select count(distinct `x`) over ( order by `y`) AS `a`,json_arrayagg(`x` order by `y`) AS " +
				"`b`,count(distinct `x`) AS `c`,sum(`x`) over () AS `d` from `t` group by `x` desc order by `y` desc",
			dest: mysql9,
			want: []string{"function_missing DISTINCT with OVER",
				"function_missing DISTINCT, ORDER BY or LIMIT in JSON_ARRAYAGG",
				"function_missing GROUP BY with an order"}},
		{name: "clauses of MariaDB only",
			definition: "with recursive r as (select 1 AS `n` union select `r`.`n` + 1 AS `n` from `r`) CYCLE `n` " +
				"RESTRICT " +
				"select sql_cache group_concat(`r`.`n` separator ',') over () AS `a`,cast(1 as double(10,2)) AS " +
				"`b`,cast(1 as " +
				"double) AS `c`,oracle_schema.trim('a') AS `d`,srid(`g`) AS `e` from `r`", dest: mysql9,
			want: []string{"function_missing srid", "function_missing CYCLE", "function_missing SQL_CACHE",
				"function_missing GROUP_CONCAT with OVER", "function_missing CAST AS DOUBLE with digits",
				"function_missing a function of ORACLE_SCHEMA"}},
		{name: "what MySQL 5.7 shows and later releases do not have",
			definition: "select geometryn(`g`,1) AS `a`,multipointfromtext('x') AS `b`,json_append(`j`,'$',1) AS `c`," +
				"count(0) AS `n` from `t` group by `x` desc", dest: mysql9,
			want: []string{"function_missing geometryn", "function_missing multipointfromtext",
				"function_missing json_append", "function_missing GROUP BY with an order"}},
		{name: "CAST types missing in MySQL 5.7", definition: "select cast(1 as double) AS `a`,cast(1 as float) AS `b`",
			dest: mysql57, want: []string{"function_missing CAST AS DOUBLE", "function_missing CAST AS FLOAT"}},
		{name: "common table expressions whose names are functions elsewhere",
			definition: "with x(`q`) as (select 1 AS `q`), nvl(`a`,`b`) as (select lpad('a',(2)) AS `a`,2 AS `b`) " +
				"select " +
				"`x`.`q` AS `q` from (`x` join `nvl`)", dest: mysql9,
			want: []string{"function_missing lpad with 2 arguments"}},
		{name: "a function with the name of one",
			definition: "with c as (select nvl(1,2) AS `n`) select `c`.`n` AS `as` from `c` where x((1)) as",
			dest:       mysql9,
			want:       []string{"function_missing nvl", "function_missing x"}},
		{name: "variables of the server", definition: "select @@version AS `@@version`", dest: mysql9},
		{name: "text like variables",
			definition: "select count(distinct `x`) AS `c`,sum(`x`) over ( order by `y` desc) AS " +
				"`d`,group_concat(distinct " +
				"`x` order by `y` desc separator ',') AS `e` from `t` group by `x` order by `y` desc", dest: mysql9},
		{name: "an order of groups that MySQL 5.7 has", definition: "select `x` AS `x` from `t` group by `x` desc",
			dest: mysql57},
		{name: "windows missing in MariaDB",
			definition: "select lead(`x`,1,0) OVER (ORDER BY `y` ) AS `a`,sum(`x`) OVER (ORDER BY `y` RANGE BETWEEN " +
				"INTERVAL " +
				"1 day  PRECEDING AND CURRENT ROW) AS `b` from `t`", dest: maria,
			want: []string{"function_missing lead with 3 arguments", "function_missing RANGE with INTERVAL"}},
		{name: "windows that MariaDB has",
			definition: "select lead(`x`,1) OVER (ORDER BY (`y` + interval 1 day) ROWS BETWEEN 1 PRECEDING AND " +
				"CURRENT ROW) " +
				"AS `a` from `t`", dest: maria},
		{name: "clauses in names and strings",
			definition: "select 'qualify' AS `lateral`,`shop`.`a`.`over` AS `values` from `shop`.`a` `tablesample`",
			dest:       maria},
		{name: "more arguments than MariaDB accepts",
			definition: "select st_x(`g`,1) AS `x`,regexp_substr('a','b',greatest(1,2)) AS `y`,st_y(`g`) AS `z`",
			dest:       maria,
			want: []string{"function_missing st_x with 2 arguments",
				"function_missing regexp_substr with 3 arguments"}},
		{name: "other arguments than MySQL accepts",
			definition: "select lpad('a',2) AS `x`,crc32(1,'b') AS `y`,lpad('a',2,'b') AS `z`,crc32('b') AS `c`",
			dest:       mysql9,
			want:       []string{"function_missing lpad with 2 arguments", "function_missing crc32 with 2 arguments"}},
		{name: "a collation",
			definition: "select ('a' collate utf8mb4_0900_ai_ci) AS `x`,('a' collate utf8mb4_bin) AS `y`",
			dest:       maria, want: []string{"collation_missing utf8mb4_0900_ai_ci"}},
		{name: "a table outside",
			definition: "select `x`.`id` AS `id` from (`shop`.`a` `x` left join (`other`.`t` `y` join `shop`.`b` " +
				"`shop`) " +
				"on(1)) where exists(select 1 from `shop`.`out` limit 1)", dest: mysql9,
			want: []string{"outside_the_task other.t", "table_missing shop.out"}},
		{name: "FROM in a function, a common table expression",
			definition: "with `c` as (select 1 AS `n`) select extract(year from `x`.`d`) AS `y`,trim(both 'a' from " +
				"`x`.`s`) " +
				"AS `z` from (`shop`.`a` `x` join `c`)", dest: mysql9},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.invalid == nil {
				tc.invalid = []datasource.TableName(nil)
			}
			findings, notes, err := checktest.Facts{
				Source: datasource.Snapshot{
					datasource.FactServer:    datasource.Server{},
					datasource.FactColumns:   datasource.TableRows[datasource.Column]{},
					datasource.FactSchemas:   []datasource.Schema{{Name: "shop"}},
					datasource.FactVariables: datasource.Variables{},
					datasource.FactTables:    checktest.Tables("shop.a", "shop.b", "shop.out", "shop.v!", "shop.w!"),
					datasource.FactViews: []datasource.ViewDefinition{{TableName: datasource.TableName{Schema: "shop",
						Name: "v"},
						Definition: tc.definition},
						{TableName: datasource.TableName{Schema: "shop", Name: "w"},
							Definition: "select nvl2(1,2,3) AS `x` from `shop`.`gone`"}},
					datasource.FactInvalidViews: tc.invalid,
				},
				Dest:      destOfViews(tc.dest, datasource.Snapshot{datasource.FactCharsets: charsets}),
				Selection: checks.Selection{Include: []string{"shop.*"}, Exclude: []string{"shop.out", "shop.w"}},
			}.Run(t, expression.View)
			if tc.err == "" && err != nil || tc.err != "" && (err == nil || !strings.Contains(err.Error(), tc.err)) {
				t.Fatalf("error %v, want %q", err, tc.err)
			}
			var got []string
			for _, f := range findings {
				if f.Rule == "function_missing" && f.Level != checks.Fail {
					f.Actual += ", may be there"
				}
				got = append(got, f.Rule+" "+f.Actual)
			}
			if diff := cmp.Diff(checktest.Sorted(tc.want), checktest.Sorted(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(notes) != tc.notes {
				t.Errorf("notes %q, want %d", notes, tc.notes)
			}
		})
	}
}

func FuzzView(f *testing.F) {
	f.Add("select `a`.`b` from (`a`.`b` join `c`.`d`)")
	f.Add("'\\")
	f.Add("`")
	f.Add(")))(((from join collate")
	f.Fuzz(func(t *testing.T, definition string) {
		skipBraces(t, definition)
		source := datasource.Snapshot{datasource.FactServer: datasource.Server{},
			datasource.FactVariables: datasource.Variables{},
			datasource.FactColumns:   datasource.TableRows[datasource.Column]{},
			datasource.FactIndexes:   datasource.TableRows[datasource.Index]{},
			datasource.FactSchemas:   []datasource.Schema{{Name: "s"}}, datasource.FactTables: checktest.Tables("s.v!"),
			datasource.FactViews: []datasource.ViewDefinition{{TableName: datasource.TableName{Schema: "s", Name: "v"},
				Definition: definition}},
			datasource.FactInvalidViews: []datasource.TableName{}}
		_, _, err := checktest.Facts{Source: source,
			Dest: destOfViews(datasource.Server{}, datasource.Snapshot{
				datasource.FactVariables: datasource.Variables{"sql_mode": "ONLY_FULL_GROUP_BY"}})}.Run(t,
			expression.View)
		if (err != nil) != (definition == "") {
			t.Error(err)
		}
	})
}

// destOfViews returns the facts of a destination without tables.
func destOfViews(s datasource.Server, more datasource.Snapshot) datasource.Snapshot {
	facts := datasource.Snapshot{
		datasource.FactServer: s, datasource.FactCharsets: datasource.Charsets{},
		datasource.FactVariables: datasource.Variables{}, datasource.FactTables: datasource.Tables{},
		datasource.FactSchemas: []datasource.Schema{{Name: "other"}}, datasource.FactGrants: datasource.Grants{},
		datasource.FactRoutines: []datasource.Routine{}, datasource.FactStorageEngines: datasource.StorageEngines{},
		datasource.FactSystemColumns: datasource.GroupByTable(datasource.RowsOf[string]{
			Table: datasource.TableName{Schema: "information_schema", Name: "tables"},
			Rows:  []string{"table_schema", "table_name"},
		}),
	}
	maps.Copy(facts, more)
	return facts
}

// TestViewDependencies covers what a view selects from and calls.
func TestViewDependencies(t *testing.T) {
	t.Parallel()
	everything := datasource.Grants{Rights: datasource.Rights{Grants: []datasource.Grant{
		{Privileges: []datasource.Privilege{"SELECT", "SHOW DATABASES"}}}}}
	in := func(name string) datasource.TableName { return datasource.TableName{Schema: "shop", Name: name} }
	for _, tc := range []struct {
		name, definition string
		dest             datasource.Snapshot
		settings         checks.Settings
		want             []string
	}{
		{name: "a system table", definition: "select `information_schema`.`TABLES`.`TABLE_NAME` AS `n` from " +
			"`information_schema`.`TABLES`"},
		{name: "a column of a system table that is missing",
			definition: "select `t`.`TABLE_NAME` AS `n`,`t`.`TEMPORARY` AS `m` from `information_schema`.`TABLES` `t`",
			want:       []string{"failure system_column_missing information_schema.TABLES.TEMPORARY"}},
		{name: "an alias of two tables",
			definition: "select `t`.`x` AS `n` from `information_schema`.`TABLES` `t` where " +
				"exists(select `t`.`x` AS `x` from `shop`.`a` `t`)"},
		{name: "a system table that is missing",
			definition: "select 1 AS `n` from `information_schema`.`INNODB_TABLES`",
			want:       []string{"failure system_table_missing information_schema.INNODB_TABLES"}},
		{name: "a system table that may be hidden", definition: "select 1 AS `n` from `performance_schema`.`threads`",
			want: []string{"warning system_table_hidden performance_schema.threads"}},
		{name: "a system table that is not hidden", definition: "select 1 AS `n` from `performance_schema`.`threads`",
			dest: datasource.Snapshot{datasource.FactGrants: everything},
			want: []string{"failure system_table_missing performance_schema.threads"}},
		{name: "a table on the destination", definition: "select 1 AS `n` from `shop`.`out`",
			dest: datasource.Snapshot{datasource.FactTables: checktest.Tables("shop.out")}},
		{name: "a table not on the destination", definition: "select 1 AS `n` from `shop`.`out`",
			want: []string{"failure table_missing shop.out"}},
		{name: "a schema that may be hidden", definition: "select 1 AS `n` from `gone`.`t`",
			want: []string{"warning outside_the_task gone.t"}},
		{name: "a schema that does not exist", definition: "select 1 AS `n` from `gone`.`t`",
			dest: datasource.Snapshot{datasource.FactGrants: everything},
			want: []string{"failure table_missing gone.t"}},
		{name: "a schema that exists", definition: "select 1 AS `n` from `other`.`t`",
			dest: datasource.Snapshot{datasource.FactGrants: everything},
			want: []string{"warning outside_the_task other.t"}},
		{name: "the engine SEQUENCE", definition: "select 1 AS `n` from `shop`.`seq_1_to_9`",
			dest: datasource.Snapshot{datasource.FactStorageEngines: datasource.StorageEngines{
				{Name: "SEQUENCE", Support: "YES"}}}},
		{name: "the engine SEQUENCE is missing", definition: "select 1 AS `n` from `shop`.`seq_1_to_9_step_2`",
			want: []string{"failure table_missing shop.seq_1_to_9_step_2"}},
		{name: "STRAIGHT_JOIN as an option",
			definition: "select straight_join `t1`.`a` AS `a` from `shop`.`a` `t1` straight_join `shop`.`b`"},
		{name: "a function", definition: "select `shop`.`f`(1) AS `n`",
			want: []string{"failure routine_missing shop.f()"}},
		{name: "a function of another schema", definition: "select `other`.`f`(1) AS `n`",
			want: []string{"warning routine_missing other.f()"}},
		{name: "a function that is migrated", definition: "select `shop`.`f`(1) AS `n`",
			settings: checks.Settings{Routines: true}},
		{name: "a function on the destination", definition: "select `shop`.`f`(1) AS `n`",
			dest: datasource.Snapshot{datasource.FactRoutines: []datasource.Routine{{TableName: in("F"),
				Kind: "FUNCTION"}}}},
		{name: "a procedure on the destination", definition: "select `shop`.`f`(1) AS `n`",
			dest: datasource.Snapshot{datasource.FactRoutines: []datasource.Routine{{TableName: in("f"),
				Kind: "PROCEDURE"}}}, want: []string{"failure routine_missing shop.f()"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{
				Source: datasource.Snapshot{
					datasource.FactServer: datasource.Server{}, datasource.FactVariables: datasource.Variables{},
					datasource.FactColumns: datasource.TableRows[datasource.Column]{},
					datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
					datasource.FactTables:  checktest.Tables("shop.a", "shop.b", "shop.out", "shop.v!"),
					datasource.FactViews: []datasource.ViewDefinition{{TableName: in("v"),
						Definition: tc.definition}},
					datasource.FactInvalidViews: []datasource.TableName(nil),
				},
				Dest: destOfViews(checktest.MySQL97, tc.dest), Settings: tc.settings,
				Selection: checks.Selection{Include: []string{"shop.*"}, Exclude: []string{"shop.out"}},
			}.Run(t, expression.View)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				got = append(got, f.Level.String()+" "+f.Rule+" "+f.Actual)
			}
			checktest.WantEqual(t, tc.want, got)
		})
	}
}
