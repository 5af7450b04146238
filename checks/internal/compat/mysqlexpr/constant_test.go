package mysqlexpr

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

// comparedColumns are the columns of the expressions below.
func comparedColumns() []datasource.Column {
	var columns []datasource.Column
	for _, text := range strings.Fields("d=date dt=datetime ts=timestamp tm=time i=int v=varchar l=longtext f=float") {
		name, dataType, _ := strings.Cut(text, "=")
		columns = append(columns, datasource.Column{Name: name,
			ColumnType: &datasource.ColumnType{DataType: dataType, ColumnType: dataType}})
	}
	return columns
}

// Each expression was tried in a CHECK of MySQL 9.7.
func TestBadConstants(t *testing.T) {
	t.Parallel()
	const zero = "NO_ZERO_DATE,NO_ZERO_IN_DATE"
	for _, test := range []struct{ text, modes, want string }{
		{"`d` >= 2020 - 1 - 1", "", "d: 2020 - 1 - 1"},
		{"2020 - 1 - 1 <= `d`", "", "d: 2020 - 1 - 1"},
		{"`d` >= 20200101 and `d` <> 0 or `d` > 991231", "", ""},
		{"`d` > 1 or `d` > 99 or `d` > 101", "", "d: 1, d: 99"},
		{"`d` > -5 and `d` > 5 * 1", "", "d: -5, d: 5 * 1"},
		{"`d` > 2020.5 and `d` > 20200101.0 and `d` > 1e7", "", "d: 2020.5, d: 1e7"},
		{"`d` > 20201301 and `d` > 20200100", zero, "d: 20201301, d: 20200100"},
		{"`d` > 20200101250000 and `dt` > 20200101101010", "", "d: 20200101250000"},
		{"`d` <> '' and `dt` = 'x' and `d` > '5'", "", "d: '', dt: 'x', d: '5'"},
		{"`d` > '2020' and `d` > '2020-1' and `d` > '10000-01-01'", "", "d: '2020', d: '2020-1', d: '10000-01-01'"},
		{"`d` > '2020-1-1' and `d` > '20200101' and `d` > '2020/01/01' and `d` > '20-01-01'", "", ""},
		{"`d` > '2020-01-01x' and `d` > '2020-01-01 x' and `d` > '2020-01-01 '", "",
			"d: '2020-01-01x', d: '2020-01-01 x'"},
		{"`d` > '2020-01-01+00:00' and `dt` > '2020-01-01T10:00:00' and `dt` > '2020-01-01 10'", "", ""},
		{"`d` <> '0000-00-00' and `d` <> '2020-00-00'", "", ""},
		{"`d` <> '0000-00-00' and `d` <> '2020-00-00'", zero, "d: '0000-00-00', d: '2020-00-00'"},
		{"`d` < '2020-02-30' and `d` < '2020-13-01'", "", "d: '2020-02-30', d: '2020-13-01'"},
		{"`d` < '2020-02-30' and `d` < '2020-13-01'", "ALLOW_INVALID_DATES", "d: '2020-13-01'"},
		{"`dt` > '2020-01-01 25:00:00' and `dt` > '2020-01-01 10:60'", "",
			"dt: '2020-01-01 25:00:00', dt: '2020-01-01 10:60'"},
		{"`tm` >= 'abc' and `tm` < '900:00:00' and `tm` < '12:60' and `tm` > '2020-01-01'", "",
			"tm: 'abc', tm: '900:00:00', tm: '12:60', tm: '2020-01-01'"},
		{"`tm` > '' and `tm` > '5' and `tm` > '12:00' and `tm` > '1 12:00' and `tm` > 100 and `tm` > -100", "", ""},
		{"`tm` > 61 and `tm` > 8390000", "", "tm: 61, tm: 8390000"},
		{"`d` between 5 and 6", "", "d: 5, d: 6"},
		{"`d` not between 'x' and '2020-01-01'", "", ""},
		{"`tm` between 'x' and '10:00'", "", "tm: 'x'"},
		{"`d` in ('x')", "", "d: 'x'"},
		{"`d` in (5)", "", "d: 5"},
		{"`d` in (5,6) or `d` in ('2020-01-01',5) or `dt` in (`ts`,5)", "", ""},
		{"`dt` in (5,6)", "", "dt: 5, dt: 6"},
		{"`d` not in ('2020-01-01',_utf8mb4'x')", "", "d: 'x'"},
		{"nullif(`d`,'x') is null", "", "d: 'x'"},
		{"case `d` when 'x' then 1 end = 1", "", ""},
		{"`d` + 0 > 5 or year(`d`) > 5 or `d` > `i` + 5 or `d` > 5 + `i`", "", ""},
		{"`dt` >= '10:00' or `d` = '12-31' or `d` = '2020.01'", "", "dt: '10:00', d: '12-31', d: '2020.01'"},
		{"nullif('x',`d`) or nullif(`v`,`d`)", "", "d: 'x'"},
		{"`d` between '2020-02-29' and 0.5 or `tm` between 5 and '900:00:00'", "", "d: 0.5, tm: '900:00:00'"},
		{"`tm` between 999900 and '10:00' or `d` between 'x' and 'y'", "", "tm: 999900"},
		{"date(`dt`) <> '' or date(`dt`) = 5 or `v` = date(`v`)", "", "DATE(): ''"},
		{"'x' = last_day(`d`) or date(`dt`) in ('x') or nullif(date(`dt`),'y')", "",
			"LAST_DAY(): 'x', DATE(): 'x', DATE(): 'y'"},
		{"`d` + interval 1 day <> '' or `dt` - interval `i` month = 'x'", "", "d: '', dt: 'x'"},
		{"cast(`v` as datetime) = '' or timestamp(`d`,`tm`) = '2020-01-01'", "", "CAST(): ''"},
		{"if(`i`,`d`,NULL) = 'x' or ifnull(`d`,'2020-01-01') = 'x'", "", "IF(): 'x'"},
		{"DATE'2020-01-01' = 'x' or TIME'10:00:00' = 'x' or time(`dt`) = 'x'", "", "date: 'x'"},
		{"date(`dt`) between 'x' and 'y' or date(`dt`) = '0000-00-00' or extract(year from `d`) = 'x'", "", ""},
		{"date(`dt`) = '0000-00-00'", zero, "DATE(): '0000-00-00'"},
		{"`d` > concat('a','b') or `d` > upper('x') or `tm` > concat('x','y')", "", "d: 'ab', d: 'X', tm: 'xy'"},
		{"`d` > ifnull(5,6) or `d` = abs(-7) or greatest(5,6) < `d`", "", "d: 5, d: 7, d: 6"},
		{"`d` > concat('2020','-01-01') or `d` > trim('2020-01-01 ') or `d` > greatest(`i`,5)", "", ""},
		{"coalesce(`d`,'x') = 'x' or `d` like 'x%' or `d` is not null", "", ""},
		{"`i` > 'x' or `v` = '' or length(`d`) > 5", "", ""},
		{"if(`d` = 'x',1,0) = 1", "", "d: 'x'"},
		{"`d` > 0x20 or `d` > 10/2 or `d` > 'a\\'b'", "", ""},
	} {
		var got []string
		for _, bad := range BadConstants(test.text, comparedColumns(), strings.Split(test.modes, ",")) {
			got = append(got, bad.Column+": "+bad.Text)
		}
		if joined := strings.Join(got, ", "); joined != test.want {
			t.Errorf("%s with %q: %s, want %s", test.text, test.modes, joined, test.want)
		}
	}
}

