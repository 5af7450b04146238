package omsapi

import (
	_ "embed"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

//go:embed openapi.yaml
var openAPITexts []byte

// openAPI answers the description of the API.
func (s *Server) openAPI(w http.ResponseWriter, _ *http.Request) {
	s.write(w, http.StatusOK, openAPIDocument())
}

// object is a JSON object.
type object = map[string]any

// texts are the texts and examples of openapi.yaml.
type texts struct {
	Info   object
	Routes map[string]struct {
		Summary, Type string
		Open          bool // without authentication
	}
	Statuses map[string]string
	Transfer string // the description of a field that concerns only the transfer
	Actions  map[string]struct {
		Summary string
		Request object
		Data    any
	}
}

// openAPIDocument returns the description of the API as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html).
var openAPIDocument = sync.OnceValue(func() object {
	var t texts
	if err := yaml.Unmarshal(openAPITexts, &t); err != nil {
		panic(err)
	}
	b := schemas{object{}, t.Transfer}
	b.of(reflect.TypeFor[wire.ErrorDetail](), true)
	b.of(reflect.TypeFor[wire.RunChange](), true)
	b.components["Error"] = b.envelope(object{"type": "null"}, false)
	var s Server
	var names []string
	requests, answers := []any{}, []any{}
	requestExamples, answerExamples := object{}, object{}
	summaries := []string{}
	for _, a := range s.allActions() {
		text := t.Actions[a.name]
		names = append(names, a.name)
		summaries = append(summaries, "- `"+a.name+"`: "+text.Summary)
		request := b.of(reflect.TypeOf(a.request()).Elem(), false)
		b.components[a.name+"Request"] = object{"allOf": []any{request}, "description": text.Summary}
		data := object{"type": "null"}
		if a.data != nil {
			data = b.of(reflect.TypeOf(a.data), true)
		}
		if a.name == "GetPreCheckResult" {
			data = object{"anyOf": []any{data, b.of(reflect.TypeFor[engine.DataCE](), true)}}
		}
		b.components[a.name+"Answer"] = b.envelope(data, true)
		requests = append(requests, ref(a.name+"Request"))
		answers = append(answers, ref(a.name+"Answer"))
		requestExamples[a.name] = object{"summary": text.Summary, "value": text.Request}
		answerExamples[a.name] = object{"value": example(text.Data)}
	}
	responses := object{"200": object{"description": t.Statuses["200"],
		"headers": object{"X-Request-Id": object{"schema": object{"type": "string"}}},
		"content": object{"application/json": object{"schema": object{"anyOf": append(answers, ref("Error"))},
			"examples": answerExamples}}}}
	for status, description := range t.Statuses {
		if status == "200" {
			continue
		}
		responses[status] = object{"description": description,
			"content": object{"application/json": object{"schema": ref("Error")}}}
	}
	header := func(name string, values ...any) object {
		schema := object{"type": "string"}
		if values != nil {
			schema["enum"] = values
		}
		return object{"name": name, "in": "header", "required": false, "schema": schema}
	}
	action := make([]any, len(names))
	for i, name := range names {
		action[i] = name
	}
	paths := object{"/api/v2": object{"post": object{"operationId": "call", "summary": strings.Join(names, ", "),
		"description": strings.Join(summaries, "\n"),
		"parameters": []any{
			object{"name": "Action", "in": "query", "required": true, "schema": object{"type": "string",
				"enum": action}},
			header("Idempotency-Key"), header("X-Language", "en", "en-us", "zh-cn"), header("X-OMS-Edition", "EE",
				"CE"),
			header(csrfHeader)},
		"requestBody": object{"required": true, "content": object{"application/json": object{
			"schema": object{"anyOf": requests}, "examples": requestExamples}}},
		"responses": responses}}}
	for path, route := range t.Routes {
		content := object{"application/json": object{"schema": object{}}}
		if route.Type != "" {
			content = object{route.Type: object{"schema": object{"type": "string"}}}
		}
		get := object{"summary": route.Summary,
			"responses": object{"200": object{"description": "OK", "content": content}}}
		if route.Open {
			get["security"] = []any{}
		}
		if strings.Contains(path, "{id}") {
			get["parameters"] = []any{object{"name": "id", "in": "path", "required": true,
				"schema": object{"type": "string"}}}
		}
		paths[path] = object{"get": get}
	}
	return object{"openapi": "3.1.0", "info": t.Info, "paths": paths,
		"security": []any{object{"basic": []any{}}, object{"bearer": []any{}}, object{"session": []any{}}},
		"components": object{"schemas": b.components, "securitySchemes": object{
			"basic": object{"type": "http", "scheme": "basic"}, "bearer": object{"type": "http", "scheme": "bearer"},
			"session": object{"type": "apiKey", "in": "cookie", "name": "precheck"}}}}
})

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }

