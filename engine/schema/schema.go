package schema

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"strconv"
)

// draft is the identifier of the JSON Schema draft of both schemas.
const draft = "https://json-schema.org/draft/2020-12/schema"

// full is the schema of the format full, which a test keeps equal to the types of package render.
//
//go:embed full.json
var full []byte

// Full returns the JSON Schema of results of the format full.
func Full() []byte { return bytes.Clone(full) }

// Task returns the JSON Schema of task files.
func Task() []byte {
	root, _ := Find("")
	s := root.schema()
	s["$schema"], s["title"] = draft, root.Doc.String()
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(s); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// definition is a part of a JSON Schema.
type definition map[string]any

// durations and sizes are what time.ParseDuration and units.RAMInBytes read.
const (
	durations = `^\+?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h))+$`
	sizes     = `^[0-9]+(\.[0-9]+)? ?([kKmMgGtTpP]([iI]?[bB])?|[bB])?$`
)

// schema returns the schema of a field's value.
func (f Field) schema() definition {
	s := f.value()
	if f.Values != nil {
		s["enum"] = f.Values
	}
	if f.List {
		s = definition{"type": "array", "items": s}
	}
	s["description"] = f.Doc.String()
	switch {
	case f.Default == "":
	case f.Kind == Number:
		s["default"], _ = strconv.Atoi(f.Default)
	case f.Kind == Flag:
		s["default"] = f.Default == "true"
	default:
		s["default"] = f.Default
	}
	return s
}

// value returns the schema of a value of the field's kind.
func (f Field) value() definition {
	text := definition{"type": "string"}
	switch f.Kind {
	case Text:
		return text
	case Flag:
		return definition{"type": "boolean"}
	case Number:
		return definition{"type": "integer", "minimum": f.Least}
	case Duration:
		return definition{"type": "string", "pattern": durations}
	case Size:
		return definition{"type": []string{"string", "integer"}, "pattern": sizes, "exclusiveMinimum": 0}
	case Variable:
		return definition{"oneOf": []definition{text, exactly("env", text)}}
	case Password:
		return definition{"oneOf": []definition{text, exactly("env", text), exactly("file", text),
			exactly("prompt", definition{"const": true})}}
	case Flags:
		return definition{"type": "object", "additionalProperties": definition{"type": "boolean"}}
	case Texts:
		return definition{"oneOf": []definition{text, {"type": "array", "items": text}}}
	}
	properties, required := definition{}, []string{}
	for _, one := range f.Fields {
		properties[one.Name] = one.schema()
		if one.Required {
			required = append(required, one.Name)
		}
	}
	s := definition{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

// exactly returns the schema of an object with one property.
func exactly(name string, value definition) definition {
	return definition{"type": "object", "properties": definition{name: value}, "required": []string{name},
		"additionalProperties": false}
}
