package omsapi

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
	"github.com/dbprecheck/precheck/engine/runstore"
)

func (s *Server) projectActions() []action {
	return []action{
		does("CreateProject", auth.Submit, "", s.createProject),
		does("StartProject", auth.Submit, nil, s.startProject),
		does("StopProject", auth.Submit, nil, s.stopProject),
		does("DescribeProject", auth.Read, []wire.Project{}, s.describeProject),
		does("ListProjects", auth.Read, []wire.Project{}, s.listProjects),
		does("DescribeProjectSteps", auth.Read, []wire.Step{}, s.describeSteps),
		does("DescribeProjectProgress", auth.Read, wire.ProjectProgress{}, s.describeProgress),
		does("DeleteProject", auth.Submit, nil, s.deleteProject),
	}
}

// createProject stores a task. data is the ID of the project.
func (s *Server) createProject(ctx context.Context, c call, request *wire.CreateProjectRequest) (answer, error) {
	if request.SourceEndpoint != nil || request.SinkEndpoint != nil {
		return answer{}, fieldError("sourceEndpoint", message.New("api.project.inline"))
	}
	task, err := s.task(ctx, &request.Task)
	if err != nil {
		return answer{}, err
	}
	body, err := json.Marshal(request.Task)
	if err != nil {
		return answer{}, err
	}
	project, err := s.store.CreateProject(ctx, runstore.Project{Name: request.Name, Type: task.Type,
		SourceID: request.SourceEndpointID, SinkID: request.SinkEndpointID, SourceType: string(task.Source.Type),
		SinkType: string(task.Destination.Type), User: c.Name, Labels: request.LabelIDs, Body: body})
	if err != nil {
		return answer{}, s.storeError(err, message.New("api.what.project"))
	}
	s.audit(ctx, c, "create-project", project.ID, "name", project.Name)
	return answer{data: project.ID}, nil
}

// project returns the project of a request and its task.
func (s *Server) project(ctx context.Context, id string) (runstore.Project, wire.Task, error) {
	var t wire.Task
	if id == "" {
		return runstore.Project{}, t, required("id")
	}
	p, err := s.store.Project(ctx, id)
	if err != nil {
		return p, t, s.storeError(err, message.New("api.what.project"))
	}
	return p, t, json.Unmarshal(p.Body, &t)
}

// startProject runs the precheck of a project, and no other step.
func (s *Server) startProject(ctx context.Context, c call, request *wire.IDRequest) (answer, error) {
	p, t, err := s.project(ctx, request.ID)
	if err != nil {
		return answer{}, err
	}
	if p.State == runstore.ProjectRunning {
		return answer{}, conflict(message.New("api.project.running"), message.New("api.project.stop_first"))
	}
	_, err = s.submit(ctx, c, &t, p.ID, wire.TransferFields(t))
	return answer{}, err
}

// stopProject cancels the run of a project.
func (s *Server) stopProject(ctx context.Context, c call, request *wire.IDRequest) (answer, error) {
	p, _, err := s.project(ctx, request.ID)
	if err != nil {
		return answer{}, err
	}
	if p.State != runstore.ProjectRunning {
		return answer{}, conflict(message.New("api.project.not_running"), message.Text{})
	}
	if _, err := s.store.Cancel(ctx, p.RunID); err != nil {
		return answer{}, s.storeError(err, message.New("api.what.run"))
	}
	exchangeOf(ctx).run = p.RunID
	s.audit(ctx, c, "cancel", p.RunID, "project", p.ID)
	return answer{}, nil
}

func (s *Server) deleteProject(ctx context.Context, c call, request *wire.IDRequest) (answer, error) {
	p, _, err := s.project(ctx, request.ID)
	if err != nil {
		return answer{}, err
	}
	if err := s.store.DeleteProject(ctx, p.ID); err != nil {
		return answer{}, s.storeError(err, message.New("api.what.project"))
	}
	s.audit(ctx, c, "delete-project", p.ID)
	return answer{}, nil
}

