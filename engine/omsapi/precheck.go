package omsapi

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
	"github.com/dbprecheck/precheck/engine/runstore"
)

func (s *Server) preCheckActions() []action {
	return []action{
		does("SubmitPreCheck", auth.Submit, "", s.submitPreCheck),
		does("GetPreCheckResult", auth.Read, engine.Data{}, s.getPreCheckResult),
		does("ListPreCheck", auth.Read, []wire.PreCheck{}, s.listPreCheck),
		does("GetPreCheckReport", auth.Read, wire.PreCheckReport{}, s.getPreCheckReport),
		does("GetPreCheckSummary", auth.Read, wire.PreCheckSummary{}, s.getPreCheckSummary),
	}
}

// submitPreCheck queues a run. data is its ID.
func (s *Server) submitPreCheck(ctx context.Context, c call, request *wire.SubmitPreCheckRequest) (answer, error) {
	if request.ProjectID != "" {
		if _, err := s.store.Project(ctx, request.ProjectID); err != nil {
			return answer{}, s.storeError(err, message.New("api.what.project"))
		}
	}
	run, err := s.submit(ctx, c, &request.Task, request.ProjectID, wire.TransferFields(request))
	if err != nil {
		return answer{}, err
	}
	return answer{data: run.ID}, nil
}

// submit queues a run of a task.
func (s *Server) submit(ctx context.Context, c call, t *wire.Task, project string,
	ignored []string) (runstore.Run, error) {
	task, err := s.task(ctx, t)
	if err != nil {
		return runstore.Run{}, err
	}
	task.Lang = exchangeOf(ctx).language
	task.ID = "t_" + strings.ToLower(rand.Text()[:16])
	if t.SourceEndpointID == "" || t.SinkEndpointID == "" {
		s.sources.hold(task)
	}
	submission := runstore.Submission{ProjectID: project, Name: task.Name, Type: task.Type,
		SourceID: t.SourceEndpointID, SinkID: t.SinkEndpointID, User: c.Name, Labels: t.LabelIDs, Ignored: ignored,
		Task: task}
	if err := s.place(ctx, &submission); err != nil {
		return runstore.Run{}, err
	}
	if c.idempotencyKey != "" {
		submission.IdempotencyKey = c.Name + "\x00" + c.idempotencyKey
		submission.Digest = digest(*t, project)
	}
	run, existing, err := s.fleet.Submit(ctx, submission)
	if err != nil {
		return runstore.Run{}, s.storeError(ofRequest(err), message.New("api.what.run"))
	}
	exchangeOf(ctx).run = run.ID
	if !existing {
		s.audit(ctx, c, "submit", run.ID, "name", run.Name)
	}
	return run, nil
}

// digest identifies a request without its passwords, so that an idempotency key is not used for another one.
func digest(t wire.Task, project string) string {
	for _, e := range []**wire.Endpoint{&t.SourceEndpoint, &t.SinkEndpoint} {
		if *e != nil {
			without := **e
			without.Password, without.DRCPassword, without.InnerDRCPassword = "", "", ""
			*e = &without
		}
	}
	data, _ := json.Marshal(t)
	sum := sha256.Sum256(append(data, project...))
	return hex.EncodeToString(sum[:])
}

