package wire

import (
	"fmt"
	"reflect"
	"slices"
)

// TransferFields returns the paths of the fields of a request that are set and concern only the transfer, in order. A
// precheck accepts and ignores them.
func TransferFields(request any) []string {
	var found []string
	walk(reflect.ValueOf(request), "", false, &found)
	slices.Sort(found)
	return slices.Compact(found)
}

func walk(v reflect.Value, path string, transfer bool, found *[]string) {
	if transfer {
		if !v.IsZero() {
			*found = append(*found, path)
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			walk(v.Elem(), path, false, found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i), false, found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name := join(path, nameOf(f))
			if f.Anonymous {
				name = path
			}
			walk(v.Field(i), name, f.Tag.Get("oms") == "transfer", found)
		}
	}
}
