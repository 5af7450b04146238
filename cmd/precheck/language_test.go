package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEnvironmentLanguage(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ all, messages, lang, want string }{
		{"", "", "", "en"}, {"", "", "zh_CN.UTF-8", "zh"}, {"", "", "zh_TW", "zh"}, {"C", "", "zh_CN.UTF-8", "en"},
		{"", "zh_CN", "en_US.UTF-8", "zh"}, {"zh_CN.UTF-8", "C", "C", "zh"}, {"POSIX", "", "", "en"},
		{"C.UTF-8", "", "", "en"}, {"", "", "de_DE@euro", "en"}, {".", "", "", "en"}, {"zh_CN@x", "", "", "zh"},
	} {
		environment := map[string]string{"LC_ALL": tc.all, "LC_MESSAGES": tc.messages, "LANG": tc.lang}
		if got := environmentLanguage(func(name string) string { return environment[name] }); got != tc.want {
			t.Errorf("%+v: %s", tc, got)
		}
	}
}

func TestHelpInChinese(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--lang", "zh", "--help"}, {"run", "--lang=zh-CN", "--help"}, {"help", "--lang", "zh"}} {
		status, stdout, stderr := command(args...)
		for _, want := range []string{"用法：\n", "选项：\n"} {
			if status != exitPassed || !strings.Contains(stdout, want) {
				t.Errorf("%v: %d %s%s", args, status, stdout, stderr)
			}
		}
		for _, english := range []string{"Usage:", "Flags:", "Available Commands:", "help for"} {
			if strings.Contains(stdout, english) {
				t.Errorf("%v shows %q:\n%s", args, english, stdout)
			}
		}
	}
	if status, stdout, _ := command("--help"); status != exitPassed || !strings.Contains(stdout, "Usage:\n") {
		t.Errorf("%d %s", status, stdout)
	}
	if _, stdout, _ := command("__complete", "run", "--lang", ""); !strings.HasPrefix(stdout, "en\nzh\n") {
		t.Errorf("completion of --lang: %s", stdout)
	}
}

func TestLanguageOfErrors(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const wrong = "name: a\ntype: MIGRATION\n"
	chinese := write("zh.yaml", wrong+"lang: zh-CN\n")
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"run", "a", "b", "--lang", "zh"}, "precheck run 最多接受 1 个参数，实际为 2 个"},
		{[]string{"explain", "--lang", "zh"}, "precheck explain 需要 1 个参数，实际为 0 个"},
		{[]string{"explain"}, "precheck explain takes 1 argument, got 0"},
		{[]string{"list", "--lang", "fr"}, `--lang: must be one of en, zh, or a tag of these languages such as zh-CN, got "fr"`},
		{[]string{"list", "--lang="}, "--lang: a value is required"},
		{[]string{"run", write("fr.yaml", wrong+"lang: fr\n")}, `fr.yaml:3: lang: must be one of en, zh, or a tag of ` +
			`these languages such as zh-CN, got "fr"`},
		{[]string{"run", "--lang", "zh", write("de.yaml", wrong)}, ": phases: "},
		{[]string{"run", chinese}, chinese + ":1: phases: "},
	} {
		if status, _, stderr := command(tc.args...); status != exitUsage || !strings.Contains(stderr, tc.want) {
			t.Errorf("%v: %d %s", tc.args, status, stderr)
		}
	}
}

func TestExplainInChinese(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := command("explain", "RDB_PRIMARY_KEY", "--lang", "zh")
	if status != exitPassed {
		t.Fatalf("%d %s", status, stderr)
	}
	for _, want := range []string{"\n## 为什么重要\n", "\n## 判断方法\n", "\n## 所需权限\n", "\n## 修复方法\n", "\n修复："} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing:\n%s", want, stdout)
		}
	}
}
