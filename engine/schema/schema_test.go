package schema_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	reflected "github.com/invopop/jsonschema"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message/messagetest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
	"github.com/dbprecheck/precheck/engine/schema"
)

// compiled returns a schema that documents are validated against.
func compiled(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validate validates a YAML or JSON document.
func validate(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(document)
}

// Every task file of the repository, and every task in the README, is valid. A commented field of the template is
// valid, too.
func TestTaskFilesAreValid(t *testing.T) {
	t.Parallel()
	s := compiled(t, schema.Task())
	root, err := messagetest.Root()
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	template := read("cmd/precheck/template.yaml")
	withComments := func(template string) string {
		return regexp.MustCompile(`(?m)^( *)# ([a-z]+[A-Za-z]*:|  |  *- )`).ReplaceAllString(
			strings.Replace(template, "  # socket:", "  # # socket:", 1), "$1$2")
	}
	chinese := read("cmd/precheck/template.zh.yaml")
	tasks := map[string]string{"template": template, "template with comments": withComments(template),
		"Chinese template": chinese, "Chinese template with comments": withComments(chinese),
		"demo":           strings.ReplaceAll(read("cmd/precheck-demo/task.yaml"), "%d", "3306"),
		"demo of Oracle": strings.NewReplacer("%d", "1521", "%s", "x").Replace(read("cmd/precheck-demo/oracle.yaml"))}
	for i, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(read("README.md"), -1) {
		if strings.Contains(block[1], "\nsource:") {
			tasks[fmt.Sprintf("README %d", i)] = block[1]
		} else if strings.Contains(block[1], "checks:\n") {
			tasks[fmt.Sprintf("README %d", i)] = template + block[1]
		}
	}
	if len(tasks) < 6 {
		t.Errorf("only %d tasks", len(tasks))
	}
	for name, text := range tasks {
		if err := validate(t, s, text); err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
}

// objects returns the path of every object in a task file, and a document with a field x in it.
func objects(fields []schema.Field, path string, wrap func(string) string, visit func(path, document string,
	fields []schema.Field)) {
	visit(path, wrap("x: 1"), fields)
	for _, f := range fields {
		if f.Kind != schema.Object {
			continue
		}
		objects(f.Fields, strings.TrimPrefix(path+"."+f.Name, "."), func(inner string) string {
			if f.List {
				return wrap(f.Name + ": [{" + inner + "}]")
			}
			return wrap(f.Name + ": {" + inner + "}")
		}, visit)
	}
}

// The schema of each object of a task file has exactly the fields that the program reads.
func TestFieldsAgreeWithTheReader(t *testing.T) {
	t.Parallel()
	seen := 0
	objects(schema.Fields(), "", func(inner string) string { return "{" + inner + "}" },
		func(path, document string, fields []schema.Field) {
			seen++
			_, _, err := engine.ParseTask("task.yaml", []byte(document), engine.FileOptions{})
			var all engine.TaskErrors
			errors.As(err, &all)
			i := slices.IndexFunc(all, func(e engine.FieldError) bool { return e.Text.Key == "engine.field.unknown" })
			if i < 0 {
				t.Errorf("%s: %s is accepted: %v", path, document, err)
				return
			}
			var names []string
			for _, f := range fields {
				names = append(names, f.Name)
			}
			slices.Sort(names)
			if diff := cmp.Diff(all[i].Text.Args["allowed"], any(names)); diff != "" {
				t.Errorf("%s, reader and schema: %s", path, diff)
			}
		})
	if seen < 15 {
		t.Errorf("only %d objects", seen)
	}
}

// values returns values of a field, and values that it cannot have.
func values(f schema.Field) (good, bad []string) {
	switch f.Kind {
	case schema.Flag:
		good, bad = []string{"true"}, []string{"maybe", "[]"}
	case schema.Number:
		good, bad = []string{"7"}, []string{"0", "seven", "{}"}
	case schema.Duration:
		good, bad = []string{"90s", "1h30m", "1.5h"}, []string{"90", "a day", "[]"}
	case schema.Size:
		good, bad = []string{"500GiB", "1024", "10 kB"}, []string{"much", "{}"}
	case schema.Variable:
		good, bad = []string{"db1", "{env: PATH}"}, []string{"[]", "{environment: PATH}"}
	case schema.Password:
		good, bad = []string{"{env: PATH}", "{prompt: true}"}, []string{"{}", "{env: A, file: B}", "{key: A}"}
	case schema.Flags:
		good, bad = []string{"{RDB_CONNECT: true}"}, []string{"[]", "{RDB_CONNECT: 5}"}
	case schema.Texts:
		good, bad = []string{"a", "[a, b]"}, []string{"{}", "[{}]"}
	default:
		good, bad = []string{"text"}, []string{"{}", "[[]]"}
		if f.Values != nil {
			good, bad = f.Values, append(bad, "NONSENSE")
		}
		if f.List {
			for i, v := range good {
				good[i] = "[" + v + "]"
			}
			bad = []string{"{}", "[{}]"}
		}
	}
	return good, bad
}

// What the schema accepts as a value of a field, the program reads, and the other way round.
func TestValuesAgreeWithTheReader(t *testing.T) {
	t.Parallel()
	s := compiled(t, schema.Task())
	objects(schema.Fields(), "", func(inner string) string { return "{" + inner + "}" },
		func(path, document string, fields []schema.Field) {
			for _, f := range fields {
				if f.Kind == schema.Object || strings.HasSuffix(path, "tls") || f.Name == "loginPath" ||
					f.Name == "optionFile" || f.Name == "serverPublicKey" {
					continue // which depend on each other or on files
				}
				good, bad := values(f)
				for i, value := range append(good[:len(good):len(good)], bad...) {
					text := strings.Replace(document, "x: 1", f.Name+": "+value, 1)
					_, _, readErr := engine.ParseTask("task.yaml", []byte(text), engine.FileOptions{
						Prompt: func(string, datasource.Endpoint) (string, error) { return "x", nil }})
					read, valid := true, true
					var all engine.TaskErrors
					errors.As(readErr, &all)
					for _, e := range all {
						switch e.Text.Key {
						case "engine.field.string", "engine.field.list", "engine.field.mapping", "engine.field.integer",
							"engine.field.boolean", "engine.field.duration", "engine.field.bytes",
							"engine.field.one_of", "engine.field.one_of_hidden", "engine.field.unknown",
							"engine.password.one_source",
							"engine.field.range":
							read = false
						}
					}
					var invalid *jsonschema.ValidationError
					if errors.As(validate(t, s, text), &invalid) {
						for _, cause := range leaves(invalid) {
							if !strings.HasSuffix(reflect.TypeOf(cause.ErrorKind).String(), ".Required") {
								valid = false
							}
						}
					}
					if want := i < len(good); read != want || valid != want {
						t.Errorf("%s: read %v, valid %v, want %v: %v", text, read, valid, want, readErr)
					}
				}
			}
		})
}

func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if strings.HasSuffix(reflect.TypeOf(e.ErrorKind).String(), ".OneOf") {
		return []*jsonschema.ValidationError{e}
	}
	var all []*jsonschema.ValidationError
	for _, cause := range e.Causes {
		all = append(all, leaves(cause)...)
	}
	if e.Causes == nil {
		all = append(all, e)
	}
	return all
}

// The repository has the schema of the task file. PRECHECK_UPDATE=1 writes it.
func TestTaskSchemaIsPublished(t *testing.T) {
	t.Parallel()
	if os.Getenv("PRECHECK_UPDATE") != "" {
		if err := os.WriteFile("task.json", schema.Task(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	published, err := os.ReadFile("task.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(published), string(schema.Task())); diff != "" {
		t.Error(diff)
	}
}

// Every path names a field that has a text, and an unknown one is an error with the names that exist.
func TestFind(t *testing.T) {
	t.Parallel()
	paths := schema.Paths()
	for _, path := range paths {
		f, err := schema.Find(path)
		if err != nil || !strings.HasSuffix(f.Doc.String(), ".") || f.Kind == "" {
			t.Errorf("%s: %v, %q", path, err, f.Doc)
		}
	}
	for path, want := range map[string]string{"source.hosts": "source.hosts", "nothing": "destination",
		"name.x": "has no fields"} {
		if _, err := schema.Find(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if len(paths) < 90 || !slices.Contains(paths, "destination.standby.tls.mode") {
		t.Errorf("%d paths", len(paths))
	}
}

// The schema of the format full is that of its types. PRECHECK_UPDATE=1 writes it.
func TestFullAgreesWithItsTypes(t *testing.T) {
	t.Parallel()
	enums := map[reflect.Type][]any{
		reflect.TypeFor[engine.Outcome]():  anyOf(engine.Outcomes()),
		reflect.TypeFor[checks.Side]():     anyOf(checks.BothSides),
		reflect.TypeFor[checks.Role]():     anyOf([]checks.Role{checks.Master, checks.Slave, checks.MasterSlave}),
		reflect.TypeFor[datasource.Type](): anyOf(datasource.Types()),
	}
	r := &reflected.Reflector{Mapper: func(t reflect.Type) *reflected.Schema {
		if enum, ok := enums[t]; ok {
			return &reflected.Schema{Type: "string", Enum: enum}
		}
		return nil
	}}
	if err := r.AddGoComments("github.com/dbprecheck/precheck/engine/schema", "../render"); err != nil {
		t.Fatal(err)
	}
	s := r.Reflect(&render.FullReport{})
	s.ID = ""
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	data = append(data, '\n')
	if os.Getenv("PRECHECK_UPDATE") != "" {
		if err := os.WriteFile("full.json", data, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(schema.Full()), string(data)); diff != "" {
		t.Error(diff)
	}
	compiled(t, schema.Full())
}

func anyOf[T any](list []T) []any {
	all := make([]any, len(list))
	for i, v := range list {
		all[i] = v
	}
	return all
}
