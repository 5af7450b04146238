package privilege

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/datasource"
)

// sysTenant is the id of the tenant sys of every cluster of OceanBase.
const sysTenant = 1

// readerAccount returns a further account of the endpoint. It reports the server's refusal to let it log on as a
// finding and returns nil, as it does where the task does not state the account. field is where the task states it.
func readerAccount(ctx context.Context, p *checks.Pass,
	fact *datasource.Fact[datasource.ReaderAccount], field string) (*datasource.ReaderAccount, error) {
	account, err := fact.Of(ctx, p.Facts())
	switch datasource.ClassOf(err) {
	case datasource.ErrCredentials, datasource.ErrAccount, datasource.ErrHostNotAllowed, datasource.ErrUnknownDatabase:
		p.Report(checks.Finding{Rule: "refused", Level: checks.Fail, Err: err,
			Object: checks.Object{Kind: "ACCOUNT", Name: field}})
		return nil, nil
	}
	if err != nil || !account.Given {
		return nil, err
	}
	return &account, nil
}

// checkReader reports the privileges that a further account of an OceanBase cluster does not have.
func checkReader(account *datasource.ReaderAccount, p *checks.Pass, on datasource.TableName) error {
	server := datasource.Server{Flavor: datasource.FlavorOceanBase, Mode: "MYSQL"}
	findings, err := access.Holder{Server: server, Grants: account.Grants, Lang: p.Lang}.Lacks(access.Need{On: on,
		Rights: []datasource.Privilege{"SELECT"}, Rule: "missing_right", Level: checks.Fail})
	access.Report(p, findings)
	return err
}

// isOfSys reports whether the account belongs to the tenant sys, and reports a finding otherwise.
func isOfSys(account *datasource.ReaderAccount, p *checks.Pass) bool {
	if account.Tenant.ID == 0 || account.Tenant.ID == sysTenant {
		return true
	}
	p.Report(checks.Finding{Rule: "other_tenant", Level: checks.Fail, Actual: account.Tenant.Name, Expected: "sys",
		Object: checks.Object{Kind: "ACCOUNT", Name: account.User}})
	return false
}

// checkOceanBaseLog reports what the account that reads the log of a cluster does not have.
func checkOceanBaseLog(ctx context.Context, p *checks.Pass) error {
	account, err := readerAccount(ctx, p, datasource.FactDRC, "drc")
	switch {
	case err != nil || len(p.Findings()) > 0:
		return err
	case account == nil:
		return p.NotChecked("oceanbase")
	case !isOfSys(account, p):
		return nil
	}
	return checkReader(account, p, datasource.TableName{})
}
