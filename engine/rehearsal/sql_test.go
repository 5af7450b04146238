package rehearsal

import (
	"slices"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

func TestScanKeepsTheText(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{
		"CREATE TABLE `a``b` (`c` int COMMENT 'it''s \\' here') /*!50100 PARTITION BY HASH (`c`) */",
		"-- a comment\nSELECT \"x\" # another\n, 'é' /**/ FROM `表`.t /*M!100301 COMPRESSED*/",
		"'not closed", "", "\xff`",
	} {
		if got := join(scan(sql)); got != sql {
			t.Errorf("got %q, want %q", got, sql)
		}
	}
}

func TestWithoutForeignKeys(t *testing.T) {
	t.Parallel()
	const first, last = "  CONSTRAINT `f``1` FOREIGN KEY (`a`) REFERENCES `p` (`id`) ON DELETE CASCADE",
		"  CONSTRAINT `f2` FOREIGN KEY (`b`) REFERENCES `s`.`p` (`id`)"
	for _, test := range []struct {
		name, sql, want string
		keys            []string
	}{
		{"none", "CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB",
			"CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB", nil},
		{"all at the end", "CREATE TABLE `t` (\n  `a` int,\n" + first + ",\n" + last + "\n) ENGINE=InnoDB",
			"CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB", []string{first[2:], last[2:]}},
		{"before a CHECK", "CREATE TABLE `t` (\n  `a` int,\n" + first + ",\n  CONSTRAINT `c` CHECK (`a` > 0)\n)",
			"CREATE TABLE `t` (\n  `a` int,\n  CONSTRAINT `c` CHECK (`a` > 0)\n)", []string{first[2:]}},
	} {
		got, keys := withoutForeignKeys(test.sql)
		if got != test.want || !slices.Equal(keys, test.keys) {
			t.Errorf("%s: got %q, %q", test.name, got, keys)
		}
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ kind, sql, want string }{
		{"TABLE", "CREATE TABLE `a` (\n  `a` int\n)", "CREATE TABLE `n` (\n  `a` int\n)"},
		{"VIEW", "CREATE ALGORITHM=MERGE DEFINER=`u`@`%` SQL SECURITY DEFINER VIEW `s`.`a` AS select 1",
			"CREATE ALGORITHM=MERGE DEFINER=`u`@`%` SQL SECURITY DEFINER VIEW `n` AS select 1"},
		{"TRIGGER", "CREATE TRIGGER IF NOT EXISTS a BEFORE INSERT ON t FOR EACH ROW SET @a = 1",
			"CREATE TRIGGER IF NOT EXISTS `n` BEFORE INSERT ON t FOR EACH ROW SET @a = 1"},
		{"PACKAGE BODY", "CREATE DEFINER=`u`@`%` PACKAGE BODY `a` AS END",
			"CREATE DEFINER=`u`@`%` PACKAGE BODY `n` AS END"},
	} {
		if got := named(test.sql, test.kind, "n"); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestWithSchemas(t *testing.T) {
	t.Parallel()
	renamed := map[string]string{"shop": "scratch_shop", "same": "same"}
	for sql, want := range map[string]string{
		"select `shop`.`a`.`b` from `shop` . `a` join same.c": "select `scratch_shop`.`a`.`b` from " +
			"`scratch_shop` . `a` join same.c",
		"SELECT 'shop.a', x.shop.y, shop FROM shop.f(1) /* shop.a */": "SELECT 'shop.a', x.shop.y, shop FROM " +
			"`scratch_shop`.f(1) /* shop.a */",
	} {
		if got := withSchemas(sql, renamed); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestParentOf(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]datasource.TableName{
		"FOREIGN KEY (`a`) REFERENCES `p` (`id`)":        {Schema: "s", Name: "p"},
		"FOREIGN KEY (`a`) REFERENCES `o` . `p` (`id`)":  {Schema: "o", Name: "p"},
		"CONSTRAINT `REFERENCES` FOREIGN KEY (`a`)":      {},
		"FOREIGN KEY (`references`) REFERENCES p (`id`)": {Schema: "s", Name: "p"},
	} {
		if got := parentOf(key, "s"); got != want {
			t.Errorf("%s: got %v", key, got)
		}
	}
}

func TestDisabled(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		"CREATE EVENT `enable` ON SCHEDULE EVERY 1 DAY ON COMPLETION PRESERVE ENABLE DO SET @enable = ENABLE": "" +
			"CREATE EVENT `enable` ON SCHEDULE EVERY 1 DAY ON COMPLETION PRESERVE DISABLE DO SET @enable = ENABLE",
		"CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE ON SLAVE DO SET @a = ENABLE": "CREATE EVENT e ON " +
			"SCHEDULE EVERY 1 DAY DISABLE ON SLAVE DO SET @a = ENABLE",
	} {
		if got := disabled(sql); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestBugReportNamesNothing(t *testing.T) {
	t.Parallel()
	o := &Object{Kind: "TABLE", Source: datasource.TableName{Schema: "acme", Name: "salary"},
		Dest: datasource.TableName{Schema: "acme", Name: "salary"}, definition: &definition{
			sql: "CREATE TABLE `salary` (\n  `name` varchar(9) DEFAULT 'Smith',\n  `date` date DEFAULT '2024-01-01' " +
				"COMMENT 'of Mr Smith', -- secret\n  CONSTRAINT `f` FOREIGN KEY (`name`) REFERENCES `acme`.`staff` " +
				"(`name`)\n)"}}
	m := newMask(o)
	want := "CREATE TABLE `n2` (\n  `n3` varchar(9) DEFAULT 't1xxx',\n  `n4` date DEFAULT '2024-01-01' COMMENT " +
		"'t2xxxxxxxxx',  \n  CONSTRAINT `n5` FOREIGN KEY (`n3`) REFERENCES `n1`.`n6` (`n3`)\n)"
	if got := m.sql(o.definition.sql); got != want {
		t.Errorf("got %s", got)
	}
	const text = "Column 'acme.salary.name' date, key \"f\", value 'Smith'"
	const masked = "Column 'n1.n2.n3' date, key \"n5\", value 't1xxx'"
	if got := m.words(text); got != masked {
		t.Errorf("got %s", got)
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	const dump = `-- a dump; of 'nothing
/*M!999999\- enable the sandbox mode */
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE t (a INT COMMENT 'a;b'); INSERT INTO t VALUES (1);
DELIMITER $$
CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW
BEGIN SET NEW.a = 1; END$$
DELIMITER ;
-- the end;
SELECT 1`
	want := []statement{{"/*M!999999\\- enable the sandbox mode */\n/*!40101 SET NAMES utf8mb4 */", 2},
		{"CREATE TABLE t (a INT COMMENT 'a;b')", 4}, {"INSERT INTO t VALUES (1)", 4},
		{"CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW\nBEGIN SET NEW.a = 1; END", 6}, {"-- the end;\nSELECT 1", 9}}
	got := split(dump, ";")
	got[0].sql = got[0].sql[len("-- a dump; of 'nothing\n"):]
	got[0].line++
	if !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
	if got := split(" ;; -- nothing\n", ";"); len(got) > 0 {
		t.Errorf("got %+v", got)
	}
}

func TestErrorsWithoutValues(t *testing.T) {
	t.Parallel()
	table := &sampled{names: map[string]bool{"s": true, "t": true, "name": true, "primary": true}}
	for text, want := range map[string]string{
		"Duplicate entry 'O'Brien' for key 't.PRIMARY'": "Duplicate entry '…' for key 't.PRIMARY'",
		"Incorrect string value: '\\xF0' for column `s`.`t`.`name` at row 1": "Incorrect string value: '…' for " +
			"column `s`.`t`.`name` at row 1",
		"Duplicate entry 'for key 'x'' for key 'other'": "Duplicate entry '…' for key '…'",
		"Column 'name' cannot be null":                  "Column 'name' cannot be null",
		"Data too long for column 'name' at row 1":      "Data too long for column 'name' at row 1",
		"Check constraint 'c' is violated.":             "Check constraint '…'",
	} {
		if got := table.withoutValues(text); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestRewrite(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ kind, sql, want string }{
		{"VIEW", "CREATE ALGORITHM=UNDEFINED DEFINER=`a b`@`%` SQL SECURITY DEFINER VIEW `v` AS select 1",
			"CREATE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v` AS select 1"},
		{"TRIGGER", "CREATE DEFINER = root@localhost trigger t before insert on u for each row set @definer = 1",
			"CREATE trigger t before insert on u for each row set @definer = 1"},
		{"PROCEDURE", "CREATE PROCEDURE p() SQL SECURITY DEFINER SELECT 1",
			"CREATE PROCEDURE p() SQL SECURITY DEFINER SELECT 1"},
		{"TABLE", "CREATE TABLE `t` (\n  `a` int COMMENT 'WITH SYSTEM VERSIONING'\n) ENGINE=InnoDB " +
			"WITH SYSTEM VERSIONING",
			"CREATE TABLE `t` (\n  `a` int COMMENT 'WITH SYSTEM VERSIONING'\n) ENGINE=InnoDB "},
	} {
		if got := rewrite(tc.sql, tc.kind); got != tc.want {
			t.Errorf("got %s\nwant %s", got, tc.want)
		}
	}
}
