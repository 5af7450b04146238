package drivers

import (
	"context"
	"errors"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// accounts is a Reader of a tenant of OceanBase that also reads the facts of the endpoint's further accounts, each
// through a connection of its own.
type accounts struct {
	datasource.Reader
	datasource.Metered
	endpoint datasource.Endpoint
}

func withAccounts(e datasource.Endpoint, r datasource.Reader) datasource.Reader {
	meter, _ := r.(datasource.Metered) // as both readers of tenants are
	return accounts{r, meter, e}
}

// Read reads one fact.
func (a accounts) Read(ctx context.Context, fact datasource.AnyFact) (any, error) {
	switch fact {
	case datasource.FactDRC:
		return read(ctx, a.endpoint, a.endpoint.DRC)
	case datasource.FactInnerDRC:
		return read(ctx, a.endpoint, a.endpoint.InnerDRC)
	}
	return a.Reader.Read(ctx, fact)
}

// accountStatements is the number of statements that read an account: its grants and its tenant.
const accountStatements = 6

// read reads an account of a tenant in MySQL mode, such as sys.
func read(ctx context.Context, e datasource.Endpoint, login datasource.Login) (datasource.ReaderAccount, error) {
	account := datasource.ReaderAccount{User: login.User}
	if login.User == "" {
		return account, nil
	}
	account.Given = true
	reader, err := mysql.Open(e.As(login, datasource.OceanBaseMySQL),
		func(context.Context) ([]string, error) { return nil, nil })
	if err != nil {
		return account, err
	}
	facts := datasource.NewFacts(ctx, reader)
	if account.Grants, err = datasource.FactGrants.Of(ctx, facts); err == nil {
		if account.Tenant, err = datasource.FactTenant.Of(ctx, facts); datasource.NotShown(err) {
			err = nil
		}
	}
	return account, errors.Join(err, reader.Close())
}
