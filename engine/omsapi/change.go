package omsapi

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fixscript"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
	"github.com/dbprecheck/precheck/engine/render"
	"github.com/dbprecheck/precheck/engine/runstore"
)

func (s *Server) changeActions() []action {
	return []action{
		does("CancelPreCheck", auth.Submit, nil, s.cancelPreCheck),
		does("SkipPreCheckItem", auth.Submit, "", s.skipPreCheckItem),
		does("RetryPreCheck", auth.Submit, "", s.retryPreCheck),
		does("RemovePreCheckObjects", auth.Submit, "", s.removePreCheckObjects),
	}
}

// cancelPreCheck ends a run.
func (s *Server) cancelPreCheck(ctx context.Context, c call, request *wire.IDRequest) (answer, error) {
	if request.ID == "" {
		return answer{}, required("id")
	}
	exchangeOf(ctx).run = request.ID
	if _, err := s.store.Cancel(ctx, request.ID); err != nil {
		return answer{}, s.storeError(err, message.New("api.what.run"))
	}
	s.audit(ctx, c, "cancel", request.ID)
	return answer{}, nil
}

// skipPreCheckItem accepts findings of a check. The items of the check run again.
func (s *Server) skipPreCheckItem(ctx context.Context, c call, request *wire.SkipPreCheckItemRequest) (answer, error) {
	var errs conversion
	if request.ID == "" {
		errs.fail("id", message.New("engine.field.required"))
	}
	if strings.TrimSpace(request.Reason) == "" {
		errs.fail("reason", message.New("engine.field.required"))
	}
	if request.Type == "" {
		errs.fail("type", message.New("engine.skip.type_required"))
	}
	if len(errs.errs) > 0 {
		return answer{}, errs.errs
	}
	exchangeOf(ctx).run = request.ID
	run, err := s.store.Get(ctx, request.ID)
	if err != nil {
		return answer{}, s.storeError(err, message.New("api.what.run"))
	}
	skip := engine.Skip{Type: request.Type, Objects: request.Objects, Reason: request.Reason}
	task := run.Task
	task.Skip = []engine.Skip{skip}
	if err := s.engine.ValidateSkips(task); err != nil {
		return answer{}, ofSkip(err)
	}
	if _, err := s.store.Skip(ctx, request.ID, skip); err != nil {
		return answer{}, s.storeError(err, message.New("api.what.run"))
	}
	s.audit(ctx, c, "skip", request.ID, "type", skip.Type, "objects", skip.Objects, "reason", skip.Reason)
	return answer{data: request.ID}, nil
}

// ofSkip returns the errors of the only skip of a task with the paths of SkipPreCheckItem.
func ofSkip(err error) error {
	invalid, ok := err.(engine.TaskErrors)
	if !ok {
		return err
	}
	renamed := slices.Clone(invalid)
	for i := range renamed {
		renamed[i].Path = strings.TrimPrefix(renamed[i].Path, "skip[0].")
	}
	return renamed
}

// retryPreCheck runs a finished precheck again, all of it or what failed.
func (s *Server) retryPreCheck(ctx context.Context, c call, request *wire.RetryPreCheckRequest) (answer, error) {
	if request.ID == "" {
		return answer{}, required("id")
	}
	exchangeOf(ctx).run = request.ID
	if _, err := s.store.Retry(ctx, request.ID, runstore.Retry{FailedOnly: request.FailedOnly}); err != nil {
		return answer{}, s.storeError(err, message.New("api.what.run"))
	}
	s.audit(ctx, c, "retry", request.ID, "failedOnly", request.FailedOnly)
	return answer{data: request.ID}, nil
}

// removePreCheckObjects excludes objects from the task of a finished precheck, and runs it again.
func (s *Server) removePreCheckObjects(ctx context.Context, c call,
	request *wire.RemovePreCheckObjectsRequest) (answer, error) {
	var errs conversion
	if request.ID == "" {
		errs.fail("id", message.New("engine.field.required"))
	}
	var exclude []string
	if request.BlackObjectsInfo != nil {
		for _, d := range request.BlackObjectsInfo.Databases {
			if d.Name == "" || slices.ContainsFunc(slices.Concat(d.Tables, d.Views),
				func(t wire.Table) bool { return t.Name == "" }) {
				errs.fail("blackObjectsInfo.databases", message.New("api.change.no_name"))
			}
		}
		exclude = excludes(request.BlackObjectsInfo.Databases, false)
	}
	if len(exclude) == 0 {
		errs.fail("blackObjectsInfo", message.New("engine.field.required"))
	}
	if len(errs.errs) > 0 {
		return answer{}, errs.errs
	}
	exchangeOf(ctx).run = request.ID
	if _, err := s.store.Retry(ctx, request.ID, runstore.Retry{Exclude: exclude}); err != nil {
		return answer{}, s.storeError(err, message.New("api.what.run"))
	}
	s.audit(ctx, c, "remove", request.ID, "objects", exclude)
	return answer{data: request.ID}, nil
}

// getPreCheckReport returns the report of a finished run in a format of package render, or the scripts that fix what it
// found on one side.
func (s *Server) getPreCheckReport(ctx context.Context, c call,
	request *wire.GetPreCheckReportRequest) (answer, error) {
	if request.ID == "" {
		return answer{}, required("id")
	}
	exchangeOf(ctx).run = request.ID
	format := render.Format(strings.ToLower(strings.TrimSpace(request.Format)))
	if format == "" {
		format = render.Full
	}
	allowed := append(render.Formats(), fixSource, fixDest)
	if !slices.Contains(allowed, format) {
		return answer{}, fieldError("format", message.New("api.report.format", "allowed", allowed))
	}
	report, run, err := s.fleet.Report(ctx, request.ID)
	if err != nil {
		return answer{}, s.storeError(err, message.New("api.what.run"))
	}
	if !run.Ended() {
		return answer{}, conflict(message.New("api.report.running"), message.New("api.report.wait"))
	}
	var content bytes.Buffer
	if format == fixSource || format == fixDest {
		for _, script := range fixscript.New(report).Scripts {
			if (script.On.Side == checks.Source) == (format == fixSource) {
				content.WriteString(script.SQL)
			}
		}
	} else if err := render.Write(&content, format, report, render.Options{ItemTypes: s.config.ItemTypes, All: true,
		RequestID: exchangeOf(ctx).id, Cost: time.Since(exchangeOf(ctx).started)}); err != nil {
		return answer{}, err
	}
	return answer{data: wire.PreCheckReport{ID: run.ID, Format: string(format), ContentType: contentType(format),
		Content: content.String(), IgnoredFields: notNil(run.Ignored), Warnings: notNil(report.Warnings)}}, nil
}

// The formats of the scripts of package fixscript, in addition to those of package render.
const (
	fixSource render.Format = "fix-source"
	fixDest   render.Format = "fix-dest"
)

// contentType returns the media type of a format.
func contentType(f render.Format) string {
	switch f {
	case render.JSON, render.JSONCE, render.Full:
		return "application/json"
	case "html":
		return "text/html; charset=utf-8"
	case "junit":
		return "application/xml"
	case fixSource, fixDest:
		return "application/sql"
	case "markdown":
		return "text/markdown; charset=utf-8"
	}
	return "text/plain; charset=utf-8"
}

func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
