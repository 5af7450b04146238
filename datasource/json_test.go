package datasource_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
)

// exported lets go-cmp compare unexported fields.
var exported = cmp.Exporter(func(reflect.Type) bool { return true })

// filler fills values with distinct, non-zero data.
type filler struct{ n int }

func (f *filler) next() int { f.n++; return f.n }

func (f *filler) fill(t *testing.T, v reflect.Value) {
	t.Helper()
	if _, ok := v.Interface().(time.Time); ok {
		v.Set(reflect.ValueOf(time.Date(2026, 1, 2, 3, 4, 5, f.next(), time.UTC)))
		return
	}
	if v.Kind() == reflect.Struct && v.FieldByName("chunks").IsValid() {
		f.fillTables(t, v)
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.next()))
	case reflect.Uint16, reflect.Uint64:
		v.SetUint(uint64(f.next()))
	case reflect.Float64:
		v.SetFloat(float64(f.next()) + 0.25)
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d “ü” .", f.next()))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(t, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(t, v.Index(0))
		f.fill(t, v.Index(1))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(t, key)
			f.fill(t, value)
			v.SetMapIndex(key, value)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				t.Fatalf("%s has the unexported field %s and writes no JSON of its own", v.Type(),
					v.Type().Field(i).Name)
			}
			f.fill(t, v.Field(i))
		}
	case reflect.Interface: // an argument of a text
		v.Set(reflect.ValueOf("text"))
	default:
		t.Fatalf("a %s is not filled yet", v.Type())
	}
}

// fillTables fills a ByTable of two tables, whose rows share some pointers.
func (f *filler) fillTables(t *testing.T, v reflect.Value) {
	t.Helper()
	field := func(name string) reflect.Value {
		hidden := v.FieldByName(name)
		return reflect.NewAt(hidden.Type(), hidden.Addr().UnsafePointer()).Elem()
	}
	field("tables").Set(reflect.ValueOf(datasource.TwoTables))
	chunks := field("chunks")
	chunks.Set(reflect.MakeSlice(chunks.Type(), 1, 1))
	rows := chunks.Index(0)
	rows.Set(reflect.MakeSlice(rows.Type(), 4, 4))
	for i := range rows.Len() {
		f.fill(t, rows.Index(i))
	}
	rows.Index(2).Set(rows.Index(0))
}

// No field of any fact is lost when it is converted to JSON and back. Nil and empty values stay distinct, and
// equal values have equal JSON.
func TestFactsRoundTripThroughJSON(t *testing.T) {
	t.Parallel()
	for _, fact := range datasource.AllFacts() {
		t.Run(fact.Name(), func(t *testing.T) {
			t.Parallel()
			filled := reflect.New(fact.Type()).Elem()
			(&filler{}).fill(t, filled)
			zero := reflect.Zero(fact.Type()).Interface()
			for name, value := range map[string]any{"filled": filled.Interface(), "zero": zero} {
				data, err := json.Marshal(value)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				got, err := fact.Decode(data)
				if err != nil {
					t.Fatalf("%s: %v\n%s", name, err, data)
				}
				if diff := cmp.Diff(value, got, exported); diff != "" {
					t.Errorf("%s (-want +got):\n%s\n%s", name, diff, data)
				}
				if again, err := json.Marshal(got); err != nil || string(again) != string(data) {
					t.Errorf("%s: written again: %v\n%s\n%s", name, err, data, again)
				}
			}
		})
	}
}

// Columns that share their type share it after reading, and it is written once.
func TestColumnsShareTheirTypesInJSON(t *testing.T) {
	t.Parallel()
	const tables = 100
	data, err := json.Marshal(tenColumns(tables))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), "int unsigned"); n != 1 {
		t.Errorf("the type is written %d times", n)
	}
	value, err := datasource.FactColumns.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	types := map[*datasource.ColumnType]bool{}
	for _, columns := range value.(datasource.TableRows[datasource.Column]).All() {
		for _, c := range columns {
			types[c.ColumnType] = true
		}
	}
	if len(types) != 1 {
		t.Errorf("%d types after reading", len(types))
	}
}

func TestBrokenJSONOfFactsIsAnError(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fact datasource.AnyFact
		data string
	}{
		{datasource.FactVariables, `[]`},
		{datasource.FactColumns, `{"Tables":[["s","t",1]],"Rows":[{"Name":"c","Type":1}]}`},
		{datasource.FactColumns, `{"Tables":[["s","t",2]],"Types":[{}],"Rows":[{"Name":"c","Type":1}]}`},
		{datasource.FactRowFormats, `{"Tables":[["s","t",1],["s","t",1]],"Rows":["DYNAMIC","DYNAMIC"]}`},
		{datasource.FactRowFormats, `{"Tables":[["s",1]],"Rows":["DYNAMIC"]}`},
		{datasource.FactUnusedColumns, `[["s","t"]]`},
	} {
		if value, err := tc.fact.Decode([]byte(tc.data)); err == nil || !strings.Contains(err.Error(), tc.fact.Name()) {
			t.Errorf("%s: got %v, %v", tc.data, value, err)
		}
	}
}

var (
	key  = regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	text = regexp.MustCompile(`^[A-Za-z][A-Za-z_]*( [A-Za-z_]+)*$`)
)

// AllFacts lists every declared fact, and each has a unique key and text.
func TestAllFactsAreListed(t *testing.T) {
	t.Parallel()
	names, texts := map[string]bool{}, map[string]bool{}
	for _, fact := range datasource.AllFacts() {
		if !key.MatchString(fact.Name()) || names[fact.Name()] {
			t.Errorf("the name %q is not a key of its own", fact.Name())
		}
		if !text.MatchString(fact.String()) || texts[fact.String()] {
			t.Errorf("the text %q is not a text of its own", fact)
		}
		names[fact.Name()], texts[fact.String()] = true, true
	}
	declared := 0
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			vars, ok := decl.(*ast.GenDecl)
			if !ok || vars.Tok != token.VAR {
				continue
			}
			for _, spec := range vars.Specs {
				if strings.HasPrefix(spec.(*ast.ValueSpec).Names[0].Name, "Fact") {
					declared++
				}
			}
		}
	}
	if declared != len(names) {
		t.Errorf("%d facts are declared, AllFacts lists %d", declared, len(names))
	}
}