func example(data any) object {
	return object{"success": true, "errorDetail": nil, "code": nil, "message": nil, "advice": nil,
		"requestId": "3b1ad52a-6b0f-4ad9-9f6e-7e3f4d1f0c55", "pageNumber": nil, "pageSize": nil, "totalCount": nil,
		"cost": "4 ms", "data": data}
}

// schemas are the schemas of Go types, by their names.
type schemas struct {
	components object
	transfer   string // the description of a field that concerns only the transfer
}

// envelope returns the schema of an answer.
func (b schemas) envelope(data object, success bool) object {
	text := object{"type": []any{"string", "null"}}
	number := object{"type": []any{"integer", "null"}}
	detail := object{"anyOf": []any{ref("ErrorDetail"), object{"type": "null"}}}
	if success {
		detail = object{"type": "null"}
	}
	properties := object{"success": object{"const": success}, "errorDetail": detail, "code": text, "message": text,
		"advice": text, "requestId": object{"type": "string"}, "pageNumber": number, "pageSize": number,
		"totalCount": number, "cost": object{"type": "string", "pattern": `^\d+ ms$`}, "data": data}
	required := []any{}
	for name := range properties {
		required = append(required, name)
	}
	return object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

// enums are the values of string types.
var enums = map[reflect.Type][]any{
	reflect.TypeFor[engine.ProjectStatus](): {"INIT", "PENDING", "RUNNING", "FAILED", "FINISHED", "SKIPPED"},
	reflect.TypeFor[engine.ItemStatus]():    {"PENDING", "RUNNING", "PASSED", "WARNING", "FAILED", "SKIPPED"},
	reflect.TypeFor[checks.Side]():          {"SOURCE", "DEST"},
	reflect.TypeFor[checks.Role]():          {"MASTER", "SLAVE", "MASTER_SLAVE"},
	reflect.TypeFor[wire.ErrorLevel]():      {"FATAL", "ERROR", "WARNING", "CRITICAL"},
}

// of returns the schema of a type. strict: of an answer, in which every property is present and no other.
func (b schemas) of(t reflect.Type, strict bool) object {
	if values, ok := enums[t]; ok {
		return object{"type": "string", "enum": values}
	}
	switch t.Kind() {
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Pointer:
		return object{"anyOf": []any{b.of(t.Elem(), strict), object{"type": "null"}}}
	case reflect.Slice:
		list := object{"type": "array", "items": b.of(t.Elem(), strict)}
		return object{"anyOf": []any{list, object{"type": "null"}}}
	case reflect.Map:
		return object{"type": []any{"object", "null"}, "additionalProperties": b.of(t.Elem(), strict)}
	case reflect.Struct:
		return b.structure(t, strict)
	}
	return object{}
}

// structure returns a reference to the schema of a struct.
func (b schemas) structure(t reflect.Type, strict bool) object {
	name := t.Name()
	if !strict && !strings.HasSuffix(name, "Request") {
		name += "Input"
	} else if !strict {
		name = strings.TrimSuffix(name, "Request") + "Body"
	}
	if _, known := b.components[name]; known {
		return ref(name)
	}
	properties := object{}
	b.components[name] = properties // ends the recursion
	required := []any{}
	for _, f := range reflect.VisibleFields(t) {
		property, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || property == "" || property == "-" {
			continue
		}
		schema := b.of(f.Type, strict)
		if f.Tag.Get("oms") == "transfer" {
			schema["description"] = b.transfer
		}
		properties[property] = schema
		if strict && !strings.Contains(options, "omitempty") {
			required = append(required, property)
		}
	}
	schema := object{"type": "object", "properties": properties}
	if strict {
		slices.SortFunc(required, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		schema["required"], schema["additionalProperties"] = required, false
	}
	b.components[name] = schema
	return ref(name)
}
