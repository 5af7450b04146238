package render_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

// chinese returns the report of a run in Chinese.
func chinese() *engine.Report {
	r := report()
	r.Task.Lang = message.Chinese
	for i := range r.Results {
		res := &r.Results[i]
		res.Lang = message.Chinese
		c := res.Item.Check
		c.Page.In = map[string]checks.Page{message.Chinese: {Title: "主键检查", SkipConsequence: "可能会丢失数据。"}}
		for n := range res.Findings {
			f := &res.Findings[n]
			f.Message, f.Remedy = "表 "+f.Object.String()+" 没有主键，也没有所有列均为 NOT NULL 的唯一键：重复加载可能会产生重复的行。", "添加主键。"
			f.Actual, f.Expected = "没有唯一键", "主键，或所有列均为 NOT NULL 的唯一键"
		}
		for n := range res.Notes {
			res.Notes[n] = "无法读取视图。"
		}
		res.VolatileNotes = nil
		if res.Outcome == engine.Unknown || res.Outcome == engine.Blocked {
			res.Reason, res.Advice = "账号没有读取该数据字典视图的权限（错误 1227）", "授予账号该权限。"
		}
		if res.NotChecked != "" {
			res.NotChecked, res.Advice = "账号没有权限", "授予账号该权限。"
		}
	}
	r.Warnings = []string{"objects.exclude[0]：匹配模式未匹配任何对象"}
	r.Plan.Excluded[0].Reason = "不是所选的检查项"
	return r
}

// The table in Chinese fits the terminal; no line begins with punctuation that ends a phrase.
func TestTableInChinese(t *testing.T) {
	t.Parallel()
	const columns = 64
	var b bytes.Buffer
	if err := render.Write(&b, render.Table, chinese(), render.Options{All: true, Width: columns}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(b.String(), "\n") {
		whole := strings.Contains(line, "RDB_") || strings.Contains(line, "ALTER") // not wrapped
		if n := render.Columns(line); n > columns && !whole {
			t.Errorf("%d columns: %s", n, line)
		}
		if first, _ := utf8.DecodeRuneInString(strings.TrimSpace(line)); strings.ContainsRune("。，、；：）”", first) {
			t.Errorf("begins with punctuation: %s", line)
		}
	}
	golden := filepath.Join("..", "..", "testdata", "golden", "table_zh.txt")
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every format of a report in Chinese has the titles of the checks in Chinese; a page says its language.
func TestFormatsInChinese(t *testing.T) {
	t.Parallel()
	for _, format := range render.Formats() {
		var b bytes.Buffer
		if err := render.Write(&b, format, chinese(), render.Options{All: true}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "主键检查") {
			t.Errorf("%s does not have the title of a check", format)
		}
		for _, english := range []string{"Primary database", "Remedy: ", "remedy: ", "expected:", "Warning",
			"failed, "} {
			if strings.Contains(render.Style()+render.Script(), english) {
				continue
			}
			if at := strings.Index(b.String(), english); at >= 0 {
				t.Errorf("%s: …%s…", format, b.String()[max(at-60, 0):min(at+60, b.Len())])
			}
		}
		if format == render.HTML && !strings.Contains(b.String(), `<html lang="zh">`) {
			t.Error("the page does not say its language")
		}
	}
}
