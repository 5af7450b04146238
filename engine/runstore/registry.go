package runstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/dbprecheck/precheck/datasource/message"
)

// taken fails if a row of a table has that name.
func (t *tx) taken(ctx context.Context, table, name string) error {
	if err := t.alone(ctx); err != nil {
		return err
	}
	former, err := all(ctx, t, value[string], "SELECT id FROM "+table+" WHERE name = ?", name)
	if err == nil && len(former) > 0 {
		err = fail(ErrExists, message.New("runstore.name_taken", "name", name, "id", former[0]))
	}
	return err
}

// CreateLabel implements Labels.
func (s *store) CreateLabel(ctx context.Context, name string) (Label, error) {
	l := Label{NewID(LabelPrefix), name}
	return write(ctx, s, "CreateLabel", func(t *tx) (Label, error) {
		if err := t.taken(ctx, "labels", name); err != nil {
			return Label{}, err
		}
		_, err := t.exec("INSERT INTO labels (id, name, created) VALUES (?, ?, {now})", l.ID, l.Name)
		return l, err
	})
}

// ListLabels implements Labels.
func (s *store) ListLabels(ctx context.Context) ([]Label, error) {
	scan := func(scan func(...any) error) (l Label, err error) { return l, scan(&l.ID, &l.Name) }
	labels, err := all(ctx, s, scan, "SELECT id, name FROM labels ORDER BY created, id")
	return labels, s.explain(err)
}

const dataSourceColumns = "id, name, type, username, created, modified, body, secret"

func scanDataSource(scan func(...any) error) (d DataSource, err error) {
	var created, modified int64
	var body []byte
	if err := scan(&d.ID, &d.Name, &d.Type, &d.User, &created, &modified, &body, &d.Secret); err != nil {
		return DataSource{}, err
	}
	d.Created, d.Modified = moment(created), moment(modified)
	d.Body, err = unpack(body)
	return d, err
}

// CreateDataSource implements DataSources.
func (s *store) CreateDataSource(ctx context.Context, d DataSource) (DataSource, error) {
	d.ID = NewID(DataSourcePrefix)
	d.Body = orNull(d.Body)
	return write(ctx, s, "CreateDataSource", func(t *tx) (DataSource, error) {
		if err := t.taken(ctx, "data_sources", d.Name); err != nil {
			return DataSource{}, err
		}
		_, err := t.exec("INSERT INTO data_sources ("+dataSourceColumns+") VALUES (?, ?, ?, ?, {now}, {now}, ?, ?)",
			d.ID, d.Name, d.Type, d.User, pack(d.Body), d.Secret)
		if err != nil {
			return DataSource{}, err
		}
		return first(ctx, t, scanDataSource, "SELECT "+dataSourceColumns+" FROM data_sources WHERE id = ?", d.ID)
	})
}

// DataSource implements DataSources.
func (s *store) DataSource(ctx context.Context, id string) (DataSource, error) {
	d, err := first(ctx, s, scanDataSource, "SELECT "+dataSourceColumns+" FROM data_sources WHERE id = ?", id)
	if errors.Is(err, sql.ErrNoRows) {
		err = fail(ErrNotFound, message.New("runstore.data_source.not_found", "id", id))
	}
	return d, s.explain(err)
}

// ListDataSources implements DataSources.
func (s *store) ListDataSources(ctx context.Context) ([]DataSource, error) {
	list, err := all(ctx, s, scanDataSource, "SELECT "+dataSourceColumns+" FROM data_sources ORDER BY created, id")
	return list, s.explain(err)
}
