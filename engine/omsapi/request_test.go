package omsapi_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/client"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
)

// inNoFile are the fields that no task file sets, and the language, which a header of the request has.
var inNoFile = []string{"Lang", "Objects.Databases.NameOnly", "Source.OnlyHost", "Source.Connections",
	"Source.ConnectTimeout", "Source.StatementTimeout", "Destination.OnlyHost", "Destination.Connections",
	"Destination.ConnectTimeout", "Destination.StatementTimeout"}

// eachField changes each field of a value, in turn, to one that is not zero. It calls before and after each change.
func eachField(v reflect.Value, path string, before func(), after func(path string)) {
	former := reflect.New(v.Type()).Elem()
	former.Set(v)
	defer v.Set(former)
	secret := v.Type() == reflect.TypeFor[datasource.Secret]()
	if v.Kind() == reflect.Struct && !secret {
		for i := range v.NumField() {
			name := path + "." + v.Type().Field(i).Name
			if v.Type().Field(i).Anonymous {
				name = path
			}
			eachField(v.Field(i), strings.TrimPrefix(name, "."), before, after)
		}
		return
	}
	before()
	switch {
	case secret:
		v.Set(reflect.ValueOf(datasource.NewSecret("another")))
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case v.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("ANOTHER"), reflect.ValueOf(true))
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case v.Kind() == reflect.String:
		v.SetString("another")
	case v.Kind() == reflect.Bool:
		v.SetBool(!v.Bool())
	case v.CanInt():
		v.SetInt(v.Int() + 1)
	case v.CanUint():
		v.SetUint(v.Uint() ^ 1)
	default:
		panic("no value for " + path)
	}
	after(path)
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct {
		eachField(v.Index(0), path, before, after)
	}
}

// No field of a task is dropped: it changes the request, or the error names it.
func TestRequestHasEachField(t *testing.T) {
	t.Parallel()
	e := engine.At(datasource.Endpoint{DRC: datasource.Login{User: "drc@sys", Password: datasource.NewSecret("x")},
		InnerDRC: datasource.Login{User: datasource.InnerDRCUser + "@", Password: datasource.NewSecret("x")}})
	task := engine.Task{Source: e, Destination: e}
	request := func() (string, error) {
		r, err := client.Request(task, "", "")
		if err != nil {
			return "", err
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(text), nil
	}
	var base string
	before := func() {
		var err error
		if base, err = request(); err != nil {
			t.Fatal(err)
		}
	}
	fields := 0
	eachField(reflect.ValueOf(&task).Elem(), "", before, func(path string) {
		fields++
		got, err := request()
		var refused engine.TaskErrors
		switch {
		case slices.Contains(inNoFile, path):
		case errors.As(err, &refused) && strings.EqualFold(refused[0].Path, path) && refused[0].Text.Key != "":
		case err != nil:
			t.Errorf("%s: %v", path, err)
		case got == base:
			t.Errorf("%s is dropped", path)
		}
	})
	if fields < 80 {
		t.Errorf("%d fields", fields)
	}
}

// The server has the settings and limits of the task that a client submits.
func TestServerHasSettings(t *testing.T) {
	t.Parallel()
	s := serve(t, func(c *config.Config) { c.Limits.RunTimeout = time.Hour })
	c, err := client.New(s.URL, client.WithHTTPClient(s.Client()))
	if err != nil {
		t.Fatal(err)
	}
	mode, keys := "NO_AUTO_VALUE_ON_ZERO", false
	task := engine.Task{Name: "settings", Type: engine.Migration, Phases: checks.AllPhases,
		Objects: checks.Selection{Mode: checks.Specific, Databases: []checks.SelectedDatabase{{Name: "shop"}}},
		Settings: checks.Settings{Deep: true, Connections: 7, LogRetention: 3 * time.Hour,
			StartPosition: "binlog.000042:4", AllowNonEmpty: true, DDL: checks.DDLRewritten, Routines: true,
			Heartbeat: true, DiskSpace: 5 << 30,
			DeepBudget: datasource.ReadBudget{TableRows: 1, Rows: 2, Bytes: 3, Time: 4 * time.Second},
			Loader:     checks.Loader{SQLMode: &mode, ForeignKeyChecks: &keys}},
		Limits: engine.Limits{Connections: 2, ConnectTimeout: 5 * time.Second, CheckTimeout: 6 * time.Second,
			Timeout: 7 * time.Minute, Objects: 8}}
	r, err := client.Request(task, "e_a", "e_b")
	if err != nil {
		t.Fatal(err)
	}
	id, err := c.SubmitPreCheck(t.Context(), r, "")
	if err != nil {
		t.Fatal(err)
	}
	run, err := s.store.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(task.Settings, run.Task.Settings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(task.Limits, run.Task.Limits); diff != "" {
		t.Errorf("limits (-want +got):\n%s", diff)
	}
	r.Limits.CheckTimeoutSeconds, r.Settings.DDL, r.Settings.DeepBudget.TimeSeconds = -1, "other", -1
	_, err = c.SubmitPreCheck(t.Context(), r, "")
	for _, path := range []string{"limits.checkTimeoutSeconds", "settings.ddl", "settings.deepBudget.timeSeconds"} {
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("no error for %s: %v", path, err)
		}
	}
}
