package mysqlexpr

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
)

func at(flavor datasource.Flavor, version string) datasource.Server {
	v, _ := datasource.ParseVersion(version)
	return datasource.Server{Flavor: flavor, Version: v}
}

func TestRead(t *testing.T) {
	d := Read(
		"with `c` (`n`) as (select nvl2(`a`.`x`,'from `no`.`table`',@@sql_mode) from (`shop`.`a` join `shop`.`b``b`) " +
			"group by trim(leading 'x' from `a`.`y`) collate utf8mb4_bin) select `c`.`n`, extract(year from `c`.`n`) " +
			"from `c`")
	tables := []datasource.TableName{{Schema: "shop", Name: "a"}, {Schema: "shop", Name: "b`b"}}
	if diff := cmp.Diff(tables, d.Tables); diff != "" {
		t.Errorf("tables (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"utf8mb4_bin"}, d.Collations); diff != "" {
		t.Errorf("collations (-want +got):\n%s", diff)
	}
	if !d.Variables {
		t.Error("@@sql_mode is no variable")
	}
	if Read("select '@x' AS `@y`").Variables {
		t.Error("@ in a string or in a name is a variable")
	}
}

func TestMissing(t *testing.T) {
	for _, test := range []struct {
		flavor  datasource.Flavor
		version string
		text    string
		want    string
	}{
		{datasource.FlavorMySQL, "8.0.20", "select json_value(`a`,'$.x') AS `x`", "json_value"},
		{datasource.FlavorMySQL, "8.0.21", "select json_value(`a`,'$.x') AS `x`", ""},
		{datasource.FlavorMySQL, "5.7.44", "select row_number() OVER (ORDER BY `a`) AS `r`", "row_number, OVER"},
		{datasource.FlavorMySQL, "9.5.0", "select md5(`a`) AS `x`", ""},
		{datasource.FlavorMySQL, "9.6.0", "select md5(`a`) AS `x`", "md5"},
		{datasource.FlavorMySQL, "9.7.0", "select '\\'nvl2(1)' AS `nvl2(``)`, `shop`.`nvl2`(1) AS `x`", ""},
		{datasource.FlavorMySQL, "9.7.0", "with rownum(`a`) as (select 1) select `rownum`.`a` from `rownum`", ""},
		{datasource.FlavorMySQL, "9.7.0", "select lpad(trim((`a`)),3) AS `x`", "lpad with 2 arguments"},
		{datasource.FlavorMySQL, "9.7.0", "select lpad(coalesce(`a`,1,2),3,(select max(`b`) from `s`.`t`)) AS `x`", ""},
		{datasource.FlavorMySQL, "8.0.30", "select 1 except select 2", "EXCEPT"},
		{datasource.FlavorMySQL, "8.0.31", "select 1 except select 2", ""},
		{datasource.FlavorMySQL, "9.7.0", "select cast(`a` as double(5,2)) AS `x`", "CAST AS DOUBLE with digits"},
		{datasource.FlavorMySQL, "9.7.0", "select sum(distinct `a`) over () AS `x`", "DISTINCT with OVER"},
		{datasource.FlavorMariaDB, "11.8.2", "select cast(`a` as json) AS `x`", "CAST AS JSON"},
		{datasource.FlavorMariaDB, "10.6.0", "select json_overlaps(`a`,`b`) AS `x`", "json_overlaps"},
		{datasource.FlavorMariaDB, "10.9.0", "select json_overlaps(`a`,`b`) AS `x`", ""},
		{datasource.FlavorMariaDB, "11.6.2", "select `d`.`n` from (select 1) `d` (`n`)", "columns of a derived table"},
		{datasource.FlavorMySQL, "9.7.0", "select last_value(`a`) AS `x`", "LAST_VALUE without OVER"},
		{datasource.FlavorMySQL, "9.7.0", "select last_value(`a`) over ( order by `b`) AS `x`", ""},
		{datasource.FlavorPercona, "8.0.36", "select median(`a`) OVER () AS `x`", "median"},
		{datasource.FlavorTiDB, "8.5.0", "select median(`a`) AS `x`", ""},
	} {
		list, _ := Missing(at(test.flavor, test.version), Read(test.text))
		if got := strings.Join(list, ", "); got != test.want {
			t.Errorf("%s %s does not have %q of %s, want %q", test.flavor, test.version, got, test.text, test.want)
		}
	}
}

func TestMissingIsSureUpToKnownVersions(t *testing.T) {
	for _, test := range []struct {
		flavor  datasource.Flavor
		version string
		sure    bool
	}{
		{datasource.FlavorMySQL, "9.7.99", true}, {datasource.FlavorMySQL, "9.8.0", false},
		{datasource.FlavorMySQL, "10.0.0", false},
		{datasource.FlavorMariaDB, "11.8.99", true}, {datasource.FlavorMariaDB, "11.9.0", false},
		{datasource.FlavorMariaDB, "12.0.1", false},
		{datasource.FlavorOceanBase, "4.3.5", true}, {datasource.FlavorOceanBase, "4.4.0", false},
		{datasource.FlavorTiDB, "8.5.0", false},
	} {
		if _, sure := Missing(at(test.flavor, test.version), Expression{}); sure != test.sure {
			t.Errorf("%s %s: sure is %v, want %v", test.flavor, test.version, sure, test.sure)
		}
	}
}

func TestNamesAndFunctions(t *testing.T) {
	for _, test := range []struct {
		text    string
		mariadb bool
		want    Expression
	}{
		{text: "(length(`a`) > 1) and (`b` in (1,2))",
			want: Expression{Names: []string{"a", "b"}, Functions: []string{"length"}}},
		{text: `(json_value(` + "`a`" + `,\'$.x(1)\') = _utf8mb4\'it\\\'s f(\')`,
			want: Expression{Names: []string{"a"}, Functions: []string{"json_value"}}},
		{text: `concat('f(',"g(",'it\'s h(')`, mariadb: true, want: Expression{Functions: []string{"concat"}}},
		{text: "LEFT(`a``b`,1) = left(`a``b`,2)", mariadb: true,
			want: Expression{Names: []string{"a`b", "a`b"}, Functions: []string{"left"}}},
		{text: "`f`(1)", mariadb: true, want: Expression{Names: []string{"f"}}},
	} {
		source := mysql97
		if test.mariadb {
			source = mariadb1011
		}
		e := Read(PlainText(source, test.text))
		if diff := cmp.Diff(test.want, Expression{Names: e.Names, Functions: e.Functions},
			cmp.AllowUnexported(Expression{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.text, diff)
		}
	}
}

// Any text is read, also one that no server writes. Its parts are not longer than it.
func FuzzMySQLExpression(f *testing.F) {
	for _, text := range []string{"LENGTH(`Name`) > 1", `'it\'s (' + 1`, "'never closed (", "`never closed",
		`_utf8mb4'x\'y'`,
		"json_value(`a`, '$.b' returning signed)", "((`a` in (1,2)) and (`b` like '%x'))", "", "(", ")", "\\", "\xff'",
		"a.b.c(d)",
		"case when 1 then 2 end", "x'41' | 0b1", "/* c */ 1 -- d",
		"`d` in ('a',", "nullif(hex(`i`),'a", "`d` > - - 1 * ", "cast(`dt` as datetime(3", "crc32(`v`) - (`i` & 1"} {
		f.Add(text)
	}
	source := datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.MakeVersion(10, 11)}
	dest := datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.MakeVersion(8, 4)}
	f.Fuzz(func(t *testing.T, text string) {
		for _, token := range Tokenize(text) {
			if len(token.Text) > 3*len(text) { // a byte that is not UTF-8 becomes a character of three
				t.Errorf("%q has the token %q", text, token.Text)
			}
		}
		Missing(dest, Read(text))
		IsCondition(text)
		IsLiteral(text)
		InParentheses(text)
		Misread(source, dest, text)
		PlainText(source, text)
		BadConstants(text, comparedColumns(), nil)
		ComparedText(text, comparedColumns())
		for _, c := range comparedColumns() {
			StoredDependences(text, c.ColumnType, comparedColumns())
		}
	})
}
