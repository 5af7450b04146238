package object_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestObjectTypeOfOracleEmulated(t *testing.T) {
	t.Parallel()
	srv, from := checktest.EmulatedOracle(t, oracletest.Release19c, "T")
	for _, view := range []string{"V", "W"} {
		srv.Insert("DBA_VIEWS", oracletest.Row{"OWNER": "SHOP", "VIEW_NAME": view})
	}
	for name, kinds := range map[string][]string{"T": {"TABLE"}, "V": {"VIEW"}, "W": {"VIEW"},
		"P": {"PACKAGE", "PACKAGE BODY"}, "Q": {"PACKAGE"}, "S": {"SEQUENCE"}, "I": {"INDEX"}, "L": {"DATABASE LINK"}} {
		for _, kind := range kinds {
			srv.Insert("DBA_OBJECTS", oracletest.Row{"OWNER": "SHOP", "OBJECT_NAME": name, "OBJECT_TYPE": kind,
				"STATUS": "INVALID"})
		}
	}
	task := checktest.Real{Source: from, Dest: from, Exclude: []string{"SHOP.W"}}
	got := task.Run(t, object.ObjectType)
	var left []string
	for _, f := range got.Findings {
		left = append(left, f.Level.String()+" "+fmt.Sprint(f.Args["kind"])+" "+fmt.Sprint(f.Args["names"]))
	}
	slices.Sort(left)
	if diff := cmp.Diff([]string{"info DATABASE LINK L", "info PACKAGE P, Q", "info SEQUENCE S", "info VIEW W"},
		left); diff != "" {
		t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
	}
	srv.Deny(942, "DBA_*")
	if got := task.Run(t, object.ObjectType); !strings.Contains(got.Message(20),
		"Objects on which it has no privilege are not listed") {
		t.Errorf("with some objects hidden it is %s:\n%s", got.Outcome, got.Message(20))
	}
	findings, _, err := checktest.Facts{Source: datasource.Snapshot{},
		Route: checks.Route{Source: datasource.Oracle}}.Run(t, object.ObjectType)
	if err == nil {
		t.Errorf("without facts the check finds %v", findings)
	}
}
