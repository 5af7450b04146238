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
	var want, kept, defaults []string
	for _, tc := range []struct{ name, condition, rule, fixed string }{
		{"arithmetic", "d >= 2020-1-1", "constant_refused", "d >= '2020-01-01'"},
		{"empty", "d <> ''", "constant_refused", "d IS NOT NULL"},
		{"zero", "d <> '0000-00-00'", "constant_refused", "d <> 0"},
		{"hours", "tm < '900:00:00'", "constant_refused", "tm < '838:00:00'"},
		{"listed", "dt IN ('2020-01-01','x')", "constant_refused", "dt IN ('2020-01-01')"},
		{"hexadecimal", "d IN (x'41')", "constant_refused", "d IS NULL"},
		{"bytes", "hex(v) <> 'FF'", "mixed_collations", "hex(v) <> 'FF'" + collate},
		{"part", "left(d,4) = '2020'", "mixed_collations", "left(d,4) = '2020'" + collate},
		{"several", "bin(i) IN ('1','10')", "mixed_collations", "bin(i) IN ('1'" + collate + ",'10')"},
		{"made", "v <> char(0)", "mixed_with_column", "v <> CONVERT(char(0) USING utf8mb4)" + collate},
		{"cast", "v = CAST(i AS CHAR)", "mixed_with_column", "v = CAST(i AS CHAR)" + collate},
		{"likened", "lower(v) NOT LIKE concat('%',char(10),'%')", "mixed_with_column",
			"lower(v) NOT LIKE CONVERT(concat('%',char(10),'%') USING utf8mb4)" + collate},
		{"within", "v IN ('a',char(1))", "mixed_with_column",
			"v IN ('a',CONVERT(char(1) USING utf8mb4)" + collate + ")"},
		{"between_them", "v BETWEEN char(1) AND 'x'", "mixed_with_column",
			"v BETWEEN CONVERT(char(1) USING utf8mb4)" + collate + " AND 'x'"},
		{"switched", "CASE v WHEN char(1) THEN 1 ELSE 0 END = 1", "mixed_with_column",
			"CASE v WHEN CONVERT(char(1) USING utf8mb4)" + collate + " THEN 1 ELSE 0 END = 1"},
		{"argument", "strcmp(char(1),v) = 0", "mixed_with_column",
			"strcmp(CONVERT(char(1) USING utf8mb4)" + collate + ",v) = 0"},
		{"expression", "date(dt) <> ''", "constant_refused", "date(dt) IS NOT NULL"},
		{"later", "d + INTERVAL 1 DAY = 'x'", "constant_refused", "d + INTERVAL 1 DAY = '2020-01-01'"},
		{"folded", "d > upper('x')", "constant_refused", "d > upper('2020-01-01')"},
		{"halves", "dt >= '10:00'", "constant_refused", "dt >= '2010-01-01'"},
		{"shifted", "i + INTERVAL 1 DAY > '2020-01-01'", "mixed_collations",
			"i + INTERVAL 1 DAY > '2020-01-01'" + collate},
		{"matched", "bytes REGEXP 'a'", "byte_pattern", "CONVERT(bytes USING latin1) REGEXP 'a'"},
		{"replaced", "length(regexp_replace(bytes,'a','b')) > 1", "byte_pattern",
			"length(regexp_replace(CONVERT(bytes USING latin1),'a','b')) > 1"},
		{"joined", "coalesce(v,char(1)) = 'a' AND b8 <> char(0) AND bytes <> char(0)", "", ""},
		{"number", "d >= 20200101 AND d <> x'323032302d30312d3031'", "", ""},
		{"text", "upper(v) <> 'A' AND concat(d,'') <> 'x' AND i <> 'x'", "", ""},
		{"no_pattern", "bytes REGEXP x'41' AND v REGEXP 'a' AND i REGEXP 'a'", "", ""},
		{"dated", "date(dt) > 5 AND date(dt) BETWEEN 'x' AND 'y' AND time(dt) <> 'x'", "", ""},
		{"year_of", "year(d) >= 2020 AND tm >= '10:00' AND dt <> 0", "", ""},
	} {
		create := "CREATE TABLE " + tc.name + " (d DATE, dt DATETIME, tm TIME, i INT, v VARCHAR(20), " +
			"b8 VARCHAR(9) COLLATE utf8mb4_bin, bytes VARBINARY(9), CONSTRAINT " +
			tc.name + " CHECK (%)) CHARACTER SET utf8mb4" + collate
		generated := strings.Replace(create, tc.name, tc.name+"_g", 1)
		generated = strings.Replace(generated, "CONSTRAINT "+tc.name+" CHECK", "g INT AS", 1)
		preset := strings.Replace(create, tc.name, tc.name+"_d", 1)
		preset = strings.Replace(preset, "CONSTRAINT "+tc.name+" CHECK (%)", "g INT DEFAULT ((%))", 1)
		maria.Exec(t, "USE "+task.Source.Schema, strings.Replace(create, "%", tc.condition, 1),
			strings.Replace(generated, "%", tc.condition, 1), strings.Replace(preset, "%", tc.condition, 1))
		for _, table := range []string{tc.name, tc.name + "_g", tc.name + "_d"} {
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
		defaults = append(defaults, tc.rule+" "+tc.name+"_d.g")
		fixed := task
		fixed.Source.Schema = maria.Database(t)
		maria.Exec(t, "USE "+fixed.Source.Schema, strings.Replace(create, "%", tc.fixed, 1),
			strings.Replace(generated, "%", tc.fixed, 1), strings.Replace(preset, "%", tc.fixed, 1))
		checktest.WantRecreated(t, fixed, tc.name, tc.name+"_g", tc.name+"_d")
		checktest.WantFound(t, fixed, expression.CheckConstraint)
		checktest.WantFound(t, fixed, expression.GeneratedColumn)
		checktest.WantFound(t, fixed, expression.ColumnDefault)
	}
	checktest.WantFound(t, task, expression.CheckConstraint, checktest.Sorted(want)...)
	checktest.WantFound(t, task, expression.GeneratedColumn, checktest.Sorted(kept)...)
	checktest.WantFound(t, task, expression.ColumnDefault, checktest.Sorted(defaults)...)
}