// describeProject answers a list of one project, as the documented example does.
func (s *Server) describeProject(ctx context.Context, _ call, request *wire.IDRequest) (answer, error) {
	p, _, err := s.project(ctx, request.ID)
	if err != nil {
		return answer{}, err
	}
	list, err := s.describeAll(ctx, []runstore.Project{p})
	return answer{data: list}, err
}

func (s *Server) listProjects(ctx context.Context, _ call, request *wire.ListProjectsRequest) (answer, error) {
	var errs conversion
	page := errs.page(request.Page, maxPage)
	page.Ascending = errs.ascending(request.SortField, request.Order)
	page.Modified = strings.EqualFold(request.SortField, "gmtModified")
	if len(errs.errs) > 0 {
		return answer{}, errs.errs
	}
	filter := runstore.ProjectFilter{Search: request.SearchKey, Type: engine.TaskType(strings.ToUpper(request.Type)),
		Labels: request.LabelIDs, SourceTypes: upper(request.SourceEndpointTypes),
		SinkTypes: upper(request.SinkEndpointTypes),
		Sub:       request.VisibleSubProject}
	for _, status := range upper(request.Status) {
		filter.States = append(filter.States, runstore.ProjectState(status))
	}
	projects, total, err := s.store.ListProjects(ctx, filter, page)
	if err != nil {
		return answer{}, s.storeError(err, message.New("api.what.project"))
	}
	list, err := s.describeAll(ctx, projects)
	return paged(list, page, total), err
}

func upper(list []string) []string {
	var all []string
	for _, text := range list {
		all = append(all, strings.ToUpper(text))
	}
	return all
}

func (s *Server) describeAll(ctx context.Context, projects []runstore.Project) ([]wire.Project, error) {
	names, err := s.labelNames(ctx)
	if err != nil {
		return nil, err
	}
	sources, err := s.sources.list(ctx)
	if err != nil {
		return nil, s.storeError(err, message.New("api.what.source"))
	}
	list := []wire.Project{}
	for _, p := range projects {
		var t wire.Task
		if err := json.Unmarshal(p.Body, &t); err != nil {
			return nil, err
		}
		step, err := s.step(ctx, p)
		if err != nil {
			return nil, err
		}
		w := wire.Project{ID: p.ID, Type: string(p.Type), Name: p.Name, Labels: labels(p.Labels, names), Owner: p.User,
			Status: string(p.State), GmtCreate: projectTime(p.Created), GmtModified: projectTime(p.Modified),
			GmtStart: projectTime(p.Started), GmtFinish: projectTime(p.Finished), IsSubProject: p.Sub,
			SourceEndpointType: p.SourceType, SinkEndpointType: p.SinkType, TransferMapping: t.TransferMapping,
			CommonTransferConfig: t.CommonTransferConfig, EnableStructTransfer: isTrue(t.EnableStructTransfer),
			EnableFullTransfer: isTrue(t.EnableFullTransfer), EnableFullVerify: isTrue(t.EnableFullVerify),
			EnableIncrTransfer:        isTrue(t.EnableIncrTransfer),
			EnableReverseIncrTransfer: isTrue(t.EnableReverseIncrTransfer),
			StructTransferConfig:      t.StructTransferConfig, FullTransferConfig: t.FullTransferConfig,
			IncrTransferConfig: t.IncrTransferConfig, SourceConnectInfo: connectInfo(sources, p.SourceID, "source"),
			SinkConnectInfo: connectInfo(sources, p.SinkID, "dest"), Steps: []wire.Step{step}}
		list = append(list, w)
	}
	return list, nil
}

func isTrue(b *bool) bool { return b != nil && *b }

// connectInfo returns an endpoint of a project, or nil if its data source no longer exists.
func connectInfo(sources []source, id, side string) *wire.ConnectInfo {
	at := slices.IndexFunc(sources, func(s source) bool { return s.ID == id })
	if at < 0 {
		return nil
	}
	d := shown(sources[at])
	return &wire.ConnectInfo{EndpointName: d.Name, EndpointID: d.ID, EndpointSide: side, DBEngine: d.Type + "_PUBLIC",
		UserName: d.UserName, Region: d.Region, OCPName: d.OCPName, ConnExtraAttributes: d.ConnectionExtraAttributes,
		Host: d.IP, Port: d.Port}
}

