package data_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/data"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// found runs the check and returns its findings, as rule, object and actual value.
func found(t *testing.T, task checktest.Real) []string {
	t.Helper()
	got := task.Run(t, data.RowValue)
	if got.Err != nil {
		t.Error(got.Err)
	}
	var lines []string
	for _, f := range got.Findings {
		lines = append(lines, strings.Join([]string{f.Level.String(), f.Rule, f.Object.Table + "." + f.Object.Name,
			f.Actual}, " | "))
	}
	return lines
}

// refused fails the test unless the server refuses the statements with an error of that number.
func refused(t *testing.T, s *dbtest.Server, number string, statements ...string) {
	t.Helper()
	conn, err := s.DB(t).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for _, statement := range statements {
		if _, err = conn.ExecContext(context.Background(), statement); err != nil {
			break
		}
	}
	if err == nil || !strings.Contains(err.Error(), "Error "+number) {
		t.Errorf("%s: %v, want error %s", statements[len(statements)-1], err, number)
	}
}

// Rows that MySQL refuses are found on MariaDB, and none of a healthy neighbour.
func TestRowsThatMySQLRefuses(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	source, dest := from.Database(t), to.Database(t)
	from.Exec(t, "USE "+source, "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
		"CREATE TABLE e (id INT PRIMARY KEY, v ENUM('a', 'b'))",
		"INSERT INTO e VALUES (1, 'a'), (2, 'z'), (3, 'z'), (4, 'z'), (5, 'z'), (6, NULL)",
		"CREATE TABLE n (id INT AUTO_INCREMENT PRIMARY KEY)", "INSERT INTO n VALUES (0), (1)",
		"SET check_constraint_checks = 0",
		"CREATE TABLE c (a INT, b VARCHAR(9) CHARACTER SET latin1, k BINARY(2), "+
			"PRIMARY KEY (b, a, k), CONSTRAINT positive CHECK (a > 0))",
		"INSERT INTO c VALUES (-1, 'x''\\\\', 0x0102), (1, 'y', 0x03)",
		"CREATE TABLE l (v VARCHAR(9), i INT, u CHAR(3) CHARACTER SET utf8mb4, j LONGTEXT, d DATETIME, b BLOB)",
		"INSERT INTO l VALUES ('123456789', 200, '\U0001F600', '{', '2040-01-01', REPEAT('x', 300)), "+
			"('123', -128, 'é', '[]', '2038-01-19', 'x'), (NULL, NULL, NULL, NULL, NULL, NULL)",
		"CREATE TABLE healthy (id INT AUTO_INCREMENT PRIMARY KEY, v ENUM('a'), w INT DEFAULT 1 CHECK (w < 9))",
		"INSERT INTO healthy (id, v) VALUES (1, 'a'), (2, NULL)")
	to.Exec(t, "CREATE TABLE "+dest+".l (v VARCHAR(3), i TINYINT, u CHAR(3) CHARACTER SET utf8mb3, j JSON, "+
		"d TIMESTAMP NULL, b TINYBLOB)")
	refused(t, to, "1265", "CREATE TABLE "+dest+".e (v ENUM('a', 'b'))", "INSERT INTO "+dest+".e VALUES ('')")
	to.Exec(t, "DROP TABLE "+dest+".e")
	for number, values := range map[string]string{"1406": "v) VALUES ('123456789'", "1264": "i) VALUES (200",
		"1366": "u) VALUES ('\U0001F600'", "3140": "j) VALUES ('{'", "1292": "d) VALUES ('2040-01-01'"} {
		refused(t, to, number, "INSERT INTO "+dest+".l ("+values+")")
	}
	refused(t, to, "3819", "CREATE TABLE "+dest+".c (a INT CHECK (a > 0))", "INSERT INTO "+dest+".c VALUES (-1)")
	to.Exec(t, "DROP TABLE "+dest+".c")
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: source},
		Dest: checktest.Endpoint{Server: to, Schema: dest}, Settings: checks.Settings{Deep: true}}
	want := []string{
		`failure | check_violated | c.positive | rows with the primary key 'x\'\\', -1, 0x0102`,
		"failure | enum_error | e.v | rows with the primary key 2, 3, 4",
		"failure | no_timestamp | l.d | rows without a primary key",
		"failure | not_in_charset | l.u | rows without a primary key",
		"failure | not_json | l.j | rows without a primary key",
		"failure | out_of_range | l.i | rows without a primary key",
		"failure | too_long | l.b | rows without a primary key",
		"failure | too_long | l.v | rows without a primary key",
		"warning | zero_number | n.id | rows with the primary key 0",
	}
	if diff := cmp.Diff(want, found(t, task)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	from.Exec(t, "UPDATE "+source+".e SET v = 'a'", "UPDATE "+source+".n SET id = 9 WHERE id = 0",
		"UPDATE "+source+".c SET a = 2", "DELETE FROM "+source+".l WHERE i = 200")
	if diff := cmp.Diff([]string(nil), found(t, task)); diff != "" {
		t.Errorf("after the fix (-want +got):\n%s", diff)
	}
}