// MariaDB refuses a table of MySQL exactly if bytes that are not a text are compared with one of its columns. In bytes,
// it accepts the comparison.
func TestBytesThatAreNoTextOnRealServers(t *testing.T) {
	t.Parallel()
	my, _, task := checktest.PairOf(t, dbtest.MySQL, dbtest.MariaDB)
	task.Phases = checks.Schema
	var want, kept, defaults []string
	for name, tc := range map[string]struct{ condition, fixed string }{
		"equal":    {"v <> x'ff'", "CAST(v AS BINARY) <> x'ff'"},
		"first":    {"x'e4b8' = lower(m)", "x'e4b8' = CAST(m AS BINARY)"},
		"four":     {"m <> 0xf09f9880", "CAST(m AS BINARY) <> 0xf09f9880"},
		"ranged":   {"v BETWEEN 0x00 AND 0xff", "CAST(v AS BINARY) BETWEEN 0x00 AND 0xff"},
		"located":  {"INSTR(v, 0xff) = 0", "INSTR(CAST(v AS BINARY), 0xff) = 0"},
		"replaced": {"REPLACE(v, 0xff, '') = 'a'", "REPLACE(CAST(v AS BINARY), 0xff, '') = 'a'"},
		"switched": {"CASE v WHEN 0xff THEN 1 ELSE 0 END = 1",
			"CASE CAST(v AS BINARY) WHEN 0xff THEN 1 ELSE 0 END = 1"},
		"text":   {"v <> 0xe4b8ad AND l <> 0xff AND m <> 0xeda080", ""},
		"number": {"i <> 0xff AND HEX(i) <> 0xff AND bytes <> 0xff AND LENGTH(0xff) = 1", ""},
	} {
		const columns = "(v VARCHAR(20), m VARCHAR(9) CHARACTER SET utf8mb3, l VARCHAR(9) CHARACTER SET latin1, " +
			"i INT, bytes VARBINARY(9), "
		const collate = ") CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
		create := func(condition string) []string {
			return []string{
				"CREATE TABLE " + name + " " + columns + "CONSTRAINT " + name + " CHECK (" + condition + ")" + collate,
				"CREATE TABLE " + name + "_g " + columns + "g INT AS (" + condition + ")" + collate,
				"CREATE TABLE " + name + "_d " + columns + "g INT DEFAULT (" + condition + ")" + collate}
		}
		my.Exec(t, append([]string{"USE " + task.Source.Schema}, create(tc.condition)...)...)
		for _, table := range []string{name, name + "_g", name + "_d"} {
			err := checktest.Recreate(t, task, "TABLE", table)
			if refused := err != nil && strings.Contains(err.Error(), "1300"); refused != (tc.fixed != "") {
				t.Errorf("MariaDB refuses %s: %t, %v", table, refused, err)
			}
		}
		if tc.fixed == "" {
			continue
		}
		want, kept = append(want, "bad_bytes "+name+"."+name), append(kept, "bad_bytes "+name+"_g.g")
		defaults = append(defaults, "bad_bytes "+name+"_d.g")
		fixed := task
		fixed.Source.Schema = my.Database(t)
		my.Exec(t, append([]string{"USE " + fixed.Source.Schema}, create(tc.fixed)...)...)
		checktest.WantRecreated(t, fixed, name, name+"_g", name+"_d")
		checktest.WantFound(t, fixed, expression.CheckConstraint)
	}
	checktest.WantFound(t, task, expression.CheckConstraint, checktest.Sorted(want)...)
	checktest.WantFound(t, task, expression.GeneratedColumn, checktest.Sorted(kept)...)
	checktest.WantFound(t, task, expression.ColumnDefault, checktest.Sorted(defaults)...)
}
