package coltype

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

// Texts between databases of different character sets.
func TestOracleTextFit(t *testing.T) {
	t.Parallel()
	text := func(dataType, used string, length int64) datasource.Column {
		return datasource.Column{ColumnType: &datasource.ColumnType{DataType: dataType, ByteLength: length,
			CharLength: length, Oracle: &datasource.OracleColumn{CharUsed: used}}}
	}
	for _, tc := range []struct {
		name, from, to string
		source, dest   datasource.Column
		want           Fit
		wide           string
	}{
		{"one byte into three", "WE8MSWIN1252", "AL32UTF8", text("VARCHAR2", "B", 20), text("VARCHAR2", "B", 20),
			Changes,
			"VARCHAR2(20 CHAR)"},
		{"one byte into as many characters", "WE8MSWIN1252", "AL32UTF8", text("VARCHAR2", "B", 20),
			text("VARCHAR2", "C", 20),
			Holds, "VARCHAR2(20 CHAR)"},
		{"one byte into room enough", "WE8MSWIN1252", "AL32UTF8", text("VARCHAR2", "B", 20), text("VARCHAR2", "B", 80),
			Holds,
			"VARCHAR2(80 CHAR)"},
		{"one byte into another set of one", "WE8MSWIN1252", "WE8ISO8859P1", text("VARCHAR2", "B", 20),
			text("VARCHAR2", "B", 20), Changes, "VARCHAR2(20 CHAR)"},
		{"ASCII into anything", "US7ASCII", "AL32UTF8", text("VARCHAR2", "B", 20), text("VARCHAR2", "B", 20), Holds,
			"VARCHAR2(20 BYTE)"},
		{"ASCII into less", "US7ASCII", "AL32UTF8", text("VARCHAR2", "B", 20), text("VARCHAR2", "B", 19), Narrower,
			"VARCHAR2(20 BYTE)"},
		{"UTF8 into AL32UTF8", "UTF8", "AL32UTF8", text("CHAR", "B", 20), text("CHAR", "B", 20), Holds,
			"CHAR(20 BYTE)"},
		{"AL32UTF8 into UTF8", "AL32UTF8", "UTF8", text("CHAR", "B", 20), text("CHAR", "B", 20), Changes,
			"CHAR(20 CHAR)"},
		{"Unicode into less of it", "AL32UTF8", "ZHS16GBK", text("VARCHAR2", "C", 20), text("VARCHAR2", "C", 20),
			Changes,
			"VARCHAR2(20 CHAR)"},
		{"Unicode into fewer characters", "AL32UTF8", "ZHS16GBK", text("VARCHAR2", "C", 20), text("VARCHAR2", "C", 19),
			Narrower, "VARCHAR2(20 CHAR)"},
		{"national", "AL32UTF8", "ZHS16GBK", text("NVARCHAR2", "C", 20), text("NVARCHAR2", "C", 19), Narrower,
			"NVARCHAR2(20)"},
	} {
		sets := OracleCharsets{datasource.NLS{"NLS_CHARACTERSET": tc.from, "NLS_NCHAR_CHARACTERSET": "AL16UTF16"},
			datasource.NLS{"NLS_CHARACTERSET": tc.to, "NLS_NCHAR_CHARACTERSET": "AL16UTF16"}}
		if got := sets.Fit(tc.source, tc.dest); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
		if got := sets.Wide(datasource.Server{}, datasource.Server{})(tc.source, &tc.dest); got.ColumnType != tc.wide {
			t.Errorf("%s: wide enough is %s, want %s", tc.name, got.ColumnType, tc.wide)
		}
	}
}

func TestWidest(t *testing.T) {
	t.Parallel()
	for set, want := range map[string]int64{"US7ASCII": 1, "WE8ISO8859P1": 1, "BLT8CP921": 1, "ZHS16GBK": 4,
		"JA16SJIS": 4,
		"UTF8":     3, "AL32UTF8": 4, "AL16UTF16": 2, "": 4} {
		if got := widest(set); got != want {
			t.Errorf("%q: %d, want %d", set, got, want)
		}
	}
}
