package runstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
)

// projectState is the state of a project p, which follows from its run r.
const projectState = `CASE WHEN r.id IS NULL THEN 'INIT' WHEN r.status IN ('PENDING', 'RUNNING') THEN 'RUNNING'
	WHEN r.end_reason = 'CANCELLED' THEN 'SUSPEND' WHEN r.status = 'FAILED' THEN 'FAILED' ELSE 'FINISHED' END`

const projectColumns = `p.id, p.name, p.type, p.sub, p.source_id, p.sink_id, p.source_type, p.sink_type, p.username,
	p.run_id, p.created, p.modified, p.labels, p.body, COALESCE(r.started, 0), COALESCE(r.finished, 0), ` + projectState

const fromProjects = " FROM projects p LEFT JOIN runs r ON r.id = p.run_id"

func scanProject(scan func(...any) error) (p Project, err error) {
	var created, modified, started, finished int64
	var labels string
	var body []byte
	if err := scan(&p.ID, &p.Name, &p.Type, &p.Sub, &p.SourceID, &p.SinkID, &p.SourceType, &p.SinkType, &p.User,
		&p.RunID, &created, &modified, &labels, &body, &started, &finished, &p.State); err != nil {
		return Project{}, err
	}
	p.Created, p.Modified, p.Started, p.Finished = moment(created), moment(modified), moment(started), moment(finished)
	var errLabels, errBody error
	p.Labels, errLabels = decodeTexts(labels)
	p.Body, errBody = unpack(body)
	return p, errors.Join(errLabels, errBody)
}

func project(ctx context.Context, q querier, id string) (Project, error) {
	p, err := first(ctx, q, scanProject, "SELECT "+projectColumns+fromProjects+" WHERE p.id = ?", id)
	if errors.Is(err, sql.ErrNoRows) {
		err = fail(ErrNotFound, message.New("runstore.project.not_found", "id", id))
	}
	return p, err
}

// CreateProject implements Projects.
func (s *store) CreateProject(ctx context.Context, p Project) (Project, error) {
	p.ID = NewID(ProjectPrefix)
	p.Body = orNull(p.Body)
	return write(ctx, s, "CreateProject", func(t *tx) (Project, error) {
		_, err := t.exec(`INSERT INTO projects (id, name, type, sub, source_id, sink_id, source_type, sink_type,
			username, run_id, created, modified, labels, body)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', {now}, {now}, ?, ?)`,
			p.ID, p.Name, string(p.Type), p.Sub, p.SourceID, p.SinkID, p.SourceType, p.SinkType, p.User,
			encodeTexts(p.Labels), pack(p.Body))
		if err != nil {
			return Project{}, err
		}
		for _, label := range slices.Compact(slices.Sorted(slices.Values(p.Labels))) {
			_, err := t.exec("INSERT INTO project_labels (label, project_id) VALUES (?, ?)", label, p.ID)
			if err != nil {
				return Project{}, err
			}
		}
		return project(ctx, t, p.ID)
	})
}

// Project implements Projects.
func (s *store) Project(ctx context.Context, id string) (Project, error) {
	p, err := project(ctx, s, id)
	return p, s.explain(err)
}

// ListProjects implements Projects.
func (s *store) ListProjects(ctx context.Context, f ProjectFilter, page Page) (found []Project, total int, err error) {
	var w where
	w.search(s.d, f.Search, "p.name", "p.id")
	w.equal("p.type", string(f.Type))
	in(&w, projectState, f.States)
	in(&w, "p.source_type", f.SourceTypes)
	in(&w, "p.sink_type", f.SinkTypes)
	if !f.Sub {
		w.and("p.sub = 0")
	}
	if len(f.Labels) > 0 {
		var labels where
		in(&labels, "label", f.Labels)
		w.and("p.id IN (SELECT project_id FROM project_labels"+labels.sql()+")", labels.args...)
	}
	sort := "p.created"
	if page.Modified {
		sort = "p.modified"
	}
	err = s.at(ctx, func(q querier) error {
		if total, err = one[int](ctx, q, "SELECT COUNT(*)"+fromProjects+w.sql(), w.args...); err != nil {
			return err
		}
		order := strings.Replace(page.sql(sort), ", id ", ", p.id ", 1)
		found, err = all(ctx, q, scanProject, "SELECT "+projectColumns+fromProjects+w.sql()+order, w.args...)
		return err
	})
	return found, total, err
}

// DeleteProject implements Projects.
func (s *store) DeleteProject(ctx context.Context, id string) error {
	_, err := write(ctx, s, "DeleteProject", func(t *tx) (none struct{}, err error) {
		if err := t.alone(ctx); err != nil {
			return none, err
		}
		p, err := project(ctx, t, id)
		if err != nil {
			return none, err
		}
		if p.State == ProjectRunning {
			return none, fail(ErrConflict, message.New("runstore.project.running", "id", id, "run", p.RunID))
		}
		if _, err := t.exec("DELETE FROM project_labels WHERE project_id = ?", id); err != nil {
			return none, err
		}
		n, err := t.exec("DELETE FROM projects WHERE id = ? AND run_id = ?", id, p.RunID)
		if err == nil && n != 1 {
			err = fail(ErrConflict, message.New("runstore.project.running", "id", id, "run", p.RunID))
		}
		return none, err
	})
	return err
}
