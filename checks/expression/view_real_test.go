package expression_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/expression"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// A view of the source is reported as one that the destination cannot create exactly if the destination rejects the
// definition that the catalog of the source shows.
func TestViewOnRealServers(t *testing.T) {
	t.Parallel()
	bodies := []string{"1", "nvl2(1, 2, 3)", "chr(65)", "sformat('{}', 1)", "json_detailed('[]')", "median(id) OVER ()",
		"natural_sort_key('a')", "password('a')", "encode('a', 'b')", "to_char(NOW())",
		"st_isring(NULL)", "glength(NULL)", "md5('a')", "sha1('a')", "sha2('a', 256)", "json_overlaps('1', '1')",
		"json_value('[1]', '$[0]')", "rank() OVER (ORDER BY id)", "'a' REGEXP 'b'",
		"any_value(id)", "uuid_to_bin(NULL)", "uuid_v7()", "vec_totext(vec_fromtext('[1]'))",
		"json_array_intersect('[1]', '[1]')", "kdf('a', 'b', 1000, 'pbkdf2_hmac')", "random_bytes(4)", "crc32c('a')",
		"is_uuid('a')", "json_storage_size('1')", "st_simplify(NULL, 1)", "st_transform(NULL, 4326)", "format_bytes(1)",
		"statement_digest('SELECT 1')",
		"json_schema_valid('{}', '1')", "regexp_replace('a', 'b', 'c')",
		"(CONVERT('a' USING utf8mb4) COLLATE utf8mb4_0900_ai_ci)",
		"(CONVERT('a' USING utf8mb4) COLLATE utf8mb4_uca1400_ai_ci)",
		"(CONVERT('a' USING utf8mb4) COLLATE utf8mb4_unicode_ci)", "extract(YEAR FROM NOW())", "grouping(id)",
		"get_lock('precheck', 0)", "inet6_aton('::1')", "soundex('a')", "gtid_subset('', '')", "1 MEMBER OF ('[1]')",
		"(SELECT m FROM (SELECT 1 AS n) AS l, LATERAL (SELECT n AS m) AS r)",
		"(SELECT COUNT(*) FROM h FOR SYSTEM_TIME ALL)",
		"json_extract('[1]', '$[0]')",
		"(SELECT COUNT(*) FROM (VALUES (1), (2)) AS q)", "(SELECT COUNT(*) FROM (VALUES ROW(1), ROW(2)) AS q)",
		"(SELECT COUNT(*) FROM (SELECT 1 AS n) AS q (m))",
		"(SELECT GROUP_CONCAT(gone ORDER BY gone LIMIT 1) FROM ends)",
		"(SELECT COUNT(*) FROM (SELECT 1 AS n ORDER BY n FETCH FIRST 1 ROW WITH TIES) AS q)",
		"(SELECT COUNT(*) FROM (SELECT 1 AS n EXCEPT SELECT 2) AS q)", "(WITH c AS (SELECT 1 AS n) SELECT n FROM c)",
		"CAST('1' AS JSON)", "CAST('2000' AS YEAR)", "CAST('::1' AS INET6)", "CAST(UUID() AS UUID)",
		"CAST('1' AS FLOAT)",
		"CAST(NOW() AS DATETIME(3))", "CAST(TIMESTAMP '2020-01-01 00:00:00' AT TIME ZONE '+00:00' AS DATETIME)",
		"CAST(NULL AS POINT)",
		"SUM(id) OVER (ORDER BY id)", "LEAD(id, 1, 0) OVER (ORDER BY id)", "LAG(id, 1) OVER (ORDER BY id)",
		"COUNT(DISTINCT id) OVER ()",
		"SUM(id) OVER (ORDER BY DATE '2020-01-01' RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND CURRENT ROW)",
		"(SELECT JSON_ARRAYAGG(gone ORDER BY gone) FROM ends)", "(SELECT JSON_ARRAYAGG(gone) FROM ends)",
		"(SELECT COUNT(*) FROM (SELECT gone FROM ends GROUP BY gone DESC) AS q)",
		"(SELECT COUNT(*) FROM (SELECT gone FROM ends GROUP BY gone ORDER BY gone DESC) AS q)", "lpad('a', 2)",
		"rpad('a', 2, 'b')", "crc32('a')", "crc32(1, 'a')", "regexp_replace('a', 'b', 'c', 1, 1, 'i')",
		"regexp_instr('a', 'b', 1)", "st_x(NULL)", "st_x(NULL, 1)", "st_astext(NULL, 'axis-order=long-lat')",
		"st_geomfromtext(NULL, 4326)", "st_geomfromtext(NULL, 4326, 'axis-order=long-lat')", "aes_encrypt('a', 'b')",
		"aes_encrypt('a', 'b', '0123456789abcdef')", "(SELECT COUNT(*) FROM ends TABLESAMPLE SYSTEM (10))",
		"(SELECT COUNT(*) FROM (SELECT gone FROM ends QUALIFY ROW_NUMBER() OVER (ORDER BY gone) = 1) AS q)"}
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		from, to := source.Database(t), dest.Database(t)
		db := source.DB(t)
		source.Exec(t, "CREATE TABLE "+from+".a (id INT, gone INT)")
		dest.Exec(t, "CREATE TABLE "+to+".a (id INT, gone INT)")
		if source.Product == dbtest.MariaDB {
			source.Exec(t, "CREATE TABLE "+from+".h (id INT) WITH SYSTEM VERSIONING")
			dest.Exec(t, "CREATE TABLE "+to+".h (id INT)")
		}
		if source.Product == dbtest.MySQL {
			source.Exec(t, "CREATE TABLE "+from+".d (id INT PRIMARY KEY)",
				"CREATE JSON DUALITY VIEW "+from+".duality AS SELECT JSON_DUALITY_OBJECT('_id': id) FROM "+from+".d")
			dest.Exec(t, "CREATE TABLE "+to+".d (id INT PRIMARY KEY)")
		}
		taken := 0
		for i, body := range bodies {
			group := ""
			if strings.HasPrefix(body, "grouping") || strings.HasPrefix(body, "any_value") {
				group = " GROUP BY id WITH ROLLUP"
			}
			body = strings.NewReplacer("FROM h", "FROM "+from+".h", "FROM ends", "FROM "+from+".a").Replace(body)
			if _, err := db.ExecContext(t.Context(),
				fmt.Sprintf("CREATE VIEW %s.v%02d AS SELECT %s AS x FROM %s.a%s", from, i, body, from,
					group)); err == nil {
				taken++
			}
		}
		if taken < 15 {
			t.Fatalf("the source accepts only %d views", taken)
		}
		task := checktest.Real{Source: checktest.Endpoint{Server: source, Schema: from},
			Dest: checktest.Endpoint{Server: dest, Schema: to}}
		refused := map[string]bool{}
		for _, f := range task.Run(t, expression.View).Findings {
			refused[f.Object.Table] = refused[f.Object.Table] || f.Level == checks.Fail
		}
		if len(refused) < 5 {
			t.Errorf("only %d views are reported", len(refused))
		}
		for _, name := range checktest.ColumnOf(t, source,
			"SELECT table_name FROM information_schema.VIEWS WHERE table_schema = '"+from+"'") {
			text := checktest.ColumnOf(t, source,
				"SELECT view_definition FROM information_schema.VIEWS WHERE table_schema = '"+from+
					"' AND table_name = '"+name+
					"'")[0]
			_, err := dest.DB(t).ExecContext(t.Context(),
				"CREATE VIEW "+to+"."+name+" AS "+strings.ReplaceAll(text, "`"+from+"`", "`"+to+"`"))
			if (err != nil) != refused[name] {
				t.Errorf("reported: %t; the destination returned %v for\n%s", refused[name], err, text)
			}
		}
	})
}

func TestViewRepairedOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to, other := s.Database(t), s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+".a (id INT, gone INT)",
			"CREATE TABLE "+other+".t (id INT, s VARCHAR(9), d DATE)",
			"CREATE VIEW "+from+".good AS SELECT id FROM "+from+".a",
			"CREATE VIEW "+from+".broken AS SELECT gone FROM "+from+".a", "ALTER TABLE "+from+".a DROP COLUMN gone",
			"CREATE VIEW "+from+".outer1 AS SELECT x.id, trim(LEADING 'a' FROM y.s), extract(YEAR FROM y.d) FROM "+from+
				".a x LEFT JOIN "+other+".t y ON x.id = y.id WHERE x.id IN (SELECT id FROM "+from+".good)")
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
			Dest: checktest.Endpoint{Server: s, Schema: to}, Settings: checks.Settings{DDL: checks.DDLRewritten}}
		got := task.Run(t, expression.View)
		if diff := cmp.Diff([]string{"invalid_view " + from + ".broken", "outside_the_task " + from + ".outer1"},
			checktest.RulesAndObjects(got.Findings)); diff != "" || got.Findings[1].Actual != other+".t" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if len(got.Removable) != 2 || !got.Removable[0].View {
			t.Errorf("removable: %+v, want two views", got.Removable)
		}
		for _, r := range got.Removable {
			task.Exclude = append(task.Exclude, checks.EscapePattern(r.TableName))
		}
		if got := task.Run(t, expression.View); got.Outcome != engine.Passed {
			t.Errorf("with %v excluded, got %s:\n%s", task.Exclude, got.Outcome, got.Message(20))
		}
		task.Source.User, task.Source.Password = s.Account(t, "GRANT SELECT ON "+from+".* TO %s")
		if got := task.Run(t, expression.View); got.Outcome != engine.Unknown ||
			!strings.Contains(got.Message(20), "SHOW VIEW") {
			t.Errorf("without SHOW VIEW, got %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}

// A view whose text names a table that the task renames is reported, and the destination rejects that text.
func TestViewRenamedOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, other, to := s.Database(t), s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+".a (id INT)", "CREATE TABLE "+from+".c (id INT)",
			"CREATE TABLE "+other+".t (id INT)",
			"CREATE VIEW "+from+".v AS SELECT id FROM "+from+".a",
			"CREATE VIEW "+from+".w AS SELECT id FROM "+from+".c",
			"CREATE VIEW "+from+".x AS SELECT id FROM "+other+".t")
		task := checktest.Real{Source: checktest.Endpoint{Server: s}, Dest: checktest.Endpoint{Server: s},
			Selection: &checks.Selection{Databases: []checks.SelectedDatabase{
				{Name: from, MappedName: to, Tables: []checks.SelectedTable{{Name: "a", MappedName: "b"}, {Name: "c"}},
					Views: []checks.SelectedTable{{Name: "v"}, {Name: "w"}, {Name: "x"}}},
				{Name: other, MappedName: to}}}}
		checktest.WantFindings(t, task.Run(t, expression.View), "renamed "+from+".v", "renamed "+from+".x",
			"schema_renamed "+from+".v", "schema_renamed "+from+".w")
		task.Settings.DDL = checks.DDLRewritten
		got := task.Run(t, expression.View)
		if diff := cmp.Diff([]string{"renamed " + from + ".v", "renamed " + from + ".x"},
			checktest.RulesAndObjects(got.Findings)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if f := got.Findings; f[0].Actual != to+".a" || f[0].Expected != to+".b" || f[1].Actual != other+".t" ||
			f[1].Expected != to+".t" {
			t.Errorf("%s", got.Message(20))
		}
		s.Exec(t, "CREATE TABLE "+to+".b (id INT)", "CREATE TABLE "+to+".c (id INT)", "CREATE TABLE "+to+".t (id INT)",
			"DROP TABLE "+other+".t")
		for view, created := range map[string]bool{"v": false, "w": true, "x": false} {
			conn, err := s.DB(t).Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			var name, text, charset, collation string
			for _, step := range []func() error{
				func() error { _, err := conn.ExecContext(t.Context(), "USE "+from); return err },
				func() error {
					return conn.QueryRowContext(t.Context(), "SHOW CREATE VIEW "+view).Scan(&name, &text, &charset,
						&collation)
				},
				func() error { _, err := conn.ExecContext(t.Context(), "USE "+to); return err },
			} {
				if err := step(); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := conn.ExecContext(t.Context(), text); (err == nil) != created {
				t.Errorf("%s is created: %t (%v), want %t", view, !created, err, created)
			}
		}
	})
}

