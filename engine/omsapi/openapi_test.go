package omsapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/schema_validation"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// description is the description of the API that a server answers.
type description struct {
	model *v3.Document
	check schema_validation.SchemaValidator
}

func describe(t testing.TB, s *service) description {
	t.Helper()
	r := s.do(t, "GET", "/openapi.json", "")
	if r.status != http.StatusOK {
		t.Fatalf("status %d: %s", r.status, r.body)
	}
	document, err := libopenapi.NewDocument([]byte(r.body))
	if err != nil {
		t.Fatal(err)
	}
	whole, errs := validator.NewValidator(document)
	if errs != nil {
		t.Fatal(errs)
	}
	if ok, problems := whole.ValidateDocument(); !ok {
		for _, p := range problems {
			t.Errorf("%s: %s", p.Message, p.Reason)
			for _, e := range p.SchemaValidationErrors {
				t.Errorf("  %s: %s", e.KeywordLocation, e.Reason)
			}
		}
	}
	model, err := document.BuildV3Model()
	if err != nil {
		t.Fatal(err)
	}
	return description{&model.Model, schema_validation.NewSchemaValidator()}
}

// validate reports where a text does not have the form of a schema.
func (d description) validate(t testing.TB, schema, text string) {
	t.Helper()
	proxy := d.model.Components.Schemas.GetOrZero(schema)
	if proxy == nil {
		t.Errorf("there is no schema %s", schema)
		return
	}
	if ok, problems := d.check.ValidateSchemaString(proxy.Schema(), text); !ok {
		for _, p := range problems {
			t.Errorf("%s: %s: %s", schema, p.Message, p.Reason)
			for _, e := range p.SchemaValidationErrors {
				t.Errorf("  %s: %s", e.FieldPath, e.Reason)
			}
		}
		t.Logf("%s", text)
	}
}

// The document is valid OpenAPI 3.1, describes every action, and its examples have the form that it describes.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	d := describe(t, s)
	if !strings.HasPrefix(d.model.Version, "3.1") {
		t.Errorf("version %s", d.model.Version)
	}
	post := d.model.Paths.PathItems.GetOrZero("/api/v2").Post
	body := post.RequestBody.Content.GetOrZero("application/json")
	answers := post.Responses.Codes.GetOrZero("200").Content.GetOrZero("application/json")
	actions := post.Parameters[0].Schema.Schema().Enum
	if len(actions) < 20 {
		t.Fatalf("%d actions", len(actions))
	}
	for _, node := range actions {
		action := node.Value
		request, answer := body.Examples.GetOrZero(action), answers.Examples.GetOrZero(action)
		if request == nil || answer == nil || request.Summary == "" || request.Value == nil {
			t.Errorf("%s has no example or summary", action)
			continue
		}
		for schema, example := range map[string]any{action + "Request": decode(t, request.Value),
			action + "Answer": decode(t, answer.Value)} {
			text, err := json.Marshal(example)
			if err != nil {
				t.Fatal(err)
			}
			d.validate(t, schema, string(text))
		}
	}
}

func decode(t testing.TB, node interface{ Decode(any) error }) any {
	t.Helper()
	var v any
	if err := node.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}
