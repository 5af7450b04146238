package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

// ErrMalformed means that a body is not a JSON object.
var ErrMalformed = errors.New("malformed JSON")

// Decode reads a JSON object into a request, which is a pointer to a struct. An empty body is an empty object. It
// returns the paths of the properties that the request does not have, in order. The error is ErrMalformed, or an
// engine.TaskErrors with every property whose value has the wrong type. No error shows a value.
func Decode(body []byte, request any) (unknown []string, err error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var root map[string]any
	if err := decoder.Decode(&root); err != nil || root == nil {
		return nil, ErrMalformed
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, ErrMalformed
	}
	var d decoding
	d.object(root, "", reflect.ValueOf(request).Elem())
	slices.Sort(d.unknown)
	if len(d.errs) > 0 {
		slices.SortFunc(d.errs, func(a, b engine.FieldError) int { return strings.Compare(a.Path, b.Path) })
		return d.unknown, d.errs
	}
	return d.unknown, nil
}

type decoding struct {
	unknown []string
	errs    engine.TaskErrors
}

func (d *decoding) fail(path string, text message.Text) {
	d.errs = append(d.errs, engine.FieldError{Path: path, Text: text})
}

// normal returns a property's name as names are compared: the case and spaces around it do not matter.
func normal(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// propertiesOf returns the index of each field of a struct type by its normal name.
func propertiesOf(t reflect.Type) map[string][]int {
	names := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || name == "" || name == "-" {
			continue
		}
		names[normal(name)] = f.Index
		for _, alias := range strings.Fields(f.Tag.Get("alias")) {
			names[normal(alias)] = f.Index
		}
	}
	return names
}

func nameOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// object reads the properties of an object into a struct.
func (d *decoding) object(from map[string]any, path string, to reflect.Value) {
	known := propertiesOf(to.Type())
	names := make([]string, 0, len(from))
	for name := range from {
		names = append(names, name)
	}
	slices.Sort(names)
	seen := map[string]bool{}
	for _, name := range names {
		index, ok := known[normal(name)]
		if !ok {
			d.unknown = append(d.unknown, join(path, name))
			continue
		}
		field := to.Type().FieldByIndex(index)
		at := join(path, nameOf(field))
		if seen[at] {
			d.fail(at, message.New("engine.field.duplicate"))
			continue
		}
		seen[at] = true
		d.value(from[name], at, to.FieldByIndex(index))
	}
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

// value reads one value. null leaves the field as it is.
func (d *decoding) value(from any, path string, to reflect.Value) {
	if from == nil {
		return
	}
	switch to.Kind() {
	case reflect.Pointer:
		value := reflect.New(to.Type().Elem())
		before := len(d.errs)
		d.value(from, path, value.Elem())
		if len(d.errs) == before && !(from == "" && value.Elem().Kind() != reflect.String) {
			to.Set(value)
		}
	case reflect.Struct:
		object, ok := from.(map[string]any)
		if !ok {
			d.fail(path, message.New("api.field.object"))
			return
		}
		d.object(object, path, to)
	case reflect.Slice:
		d.list(from, path, to)
	case reflect.Map:
		object, ok := from.(map[string]any)
		if !ok {
			d.fail(path, message.New("api.field.object"))
			return
		}
		to.Set(reflect.MakeMapWithSize(to.Type(), len(object)))
		for name, one := range object {
			value := reflect.New(to.Type().Elem()).Elem()
			d.value(one, join(path, name), value)
			to.SetMapIndex(reflect.ValueOf(name), value)
		}
	case reflect.Interface:
		to.Set(reflect.ValueOf(from))
	default:
		d.scalar(from, path, to)
	}
}

// list reads a list, or a single element that stands for a list of one. A string may hold several texts, separated by
// commas.
func (d *decoding) list(from any, path string, to reflect.Value) {
	elements, ok := from.([]any)
	switch text, isText := from.(string); {
	case ok:
	case isText && to.Type().Elem().Kind() == reflect.String:
		for _, part := range strings.Split(text, ",") {
			if part = strings.TrimSpace(part); part != "" {
				elements = append(elements, part)
			}
		}
	default:
		if _, isObject := from.(map[string]any); !isObject || to.Type().Elem().Kind() != reflect.Struct {
			d.fail(path, message.New("api.field.list"))
			return
		}
		elements = []any{from}
	}
	list := reflect.MakeSlice(to.Type(), len(elements), len(elements))
	for i, element := range elements {
		d.value(element, fmt.Sprintf("%s[%d]", path, i), list.Index(i))
	}
	to.Set(list)
}

// scalar reads a string, a number or a boolean, each of which may be written as one of the others.
func (d *decoding) scalar(from any, path string, to reflect.Value) {
	var text string
	switch v := from.(type) {
	case string:
		text = v
	case json.Number:
		text = v.String()
	case bool:
		text = strconv.FormatBool(v)
	default:
		d.fail(path, message.New("api.field.scalar"))
		return
	}
	switch to.Kind() {
	case reflect.String:
		to.SetString(text)
	case reflect.Bool:
		switch normal(text) {
		case "true", "1":
			to.SetBool(true)
		case "false", "0", "":
			to.SetBool(false)
		default:
			d.fail(path, message.New("api.field.boolean"))
		}
	default:
		if text = normal(text); text == "" {
			return
		}
		number, ok := integer(text)
		if !ok || to.OverflowInt(number) {
			d.fail(path, message.New("api.field.integer"))
			return
		}
		to.SetInt(number)
	}
}

// integer reads an integer, which may be written as 1.0 or 1e3.
func integer(text string) (int64, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	if len(text) > 40 { // an exponent may stand for more digits than fit into memory
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f < -1<<62 || f > 1<<62 {
		return 0, false
	}
	n, accuracy := big.NewFloat(f).Int64()
	return n, accuracy == big.Exact
}
