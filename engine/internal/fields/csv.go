package fields

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/datasource/message"
)

// Columns say how the cells of a CSV file are read that are not one text.
type Columns struct {
	Lists []string // their elements are separated by semicolons
	YAML  []string // they are YAML, such as [{name: shop}]
}

// NewCSV parses a CSV file as RFC 4180 describes it. Each column of its header names a field, such as source.host.
// Root is the list of the records as mappings; an empty cell is a field that is not there. header is a mapping of the
// columns without values; nil if there is none. Errs has the errors of records that could not be read. They show name.
func NewCSV(name string, data []byte, o Options, c Columns) (f *File, header *yaml.Node, err error) {
	f = &File{name: name, options: o, Root: &yaml.Node{Kind: yaml.SequenceNode, Line: 1}, first: 1,
		unread: map[string]bool{}, positions: map[*yaml.Node]map[string]int{}}
	if !utf8.Valid(data) {
		return nil, nil, Errors{{File: name, Line: lineAt(data, invalid(data)), Text: message.New("engine.csv.utf8")}}
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF"))))
	r.FieldsPerRecord = -1
	var columns []string
	for {
		record, err := r.Read()
		var wrong *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return f, header, nil
		case errors.As(err, &wrong):
			f.Errs.Add(Error{File: name, Line: wrong.Line,
				Text: message.New("engine.csv.syntax", "problem", wrong.Err)})
			return f, header, nil
		case err != nil:
			return nil, nil, err
		}
		line, _ := r.FieldPos(0)
		if columns == nil {
			columns, header = record, headerOf(record, line)
			continue
		}
		if strings.Join(record, "") == "" {
			continue
		}
		if len(record) != len(columns) {
			f.Errs.Add(Error{File: name, Line: line, Text: message.New("engine.csv.cells", "got", len(record),
				"want", len(columns))})
			continue
		}
		task := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: line}
		for i, cell := range record {
			if cell == "" {
				continue
			}
			line, _ := r.FieldPos(i)
			column := strings.TrimSpace(columns[i])
			value, err := c.cell(column, cell, line)
			if err != nil {
				f.Errs.Add(syntaxErrorOfCell(name, column, line, err))
				continue
			}
			set(task, strings.Split(column, "."), value, line)
		}
		f.Root.Content = append(f.Root.Content, task)
	}
}

// headerOf returns a mapping of the columns without values.
func headerOf(columns []string, line int) *yaml.Node {
	header := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: line}
	for _, column := range columns {
		set(header, strings.Split(strings.TrimSpace(column), "."),
			&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Line: line}, line)
	}
	return header
}

// cell returns the value of a cell.
func (c Columns) cell(column, cell string, line int) (*yaml.Node, error) {
	for _, name := range c.YAML {
		if name != column {
			continue
		}
		var d yaml.Node
		if err := yaml.Unmarshal([]byte(cell), &d); err != nil {
			return nil, err
		}
		if len(d.Content) == 0 { // a comment
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Line: line}, nil
		}
		move(d.Content[0], line-1)
		return d.Content[0], nil
	}
	for _, name := range c.Lists {
		if name != column {
			continue
		}
		list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: line}
		for element := range strings.SplitSeq(cell, ";") {
			if element = strings.TrimSpace(element); element != "" {
				list.Content = append(list.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: element, Line: line})
			}
		}
		return list, nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: cell, Line: line}, nil
}

// syntaxErrorOfCell returns the error of a cell that is not YAML.
func syntaxErrorOfCell(name, column string, line int, err error) Error {
	e := syntaxError(name, nil, err)
	return Error{File: name, Line: line, Path: column, Text: e.Text}
}

// move adds to the lines of a node.
func move(n *yaml.Node, lines int) {
	n.Line += lines
	for _, child := range n.Content {
		move(child, lines)
	}
}

// set adds a field to a mapping, and the mappings that enclose it.
func set(n *yaml.Node, names []string, value *yaml.Node, line int) {
	name := names[0]
	if len(names) > 1 {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == name && n.Content[i+1].Kind == yaml.MappingNode {
				set(n.Content[i+1], names[1:], value, line)
				return
			}
		}
		inner := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: line}
		set(inner, names[1:], value, line)
		value = inner
	}
	n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name, Line: line}, value)
}