// task returns the task of a request, with all its endpoints and their passwords.
func (s *Server) task(ctx context.Context, t *wire.Task) (engine.Task, error) {
	c := conversion{now: time.Now()}
	task := c.convert(t)
	if limit := s.config.Limits.RunTimeout; task.Limits.Timeout == 0 || task.Limits.Timeout > limit {
		task.Limits.Timeout = limit
	}
	for _, one := range []struct {
		path, id, idPath string
		inline           *wire.Endpoint
		to               *engine.Endpoint
	}{
		{"sourceEndpoint", t.SourceEndpointID, "sourceEndpointId", t.SourceEndpoint, &task.Source},
		{"sinkEndpoint", t.SinkEndpointID, "sinkEndpointId", t.SinkEndpoint, &task.Destination},
	} {
		endpoint, heartbeat, err := s.endpoint(ctx, one.path, one.idPath, one.id, one.inline)
		var invalid engine.TaskErrors
		switch {
		case errors.As(err, &invalid):
			c.add(err)
			continue
		case err != nil:
			return engine.Task{}, err
		}
		*one.to = endpoint
		if one.to == &task.Source {
			task.Settings.Heartbeat = task.Settings.Heartbeat || heartbeat
		}
	}
	unusable := func(path string) bool { // an endpoint that has its own error
		return slices.ContainsFunc(c.errs, func(e engine.FieldError) bool { return strings.HasPrefix(e.Path, path) })
	}
	for _, err := range []error{task.Validate(), s.engine.ValidateSkips(task)} {
		var invalid engine.TaskErrors
		if errors.As(ofRequest(err), &invalid) {
			for _, e := range invalid {
				side, _, _ := strings.Cut(e.Path, ".")
				if (side != "sourceEndpoint" && side != "sinkEndpoint") || !unusable(side) {
					c.errs = append(c.errs, e)
				}
			}
		}
	}
	if err := s.checkLabels(ctx, t.LabelIDs, &c); err != nil {
		return engine.Task{}, err
	}
	if len(c.errs) > 0 {
		return engine.Task{}, c.errs
	}
	return task, nil
}

func (s *Server) checkLabels(ctx context.Context, ids []string, c *conversion) error {
	if len(ids) == 0 {
		return nil
	}
	labels, err := s.store.ListLabels(ctx)
	if err != nil {
		return s.storeError(err, message.New("api.what.label"))
	}
	for i, id := range ids {
		if !slices.ContainsFunc(labels, func(l runstore.Label) bool { return l.ID == id }) {
			c.fail("labelIds["+strconv.Itoa(i)+"]", message.New("api.task.unknown_label"))
		}
	}
	return nil
}

// endpoint returns an endpoint of a task: a data source, or one that the request describes itself. heartbeat reports
// that the migration keeps a heartbeat in it.
func (s *Server) endpoint(ctx context.Context, path, idPath, id string,
	inline *wire.Endpoint) (_ engine.Endpoint, heartbeat bool, _ error) {
	switch {
	case id != "" && inline != nil:
		return engine.Endpoint{}, false, fieldError(path, message.New("api.task.endpoint_twice", "field", idPath))
	case inline != nil:
		e, err := s.inlineEndpoint(path, inline)
		return e, inline.TryKeepHb, err
	case id == "":
		return engine.Endpoint{}, false, fieldError(idPath, message.New("engine.field.required"))
	}
	source, err := s.sources.find(ctx, id)
	if errors.Is(err, runstore.ErrNotFound) {
		return engine.Endpoint{}, false, fieldError(idPath, message.New("api.task.unknown_source"))
	}
	if err != nil {
		return engine.Endpoint{}, false, s.storeError(err, message.New("api.what.source"))
	}
	return source.Endpoint, source.body.TryKeepHb, nil
}

func (s *Server) inlineEndpoint(path string, inline *wire.Endpoint) (engine.Endpoint, error) {
	if !s.config.Endpoints.Inline {
		return engine.Endpoint{}, fieldError(path, message.New("api.task.inline_not_allowed"))
	}
	e := datasource.Endpoint{Type: typeOf(inline.Type), Host: inline.IP, Port: inline.Port, User: inline.UserName,
		Password: decodePassword(inline.Password), Service: inline.Service, SID: inline.SID,
		TLS: datasource.TLS{Mode: datasource.TLSMode(inline.TLSMode)}, OnlyHost: true}
	addReaders(&e, inline.Readers)
	if err := engine.ValidateEndpoint(path, engine.At(e)); err != nil {
		return engine.Endpoint{}, err
	}
	if !s.config.Endpoints.Allows(e.Host) {
		return engine.Endpoint{}, fieldError(path+".ip", message.New("api.task.host_not_allowed"))
	}
	return engine.At(e), nil
}

