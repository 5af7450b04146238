package mysqlexpr

import (
	"slices"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

// Tried on MySQL 9.7: each view is refused exactly for the column.
func TestNotGrouped(t *testing.T) {
	t.Parallel()
	keys := func(table datasource.TableName) ([][]string, bool) {
		list := map[string][][]string{"t": {{"ID"}}, "u": {{"x", "y"}}, "plain": nil}
		return list[table.Name], table.Name != "derived"
	}
	for _, tc := range [][2]string{
		{"", ""},
		{"select 1 AS `a`", ""},
		{"select `t`.`a` AS `a` from `s`.`t`", ""},
		{"select `s`.`t`.`a` AS `a` from `s`.`t` group by `s`.`t`.`a`", ""},
		{"select `s`.`t`.`a` AS `a`,`s`.`t`.`b` AS `b` from `s`.`t` group by `s`.`t`.`a`", "t.b"},
		{"select `s`.`t`.`a` AS `a`,max(`s`.`t`.`b`) AS `b` from `s`.`t` group by `s`.`t`.`a`", ""},
		{"select `s`.`t`.`a` AS `a`,`s`.`t`.`b` AS `b` from `s`.`t` group by `s`.`t`.`id`", ""},
		{"select `q`.`b` AS `b` from `s`.`u` `q` group by `q`.`x`", "q.b"},
		{"select `q`.`b` AS `b` from `s`.`u` `q` where `q`.`y` = 1 group by `q`.`x`", ""},
		{"select `q`.`b` AS `b` from `s`.`u` `q` where `q`.`y` = 'a' group by `q`.`x`", ""},
		{"select `q`.`b` AS `b` from `s`.`u` `q` where `q`.`y` = concat(`q`.`b`) group by `q`.`x`", "q.b"},
		{"select `q`.`b` AS `b` from (`s`.`t` join `s`.`u` `q` on(`s`.`t`.`a` = `q`.`y`)) group by `s`.`t`.`id`",
			"q.b"},
		{"select `r`.`b` AS `b` from (`s`.`t` `p` join `s`.`t` `r` on(`r`.`id` = `p`.`a`)) group by `p`.`id`", ""},
		{"select count(0) AS `n`,`s`.`t`.`a` AS `a` from `s`.`t`", "t.a"},
		{"select count(0) AS `n`,`s`.`t`.`a` AS `a` from `s`.`t` where `s`.`t`.`a` = 3", ""},
		{"select year(`s`.`t`.`a`) AS `y` from `s`.`t` group by year(`s`.`t`.`a`) order by year(`s`.`t`.`a`) desc",
			""},
		{"select f(`s`.`t`.`a`,'x') AS `y` from `s`.`t` group by f(`s`.`t`.`a`,'y')", "t.a"},
		{"select distinct `s`.`t`.`a` AS `a` from `s`.`t` order by `s`.`t`.`b`", "t.b"},
		{"select distinct `s`.`t`.`a` AS `a` from `s`.`t` order by `s`.`t`.`a`", ""},
		{"select 1 AS `a` union select `s`.`plain`.`b` AS `b` from `s`.`plain` group by `s`.`plain`.`a`", "plain.b"},
		{"select (select `s`.`t`.`b` from `s`.`t` group by `s`.`t`.`a`) AS `x`", "t.b"},
		{"select `q`.`b` AS `b` from (select 1 AS `a`,2 AS `b`) `q` group by `q`.`a`", ""},
		{"select `derived`.`b` AS `b` from `s`.`derived` group by `derived`.`a`", ""},
		{"select sum(`s`.`t`.`a`) over ( order by `s`.`t`.`b`) AS `x`,max(`s`.`t`.`a`) AS `y` from `s`.`t`", ""},
		{"select `s`.`t`.`a` AS `a` from `s`.`t` group by `s`.`t`.`a` having `s`.`t`.`b` > 1", "t.b"},
		{"group by ((", ""},
		{"select ) from ( group by", ""},
		{"`", ""},
		{"select `a`.", ""},
	} {
		definition, want := tc[0], tc[1]
		if got := NotGrouped(definition, keys); got != want {
			t.Errorf("NotGrouped(%s) = %q, want %q", definition, got, want)
		}
	}
}

// Tried on MySQL 9.7 and MariaDB 10.11, as MariaDB shows the conditions.
func TestConditionsWithoutParentheses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"`a` like 'x' in (0,1)": true, "`a` not like 'x' in (0,1)": true, "`a` like 'x' escape '!' in (0,1)": true,
		"`a` in (1,2) in (0,1)": true, "`a` regexp 'x' in (0,1)": true, "`a` like 'x' between 0 and 1": true,
		"`a` between 1 and 2 in (0,1)": true, "`a` like 'x' like '1'": true,
		"`a` like 'x'": false, "(`a` like 'x') in (0,1)": false, "`a` like 'x' or `b` like 'y'": false,
		"`a` like 'x' and `b` in (1)": false, "`a` between 1 and 2 and `b` in (1)": false,
		"`a` like 'x' = 1": false, "1 = `a` like 'x'": false, "`a` like 'x' is null": false,
		"`a` in (`b` like 'x',2)": false, "case when `a` like 'x' then `b` in (1) else `b` like 'y' end": false,
		"`a` like 'x' lock in share mode": false, "match `a` against ('x' in boolean mode) in (1)": false,
		"`like` in (1)": false, "concat(`a` like 'x',`b` in (1))": false,
	} {
		missing, _ := Missing(mysql97, Read(text))
		if got := slices.Contains(missing, chained); got != want {
			t.Errorf("MySQL refuses %s: %t, want %t", text, got, want)
		}
		if missing, _ := Missing(mariadb1011, Read(text)); len(missing) > 0 {
			t.Errorf("MariaDB refuses %s: %s", text, missing)
		}
	}
}
