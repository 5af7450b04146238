package mysqlexpr

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

var (
	mysql57     = at(datasource.FlavorMySQL, "5.7.44")
	mysql97     = at(datasource.FlavorMySQL, "9.7.0")
	mariadb105  = at(datasource.FlavorMariaDB, "10.5.0")
	mariadb1011 = at(datasource.FlavorMariaDB, "10.11.0")
)

func TestFunctionsInExpressions(t *testing.T) {
	for _, test := range []struct {
		source, dest                datasource.Server
		name                        string
		check, byDefault, generated product.Acceptance
	}{
		{mariadb1011, mysql97, "coalesce", product.Accepted, product.Accepted, product.Accepted},
		{mariadb1011, mysql97, "nvl2", product.Refused, product.Refused, product.Refused},
		{mariadb1011, mysql97, "unix_timestamp", product.Refused, product.Accepted, product.Refused},
		{mysql97, mariadb1011, "is_uuid", product.Refused, product.Refused, product.Refused},
		{mysql97, mariadb105, "random_bytes", product.Refused, product.Refused, product.Refused},
		{mysql57, mysql97, "made_up", product.Accepted, product.Accepted, product.Accepted},
		{mysql97, mariadb1011, "made_up", product.Unknown, product.Unknown, product.Unknown},
	} {
		if got := InCheck(test.source, test.dest, test.name); got != test.check {
			t.Errorf("%s in a CHECK of %s: %v, want %v", test.name, test.dest, got, test.check)
		}
		if got := InDefault(test.source, test.dest, test.name); got != test.byDefault {
			t.Errorf("%s in a DEFAULT of %s: %v, want %v", test.name, test.dest, got, test.byDefault)
		}
		if got := InGenerated(test.source, test.dest, test.name, true); got != test.generated {
			t.Errorf("%s in a generated column of %s: %v, want %v", test.name, test.dest, got, test.generated)
		}
	}
}

func TestPlainText(t *testing.T) {
	for text, want := range map[string]string{
		`_utf8mb4\'x\'`:             `_utf8mb4'x'`,
		`_utf8mb4\'it\\\'s\'`:       `_utf8mb4'it\'s'`,
		`_utf8mb4\'\\\\\'`:          `_utf8mb4'\\'`,
		`json_value(a,\'$.\"b\"\')`: `json_value(a,'$."b"')`,
	} {
		if got := PlainText(mysql97, text); got != want {
			t.Errorf("MySQL: %s, want %s", got, want)
		}
		if got := PlainText(mariadb1011, text); got != text {
			t.Errorf("MariaDB: %s, want %s", got, text)
		}
	}
}

func TestIsCondition(t *testing.T) {
	for text, want := range map[string][2]bool{ // condition, known
		"`a` > 0":                             {true, true},
		"((`a` = 1))":                         {true, true},
		"(`a`) or (`b`)":                      {true, true},
		"(`a` > 0) + (`b` > 0)":               {false, true},
		"`a` << 2":                            {false, true},
		"`a` >> 2 > 1":                        {true, true},
		"`a` is null":                         {true, true},
		"`a>b`":                               {false, true},
		"'a>b'":                               {false, true},
		"`a` + 1":                             {false, true},
		"1":                                   {false, true},
		"true":                                {true, true},
		"case when `a` > 0 then 1 else 0 end": {false, true},
		"json_valid(`a`)":                     {true, true},
		"(json_valid((`a`)))":                 {true, true},
		"length(`a` > 1)":                     {false, true},
		"made_up(`a`)":                        {false, false},
		"":                                    {false, true},
	} {
		if condition, known := IsCondition(text); condition != want[0] || known != want[1] {
			t.Errorf("IsCondition(%s) = %v, %v, want %v", text, condition, known, want)
		}
	}
}

func TestMisread(t *testing.T) {
	for expression, want := range map[string]MisreadString{
		`concat(_utf8mb4'plain',_latin1'~')`: {},
		`'it\'s'`:                            {}, // MariaDB reads a string without a character set as it is
		"`_utf8mb4'`":                        {},
		`concat(_utf8mb4'a',_utf8mb4'it\'s')`: {Written: `_utf8mb4'it\'s'`, Text: "it's", Charset: "utf8mb4",
			Instead: "CONVERT(0x69742773 USING utf8mb4)", Refused: true},
		`_utf8mb4'a''b'`: {Written: `_utf8mb4'a''b'`, Text: "a''b", Charset: "utf8mb4",
			Instead: "CONVERT(0x61272762 USING utf8mb4)"},
		`_utf8mb4'a\\b'`: {Written: `_utf8mb4'a\\b'`, Text: `a\b`, Charset: "utf8mb4",
			Instead: "CONVERT(0x615C62 USING utf8mb4)"},
		`_utf8mb4'a\\\'b'`: {Written: `_utf8mb4'a\\\'b'`, Text: `a\'b`, Charset: "utf8mb4",
			Instead: "CONVERT(0x615C2762 USING utf8mb4)"},
		`_ascii'\\'`: {Written: `_ascii'\\'`, Text: `\`, Charset: "ascii", Instead: "CONVERT(0x5C USING ascii)",
			Refused: true},
		`_utf8mb4'a\nb'`: {Written: `_utf8mb4'a\nb'`, Text: "a\nb", Charset: "utf8mb4",
			Instead: "CONVERT(0x610A62 USING utf8mb4)"},
		"_utf8mb4'Ð¹'": {Written: "_utf8mb4'й'", Text: "й", Charset: "utf8mb4",
			Instead: "CONVERT(0xD0B9 USING utf8mb4)"},
		"concat(_utf8mb4'Ð¹',_utf8mb4'æ\u0097¥',_utf8mb4'\\'')": {
			Written: `_utf8mb4'\''`, Text: "'", Charset: "utf8mb4",
			Instead: "CONVERT(0x27 USING utf8mb4)", Refused: true},
		"_utf8mb4'æ\u0097¥'": {Written: "_utf8mb4'日'", Text: "日", Charset: "utf8mb4",
			Instead: "CONVERT(0xE697A5 USING utf8mb4)"},
		"_utf8mb4'й'": {Written: "_utf8mb4'й'", Charset: "utf8mb4"},
		"_utf8mb4'é'": {Written: "_utf8mb4'é'", Charset: "utf8mb4"},
		"_latin1'é'":  {Written: "_latin1'é'", Text: "é", Charset: "latin1", Instead: "CONVERT(0xE9 USING latin1)"},
		"_gbk'ÖÐ'":    {Written: "_gbk'ÖÐ'", Charset: "gbk", Instead: "CONVERT(0xD6D0 USING gbk)"},
	} {
		if got := Misread(mysql97, mariadb1011, expression); got != want {
			t.Errorf("Misread(%s) = %+v, want %+v", expression, got, want)
		}
		if got := Misread(mysql97, mysql97, expression); got != (MisreadString{}) {
			t.Errorf("MySQL misreads %s: %+v", expression, got)
		}
	}
}

func TestIsLiteral(t *testing.T) {
	for text, want := range map[string]bool{
		"'x'": true, "_utf8mb4'x'": true, `_utf8mb4'it\'s'`: true, "'it''s'": true, "'never closed": true,
		"": false, "1": false, "'x' + 1": false, "concat('x')": false, "`a`'x'": false,
	} {
		if got := IsLiteral(text); got != want {
			t.Errorf("IsLiteral(%s) = %v, want %v", text, got, want)
		}
	}
}
