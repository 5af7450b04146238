package drivers

import (
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/mysql"
	"github.com/dbprecheck/precheck/datasource/oceanbase"
	"github.com/dbprecheck/precheck/datasource/oracle"
)

// Open returns a Reader of the endpoint's own server. It connects when the first fact is read. Facts about
// objects cover the schemas that scope returns.
func Open(e datasource.Endpoint, scope datasource.Scope) (datasource.Reader, error) {
	switch e.Type {
	case datasource.MySQL, datasource.MariaDB:
		return mysql.Open(e, scope)
	case datasource.OceanBaseMySQL:
		r, err := mysql.Open(e, scope)
		if err != nil {
			return nil, err
		}
		return withAccounts(e, r), nil
	case datasource.OceanBaseOracle:
		r, err := oceanbase.Open(e, scope)
		if err != nil {
			return nil, err
		}
		return withAccounts(e, r), nil
	case datasource.Oracle:
		return oracle.Open(e, scope)
	}
	return nil, &datasource.Error{Class: datasource.ErrUnsupported,
		Cause: message.New("datasource.endpoint.type", "type", string(e.Type))}
}

// Links opens readers of equal endpoints over the same connections, as mysql.Links does. Readers of Oracle, and of
// OceanBase in Oracle mode, have connections of their own.
type Links struct{ links mysql.Links }

// Open returns a Reader as the function Open does.
func (l *Links) Open(e datasource.Endpoint, scope datasource.Scope) (datasource.Reader, error) {
	switch e.Type {
	case datasource.MySQL, datasource.MariaDB:
		return l.links.Open(e, scope)
	case datasource.OceanBaseMySQL:
		r, err := l.links.Open(e, scope)
		if err != nil {
			return nil, err
		}
		return withAccounts(e, r), nil
	}
	return Open(e, scope)
}

// Cost returns what it takes to read a fact of an endpoint of type t: statements and privileges. It reports
// false where the fact cannot be read there.
func Cost(fact datasource.AnyFact, t datasource.Type) (datasource.Cost, bool) {
	if fact == datasource.AnyFact(datasource.FactDRC) || fact == datasource.AnyFact(datasource.FactInnerDRC) {
		return datasource.Cost{Statements: accountStatements}, t == datasource.OceanBaseMySQL ||
			t == datasource.OceanBaseOracle
	}
	switch t {
	case datasource.MySQL, datasource.MariaDB, datasource.OceanBaseMySQL:
		return mysql.Loaders().Cost(fact, t)
	case datasource.OceanBaseOracle:
		return oceanbase.Cost(fact)
	case datasource.Oracle:
		return oracle.Loaders().Cost(fact, t)
	}
	return datasource.Cost{}, false
}
