package omsapi

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
	"github.com/dbprecheck/precheck/engine/runstore"
)

func (s *Server) labelActions() []action {
	return []action{
		does("CreateLabel", auth.Submit, "", s.createLabel),
		does("ListAllLabels", auth.Read, []wire.Label{}, s.listLabels),
	}
}

func (s *Server) createLabel(ctx context.Context, c call, request *wire.CreateLabelRequest) (answer, error) {
	name := strings.TrimSpace(request.Name)
	switch {
	case name == "":
		return answer{}, required("name")
	case utf8.RuneCountInString(name) > maxName:
		return answer{}, fieldError("name", message.New("api.task.name_long", "most", maxName))
	}
	label, err := s.store.CreateLabel(ctx, name)
	if err != nil {
		return answer{}, s.storeError(err, message.New("api.what.label"))
	}
	s.audit(ctx, c, "create-label", label.ID)
	return answer{data: label.ID}, nil
}

func (s *Server) listLabels(ctx context.Context, _ call, _ *wire.Empty) (answer, error) {
	all, err := s.store.ListLabels(ctx)
	if err != nil {
		return answer{}, s.storeError(err, message.New("api.what.label"))
	}
	list := []wire.Label{}
	for _, l := range all {
		list = append(list, wire.Label(l))
	}
	return answer{data: list}, nil
}

// labelNames returns the names of all labels by their IDs.
func (s *Server) labelNames(ctx context.Context) (map[string]string, error) {
	all, err := s.store.ListLabels(ctx)
	if err != nil {
		return nil, s.storeError(err, message.New("api.what.label"))
	}
	names := make(map[string]string, len(all))
	for _, l := range all {
		names[l.ID] = l.Name
	}
	return names, nil
}

func labels(ids []string, names map[string]string) []wire.Label {
	list := []wire.Label{}
	for _, id := range ids {
		list = append(list, wire.Label(runstore.Label{ID: id, Name: names[id]}))
	}
	return list
}

// projectTime returns a time as projects and steps have it, and nil for none.
func projectTime(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return optional(t.UTC().Format("2006-01-02T15:04:05"))
}

// sourceTime returns a time as data sources have it.
func sourceTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000-07:00")
}
