package runstore_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

func TestList(t *testing.T) { everywhere(t, testList) }

func testList(t *testing.T, at place) {
	s := at.open(t, runstore.Options{})
	began := time.Now().Add(-time.Second)
	for i := range 5 {
		sub := submission(fmt.Sprintf("run_%d", i))
		sub.SourceID, sub.Labels, sub.User = fmt.Sprintf("e_%d", i%2), []string{fmt.Sprintf("l_%d", i%3)}, "ann"
		sub.ProjectID = fmt.Sprintf("np_%d", i)
		submit(t, s, sub)
		time.Sleep(2 * time.Millisecond) // the list is in order of milliseconds
	}
	finish(t, s, claim(t, s))
	cancelled := claim(t, s)
	_, err := s.Cancel(t.Context(), cancelled.Run.ID)
	must(t, err)
	must(t, s.Release(t.Context(), cancelled))
	for name, tc := range map[string]struct {
		filter runstore.Filter
		page   runstore.Page
		total  int
		names  []string
	}{
		"all":     {runstore.Filter{}, runstore.Page{}, 5, []string{"run_4", "run_3", "run_2", "run_1", "run_0"}},
		"page":    {runstore.Filter{}, runstore.Page{Number: 2, Size: 2}, 5, []string{"run_2", "run_1"}},
		"beyond":  {runstore.Filter{}, runstore.Page{Number: 9, Size: 2}, 5, nil},
		"ascends": {runstore.Filter{}, runstore.Page{Size: 1, Ascending: true}, 5, []string{"run_0"}},
		"status": {runstore.Filter{Statuses: []engine.ProjectStatus{engine.StatusFinished, engine.StatusFailed}},
			runstore.Page{}, 2, []string{"run_1", "run_0"}},
		"end": {runstore.Filter{Ends: []runstore.EndReason{runstore.Cancelled}}, runstore.Page{}, 1,
			[]string{"run_1"}},
		"search":   {runstore.Filter{Search: "un_3"}, runstore.Page{}, 1, []string{"run_3"}}, // no ID contains it
		"wildcard": {runstore.Filter{Search: "%"}, runstore.Page{}, 0, nil},
		"source":   {runstore.Filter{DataSource: "e_1"}, runstore.Page{}, 2, []string{"run_3", "run_1"}},
		"sink":     {runstore.Filter{DataSource: "e_2"}, runstore.Page{Size: 1}, 5, []string{"run_4"}},
		"label":    {runstore.Filter{Label: "l_2"}, runstore.Page{}, 1, []string{"run_2"}},
		"project":  {runstore.Filter{Project: "np_2"}, runstore.Page{}, 1, []string{"run_2"}},
		"user":     {runstore.Filter{User: "bob"}, runstore.Page{}, 0, nil},
		"time": {runstore.Filter{From: began, To: time.Now().Add(time.Minute)}, runstore.Page{Size: 1}, 5,
			[]string{"run_4"}},
		"past": {runstore.Filter{To: began}, runstore.Page{}, 0, nil},
	} {
		runs, total, err := s.List(t.Context(), tc.filter, tc.page)
		must(t, err)
		var names []string
		for _, r := range runs {
			names = append(names, r.Name)
		}
		if diff := cmp.Diff(tc.names, names); diff != "" || total != tc.total {
			t.Errorf("%s: %d in total, want %d (-want +got):\n%s", name, total, tc.total, diff)
		}
	}
}

func TestPrune(t *testing.T) { everywhere(t, testPrune) }

func testPrune(t *testing.T, at place) {
	s := at.open(t, runstore.Options{})
	p, err := s.CreateProject(t.Context(), runstore.Project{Name: "p"})
	must(t, err)
	kept := submission("current run of a project")
	kept.ProjectID = p.ID
	submit(t, s, kept)
	finish(t, s, claim(t, s))
	for i := range 60 {
		sub := submission(fmt.Sprintf("old_%02d", i))
		sub.IdempotencyKey, sub.Labels = sub.Name, []string{"l_1"}
		submit(t, s, sub)
		finish(t, s, claim(t, s))
	}
	queued := submit(t, s, submission("queued"))
	n, err := s.Prune(t.Context(), runstore.Retention{Age: time.Hour, Count: 100})
	must(t, err)
	if n != 0 {
		t.Errorf("%d young runs were deleted", n)
	}
	n, err = s.Prune(t.Context(), runstore.Retention{Count: 3})
	must(t, err)
	if n != 57 {
		t.Errorf("%d runs were deleted", n)
	}
	n, err = s.Prune(t.Context(), runstore.Retention{Age: time.Nanosecond})
	must(t, err)
	if n > 3 {
		t.Errorf("%d runs were deleted", n)
	}
	_, err = s.Get(t.Context(), queued.ID)
	must(t, err)
	sub := submission("again")
	sub.IdempotencyKey = "old_00"
	_, existing, err := s.Submit(t.Context(), sub)
	must(t, err)
	if existing {
		t.Error("the key of a deleted run is still known")
	}
}