// Rows without a parent are found in tables of either product; a foreign key of NULL needs none.
func TestRowsWithoutParent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		source, dest := s.Database(t), s.Database(t)
		tables := "CREATE TABLE p (id INT, v INT, PRIMARY KEY (id, v)); CREATE TABLE c (id INT PRIMARY KEY, v INT, " +
			"p INT, up INT, CONSTRAINT two FOREIGN KEY (p, v) REFERENCES p (id, v), " +
			"CONSTRAINT self FOREIGN KEY (up) REFERENCES c (id))"
		s.Exec(t, "USE "+source+"; "+tables, "SET foreign_key_checks = 0; INSERT INTO "+source+".p VALUES (1, 1); "+
			"INSERT INTO "+source+".c VALUES (1, 1, 1, NULL), (2, NULL, 7, 1), (3, 2, 1, 3), (4, 1, 1, 8)")
		s.Exec(t, "USE "+dest+"; "+tables)
		refused(t, s, "1452", "INSERT INTO "+dest+".p VALUES (1, 1)", "INSERT INTO "+dest+".c VALUES (3, 2, 1, NULL)")
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: source},
			Dest: checktest.Endpoint{Server: s, Schema: dest}, Settings: checks.Settings{Deep: true}}
		want := []string{"warning | no_parent | c.self | rows with the primary key 4",
			"warning | no_parent | c.two | rows with the primary key 3"}
		if diff := cmp.Diff(want, found(t, task)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// A row that is larger than the destination's packets is found, and refused by it.
func TestRowsLargerThanPackets(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Start(t, dbtest.MySQL, "--max-allowed-packet=1048576")
	source, dest := from.Database(t), to.Database(t)
	from.Exec(t, "CREATE TABLE "+source+".t (id INT PRIMARY KEY, a LONGBLOB, b TEXT)",
		"INSERT INTO "+source+".t VALUES (1, REPEAT('x', 1000000), 'y'), (2, REPEAT('x', 1040000), REPEAT('y', 20000))")
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: source},
		Dest: checktest.Endpoint{Server: to, Schema: dest}, Settings: checks.Settings{Deep: true}}
	want := []string{"failure | larger_than_packet | t. | rows with the primary key 2"}
	if diff := cmp.Diff(want, found(t, task)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	refused(t, to, "1153", "CREATE TABLE "+dest+".t (a LONGBLOB)",
		"INSERT INTO "+dest+".t VALUES ('"+strings.Repeat("x", 1060000)+"')")
}

// Of a large table both ends are read, and the budget is kept: what was not read leaves the item unchecked.
func TestBudgetOfRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		source, dest := s.Database(t), s.Database(t)
		s.Exec(t, "USE "+source, "SET sql_mode = ''", "CREATE TABLE a (id INT PRIMARY KEY, v ENUM('a'))",
			"INSERT INTO a SELECT 10 * x.n + y.n, 'a' FROM (SELECT 1 n UNION SELECT 2 UNION SELECT 3) x, "+
				"(SELECT 1 n UNION SELECT 2 UNION SELECT 3) y",
			"UPDATE a SET v = 'z' WHERE id IN (22, 33)",
			"CREATE TABLE b (id INT PRIMARY KEY, v ENUM('a'))", "INSERT INTO b VALUES (1, 'z')")
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: source},
			Dest: checktest.Endpoint{Server: s, Schema: dest}, Settings: checks.Settings{Deep: true,
				DeepBudget: datasource.ReadBudget{TableRows: 3}}}
		got := task.Run(t, data.RowValue)
		if got.Err != nil || len(got.Findings) != 2 || got.Findings[0].Message != "Column "+source+
			".a.v has at least 1 row with the error value of the ENUM, which "+got.Findings[0].Args["dest"].(datasource.
			Server).String()+" refuses." || !strings.HasSuffix(got.Findings[0].Actual, "key 33") {
			t.Errorf("%v, %+v", got.Err, got.Findings)
		}
		task.Settings.DeepBudget = datasource.ReadBudget{Rows: 1}
		s.Exec(t, "ANALYZE TABLE "+source+".a, "+source+".b")
		got = task.Run(t, data.RowValue)
		if got.Err == nil || !strings.Contains(got.Err.Error(), "1 table was not read") {
			t.Errorf("with a budget of 1 row: %v", got.Err)
		}
	})
}