// viewsOfMariaDB are definitions of views that MariaDB accepts.
var viewsOfMariaDB = []string{
	`select id from t where b regexp 'a'`,
	`select regexp_replace(q.bl, 'a', 'b') r from t q`,
	`select id from t where bl regexp 'a' or convert(b using latin1) regexp 'a'`,
	`select id from t where c = cast(d as char)`,
	`select q.id from t q join u r on q.c = cast(r.a as char)`,
	`select id from t where c = cast(d as char) collate utf8mb4_general_ci`,
	`select id from (select id, c from t) q where q.c <> 'x'`,
	`select a, b from u group by a`,
	`select a, max(b), id from u group by a`,
	`select id, a, b from u group by id`,
	`select count(*), a from u`,
	`select distinct a from u order by b`,
	`select a, b from u group by a having b>1`,
	`select u.a, t.s from u join t on t.id=u.id group by u.a`,
	`select u.id, t.s from u join t on t.id=u.id group by u.id`,
	`select a+1 x from u group by a+1`,
	`select a+1 x from u group by a`,
	`select min(b) m from u group by a order by b`,
	`select (s LIKE 'x%') IN (0,1) x from t`,
	`select (s LIKE 'x%') = 1 x from t`,
	`select (s REGEXP 'x') IN (0,1) x from t`,
	`select (a BETWEEN 1 AND 2) IN (0,1) x from t`,
	`select (a IN (1,2)) IN (0,1) x from t`,
	`select (a IS NULL) IN (0,1) x from t`,
	`select (s LIKE 'x%') BETWEEN 0 AND 1 x from t`,
	`select (s LIKE 'x%') LIKE '1' x from t`,
	`select (s LIKE 'x%') IS NULL x, (a=1) IN (0,1) y, (a<2)=1 z from t`,
	`select (s SOUNDS LIKE 'x') IN (1) x, (not a) in (1) y, (a or 1) in (1) z, (a and 1) in (1) w, !a in` +
		` (1) q from t`,
	`select (s LIKE 'x%' ESCAPE '!') IN (0,1) x from t`,
	`select (s NOT LIKE 'x%') IN (0,1) x from t`,
	`select -(-1) x, -(-a) y, a - -1 z, ~a b, -(a like 'b') c from t`,
	`select (s LIKE 'x%') + 1 x, (a IN (1)) + 1 y, (a between 1 and 2) + 1 z, (s regexp 'x') * 2 w from t`,
	`select case when (s like 'x') then 1 end x, (select 1) in (1) y, (a,id) = (1,2) z from t`,
	`select (s LIKE 'x%') > 0 x, 1 = (s LIKE 'x'), 0 < (a IN (1,2)) y from t`,
	`select a from u lock in share mode`,
	`select a from u for update`,
	`select a from u for update skip locked`,
	`select a from u lock in share mode skip locked`,
	`select a, count(*) from u group by a with rollup`,
	`select seq from seq_1_to_10_step_2`,
	`select t.a from t join seq_0_to_5 q on q.seq=t.a`,
	`select seq from information_schema.tables, seq_1_to_2`,
	`select table_name, temporary from information_schema.tables`,
	`select id, time_ms from information_schema.processlist`,
	`select * from information_schema.client_statistics`,
	`select name from information_schema.innodb_sys_tables`,
	`select user, host from mysql.user`,
	`select * from mysql.proc`,
	`select * from mysql.global_priv`,
	`select trx_id from information_schema.innodb_trx`,
	`select table_name from information_schema.tables where table_schema=database()`,
	`select p.id, p.progress from information_schema.processlist p`,
	`select max_index_length, check_time from information_schema.tables`,
	`select straight_join t1.a from t t1 join u t2 using (id)`,
	`select straight_join t.a from t straight_join u on t.id=u.id`,
	`select straight_join t.a, (select straight_join u.a from u limit 1) x from t`,
	`select a from u limit 2 offset 1`,
	`(select a from u limit 1) union (select b from u limit 2) limit 3`,
	`select a from u union all select b from u order by 1 limit 1`,
	`select * from (select a, row_number() over (partition by b order by a) rn from u) q where rn=1`,
	`with c as (select a from u) select * from c`,
	`select group_concat(distinct s order by s desc separator ';') g from t`,
	`select json_value(j,'$.a') a, json_query(j,'$.b') b from t`,
	`select json_arrayagg(a) a from t`,
	`select json_extract(j,'$.a') = '1' a, json_exists(j,'$.a') b from t`,
	`select s collate latin1_swedish_nopad_ci c from t`,
	`select _utf8mb4'x' collate utf8mb4_unicode_ci c`,
	`select user(), current_user(), database(), version(), connection_id(), schema(), session_user()`,
	`select a DIV 2 x, a MOD 2 y, a % 2 z, a ^ 1 w, a | 1 q, a & 1 r, a << 1 e, a >> 1 f, a <=> 1 g, a` +
		` xor 1 h, !a i, not a k, a || 1 l, a && 1 m from t`,
	`select * from (values (1,2)) v`,
	`select * from json_table('[1]', '$[*]' columns (a int path '$')) j`,
	`select a from u where (a,b) in (select a,b from u) `,
	`select a from u except select b from u`,
	`select a from u intersect select b from u`,
	`(select a from u) intersect all (select b from u)`,
	`select format(a,2), format(a,2,'de_DE') from t`,
	`select to_char(dt,'YYYY-MM') from t`,
	`select column_json(column_create('a',1)) x`,
	`select q.a, q.c from (select a, count(*) c from u group by a) q group by q.a`,
	`select w.x, w.y, count(*) from w group by w.x`,
	`select w.x, w.y, u.b, count(*) from w join u on u.id=w.x group by w.x`,
	`select u.a, t.s, count(*) from u left join t on t.id=u.a group by u.a`,
	`select u.a, (select max(s) from t where t.id=u.a) m from u group by u.a`,
	`select a, count(*) from u group by a order by a desc`,
	`select year(d) y, month(d) m, count(*) from t group by year(d), month(d) order by year(d), month(d)`,
	`select year(d) y, count(*) from t group by y order by y`,
	`select year(d) y, monthname(d), count(*) from t group by year(d)`,
	`select max(a), 1, now() from u`,
	`select id, count(*) from u where id = 5`,
	`select distinct a, b from u order by a`,
	`select distinct a+1 from u order by a+1`,
	`select a, sum(b)/count(*) x from u group by a having sum(b)>1 order by count(*)`,
	`select a, count(*) c from u group by a union select b, id from u`,
	`select a, (case when a > 1 then 'x' else 'y' end) k from u group by a`,
	`select u.id, u.a, count(t.id) from u, t where u.id = t.a group by t.a`,
	`select if(a>1,b,0) x, count(*) from u group by a`,
	`select a, concat(b) from u group by a, b`,
	`select t.id, t.s, u.a, count(*) from t join u on t.a=u.id group by t.id`,
	`select a, b, count(*) from u group by b, a with rollup`,
	`select dt + interval 1 day x, count(*) from t group by dt + interval 1 day`,
	`select date_format(d,'%Y-%m') x, count(*) from t group by date_format(d,'%Y-%m')`,
	`select date_format(d,'%Y') x, count(*) from t group by date_format(d,'%Y-%m')`,
}

