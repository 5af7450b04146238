package expression_test

import (
	"fmt"
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
			refused[f.Object.Table] = f.Level == checks.Fail
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
			Dest: checktest.Endpoint{Server: s, Schema: to}}
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