// Each expression was tried in a CHECK of MySQL 9.7, in a table with collation utf8mb4_general_ci.
func TestComparedText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"hex(`v`) <> 'a'":                                         "HEX()",
		"'a' = hex(`i`)":                                          "HEX()",
		"hex(`i`) = _utf8mb4'a'":                                  "HEX()",
		"hex(`i`) in ('a','b')":                                   "HEX()",
		"hex(`i`) not in ('a')":                                   "HEX()",
		"hex(`i`) between 'a' and 'b'":                            "HEX()",
		"hex(`i`) not like 'a%'":                                  "HEX()",
		"hex(`i`) regexp '^a'":                                    "HEX()",
		"case date_format(`d`,'%w') when '0' then 1 end":          "DATE_FORMAT()",
		"if(date_format(`d`,'%m') = '01','a','b')":                "DATE_FORMAT()",
		"nullif(hex(`i`),'a')":                                    "HEX()",
		"strcmp(hex(`i`),'a') = 0":                                "HEX()",
		"left(`d`,4) = '2020'":                                    "LEFT()",
		"upper(trim(`i`)) = '5'":                                  "UPPER()",
		"concat(`i`,`d`) = 'a'":                                   "CONCAT()",
		"substr(`d`,1,4) = '2020' and lower(`i`) <> 'a'":          "SUBSTR(), LOWER()",
		"`i` + interval 1 day > '2020-01-01'":                     "INTERVAL",
		"'x' = '2020-01-01' + interval `i` day":                   "INTERVAL",
		"`v` + interval 1 day like 'x'":                           "INTERVAL",
		"`v` + interval 1 day > `v` or `d` + interval 1 day = ''": "",
		"`tm` + interval 1 hour > '10:00:00'":                     "",
		"`i` + interval 1 day > _latin1'2020-01-01'":              "",
		"hex(`i`) = 'a' collate utf8mb4_bin":                      "",
		"hex(`i`) in ('a' collate utf8mb4_general_ci,'b')":        "",
		"hex(`i`) = _latin1'a' or _latin1'a' = hex(`i`)":          "",
		"hex(`i`) = `v` or hex(`i`) = 5 or hex(`i`) in (`v`,'a')": "",
		"hex(`i`) is null or length(hex(`i`)) = 2":                "",
		"concat(hex(`i`),'a') = 'a' or concat(`i`,'') = 'a'":      "",
		"upper(`v`) = 'a' or left(`v`,2) = 'b' or `i` = 'a'":      "",
		"cast(`d` as char) = 'a' or coalesce(`d`,'x') = 'x'":      "",
		"replace(hex(`i`),'a','b') is null":                       "",
		"hex(":                                                    "",
	} {
		if got := strings.Join(ComparedText(text, comparedColumns()), ", "); got != want {
			t.Errorf("%s compares %s with a string, want %s", text, got, want)
		}
	}
	for collation, want := range map[string]bool{"utf8mb4_general_ci": true, "utf8mb4_0900_as_cs": true,
		"utf8mb4_0900_ai_ci": false, "utf8mb4_bin": false, "utf8mb4_0900_bin": false, "latin1_swedish_ci": false,
		"utf8mb3_general_ci": false, "": false} {
		if got := HasMixedCollations(collation); got != want {
			t.Errorf("%s has mixed collations: %t", collation, got)
		}
	}
}
