package privilege

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// RowPolicy is ORACLE_ROW_POLICY.
var RowPolicy = &checks.Check{
	Type:     "ORACLE_ROW_POLICY",
	Page:     checks.ReadPage(pages, "row_policy.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Full,
	Sources:  checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactOraclePrivileges, datasource.FactRedactionPolicies,
			datasource.FactRowPolicies, datasource.FactServer},
		Mapping: true,
	},
	Run: runRowPolicy,
}

// The privileges of accounts that policies do not apply to.
const (
	exemptFromRows      = "EXEMPT ACCESS POLICY"
	exemptFromRedaction = "EXEMPT REDACTION POLICY"
)

func runRowPolicy(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	o, err := oracleAccountOf(ctx, p)
	if err != nil {
		return err
	}
	for _, policies := range []struct {
		checks.Finding
		exempt string
		fact   *datasource.Fact[datasource.TableRows[datasource.RowPolicy]]
	}{
		{checks.Finding{Rule: "row_policy", Level: checks.Warn}, exemptFromRows, datasource.FactRowPolicies},
		{checks.Finding{Rule: "redacted", Level: checks.Warn}, exemptFromRedaction, datasource.FactRedactionPolicies},
	} {
		var subject []datasource.TableName
		for t := range mapping.SourceTables() {
			if !o.HasOver(t.Source.Schema, policies.exempt) {
				subject = append(subject, t.Source)
			}
		}
		if subject == nil {
			continue
		}
		found, err := policies.fact.Of(ctx, p.Source())
		if err != nil {
			return err
		}
		for _, t := range subject {
			o.reportPolicies(policies.Finding, t, found.Of(t), policies.exempt)
		}
	}
	return nil
}

// reportPolicies reports the policies of a table. Whether one applies to the account is decided by a function, or by an
// expression over the session, which are not evaluated.
func (o *oracleAccount) reportPolicies(
	f checks.Finding, t datasource.TableName, policies []datasource.RowPolicy, exempt string,
) {
	if len(policies) == 0 {
		return
	}
	f.Object, f.Args = checks.TableObject(t), checks.Args{"account": o.Account, "privileges": exempt}
	f.SQL = []string{"GRANT " + exempt + " TO " + o.grantee()}
	var names []string
	for _, policy := range policies {
		names = append(names, policy.Name)
		if always(policy.Expression) {
			f.Level = checks.Fail
		}
	}
	f.Actual = strings.Join(names, ", ")
	o.pass.Report(f)
}

// always reports whether the expression of a redaction policy is the one that the documentation gives for a policy that
// applies to everyone who is not exempt.
func always(expression string) bool { return strings.ReplaceAll(expression, " ", "") == "1=1" }