// Rows that a unique key of the destination treats as equal are found, and refused by it.
func TestSameKeyOnTheDestination(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		source, dest := s.Database(t), s.Database(t)
		s.Exec(t, "USE "+source, "CREATE TABLE k (id INT PRIMARY KEY, a VARCHAR(20) CHARACTER SET utf8mb4 COLLATE "+
			"utf8mb4_bin, b INT, UNIQUE u (a, b), UNIQUE p (a(2), b)) ",
			"INSERT INTO k VALUES (1, 'x', 1), (2, 'X', 1), (3, 'X', 2), (4, 'y', NULL), (5, 'Y', NULL), "+
				"(6, 'é', 7), (7, 'E', 7), (8, 'z1', 1)",
			"CREATE TABLE healthy LIKE k", "INSERT INTO healthy VALUES (1, 'x', 1), (2, 'X', 2), (3, NULL, 1), "+
				"(4, NULL, 1)", "CREATE TABLE bare (a INT, b INT)", "INSERT INTO bare VALUES (1, 1), (2, 1), (1, 2)")
		s.Exec(t, "USE "+dest, "CREATE TABLE k (id INT PRIMARY KEY, a VARCHAR(20) CHARACTER SET utf8mb4 COLLATE "+
			"utf8mb4_unicode_ci, b INT, UNIQUE u (a, b))", "CREATE TABLE healthy LIKE k",
			"CREATE TABLE bare (a INT, b INT, UNIQUE a (a))")
		refused(t, s, "1062", "INSERT INTO "+dest+".k SELECT * FROM "+source+".k")
		refused(t, s, "1062", "INSERT INTO "+dest+".bare SELECT * FROM "+source+".bare")
		s.Exec(t, "INSERT INTO "+dest+".healthy SELECT * FROM "+source+".healthy")
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: source},
			Dest: checktest.Endpoint{Server: s, Schema: dest}, Settings: checks.Settings{Deep: true}}
		want := []string{"failure | same_key | bare.a | rows without a primary key",
			"failure | same_key | k.u | rows with the primary key 1, 2, 6"}
		if diff := cmp.Diff(want, found(t, task)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		s.Exec(t, "ALTER TABLE "+dest+".k MODIFY a VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
			"UPDATE "+source+".bare SET a = 3 WHERE b = 2", "DELETE FROM "+dest+".k")
		s.Exec(t, "INSERT INTO "+dest+".k SELECT * FROM "+source+".k")
		if diff := cmp.Diff([]string(nil), found(t, task)); diff != "" {
			t.Errorf("after the fix (-want +got):\n%s", diff)
		}
	})
}

// Rows that differ in trailing spaces are equal under the collation to which the one of MySQL is mapped.
func TestSameKeyUnderTheNearestCollation(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MySQL), dbtest.Get(t, dbtest.MariaDB)
	source, dest := from.Database(t), to.Database(t)
	from.Exec(t, "CREATE TABLE "+source+
		".k (a VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci PRIMARY KEY)",
		"INSERT INTO "+source+".k VALUES ('a'), ('a '), ('b')")
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: source},
		Dest: checktest.Endpoint{Server: to, Schema: dest}, Settings: checks.Settings{Deep: true}}
	got := task.Run(t, data.RowValue)
	if got.Err != nil || len(got.Findings)+len(got.Notes) == 0 {
		t.Fatalf("%+v", got)
	}
	if len(got.Findings) == 0 { // a MariaDB whose nearest collation MySQL does not have
		if !strings.Contains(got.Notes[0], "does not have") {
			t.Errorf("notes %q", got.Notes)
		}
		return
	}
	if f := got.Findings[0]; f.Rule != "same_key" || f.Actual != "rows with the primary key 'a', 'a '" {
		t.Errorf("%+v", f)
	}
	collation := strings.Fields(got.Findings[0].Expected)[4]
	refused(t, to, "1062", "CREATE TABLE "+dest+".k (a VARCHAR(20) CHARACTER SET utf8mb4 COLLATE "+collation+
		" PRIMARY KEY)", "INSERT INTO "+dest+".k VALUES ('a'), ('a '), ('b')")
}