// viewsOfMySQL are definitions of views that MySQL accepts.
var viewsOfMySQL = []string{
	`select id, a, b from u group by id`,
	`select (s LIKE 'x%') IN (0,1) x from t`,
	`select (a IN (1,2)) IN (0,1) x, (a between 1 and 2) like 1 y, (s regexp 'x') in (1) z from t`,
	`select a from u lock in share mode`,
	`select a from u for update`,
	`select a from u for update skip locked`,
	`select a from u for share`,
	`select a from u for share skip locked`,
	`select a from u for update of u`,
	`select a from u for update nowait`,
	`select a from u for share of u nowait`,
	`select a, count(*) from u group by a with rollup`,
	`select a, count(*) c from u group by a with rollup order by a`,
	`select a, count(*) c from u group by a with rollup having c > 1 limit 3`,
	`select * from (select a, count(*) c from u group by a with rollup) q order by a`,
	`select a, b, count(*) c from u group by a, b with rollup order by c desc limit 2`,
	`select a, count(*) c from u group by a with rollup union select 1,2 order by 1`,
	`select a, count(*), row_number() over (order by a) from u group by a with rollup`,
	`select a, group_concat(b order by b) from u group by a with rollup`,
	`select a from u group by rollup(a)`,
	`select * from performance_schema.global_status`,
	`select * from performance_schema.events_statements_summary_by_digest`,
	`select * from information_schema.keywords`,
	`select * from information_schema.st_geometry_columns`,
	`select * from information_schema.innodb_trx`,
	`select * from information_schema.processlist`,
	`select * from information_schema.tables`,
	`select table_name, engine, table_rows from information_schema.tables`,
	`select column_name, srs_id from information_schema.columns`,
	`select index_name, is_visible, expression from information_schema.statistics`,
	`select * from sys.schema_table_statistics`,
	`select * from sys.session`,
	`select user, host from mysql.user`,
	`select * from mysql.component`,
	`select * from information_schema.check_constraints`,
	`select variable_name, variable_value from performance_schema.session_variables`,
	`select * from performance_schema.threads`,
	`select trx_id, trx_schedule_weight from information_schema.innodb_trx`,
	`select * from mysql.innodb_table_stats`,
	`select * from information_schema.user_attributes`,
	`select * from performance_schema.data_locks`,
	`select thread_id, name, connection_type from performance_schema.threads`,
	`select straight_join t1.a from t t1 join u t2 using (id)`,
	`select distinct straight_join t.a from t straight_join u on t.id=u.id`,
	`select json_value(j,'$.a' returning unsigned) a from t`,
	`select j->'$.a' a, j->>'$.b' b from t`,
	`select cast(a as json) from t`,
	`select json_arrayagg(a) x, json_objectagg(id,a) y from t`,
	`select bit_and(a), bit_or(a), bit_xor(a), std(a), stddev_samp(a), var_pop(a) from t`,
	`table u`,
	`values row(1,2)`,
	`select * from (table u) q`,
	`with recursive c as (select 1 n union all select n+1 from c where n<3) select * from c`,
	`select a from u order by a limit 1`,
	`(select a from u order by a limit 1) union all (select b from u) limit 2`,
	`select row_number() over w r, rank() over w x, lag(a,1,0) over w y, lead(a) over w z, ntile(2) over` +
		` w q, cume_dist() over w e from u window w as (order by id)`,
	`select sum(a) over (order by id rows 2 preceding) x from u`,
	`select sum(a) over (order by d range between interval 1 day preceding and current row) x from t`,
	`select sum(distinct a) from u`,
	`select match(s) against ('x' in boolean mode) m, match(s) against ('x' in natural language mode` +
		` with query expansion) n from t`,
	`select timestamp'2020-01-01 00:00:00+05:30' x`,
	`select st_astext(g), st_distance(g,g,'metre'), st_x(g), st_srid(g,0) from t`,
	`select st_astext(g) a, st_distance(g,g) b, st_srid(g) from t`,
	`select uuid(), uuid_short(), rand(), sleep(0)`,
	`select inet6_ntoa(inet6_aton('::1')), is_ipv4('1.1.1.1')`,
	`select regexp_replace(s,'a','b'), regexp_substr(s,'a') from t`,
	`select regexp_replace(s,'a','b',1,2), regexp_instr(s,'a',1) from t`,
	`select s collate latin1_swedish_ci, _utf8mb4'x' collate utf8mb4_0900_ai_ci from t`,
	`select _utf8mb4'x' collate utf8mb4_ja_0900_as_cs y`,
	`select convert(s using utf8mb4) collate utf8mb4_0900_bin from t`,
	`select cast(s as char character set utf8mb4) a, cast(a as float) b, cast(a as real) c, cast(dt as` +
		` time(3)) e, cast(dt as year) y from t`,
	`select * from t, lateral (select 1) q`,
	`select q.* from t left join lateral (select t.a) q on true`,
	`select a from u intersect select b from u`,
	`select a from u except all select b from u`,
	`select a from u where (a,b) in (select a,b from u) or row(a,b) = row(1,2)`,
	`select json_schema_valid('{}', '{}') x, json_pretty(j) y, json_overlaps(j,j) z,` +
		` json_merge_patch(j,j) w, json_storage_size(j) v from t`,
	`select a member of ('[1]') from t`,
	`select format_bytes(1), format_pico_time(1)`,
	`select current_role(), roles_graphml()`,
	`select statement_digest('select 1') x`,
	`select bin_to_uuid(uuid_to_bin(uuid())) x, is_uuid('x') y`,
	`select grouping(a) x, any_value(b) y from u group by a with rollup`,
	`select char(65 using utf8mb4) a, hex(s) b, bit_count(a), bit_count(_binary'a'), a & _binary'1' from t`,
	`select _binary'a' | _binary'b' x`,
	`select a from u partition_x`,
	`select exists (select 1 from u) e, not exists (select 2 from u) f`,
	`select a->'$' from (select j a from t) q`,
	"select 1 as `a b`, 2 as `select`, 3 as 'c\"d'",
	`select max(a) from u`,
	`select if(a,1,2), insert(s,1,2,'x'), interval(1,2), a div 2, mod(a,2), a % 2, -a, !a, ~a, a is not` +
		` true, a is unknown from t`,
	`select date_add(d, interval 1 week), d + interval 1 quarter, timestampadd(week,1,d),` +
		` timestampdiff(month,d,d), extract(day_microsecond from dt), weight_string(s as char(3)) from t`,
	`select adddate(d,1), subdate(d, interval 1 day), get_format(date,'ISO'), str_to_date('1','%d'),` +
		` date_format(d,'%Y'), utc_date(), now(6) from t`,
	`select json_value(j,'$.a') b, json_value(j, '$.a' default '1' on empty null on error) c from t`,
	`select count(distinct a, b) x from u`,
	`select group_concat(distinct a order by a desc separator '-') x from u`,
	`select (select group_concat(a) from u) x, (select a from u limit 1) y`,
}