// typeOf returns the type of an endpoint. OceanBase Migration Service has more names for a tenant of OceanBase.
func typeOf(name string) datasource.Type {
	switch name = strings.ToUpper(strings.TrimSpace(name)); name {
	case "OB_MYSQL_CE", "OB_MYSQL_TENANT", "OB_MYSQL_PUBLIC":
		return datasource.OceanBaseMySQL
	case "OB_ORACLE_TENANT":
		return datasource.OceanBaseOracle
	}
	return datasource.Type(name)
}

// getPreCheckResult returns the documented records of a run, while it runs too.
func (s *Server) getPreCheckResult(ctx context.Context, c call, request *wire.IDRequest) (answer, error) {
	if request.ID == "" {
		return answer{}, required("id")
	}
	data, err := s.result(ctx, request.ID)
	if err != nil {
		return answer{}, err
	}
	if c.ce {
		return answer{data: data.CE()}, nil
	}
	return answer{data: data}, nil
}

// listPreCheck returns a page of runs, the newest first.
func (s *Server) listPreCheck(ctx context.Context, _ call, request *wire.ListPreCheckRequest) (answer, error) {
	var errs conversion
	filter := errs.filter(request.PreCheckFilter)
	for i, name := range request.Status {
		status := engine.ProjectStatus(strings.ToUpper(strings.TrimSpace(name)))
		if !slices.Contains(statuses, status) {
			errs.fail("status["+strconv.Itoa(i)+"]", message.New("api.list.status", "allowed", statuses))
		}
		filter.Statuses = append(filter.Statuses, status)
	}
	for i, name := range request.Verdicts {
		verdict := runstore.Verdict(strings.ToLower(strings.TrimSpace(name)))
		if !slices.Contains(runstore.Verdicts(), verdict) {
			errs.fail("verdicts["+strconv.Itoa(i)+"]", message.New("api.list.status", "allowed", runstore.Verdicts()))
		}
		filter.Verdicts = append(filter.Verdicts, verdict)
	}
	filter.Latest, filter.Check = request.Latest, request.CheckType
	filter.Outcome = engine.Outcome(strings.ToLower(strings.TrimSpace(request.Outcome)))
	if filter.Outcome == "" {
		filter.Outcome = engine.Failed
	}
	if !slices.Contains(counted, filter.Outcome) {
		errs.fail("outcome", message.New("api.list.status", "allowed", counted))
	}
	page := errs.page(request.Page, maxPage)
	if len(errs.errs) > 0 {
		return answer{}, errs.errs
	}
	runs, total, err := s.store.List(ctx, filter, page)
	if err != nil {
		return answer{}, s.storeError(err, message.New("api.what.run"))
	}
	names, err := s.labelNames(ctx)
	if err != nil {
		return answer{}, err
	}
	list := make([]wire.PreCheck, len(runs))
	for i, r := range runs {
		list[i] = summary(r, names)
	}
	return paged(list, page, total), nil
}

// filter returns the filter of a request.
func (c *conversion) filter(f wire.PreCheckFilter) runstore.Filter {
	filter := runstore.Filter{Search: f.SearchKey, DataSource: f.EndpointID, Project: f.ProjectID,
		From: c.time("createdFrom", f.CreatedFrom), To: c.time("createdTo", f.CreatedTo)}
	switch len(f.LabelIDs) {
	case 0:
	case 1:
		filter.Label = f.LabelIDs[0]
	default:
		c.fail("labelIds", message.New("api.list.one_label"))
	}
	return filter
}

var statuses = []engine.ProjectStatus{engine.StatusInit, engine.StatusPending, engine.StatusRunning,
	engine.StatusFailed, engine.StatusFinished, engine.StatusSkipped}