func (s *Server) describeSteps(ctx context.Context, _ call, request *wire.IDRequest) (answer, error) {
	p, _, err := s.project(ctx, request.ID)
	if err != nil {
		return answer{}, err
	}
	step, err := s.step(ctx, p)
	return answer{data: []wire.Step{step}}, err
}

// step returns the only step of a project here: its precheck.
func (s *Server) step(ctx context.Context, p runstore.Project) (wire.Step, error) {
	step := wire.Step{Order: 1, Name: "TRANSFER_PRECHECK",
		Description: message.New("api.project.step").In(exchangeOf(ctx).language), Status: string(runstore.ProjectInit),
		ExtraInfo: &wire.StepExtraInfo{ErrorDetails: []wire.ErrorDetail{}}}
	if p.RunID == "" {
		return step, nil
	}
	run, err := s.store.Get(ctx, p.RunID)
	if errors.Is(err, runstore.ErrNotFound) { // the retention has removed it
		step.Status = string(p.State)
		return step, nil
	}
	if err != nil {
		return step, s.storeError(err, message.New("api.what.run"))
	}
	step.StepInfo = &wire.StepInfo{PreCheckID: run.ID}
	step.StartTime, step.FinishTime = projectTime(run.Started), projectTime(run.Finished)
	step.Progress = int(progress(run))
	switch run.Status {
	case engine.StatusFinished, engine.StatusSkipped:
		step.Status = string(engine.StatusFinished)
	case engine.StatusFailed:
		step.Status = string(engine.StatusFailed)
		return step, s.explain(ctx, &step, run)
	default:
		step.Status = string(engine.StatusRunning)
	}
	return step, nil
}

// explain adds what failed to the step of a run.
func (s *Server) explain(ctx context.Context, step *wire.Step, run runstore.Run) error {
	data, err := s.result(ctx, run.ID)
	if err != nil {
		return err
	}
	info := step.ExtraInfo
	failed := run.Finished.UTC().Format("2006-01-02T15:04:05.000")
	info.FailedTime = &failed
	for _, r := range data.PreCheckResults {
		if r.Status != engine.ItemFailed {
			continue
		}
		code := codeOf(r.ErrorDetail)
		info.ErrorDetails = append(info.ErrorDetails, wire.ErrorDetail{Code: code, Level: wire.LevelError,
			Message:      message.New("api.project.failed", "check", r.CheckType).In(exchangeOf(ctx).language),
			Reason:       r.Message,
			ExtraContext: map[string]any{"checkType": r.CheckType, "endpointType": r.EndpointType}})
	}
	if end := run.EndText.In(exchangeOf(ctx).language); end != "" {
		info.ErrorDetails = append(info.ErrorDetails, wire.ErrorDetail{Code: wire.CodeConflict,
			Level: wire.LevelError, Message: end})
	}
	if len(info.ErrorDetails) > 0 {
		first := info.ErrorDetails[0]
		info.ErrorCode, info.ErrorMsg = &first.Code, &first.Message
	}
	return nil
}

// codeOf returns the documented code that begins an errorDetail, or that of a failed check.
func codeOf(detail *string) string {
	if detail != nil {
		if code, _, _ := strings.Cut(*detail, ":"); strings.HasPrefix(code, "GHANA-") {
			return code
		}
	}
	return wire.CodeConflict
}

func (s *Server) describeProgress(ctx context.Context, _ call, request *wire.IDRequest) (answer, error) {
	p, t, err := s.project(ctx, request.ID)
	if err != nil {
		return answer{}, err
	}
	return answer{data: wire.ProjectProgress{ProjectID: p.ID, Status: string(p.State), CurrentStep: "PRE_CHECK",
		EnableIncrSync: isTrue(t.EnableIncrTransfer), EnableStructTransfer: isTrue(t.EnableStructTransfer),
		EnableFullTransfer:        isTrue(t.EnableFullTransfer),
		EnableReverseIncrTransfer: isTrue(t.EnableReverseIncrTransfer)}}, nil
}
