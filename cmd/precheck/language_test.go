package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/cmd/internal/demo"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/messagetest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
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
	for _, args := range [][]string{{"--lang", "zh", "--help"}, {"run", "--lang=zh-CN", "--help"},
		{"help", "--lang", "zh"}} {
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

// The help of every command fits a screen.
func TestHelpFits(t *testing.T) {
	t.Parallel()
	for _, lang := range message.Languages() {
		commands := [][]string{{}, {"completion", "bash"}, {"serve", "backup"}, {"serve", "hash-password"},
			{"help", "flags"}, {"help", "exit-codes"}, {"help", "environment"},
			{"help", "fleet"}, {"help", "agents"}}
		_, stdout, _ := command("__complete", "")
		for line := range strings.Lines(stdout) {
			if name, _, found := strings.Cut(line, "\t"); found {
				commands = append(commands, []string{name})
			}
		}
		if len(commands) < 20 {
			t.Fatalf("few commands: %v", commands)
		}
		for _, args := range commands {
			status, stdout, stderr := command(append(args, "--help", "--lang", lang)...)
			lines := strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
			if status != exitPassed || stderr != "" || len(lines) < 5 || len(lines) > 30 {
				t.Errorf("%s %v: status %d, %d lines, %s", lang, args, status, len(lines), stderr)
			}
			for _, line := range lines {
				if render.Columns(line) > helpColumns {
					t.Errorf("%s %v: wide: %s", lang, args, line)
				}
			}
		}
	}
}

// No flag is lost between the help of run and its rare flags, and all are completed.
func TestRareFlags(t *testing.T) {
	t.Parallel()
	_, usual, _ := command("run", "--help")
	_, rare, _ := command("help", "flags")
	_, completed, _ := command("__complete", "run", "--")
	for line := range strings.Lines(completed) {
		name, _, found := strings.Cut(line, "\t")
		if found && name != "--help" && strings.Contains(usual, name+" ") == strings.Contains(rare, name+" ") {
			t.Errorf("%s is not in exactly one of the helps", name)
		}
	}
	if !strings.Contains(completed, "--log-level\t") || !strings.Contains(rare, "--log-level ") {
		t.Errorf("%s%s", completed, rare)
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
		{[]string{"list", "--lang", "fr"}, `--lang: must be one of en, zh, or a tag of these languages such as ` +
			`zh-CN, got "fr"`},
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

// english returns the parts of the texts of catalogue and pages that only a text in English can contain: parts between
// placeholders with several words, unless the text in Chinese has them, too.
func english(t *testing.T) []string {
	t.Helper()
	var parts []string
	add := func(english, chinese string) {
		for _, part := range placeholder.Split(english, -1) {
			part = strings.TrimSpace(part)
			if len(sentence.FindAllString(part, -1)) >= 3 && !strings.Contains(chinese, part) {
				parts = append(parts, part)
			}
		}
	}
	root, err := messagetest.Root()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "datasource", "message", "en", "*.yaml"))
	if err != nil || files == nil {
		t.Fatal(err, files)
	}
	for _, file := range files {
		var texts, translated map[string]any
		for path, to := range map[string]*map[string]any{file: &texts,
			strings.Replace(file, "/en/", "/zh/", 1): &translated} {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := yaml.Unmarshal(data, to); err != nil {
				t.Fatal(err)
			}
		}
		for key, text := range texts {
			forms, ok := text.(map[string]any)
			if !ok {
				forms = map[string]any{"other": text}
			}
			for _, form := range forms {
				add(fmt.Sprint(form), fmt.Sprint(translated[key]))
			}
		}
	}
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range e.Checks() {
		chinese := c.PageIn("zh")
		add(c.Page.SkipConsequence, chinese.SkipConsequence)
		for _, texts := range [][2]map[string]checks.Wording{{c.Page.Wording, chinese.Wording},
			{c.Page.Notes, chinese.Notes}, {c.Page.NotChecked, chinese.NotChecked}, {c.Page.Terms, chinese.Terms}} {
			for key, w := range texts[0] {
				for _, text := range []string{w.Message, w.One, w.Several, w.Actual, w.Expected, w.Remedy} {
					add(text, fmt.Sprint(texts[1][key]))
				}
			}
		}
	}
	return parts
}

var (
	placeholder = regexp.MustCompile(`\{[a-z][A-Za-z0-9]*\}`)
	sentence    = regexp.MustCompile(`\b[a-z]{2,}\b`)
)

// A run in Chinese writes no text in English in any format, nor on its progress.
func TestRunInChinese(t *testing.T) {
	t.Parallel()
	source, err := demo.StartSource(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = source.Close() }()
	destination, err := demo.StartDestination(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = destination.Close() }()
	task := taskFile(t, fmt.Sprintf(`
name: demo
lang: zh-CN
phases: [SCHEMA, FULL, INCREMENTAL]
source: {type: MYSQL, host: %s, port: %d, user: precheck, password: demo}
destination: {type: MYSQL, host: %s, port: %d, user: precheck, password: demo}
objects: {mode: WILDCARD, include: ["*.*"], exclude: ["nothing.*"]}
skip: [{type: RDB_PRIMARY_KEY, objects: ["no.such"], reason: 测试}]
`, source.Host, source.Port, destination.Host, destination.Port))
	folder := t.TempDir()
	args := []string{"run", task, "--all", "--format", "table"}
	for _, format := range render.Formats()[1:] {
		args = append(args, "--format", string(format)+"="+filepath.Join(folder, string(format)))
	}
	texts := map[string]string{}
	status, stdout, stderr := command(args...)
	texts["table"], texts["stderr"] = stdout, stderr
	if status != exitFailed {
		t.Fatalf("%d %s", status, stderr)
	}
	for _, format := range render.Formats()[1:] {
		data, err := os.ReadFile(filepath.Join(folder, string(format)))
		if err != nil {
			t.Fatal(err)
		}
		texts[string(format)] = string(data)
	}
	_, texts["fix"], texts["stderr of fix"] = command("fix", "-o", "-", "--side", "source", "--from",
		filepath.Join(folder, "full"), "--lang", "zh")
	_, texts["list"], texts["stderr of list"] = command("list", "--task", task)
	_, texts["diff"], texts["stderr of diff"] = command("diff", filepath.Join(folder, "full"),
		filepath.Join(folder, "full"), "--lang", "zh")
	for _, name := range []string{"run", "fix", "prune", "diff", "serve", "agent", "submit", "watch", "runs", "summary",
		"cancel", "list", "explain", "init", "version", "help", "help environment", "help exit-codes", "help fleet",
		"help agents"} {
		args := append(strings.Fields(name), "--lang", "zh")
		if !strings.HasPrefix(name, "help ") {
			args = append(args, "--help")
		}
		_, texts["help of "+name], _ = command(args...)
	}
	parts := english(t)
	if len(parts) < 1000 {
		t.Fatalf("only %d texts are looked for", len(parts))
	}
	for name, text := range texts {
		if text != "" && !han.MatchString(text) {
			t.Errorf("%s is not in Chinese:\n%.2000s", name, text)
		}
		text = strings.Join(strings.Fields(text), " ")
		for _, part := range parts {
			if at := strings.Index(text, part); at >= 0 {
				t.Errorf("%s: …%s…", name, text[max(at-80, 0):min(at+len(part)+40, len(text))])
			}
		}
	}
}

var han = regexp.MustCompile(`\p{Han}`)