// Each view is reported as a failure exactly if the destination refuses what SHOW CREATE VIEW shows, and with a warning
// about its grouping exactly if the destination creates it and cannot use it.
func TestViewsOfApplicationsOnRealServers(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		_, _, task := checktest.PairOf(t, source.Product, dest.Product)
		from, to := task.Source.Schema, task.Dest.Schema
		tables := []string{
			"CREATE TABLE t (id INT PRIMARY KEY, a INT, d DATE, s VARCHAR(20), j JSON, dt DATETIME, g GEOMETRY, " +
				"b VARBINARY(20), bl BLOB, c VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, " +
				"FULLTEXT KEY (s))",
			"CREATE TABLE u (id INT PRIMARY KEY, a INT, b INT, KEY (a))",
			"CREATE TABLE w (x INT NOT NULL, y INT, z INT, UNIQUE KEY (x))",
			"CREATE FUNCTION plus1(n INT) RETURNS INT DETERMINISTIC RETURN n + 1",
		}
		bodies := viewsOfMySQL
		if source.Product == dbtest.MariaDB {
			bodies = append(viewsOfMariaDB, "SELECT nextval(sq) AS n", "SELECT next_not_cached_value FROM sq",
				"SELECT id FROM ty", "SELECT * FROM v_of_ty")
			tables = append(tables, "CREATE SEQUENCE sq", "CREATE TABLE ty (id INT PRIMARY KEY, u UUID)",
				"CREATE VIEW v_of_ty AS SELECT id FROM ty")
		}
		bodies = append(slices.Clip(bodies), "SELECT plus1(a) AS n FROM u", "SELECT a FROM u")
		source.Exec(t, append([]string{"USE " + from, "SET sql_mode = ''", "ALTER DATABASE CHARACTER SET latin1"},
			tables...)...)
		dest.Exec(t, append([]string{"USE " + to, "ALTER DATABASE CHARACTER SET latin1"}, tables[:3]...)...)
		names := make([]string, len(bodies))
		for i, body := range bodies {
			names[i] = fmt.Sprintf("v%03d", i)
			source.Exec(t, "USE "+from, "SET sql_mode = ''", "CREATE VIEW "+names[i]+" AS "+body)
		}
		refused, ungrouped := failedViews(t, task)
		db := dest.DB(t)
		for i, name := range names {
			err := checktest.Recreate(t, task, "VIEW", name)
			if (err != nil) != refused[name] {
				t.Errorf("reported: %t; %s returns %v for\n%s", refused[name], dest.Version, err, bodies[i])
			}
			if err != nil {
				continue
			}
			var number int
			query := "SELECT COUNT(*) FROM (SELECT * FROM " + to + "." + name + ") q"
			err = db.QueryRowContext(t.Context(), query).Scan(&number)
			incomplete := err != nil && (strings.Contains(err.Error(), "Error 1055") ||
				strings.Contains(err.Error(), "Error 1140") || strings.Contains(err.Error(), "Error 3065"))
			if incomplete != ungrouped[name] {
				t.Errorf("reported: %t; the view returns %v for\n%s", ungrouped[name], err, bodies[i])
			}
		}
	})
}

// failedViews runs all checks of a task, and returns the views with a failure, and those with a warning about their
// grouping.
func failedViews(t *testing.T, task checktest.Real) (failed, ungrouped map[string]bool) {
	t.Helper()
	e, err := engine.New(engine.WithOnly("RDB_VIEW", "RDB_COLUMN_TYPE", "RDB_OBJECT_TYPE"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := e.Run(t.Context(), task.Task(checks.Schema))
	if err != nil {
		t.Fatal(err)
	}
	failed, ungrouped = map[string]bool{}, map[string]bool{}
	for _, res := range r.Results {
		if res.Item.Check.Type != "RDB_VIEW" {
			continue
		}
		if res.Outcome != engine.Failed {
			t.Fatalf("%s: %s", res.Outcome, res.Message(5))
		}
		for _, f := range res.Findings {
			failed[f.Object.Table] = failed[f.Object.Table] || f.Level == checks.Fail
			ungrouped[f.Object.Table] = ungrouped[f.Object.Table] || f.Rule == "not_grouped"
		}
	}
	return failed, ungrouped
}
