package mysqlexpr

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

// Each expression was tried in a stored column of MariaDB 10.11 and 11.8.
func TestStoredDependences(t *testing.T) {
	t.Parallel()
	types := map[string]datasource.ColumnType{
		"bigint": {DataType: "bigint"}, "varchar": {DataType: "varchar", CharLength: 50},
		"datetime": {DataType: "datetime"}, "datetime(3)": {DataType: "datetime", Precision: 3},
		"datetime(6)": {DataType: "datetime", Precision: 6}, "char": {DataType: "char", CharLength: 9},
	}
	columns := []datasource.Column{
		{Name: "u", ColumnType: &datasource.ColumnType{DataType: "int", ColumnType: "int unsigned"}},
	}
	for _, text := range strings.Fields("i=int y=year bt=bit d=date dt=datetime f=double j=json tx=text e=enum") {
		name, dataType, _ := strings.Cut(text, "=")
		columns = append(columns, datasource.Column{Name: name, ColumnType: &datasource.ColumnType{DataType: dataType}})
	}
	for name, precision := range map[string]int{"dt3": 3, "dt6": 6} {
		columns = append(columns, datasource.Column{Name: name,
			ColumnType: &datasource.ColumnType{DataType: "datetime", Precision: precision}})
	}
	columns = append(columns,
		datasource.Column{Name: "dc", ColumnType: &datasource.ColumnType{DataType: "decimal", Precision: 10, Scale: 2}},
		datasource.Column{Name: "c", ColumnType: &datasource.ColumnType{DataType: "char", CharLength: 5}},
		datasource.Column{Name: "v", ColumnType: &datasource.ColumnType{DataType: "varchar", CharLength: 50}})
	for _, test := range []struct{ result, on, refused, accepted string }{
		{"bigint", OnSubtraction, "(crc32(`v`) - 1); (1 - `y`); (`bt` - 1); (inet_aton(`v`) - 1); ((`i` & 1) - 1); " +
			"((`i` << 1) - 1); (~(`i`) - 1); (0 - 18446744073709551615); (abs(`u`) - 1); ((`u` + 1) - 1); " +
			"((`u` DIV 2) - 1); (nullif(`u`,1) - 1); (`i` - `u`)",
			"(`i` - 1); (length(`u`) - 1); (coalesce(`u`,1) - 1); (if(`i`,`u`,1) - 1); ((`u` / 2) - 1); " +
				"((case when `i` then `u` else 1 end) - 1); (greatest(`u`,`i`) - 1); (`u` - `dc`); (`u` - 0.5); " +
				"(hex(`u`) - 1); (year(`d`) - 1); (cast(`u` as signed) - 1); -(`u`)"},
		{"bigint", OnRounding, "cast(`v` as time(3)); cast(`v` as datetime(6)); cast(`tx` as datetime); " +
			"cast(`dc` as time); cast(`f` as datetime); cast(`dt6` as datetime(3)); cast(`dt6` as time(6)); " +
			"cast(_utf8mb4'x' as datetime); cast(json_unquote(`j`) as datetime)",
			"cast(`v` as date); cast(`e` as datetime); cast(`i` as datetime); cast(`dt6` as date); " +
				"cast(`dt` as datetime(3)); cast(json_unquote(`j`) as date); cast(`d` as datetime)"},
		{"datetime", OnRounding, "coalesce(`dt`,`dt6`); if(`i`,`dt`,`dt6`); least(`dt`,`dt6`); `dc`; `f`; `v`; `j`; " +
			"concat(`d`,_utf8mb4''); (`dt6` + interval 1 day); (case when `i` then `dt6` else `dt` end); " +
			"convert_tz(`dt6`,'+00:00','+01:00'); timediff(`dt6`,`dt`); `c`; json_unquote(`j`); " +
			"coalesce(`dt`,_utf8mb4'2020-01-01'); ifnull(20200101,`dt`); sec_to_time((`i` / 2)); " +
			"sec_to_time(coalesce(`dc`,1)); sec_to_time(exp(`i`)); maketime(`i`,`i`,1.5); " +
			"(`dt` + interval 1 microsecond); (`dt` + interval `dc` second); addtime(_utf8mb4'01:00:00',`dt`); " +
			"cast(cast(`dt` as datetime(3)) as datetime); cast((`i` + 1.5) as time); cast(log(`i`) as time); " +
			"(case when `i` then `dt` else 20200101 end); str_to_date(`v`,_utf8mb4'%H:%i:%s.%f'); addtime(`dt`,100.5)",
			"coalesce(`dt`,`d`); if((`dt6` > `dt`),`dt`,`d`); cast(`dt6` as date); (`i` + 1); `e`; " +
				"(`dt` + interval 1 day); from_days(length(`dt6`)); nullif(`dt`,`dt6`); elt(1,`dt`); " +
				"sec_to_time(round(`dc`)); sec_to_time(hour(`dt6`)); addtime(`dt`,_utf8mb4'01:00:00'); " +
				"addtime(100000,`dt`); convert_tz(_utf8mb4'2020-01-01',_utf8mb4'+00:00',_utf8mb4'+01:00'); " +
				"greatest(`dt`,_utf8mb4'2020-01-01'); (`dt` + interval `v` day); (`dt` + interval 1 second); " +
				"cast(cast(`f` as char(4) charset binary) as time); cast(greatest(`d`,`dc`) as time); 20200101; " +
				"timestamp(`d`,_utf8mb4'10:00'); str_to_date(`v`,_utf8mb4'%Y-%m-%d'); if(`i`,`dt`,NULL)"},
		{"datetime(3)", OnRounding, "coalesce(`dt3`,`dt6`); `v`", "coalesce(`dt`,`dt3`); `dc`; `dt3`"},
		{"datetime(6)", OnRounding, "", "coalesce(`dt`,`dt6`); `v`; concat(`d`,_utf8mb4''); `f`"},
		{"varchar", OnPadding, "`c`; concat(`c`); (`c` + 0)", "(`c` = 'x'); rtrim(`c`)"},
		{"bigint", OnPadding, "(`c` + 0)", "`c`"},
		{"char", OnPadding, "", "(`c`)"},
	} {
		result := types[test.result]
		for _, texts := range []struct {
			list string
			want bool
		}{{test.refused, true}, {test.accepted, false}} {
			for _, text := range strings.Split(texts.list, "; ") {
				got := false
				for _, d := range StoredDependences(text, &result, columns) {
					got = got || d.On == test.on
				}
				if text != "" && got != texts.want {
					t.Errorf("%s AS (%s) depends on %s: %t", test.result, text, test.on, got)
				}
			}
		}
	}
}