// Geometries that MariaDB stores and MySQL refuses are found.
func TestGeometriesThatMySQLRefuses(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	source, dest := from.Database(t), to.Database(t)
	from.Exec(t, "CREATE TABLE "+source+".g (id INT PRIMARY KEY, g GEOMETRY)")
	to.Exec(t, "CREATE TABLE "+dest+".g (g GEOMETRY)")
	const wkb = "0x00000000"
	const n0, n1 = "0000000000000000", "000000000000F03F" // numbers 0 and 1
	const zero, one, two = n0 + n0, n1 + n0, n1 + n1
	for id, value := range []string{
		wkb + "010200000001000000" + zero,
		wkb + "01030000000100000003000000" + zero + one + zero,
		wkb + "010400000000000000",
		wkb + "010200000000000000",
		wkb + "010500000001000000010200000001000000" + one,
	} {
		from.Exec(t, fmt.Sprintf("INSERT INTO %s.g VALUES (%d, %s)", source, id, value))
		refused(t, to, "1416", "SET SESSION sql_mode = ''", "INSERT INTO "+dest+".g VALUES ("+value+")")
	}
	open := wkb + "01030000000100000004000000" + zero + one + two + one
	from.Exec(t, "INSERT INTO "+source+".g VALUES (99, "+open+")")
	to.Exec(t, "INSERT INTO "+dest+".g VALUES ("+open+")")
	healthy := []string{"POINT(1 2)", "MULTIPOINT(1 2)", "LINESTRING(0 0,0 0)",
		"POLYGON((0 0,1 1,1 0,0 0),(0 0,1 1,1 0,0 0))",
		"MULTIPOLYGON(((0 0,1 1,1 0,0 0)),((5 5,6 6,6 5,5 5)))", "MULTILINESTRING((0 0,1 1),(1 1e-9,2 2))",
		"GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1,0 1),POLYGON((0 0,1 1,1 0,0 0)))", "GEOMETRYCOLLECTION EMPTY"}
	for id, text := range healthy {
		from.Exec(t, fmt.Sprintf("INSERT INTO %s.g VALUES (%d, ST_GeomFromText('%s'))", source, 100+id, text))
		to.Exec(t, "INSERT INTO "+dest+".g VALUES (ST_GeomFromText('"+text+"'))")
	}
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: source},
		Dest: checktest.Endpoint{Server: to, Schema: dest}, Settings: checks.Settings{Deep: true}}
	got := task.Run(t, data.RowValue)
	if got.Err != nil || len(got.Findings) != 1 || got.Findings[0].Rule != "not_geometry" ||
		!strings.Contains(got.Findings[0].Message, "5 rows") ||
		!strings.HasSuffix(got.Findings[0].Actual, "key 0, 1, 2") {
		t.Errorf("%v, %+v", got.Err, got.Findings)
	}
	from.Exec(t, "UPDATE "+source+".g SET g = NULL WHERE id < 100")
	if diff := cmp.Diff([]string(nil), found(t, task)); diff != "" {
		t.Errorf("after the fix (-want +got):\n%s", diff)
	}
}

// A time that the clocks of the destination's time zone jump over is found.
func TestTimesThatDoNotExist(t *testing.T) {
	t.Parallel()
	for _, p := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Start(t, p)
			source, dest := from.Database(t), to.Database(t)
			columns := ".t (id INT PRIMARY KEY, t TIMESTAMP NULL, d DATETIME(3))"
			from.Exec(t, "CREATE TABLE "+source+columns, "SET SESSION time_zone = '+00:00'",
				"INSERT INTO "+source+".t VALUES (1, '2024-03-31 01:59:59', '2024-03-31 02:59:59.999'), "+
					"(2, '2024-03-31 02:00:00', '2024-03-31 03:00:00'), (3, NULL, '1986-05-04 00:30:00')")
			to.Exec(t, "CREATE TABLE "+dest+".t (id INT PRIMARY KEY, t TIMESTAMP NULL, d TIMESTAMP(3) NULL)")
			task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: source},
				Dest: checktest.Endpoint{Server: to, Schema: dest}, Settings: checks.Settings{Deep: true}}
			if diff := cmp.Diff([]string(nil), found(t, task)); diff != "" {
				t.Errorf("without summer time (-want +got):\n%s", diff)
			}
			to.Exec(t, "INSERT INTO mysql.time_zone (Time_zone_id, Use_leap_seconds) VALUES (7, 'N')",
				"INSERT INTO mysql.time_zone_name (Name, Time_zone_id) VALUES ('Test/Summer', 7)",
				"INSERT INTO mysql.time_zone_transition_type (Time_zone_id, Transition_type_id, `Offset`, Is_DST, "+
					"Abbreviation) VALUES (7, 0, 3600, 0, 'A'), (7, 1, 7200, 1, 'B')",
				"INSERT INTO mysql.time_zone_transition (Time_zone_id, Transition_time, Transition_type_id) VALUES "+
					"(7, -1000000000, 0), (7, 515545200, 1), (7, 527644800, 0), (7, 1711846800, 1), (7, 1729990800, 0)",
				"SET GLOBAL time_zone = 'Test/Summer'")
			refused(t, to, "1292", "SET SESSION time_zone = 'Test/Summer'",
				"INSERT INTO "+dest+".t VALUES (1, '2024-03-31 02:00:00', NULL)")
			want := []string{"warning | in_time_gap | t.d | rows with the primary key 1, 3",
				"warning | in_time_gap | t.t | rows with the primary key 2"}
			if diff := cmp.Diff(want, found(t, task)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			to.Exec(t, "ALTER TABLE "+dest+".t MODIFY t DATETIME, MODIFY d DATETIME")
			if diff := cmp.Diff([]string(nil), found(t, task)); diff != "" {
				t.Errorf("after the fix (-want +got):\n%s", diff)
			}
		})
	}
}

