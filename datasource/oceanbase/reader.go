package oceanbase

import (
	"context"
	"database/sql"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/textrow"
	"github.com/dbprecheck/precheck/datasource/mysql"
	"github.com/dbprecheck/precheck/datasource/oracle"
)

// Open returns a Reader of a tenant of OceanBase in Oracle mode. It connects when the first fact is read.
// Facts about objects cover the schemas that scope returns.
func Open(endpoint datasource.Endpoint, scope datasource.Scope) (datasource.Reader, error) {
	r, err := mysql.OpenVariant(endpoint, scope, oracleMode)
	if err != nil {
		return nil, err
	}
	return &reader{oracle.NewReader(endpoint.WithDefaults(), scope, source{r}), r}, nil
}

// reader reads Oracle's facts from the dictionary, and the others from OceanBase's own views.
type reader struct {
	*oracle.Reader
	own *mysql.Reader
}

// Read reads one fact.
func (r *reader) Read(ctx context.Context, fact datasource.AnyFact) (any, error) {
	if isOwn(fact) {
		return r.own.Read(ctx, fact)
	}
	return r.Reader.Read(ctx, fact)
}

// isOwn reports whether a fact is read from OceanBase's own views.
func isOwn(fact datasource.AnyFact) bool {
	switch fact {
	case datasource.FactTenant,
		datasource.FactUnits,
		datasource.FactNodes,
		datasource.FactMemstores,
		datasource.FactOBParameters,
		datasource.FactFreeSpace:
		return true
	}
	return false
}

// Cost returns the cost of reading a fact of a tenant in Oracle mode. It reports false if the fact cannot be
// read there.
func Cost(fact datasource.AnyFact) (datasource.Cost, bool) {
	if !isOwn(fact) {
		return oracle.Loaders().Cost(fact, datasource.OceanBaseOracle)
	}
	cost, ok := mysql.Loaders().Cost(fact, datasource.OceanBaseMySQL)
	cost.Needs = cost.NeedsOf(datasource.OceanBaseMySQL)
	for i, n := range cost.Needs {
		cost.Needs[i].Product = datasource.OceanBaseOracle
		cost.Needs[i].Privileges = make([]string, len(n.Privileges))
		for j, privilege := range n.Privileges {
			cost.Needs[i].Privileges[j] = rewrite(privilege)
		}
	}
	return cost.For(datasource.OceanBaseOracle), ok
}

// source runs the statements of a Reader of Oracle's dictionary over the MySQL protocol. Statements are sent
// as text and values are read as strings: the driver does not support OceanBase's own types.
type source struct{ *mysql.Reader }

// Query runs one statement.
func (s source) Query(ctx context.Context, query string, each func([]string) error) error {
	var row *textrow.Row
	err := s.Reader.Query(ctx, query, func(rows *sql.Rows) (err error) {
		if row == nil {
			if row, err = textrow.New(rows); err != nil {
				return err
			}
		}
		cells, err := row.Scan(rows)
		if err != nil {
			return err
		}
		return each(cells)
	})
	if err != nil {
		return s.Classify(ctx, err)
	}
	return nil
}

// Answer runs one query in a read-only transaction.
func (s source) Answer(ctx context.Context, query string, most int) (datasource.QueryResult, error) {
	a, err := s.Reader.Answer(ctx, "SET TRANSACTION READ ONLY", query, most)
	if err != nil {
		return a, s.Classify(ctx, err)
	}
	return a, nil
}

// Identify returns which server it is.
func (s source) Identify(ctx context.Context) (datasource.Server, error) {
	server, err := s.Reader.Identify(ctx)
	if err != nil {
		return server, s.Classify(ctx, err)
	}
	return server, nil
}
