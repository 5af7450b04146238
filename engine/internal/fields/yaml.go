package fields

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/internal/files"
)

// maxExpanded bounds a document whose aliases are replaced by what they refer to, in bytes of its texts plus one
// for each node.
const maxExpanded = 2 * files.MaxTask

// document reads the root of a YAML or JSON document; more reports whether another document follows.
func document(name string, data []byte) (root *yaml.Node, more bool, err error) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	var d yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(plainJSON(data)))
	if err := decoder.Decode(&d); err != nil && !errors.Is(err, io.EOF) {
		return nil, false, Errors{syntaxError(name, data, err)}
	}
	if len(d.Content) == 0 {
		return nil, false, Errors{{File: name, Line: 1, Text: message.New("engine.file.empty")}}
	}
	sizes := expansion{}
	if sizes.of(d.Content[0]) > maxExpanded {
		return nil, false, Errors{{File: name, Line: sizes.line, Text: message.New("engine.file.aliases",
			"limit", message.Bytes(maxExpanded))}}
	}
	return d.Content[0], !errors.Is(decoder.Decode(&yaml.Node{}), io.EOF), nil
}

// expansion measures a document.
type expansion struct {
	anchors map[*yaml.Node]int // sizes of the nodes that aliases can refer to
	line    int                // of the alias that exceeds the limit
}

// of returns the size of a node. It is more than maxExpanded if a node contains itself.
func (e *expansion) of(n *yaml.Node) int {
	if n.Kind == yaml.AliasNode {
		size, measured := e.anchors[n.Alias]
		if !measured { // the alias is inside the node that it refers to
			size = maxExpanded + 1
		}
		if size > maxExpanded && e.line == 0 {
			e.line = n.Line
		}
		return size
	}
	size := 1 + len(n.Value)
	for _, child := range n.Content {
		if size += e.of(child); size > maxExpanded {
			if e.line == 0 {
				e.line = child.Line
			}
			break
		}
	}
	if n.Anchor != "" {
		if e.anchors == nil {
			e.anchors = map[*yaml.Node]int{}
		}
		e.anchors[n] = size
	}
	return size
}

// syntaxError returns an error of the YAML library, which reads "yaml: line 7: …".
func syntaxError(name string, data []byte, err error) Error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if anchor, ok := strings.CutPrefix(text, "unknown anchor '"); ok { // its name may be a password
		anchor, _, _ = strings.Cut(anchor, "'")
		return Error{File: name, Line: lineAt(data, bytes.Index(data, []byte("*"+anchor))),
			Text: message.New("engine.file.unquoted", "character", "*")}
	}
	e := Error{File: name, Line: 1}
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if number, problem, ok := strings.Cut(rest, ": "); ok {
			if line, err := strconv.Atoi(number); err == nil {
				e.Line, text = line, problem
			}
		}
		if ofParser(text) {
			e.Line = min(e.Line+1, lineAt(data, len(data)))
		}
	} else if at := invalid(data); at >= 0 {
		e.Line = lineAt(data, at)
	}
	e.Text = message.New("engine.file.syntax", "problem", text)
	return e
}

// ofParser reports whether the library found a problem after it had split the text into tokens. It counts the lines
// of these from 0, and the others from 1.
func ofParser(problem string) bool {
	return slices.ContainsFunc([]string{"expected ','", "expected key", "expected '-'", "expected node", "expected <",
		"undefined tag", "duplicate %", "incompatible YAML"},
		func(words string) bool { return strings.Contains(problem, words) })
}

// invalid returns the position of the first byte that YAML does not allow, or -1.
func invalid(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 || r < ' ' && !strings.ContainsRune("\t\n\r", r) ||
			r >= '\x7f' && r < '\u00a0' && r != '\u0085' {
			return i
		}
		i += size
	}
	return -1
}

func lineAt(data []byte, at int) int { return 1 + bytes.Count(data[:max(at, 0)], []byte("\n")) }
