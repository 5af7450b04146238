package rehearsal_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/mysql"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/rehearsal"
)

// The source can be a folder of mydumper, which writes bodies without a DELIMITER.
func TestDumpOfMydumper(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"shop-schema-create.sql": "CREATE DATABASE `shop`;\n", "crm-schema-create.sql": "CREATE DATABASE `crm`;\n",
		"shop.v-schema.sql": "CREATE TABLE `v` (`two` INT);\n",
		"shop.v-schema-view.sql": "DROP TABLE IF EXISTS `v`;\nDROP VIEW IF EXISTS `v`;\n" +
			"CREATE VIEW `v` AS SELECT twice(1) AS `two`;\n",
		"shop.t-schema.sql": "SET FOREIGN_KEY_CHECKS=0;\nCREATE TABLE `t` (`a;b` INT PRIMARY KEY);\n",
		"shop.t.sql":        "INSERT INTO `t` VALUES (1),\n(2);\n",
		"shop.t-schema-triggers.sql": "CREATE TRIGGER n BEFORE INSERT ON t FOR EACH ROW BEGIN " +
			"SIGNAL SQLSTATE '45000'; END;\n",
		"shop-schema-post.sql": "CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC NO SQL\nBEGIN\n" +
			"SET n = 2 * n; \nRETURN n; END;\n",
		"crm.t-schema.sql": "CREATE TABLE `t` (`c` INT);\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dbtest.Get(t, dbtest.MariaDB)
	end := engine.Endpoint{Endpoint: datasource.Endpoint{Type: datasource.MariaDB}, Dump: folder}
	task, stop, err := rehearsal.LoadDump(t.Context(), engine.Task{Name: "t", Phases: checks.Schema, Source: end},
		dbtest.Images(dbtest.MariaDB))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stop() }()
	db, err := mysql.Connect(task.Source.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var got []int
	for _, query := range []string{"SELECT two FROM shop.v", "SELECT COUNT(*) FROM shop.t",
		"SELECT COUNT(*) FROM crm.t",
		"SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE trigger_schema = 'shop'"} {
		var n int
		if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
			t.Errorf("%s: %v", query, err)
		}
		got = append(got, n)
	}
	if want := []int{2, 2, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
