package omsapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// description is the description of the API that a server answers.
type description struct{ *openapi3.T }

func describe(t testing.TB, s *service) description {
	t.Helper()
	r := s.do(t, "GET", "/openapi.json", "")
	if r.status != http.StatusOK {
		t.Fatalf("status %d: %s", r.status, r.body)
	}
	document, err := openapi3.NewLoader().LoadFromData([]byte(r.body))
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(t.Context(), openapi3.EnableMultiError()); err != nil {
		t.Error(err)
	}
	return description{document}
}

// validate reports where a text does not have the form of a schema.
func (d description) validate(t testing.TB, schema, text string) {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Errorf("%s: %v: %s", schema, err, text)
		return
	}
	d.validateValue(t, schema, value)
}

func (d description) validateValue(t testing.TB, schema string, value any) {
	t.Helper()
	ref := d.Components.Schemas[schema]
	if ref == nil {
		t.Errorf("there is no schema %s", schema)
		return
	}
	err := d.ValidateSchemaJSON(ref.Value, value, openapi3.EnableJSONSchema2020(), openapi3.MultiErrors())
	if err != nil {
		t.Errorf("%s: %v", schema, err)
	}
}

// The document is valid OpenAPI 3.1, describes every action, and its examples have the form that it describes.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	d := describe(t, s)
	if !strings.HasPrefix(d.OpenAPI, "3.1") {
		t.Errorf("version %s", d.OpenAPI)
	}
	post := d.Paths.Value("/api/v2").Post
	body := post.RequestBody.Value.Content["application/json"]
	answers := post.Responses.Status(http.StatusOK).Value.Content["application/json"]
	actions := post.Parameters[0].Value.Schema.Value.Enum
	if len(actions) < 20 {
		t.Fatalf("%d actions", len(actions))
	}
	for _, node := range actions {
		action := node.(string)
		request, answer := body.Examples[action], answers.Examples[action]
		if request == nil || answer == nil || request.Value.Summary == "" || request.Value.Value == nil {
			t.Errorf("%s has no example or summary", action)
			continue
		}
		d.validateValue(t, action+"Request", request.Value.Value)
		d.validateValue(t, action+"Answer", answer.Value.Value)
	}
}
