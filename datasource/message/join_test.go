package message

import "testing"

func TestJoinLines(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                      "",
		"one\ntwo":              "one two",
		" one  two \n three":    "one two three",
		"表没有主键，\n重复加载":          "表没有主键，重复加载",
		"表没有\n主键。":              "表没有主键。",
		"设置变量\n`log_bin`\n为 ON": "设置变量 `log_bin` 为 ON",
		"MySQL\n8.4":            "MySQL 8.4",
		"称为\n“唯一行 ID”\n的列":      "称为“唯一行 ID”的列",
		"（见手册\n*CREATE TABLE*\n）。\n另一句。": "（见手册 *CREATE TABLE* ）。另一句。",
		"句子。\n\n另一句。":                    "句子。另一句。",
	} {
		if got := JoinLines(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestSentences(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ got, want string }{
		{Sentences("One.", "Two."), "One. Two."},
		{Sentences("", "Two.", "", "Three."), "Two. Three."},
		{Sentences("表没有主键。", "（实际值：无）", "修复：添加主键。"), "表没有主键。（实际值：无）修复：添加主键。"},
		{Sentences("表 a", "没有"), "表 a 没有"},
		{Sentence("en", "not shown"), "not shown."},
		{Sentence("", "not shown."), "not shown."},
		{Sentence("zh", "无法读取"), "无法读取。"},
		{Sentence("zh-CN", "无法读取。"), "无法读取。"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}