func TestProjects(t *testing.T) { everywhere(t, testProjects) }

func testProjects(t *testing.T, at place) {
	s := at.open(t, runstore.Options{})
	p, err := s.CreateProject(t.Context(), runstore.Project{Name: "shop", Type: engine.Migration, SourceID: "e_1",
		SinkID: "e_2", SourceType: "MYSQL", SinkType: "OB_MYSQL", User: "ann", Labels: []string{"l_1"},
		Body: json.RawMessage(`{"name":"shop"}`)})
	must(t, err)
	if p.ID[:3] != "np_" || p.State != runstore.ProjectInit || p.Created.IsZero() ||
		string(p.Body) != `{"name":"shop"}` {
		t.Errorf("%+v", p)
	}
	_, err = s.CreateProject(t.Context(), runstore.Project{Name: "part", Sub: true, Type: engine.Sync})
	must(t, err)
	state := func(wanted runstore.ProjectState) {
		t.Helper()
		now, err := s.Project(t.Context(), p.ID)
		must(t, err)
		found, total, err := s.ListProjects(t.Context(), runstore.ProjectFilter{Search: "sho", Type: engine.Migration,
			States: []runstore.ProjectState{wanted}, Labels: []string{"l_1", "l_2"}, SourceTypes: []string{"MYSQL"},
			SinkTypes: []string{"OB_MYSQL"}}, runstore.Page{Modified: true})
		must(t, err)
		if now.State != wanted || total != 1 || len(found) != 1 || found[0].ID != p.ID {
			t.Errorf("state %s, want %s; %d listed", now.State, wanted, total)
		}
	}
	state(runstore.ProjectInit)
	sub := submission("shop")
	sub.ProjectID = p.ID
	submit(t, s, sub)
	state(runstore.ProjectRunning)
	_, _, err = s.Submit(t.Context(), sub)
	want(t, err, runstore.ErrConflict)
	want(t, s.DeleteProject(t.Context(), p.ID), runstore.ErrConflict)
	finish(t, s, claim(t, s))
	state(runstore.ProjectFinished)
	r := submit(t, s, sub)
	_, err = s.Cancel(t.Context(), r.ID)
	must(t, err)
	state(runstore.ProjectSuspend)
	_, total, err := s.ListProjects(t.Context(), runstore.ProjectFilter{Sub: true}, runstore.Page{})
	must(t, err)
	if total != 2 {
		t.Errorf("%d projects", total)
	}
	must(t, s.DeleteProject(t.Context(), p.ID))
	want(t, s.DeleteProject(t.Context(), p.ID), runstore.ErrNotFound)
	_, err = s.Get(t.Context(), r.ID)
	must(t, err)
}

func TestLabelsAndDataSources(t *testing.T) { everywhere(t, testLabelsAndDataSources) }

func testLabelsAndDataSources(t *testing.T, at place) {
	s := at.open(t, runstore.Options{})
	l, err := s.CreateLabel(t.Context(), "prod")
	must(t, err)
	_, err = s.CreateLabel(t.Context(), "prod")
	want(t, err, runstore.ErrExists)
	labels, err := s.ListLabels(t.Context())
	must(t, err)
	if diff := cmp.Diff([]runstore.Label{l}, labels); diff != "" || l.ID[:2] != "l_" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	d, err := s.CreateDataSource(t.Context(), runstore.DataSource{Name: "shop", Type: "MYSQL", User: "ann",
		Body: json.RawMessage(`{"ip":"h"}`), Secret: []byte{0, 1, 255}})
	must(t, err)
	_, err = s.CreateDataSource(t.Context(), runstore.DataSource{Name: "shop"})
	want(t, err, runstore.ErrExists)
	again, err := s.DataSource(t.Context(), d.ID)
	must(t, err)
	list, err := s.ListDataSources(t.Context())
	must(t, err)
	if diff := cmp.Diff([]runstore.DataSource{d, d}, append(list, again)); diff != "" || d.ID[:2] != "e_" ||
		d.Created.IsZero() || len(d.Secret) != 3 {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err = s.DataSource(t.Context(), "e_none")
	want(t, err, runstore.ErrNotFound)
}
