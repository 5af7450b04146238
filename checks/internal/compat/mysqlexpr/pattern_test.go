package mysqlexpr

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

// Each expression was tried in a generated column of MySQL 9.7, with REGEXP_LIKE for REGEXP.
func TestBytePatterns(t *testing.T) {
	t.Parallel()
	columns := comparedColumns()
	for i := range columns {
		if columns[i].DataType == "varchar" {
			columns[i].Collation = "utf8mb4_general_ci"
		}
	}
	for _, text := range strings.Fields("vb=varbinary bn=binary bl=blob") {
		name, dataType, _ := strings.Cut(text, "=")
		columns = append(columns, datasource.Column{Name: name, ColumnType: &datasource.ColumnType{DataType: dataType}})
	}
	for text, want := range map[string]string{
		"`vb` regexp 'a'":                                               "REGEXP",
		"`v`  not regexp X'41'":                                         "REGEXP",
		"`v` regexp concat('a',`vb`) or `i` > 5":                        "REGEXP",
		"unhex(`v`) regexp `v`":                                         "REGEXP",
		"coalesce(`vb`,'a') rlike 'a'":                                  "REGEXP",
		"if(`vb`,`v`,`vb`) regexp 'a'":                                  "REGEXP",
		"cast(`v` as char charset binary) regexp 'a'":                   "REGEXP",
		"concat(`bn`,'a') regexp 'a' and trim(`bl`) regexp 'b'":         "REGEXP",
		"char(65) regexp 'a'":                                           "REGEXP",
		"nullif(`vb`,'a') regexp 'a'":                                   "REGEXP",
		"regexp_replace(`bl`,'a','b')":                                  "REGEXP_REPLACE()",
		"regexp_replace(`v`,X'41','b')":                                 "REGEXP_REPLACE()",
		"regexp_instr(`vb`,'a') or regexp_substr(`vb`,_utf8mb4'a')":     "REGEXP_INSTR(), REGEXP_SUBSTR()",
		"`bl` regexp 'a' or `bn` regexp 'a' or regexp_instr(`bl`,'a')":  "",
		"concat(`bl`,'a') regexp 'a' or `vb` regexp X'41'":              "",
		"convert(`vb` using latin1) regexp 'a' or hex(`vb`) regexp `v`": "",
		"`i` regexp 'a' or `v` regexp 'a' or `vb` like 'a'":             "",
		"regexp_replace(`v`,'a',`vb`) or if(`vb`,'a','b') regexp 'a'":   "",
		"`vb` regexp":   "",
		"regexp_instr(": "",
	} {
		if got := strings.Join(BytePatterns(text, columns), ", "); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
