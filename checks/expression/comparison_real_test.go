package expression_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/expression"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// MySQL refuses a table exactly if one of its comparisons is reported. With a date, or with COLLATE, it accepts it.
func TestComparisonsOnRealServers(t *testing.T) {
	t.Parallel()
	const collate = " COLLATE utf8mb4_general_ci"
	maria, _, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	task.Phases = checks.Schema
	var want, kept []string
	for _, tc := range []struct{ name, condition, rule, fixed string }{
		{"arithmetic", "d >= 2020-1-1", "constant_refused", "d >= '2020-01-01'"},
		{"empty", "d <> ''", "constant_refused", "d IS NOT NULL"},
		{"zero", "d <> '0000-00-00'", "constant_refused", "d <> 0"},
		{"hours", "tm < '900:00:00'", "constant_refused", "tm < '838:00:00'"},
		{"listed", "dt IN ('2020-01-01','x')", "constant_refused", "dt IN ('2020-01-01')"},
		{"bytes", "hex(v) <> 'FF'", "mixed_collations", "hex(v) <> 'FF'" + collate},
		{"part", "left(d,4) = '2020'", "mixed_collations", "left(d,4) = '2020'" + collate},
		{"several", "bin(i) IN ('1','10')", "mixed_collations", "bin(i) IN ('1'" + collate + ",'10')"},
		{"number", "d >= 20200101", "", ""},
		{"text", "upper(v) <> 'A' AND concat(d,'') <> 'x' AND i <> 'x'", "", ""},
		{"year_of", "year(d) >= 2020 AND tm >= '10:00' AND dt <> 0", "", ""},
	} {
		create := "CREATE TABLE " + tc.name + " (d DATE, dt DATETIME, tm TIME, i INT, v VARCHAR(20), CONSTRAINT " +
			tc.name + " CHECK (%)) CHARACTER SET utf8mb4" + collate
		generated := strings.Replace(create, tc.name, tc.name+"_g", 1)
		generated = strings.Replace(generated, "CONSTRAINT "+tc.name+" CHECK", "g INT AS", 1)
		maria.Exec(t, "USE "+task.Source.Schema, strings.Replace(create, "%", tc.condition, 1),
			strings.Replace(generated, "%", tc.condition, 1))
		for _, table := range []string{tc.name, tc.name + "_g"} {
			err := checktest.Recreate(t, task, "TABLE", table)
			if refused := err != nil; refused != (tc.rule != "") {
				t.Errorf("MySQL refuses %s: %t, %v", table, refused, err)
			}
		}
		if tc.rule == "" {
			continue
		}
		want = append(want, tc.rule+" "+tc.name+"."+tc.name)
		kept = append(kept, tc.rule+" "+tc.name+"_g.g")
		fixed := task
		fixed.Source.Schema = maria.Database(t)
		maria.Exec(t, "USE "+fixed.Source.Schema, strings.Replace(create, "%", tc.fixed, 1),
			strings.Replace(generated, "%", tc.fixed, 1))
		checktest.WantRecreated(t, fixed, tc.name, tc.name+"_g")
		checktest.WantFound(t, fixed, expression.CheckConstraint)
		checktest.WantFound(t, fixed, expression.GeneratedColumn)
	}
	checktest.WantFound(t, task, expression.CheckConstraint, checktest.Sorted(want)...)
	checktest.WantFound(t, task, expression.GeneratedColumn, checktest.Sorted(kept)...)
}
