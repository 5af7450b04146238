// Package taskedit changes a task file and keeps its comments, order and formatting.
package taskedit

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/datasource/message"
)

// ErrForm means that a task file has a form that cannot be edited, such as an alias in place of the list.
var ErrForm = message.Err("engine.taskedit.form")

// Exclude returns a task file, in YAML or JSON, that also excludes the patterns: with more elements of its list
// objects.exclude, which is added if the file does not have it. It fails with ErrForm.
func Exclude(file []byte, patterns []string) ([]byte, error) {
	if len(patterns) == 0 {
		return file, nil
	}
	for _, at := range places(file) {
		edited := slices.Concat(file[:at.offset], []byte(at.text(patterns)), file[at.offset:])
		if excludes(edited, file, patterns) {
			return edited, nil
		}
	}
	return nil, ErrForm
}

// place is where the patterns can be inserted.
type place struct {
	offset int
	text   func(patterns []string) string
}

// places lists where the patterns may be inserted, the best first. Where the list or the object ends is a guess.
func places(file []byte) []place {
	text, bom := bytes.CutPrefix(file, []byte("\uFEFF"))
	if !bom {
		text = file
	}
	var document yaml.Node
	if yaml.Unmarshal(sameLength(text), &document) != nil || len(document.Content) == 0 {
		return nil
	}
	lines := newLines(file, len(file)-len(text))
	_, objects := field(document.Content[0], "objects")
	if objects == nil || objects.Kind != yaml.MappingNode || len(objects.Content) == 0 {
		return nil
	}
	key, list := field(objects, "exclude")
	switch {
	case key == nil:
		return lines.newList(objects)
	case list.Kind == yaml.SequenceNode:
		return lines.longerList(list)
	case list.Tag == "!!null" && list.Value == "":
		after := lines.offset(key) + len("exclude:")
		return []place{{after, func(p []string) string { return " [" + joined(p) + "]" }}}
	}
	return nil
}

// newList returns where the field exclude can be added.
func (l lines) newList(objects *yaml.Node) []place {
	first := objects.Content[0]
	name := "exclude"
	if first.Style&yaml.DoubleQuotedStyle != 0 {
		name = `"exclude"`
	}
	if objects.Style&yaml.FlowStyle != 0 {
		return []place{{l.offset(objects) + 1, func(p []string) string { return name + ": [" + joined(p) + "], " }}}
	}
	indent := l.indentation(first)
	field := func(p []string) string { return name + ":" + l.end + l.block(indent+"  ", p) }
	return []place{
		{l.after(objects), func(p []string) string { return l.missingEnd(objects) + indent + field(p) }},
		{l.offset(first), func(p []string) string { return field(p) + indent }},
	}
}

// longerList returns where elements can be added to a list.
func (l lines) longerList(list *yaml.Node) []place {
	if list.Style&yaml.FlowStyle != 0 {
		comma := ""
		if len(list.Content) > 0 {
			comma = ", "
		}
		return []place{{l.offset(list) + 1, func(p []string) string { return joined(p) + comma }}}
	}
	indent := l.indentation(list)
	return []place{
		{l.after(list), func(p []string) string { return l.missingEnd(list) + l.block(indent, p) }},
		{l.offset(list), func(p []string) string { return strings.TrimPrefix(l.block(indent, p), indent) + indent }},
	}
}

// lines are those of a file.
type lines struct {
	file   []byte
	starts []int
	end    string // of a line
}

func newLines(file []byte, start int) lines {
	l := lines{file, []int{start}, "\n"}
	for i, b := range file {
		if b == '\n' || b == '\r' && !bytes.HasPrefix(file[i+1:], []byte("\n")) {
			l.starts = append(l.starts, i+1)
		}
	}
	if bytes.Contains(file, []byte("\r\n")) {
		l.end = "\r\n"
	}
	return l
}

// offset returns where a node starts.
func (l lines) offset(n *yaml.Node) int {
	at := l.starts[n.Line-1]
	for range n.Column - 1 {
		_, size := utf8.DecodeRune(l.file[at:])
		at += size
	}
	return min(at, len(l.file))
}

// indentation returns what precedes a node of a block in its line.
func (l lines) indentation(n *yaml.Node) string { return strings.Repeat(" ", n.Column-1) }

// after returns where the line after a node starts.
func (l lines) after(n *yaml.Node) int {
	if line := lastLine(n); line < len(l.starts) {
		return l.starts[line]
	}
	return len(l.file)
}

// missingEnd returns the end of a node's last line if the file does not have it.
func (l lines) missingEnd(n *yaml.Node) string {
	if at := l.after(n); at > 0 && !strings.ContainsRune("\r\n", rune(l.file[at-1])) {
		return l.end
	}
	return ""
}

// block returns the patterns as lines of a block.
func (l lines) block(indent string, patterns []string) string {
	var b strings.Builder
	for _, p := range patterns {
		b.WriteString(indent + "- " + quoted(p) + l.end)
	}
	return b.String()
}

// lastLine returns the last line in which a part of a node starts.
func lastLine(n *yaml.Node) int {
	last := n.Line
	for _, child := range n.Content {
		last = max(last, lastLine(child))
	}
	return last
}

func field(n *yaml.Node, name string) (key, value *yaml.Node) {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == name {
				return n.Content[i], n.Content[i+1]
			}
		}
	}
	return nil, nil
}

func joined(patterns []string) string {
	var all []string
	for _, p := range patterns {
		all = append(all, quoted(p))
	}
	return strings.Join(all, ", ")
}

// quoted returns a text in the quotes of JSON, which YAML reads, too.
func quoted(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string is always encoded
	return strings.TrimSuffix(b.String(), "\n")
}

// sameLength replaces the escapes of a JSON document that the YAML library does not read by others of their length.
func sameLength(file []byte) []byte {
	if !json.Valid(file) {
		return file
	}
	plain := slices.Clone(file)
	for i := 0; i+1 < len(plain); i++ {
		if plain[i] != '\\' {
			continue
		}
		switch plain[i+1] {
		case '/':
			plain[i] = '/'
		case 'u':
			copy(plain[i:], "uuuuuu")
		}
		i++
	}
	return plain
}

// excludes reports whether a file differs from another one by more excluded patterns, and by nothing else.
func excludes(edited, file []byte, patterns []string) bool {
	content, err := decode(file)
	more, errMore := decode(edited)
	if err != nil || errMore != nil {
		return false
	}
	want, got := slices.Concat(takeExcluded(content), patterns), takeExcluded(more)
	slices.Sort(want)
	slices.Sort(got)
	return slices.Equal(want, got) && reflect.DeepEqual(content, more)
}

// decode returns the contents of a file.
func decode(file []byte) (any, error) {
	file = bytes.TrimPrefix(file, []byte("\uFEFF"))
	var content any
	unmarshal := yaml.Unmarshal
	if json.Valid(file) {
		unmarshal = json.Unmarshal
	}
	err := unmarshal(file, &content)
	return content, err
}

// takeExcluded removes the excluded patterns from the contents of a file, and returns them.
func takeExcluded(content any) []string {
	task, _ := content.(map[string]any)
	objects, _ := task["objects"].(map[string]any)
	list, _ := objects["exclude"].([]any)
	delete(objects, "exclude")
	var patterns []string
	for _, element := range list {
		text, _ := element.(string)
		patterns = append(patterns, text)
	}
	return patterns
}