// summary returns a run as a list shows it.
func summary(r runstore.Run, names map[string]string) wire.PreCheck {
	p := wire.PreCheck{ID: r.ID, Name: r.Name, Type: string(r.Type), ProjectID: optional(r.ProjectID),
		Status: r.Status, Progress: progress(r), Labels: labels(r.Labels, names),
		SourceEndpointID: optional(r.SourceID), SinkEndpointID: optional(r.SinkID),
		GmtCreate: projectTime(r.Submitted), GmtStart: projectTime(r.Started), GmtFinish: projectTime(r.Finished),
		Items: r.Items, Finished: r.Done, Message: optional(r.EndText.String()),
		Passed: r.Outcomes[engine.Passed], Warnings: r.Outcomes[engine.Warned], Skipped: r.Outcomes[engine.Skipped]}
	if zone, ok := r.Zones.CapturedIn(); ok && r.Status == engine.StatusPending {
		p.Message = optional(message.New("api.run.waits", "zone", zone).String())
	}
	p.Failed = r.Outcomes[engine.Failed] + r.Outcomes[engine.Blocked] + r.Outcomes[engine.Unknown]
	return p
}

// progress returns the finished part of a run's items in percent.
func progress(r runstore.Run) engine.Progress {
	switch {
	case r.Items > 0:
		return engine.Progress(100 * float64(r.Done) / float64(r.Items))
	case r.Ended():
		return 100
	}
	return 0
}

// The sizes of pages.
const (
	defaultPage = 10
	maxPage     = 150
)

// page returns the page of a request.
func (c *conversion) page(p wire.Page, most int) runstore.Page {
	switch {
	case p.PageNumber < 0 || p.PageNumber > 1_000_000:
		c.fail("pageNumber", message.New("engine.field.range", "least", 1, "most", 1_000_000, "value", p.PageNumber))
	case p.PageSize < 0 || p.PageSize > most:
		c.fail("pageSize", message.New("engine.field.range", "least", 1, "most", most, "value", p.PageSize))
	}
	page := runstore.Page{Number: max(p.PageNumber, 1), Size: p.PageSize}
	if page.Size == 0 {
		page.Size = defaultPage
	}
	return page
}

// time reads a time of RFC 3339, or Unix seconds.
func (c *conversion) time(path, text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	if seconds, err := strconv.ParseInt(text, 10, 48); err == nil {
		return time.Unix(seconds, 0)
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		c.fail(path, message.New("api.list.time"))
	}
	return t
}

func paged(list any, page runstore.Page, total int) answer {
	return answer{data: list, number: &page.Number, size: &page.Size, total: &total}
}

// storeError returns an error of the store as the client sees it. what names the object of the call.
func (s *Server) storeError(err error, what message.Text) error {
	var known *runstore.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, runstore.ErrNotFound):
		return notFound(what)
	case errors.Is(err, runstore.ErrQueueFull):
		return &transportError{status: http.StatusTooManyRequests, after: 10, text: message.New("api.transport.queue")}
	case !errors.As(err, &known):
		return err
	case errors.Is(err, runstore.ErrConflict):
		return conflict(known.Text, message.Text{})
	case errors.Is(err, runstore.ErrExists), errors.Is(err, runstore.ErrKeyReused), errors.Is(err, runstore.ErrInvalid):
		return parameterError(known.Text, message.Text{})
	}
	return &callError{code: wire.CodeUnavailable, level: wire.LevelFatal, text: message.New("api.error.store"),
		reason: known.Text, proposal: message.New("api.error.see_log"), cause: err}
}

// audit logs a change that a user makes.
func (s *Server) audit(ctx context.Context, c call, what, object string, more ...any) {
	attributes := append([]any{"change", what, "object", object, "user", c.Name,
		"requestId", exchangeOf(ctx).id}, more...)
	s.log.InfoContext(ctx, "audit", attributes...)
}
