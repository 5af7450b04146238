package mysqlexpr

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

// Each default was tried on MariaDB 10.11.
func TestUnfit(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		columnType, expression string
		want                   bool
	}{
		{"tinyint", "255", true},
		{"tinyint", "(2 + 20200101)", true},
		{"tinyint", "127.6", true},
		{"tinyint", "abs(300)", true},
		{"tinyint", "-128", false},
		{"tinyint unsigned", "255", false},
		{"tinyint unsigned", "-1", true},
		{"bigint", "18446744073709551615", true},
		{"int", "1.5", false},
		{"int", "_utf8mb4'x'", true},
		{"int", "_utf8mb4'5'", false},
		{"int", "(`a` + 255)", false},
		{"set('a')", "0", true},
		{"set('a')", "_utf8mb4'a'", false},
		{"enum('a')", "1", true},
		{"enum('a')", "_utf8mb4'x'", true},
		{"enum('a')", "_utf8mb4'A'", false},
		{"enum('a','é')", "_utf8mb4'e'", false},
		{"varchar(2)", "_utf8mb4'abc'", true},
		{"varchar(2)", "upper(_utf8mb4'ab')", false},
		{"varchar(2)", "100000", false}, // not judged
		{"date", "_utf8mb4'x'", true},
		{"date", "_utf8mb4'2020-01-01'", false},
		{"time", "_utf8mb4'x'", true},
		{"datetime", "now()", false},
		{"json", "_utf8mb4'x'", false},
		{"int", "", false},
	} {
		name, _, _ := strings.Cut(tc.columnType, "(")
		name, _, _ = strings.Cut(name, " ")
		c := &datasource.ColumnType{DataType: name, ColumnType: tc.columnType, CharLength: 2}
		if got := Unfit(tc.expression, c); got != tc.want {
			t.Errorf("%s DEFAULT (%s): %t, want %t", tc.columnType, tc.expression, got, tc.want)
		}
	}
}
