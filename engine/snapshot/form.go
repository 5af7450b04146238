package snapshot

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// form identifies the structure of the values of a fact: it differs if a field is added, removed or changes its type.
func form(fact datasource.AnyFact) string {
	var b strings.Builder
	describe(&b, fact.Type(), nil)
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:8])
}

func describe(b *strings.Builder, t reflect.Type, within []reflect.Type) {
	for _, outer := range within {
		if outer == t {
			b.WriteString("recursive")
			return
		}
	}
	within = append(within, t)
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		b.WriteString(t.Kind().String() + " ")
		describe(b, t.Elem(), within)
	case reflect.Map:
		b.WriteString("map ")
		describe(b, t.Key(), within)
		describe(b, t.Elem(), within)
	case reflect.Struct:
		if t.PkgPath() == "time" {
			b.WriteString(t.Name())
			return
		}
		b.WriteString("{")
		for i := range t.NumField() {
			f := t.Field(i)
			fmt.Fprintf(b, "%s %q ", f.Name, f.Tag.Get("json"))
			describe(b, f.Type, within)
			b.WriteString(";")
		}
		b.WriteString("}")
	default:
		b.WriteString(t.Kind().String())
	}
}

// largest returns the sizes of the largest element of a list and of the largest entry of a map that a value of a type
// can contain, in bytes.
func largest(t reflect.Type) (element, entry int64) {
	seen := map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(t reflect.Type) {
		if seen[t] {
			return
		}
		seen[t] = true
		switch t.Kind() {
		case reflect.Pointer:
			element = max(element, int64(t.Elem().Size())+8)
			visit(t.Elem())
		case reflect.Slice:
			element = max(element, int64(t.Elem().Size()))
			visit(t.Elem())
		case reflect.Map:
			const overhead = 64
			entry = max(entry, int64(t.Key().Size()+t.Elem().Size())+overhead)
			element = max(element, entry) // some maps are lists in JSON
			visit(t.Key())
			visit(t.Elem())
		case reflect.Struct:
			for i := range t.NumField() {
				visit(t.Field(i).Type)
			}
		}
	}
	visit(t)
	return element, entry
}

// memory returns an upper bound of the bytes that a value of a type takes, if it is decoded from a JSON text.
func memory(t reflect.Type, text []byte) int64 {
	element, entry := largest(t)
	const decoding = 64 // of an element in another form than that of the value
	element += decoding
	bytes := int64(len(text))
	inString, lists := false, []bool{false}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '[' || c == '{':
			lists = append(lists, c == '[')
			bytes += element
		case (c == ']' || c == '}') && len(lists) > 1:
			lists = lists[:len(lists)-1]
		case c == ',' && lists[len(lists)-1]:
			if next := text[min(i+1, len(text)-1)]; next != '{' && next != '[' { // these are counted
				bytes += element
			}
		case c == ',':
			bytes += entry
		}
	}
	return bytes
}
