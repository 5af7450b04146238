package fields

import (
	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/datasource"
)

// Part returns a File that reads a node of f as a file of its own. The paths of its errors begin at the node; prompts
// show them after path.
func (f *File) Part(root *yaml.Node, path string) *File {
	part := &File{name: f.name, options: f.options, Root: root, first: root.Line, unread: map[string]bool{},
		positions: map[*yaml.Node]map[string]int{}}
	if prompt := f.options.Prompt; prompt != nil {
		part.options.Prompt = func(field string, e datasource.Endpoint) (string, error) {
			return prompt(path+"."+field, e)
		}
	}
	return part
}

// Merge returns a mapping with the fields of n, and those of defaults that n does not have. Mappings that both have
// under one name are merged, too, unless whole reports that the one of n replaces the other. A null of n removes a
// default.
func Merge(defaults, n *yaml.Node, path string, whole func(path string, defaults, n *yaml.Node) bool) *yaml.Node {
	n = resolve(n)
	if defaults == nil || n.Kind != yaml.MappingNode {
		return n
	}
	if defaults = resolve(defaults); defaults.Kind != yaml.MappingNode || whole(path, defaults, n) {
		return n
	}
	of := map[string]*yaml.Node{}
	for i := 0; i+1 < len(defaults.Content); i += 2 {
		of[defaults.Content[i].Value] = defaults.Content[i+1]
	}
	merged := *n
	merged.Content = nil
	has := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		has[key.Value] = true
		at := key.Value
		if path != "" {
			at = path + "." + at
		}
		merged.Content = append(merged.Content, key, Merge(of[key.Value], n.Content[i+1], at, whole))
	}
	for i := 0; i+1 < len(defaults.Content); i += 2 {
		if key := defaults.Content[i]; !has[key.Value] {
			merged.Content = append(merged.Content, key, defaults.Content[i+1])
		}
	}
	return &merged
}

// Lines returns the first and the last line of a node, without what its aliases refer to.
func Lines(n *yaml.Node) (first, last int) {
	first, last = n.Line, n.Line
	for _, child := range n.Content {
		_, end := Lines(child)
		last = max(last, end)
	}
	return first, last
}