// What is shown of keys, and which of them are the same, does not depend on the global settings of the server.
func TestKeysWithGlobalSettings(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, product, "--group-concat-max-len=4", "--max-sort-length=64")
			source, dest := s.Database(t), s.Database(t)
			s.Exec(t, "SET sql_mode = ''",
				"CREATE TABLE "+source+".e (id BIGINT PRIMARY KEY, v ENUM('a'), k VARCHAR(99))",
				"INSERT INTO "+source+".e VALUES (1000000001, 'z', CONCAT(REPEAT('x', 80), 1)), "+
					"(1000000002, 'z', CONCAT(REPEAT('x', 80), 2)), (1000000003, 'a', CONCAT(REPEAT('x', 80), 2))",
				"CREATE TABLE "+dest+".e (id BIGINT PRIMARY KEY, v ENUM('a'), k VARCHAR(99), UNIQUE u (k))")
			task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: source},
				Dest: checktest.Endpoint{Server: s, Schema: dest}, Settings: checks.Settings{Deep: true}}
			want := []string{"failure | enum_error | e.v | rows with the primary key 1000000001, 1000000002",
				"failure | same_key | e.u | rows with the primary key 1000000002, 1000000003"}
			if diff := cmp.Diff(want, found(t, task)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What the task states of the loader's session decides: its sql_mode and whether it checks foreign keys.
func TestLoader(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	source, dest := from.Database(t), to.Database(t)
	from.Exec(t, "USE "+source, "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO', foreign_key_checks = 0",
		"CREATE TABLE p (id INT AUTO_INCREMENT PRIMARY KEY, e ENUM('a'))", "INSERT INTO p VALUES (0, 'z')",
		"CREATE TABLE c (id INT PRIMARY KEY, p INT, CONSTRAINT c_p FOREIGN KEY (p) REFERENCES p (id))",
		"INSERT INTO c VALUES (1, 7)")
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: source},
		Dest: checktest.Endpoint{Server: to, Schema: dest}, Settings: checks.Settings{Deep: true}}
	strict, lax, yes, no := "traditional", "NO_AUTO_VALUE_ON_ZERO", true, false
	enum, zero, orphan := "enum_error | p.e", "zero_number | p.id", "no_parent | c.c_p"
	for name, tc := range map[string]struct {
		loader checks.Loader
		want   []string
	}{
		"not stated": {checks.Loader{}, []string{"failure | " + enum, "warning | " + orphan, "warning | " + zero}},
		"strict and checked": {checks.Loader{SQLMode: &strict, ForeignKeyChecks: &yes},
			[]string{"failure | " + enum, "failure | " + orphan, "warning | " + zero}},
		"neither": {checks.Loader{SQLMode: &lax, ForeignKeyChecks: &no}, nil},
	} {
		task.Settings.Loader = tc.loader
		var got []string
		for _, line := range found(t, task) {
			got = append(got, line[:strings.LastIndex(line, " | ")])
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	to.Exec(t, "CREATE TABLE "+dest+".p (id INT AUTO_INCREMENT PRIMARY KEY, e ENUM('a'))")
	insert := "INSERT INTO " + dest + ".p VALUES (0, '')"
	refused(t, to, "1265", "SET sql_mode = '"+strict+"'", insert)
	to.Exec(t, "SET sql_mode = '"+lax+"'; "+insert)
	if got := checktest.ColumnOf(t, to, "SELECT id FROM "+dest+".p"); len(got) != 1 || got[0] != "0" {
		t.Errorf("the server stores %v, want the number 0", got)
	}
}
