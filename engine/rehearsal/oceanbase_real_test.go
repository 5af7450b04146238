package rehearsal_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
	"github.com/dbprecheck/precheck/engine/rehearsal"
)

// A destination OceanBase is rehearsed on a disposable OceanBase. Runs on hosts that can pull the image.
func TestOceanBaseDestination(t *testing.T) {
	t.Parallel()
	to := dbtest.Get(t, dbtest.OceanBase)
	from := dbtest.Get(t, dbtest.MySQL)
	schema := source(t, from, nil)
	to.Exec(t, "CREATE DATABASE "+schema)
	t.Cleanup(func() { to.Exec(t, "DROP DATABASE "+schema) })
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: schema},
		Dest: checktest.Endpoint{Server: to, Schema: schema}}.Task(checks.Schema)
	r, err := rehearsal.Run(t.Context(), task, rehearsal.Options{On: rehearsal.Container,
		Images: dbtest.Images(to.Product)})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range r.Objects {
		if o.Kind == "TABLE" && o.Outcome == rehearsal.Refused {
			t.Errorf("%s: %v", o, o.Err)
		}
	}
}

// Without an image of OceanBase, the rehearsal says why it could not be made.
func TestNoOceanBase(t *testing.T) {
	t.Parallel()
	to, from := checktest.LookAlike(t), dbtest.Get(t, dbtest.MySQL)
	schema := source(t, from, nil)
	to.Exec(t, "CREATE DATABASE "+schema)
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: schema}, Dest: checktest.Endpoint{
		Server: to, Schema: schema, Type: datasource.OceanBaseMySQL}}.Task(checks.Schema)
	_, err := rehearsal.Run(t.Context(), task, rehearsal.Options{On: rehearsal.Container, Images: []string{"none"}})
	if err == nil || !strings.Contains(err.Error(), "no disposable server can be started: no OceanBase server here") {
		t.Errorf("got %v", err)
	}
}
