package privilege

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// The privileges of accounts that policies do not apply to.
const (
	exemptFromRows      = "EXEMPT ACCESS POLICY"
	exemptFromRedaction = "EXEMPT REDACTION POLICY"
)

// checkPolicies finds the tables whose policies may hide rows or values from the account while it copies them. The redo
// contains all of them. Whether a policy applies to the account is decided by a function, or by an expression over the
// session, which are not evaluated.
func (o *oracleAccount) checkPolicies(ctx context.Context, mapping *checks.Mapping) error {
	if o.server.IsOceanBase() || o.pass.Route.Phases&checks.Full == 0 || o.Has() {
		return nil
	}
	rows, err := datasource.FactRowPolicies.Of(ctx, o.pass.Facts())
	if err != nil {
		return err
	}
	var redacted datasource.TableRows[datasource.RowPolicy]
	if !o.Has(exemptFromRedaction) {
		redacted, err = datasource.FactRedactionPolicies.Of(ctx, o.pass.Facts())
		switch {
		case err != nil && !datasource.NotShown(err):
			return err
		case err != nil:
			o.pass.Note("redaction_not_read", "cause", err)
		}
	}
	for t := range mapping.SourceTables() {
		o.addPolicies("row_policy", t.Source, rows.Of(t.Source), exemptFromRows)
		o.addPolicies("redacted", t.Source, redacted.Of(t.Source), exemptFromRedaction)
	}
	return nil
}

// addPolicies adds the finding about policies of a table, unless the account is exempt from them.
func (o *oracleAccount) addPolicies(
	rule string, t datasource.TableName, policies []datasource.RowPolicy, exempt string,
) {
	if len(policies) == 0 || o.HasOver(t.Schema, exempt) {
		return
	}
	f := checks.Finding{Rule: rule, Level: checks.Warn, Object: checks.TableObject(t),
		Args: checks.Args{"account": o.Account, "privileges": exempt},
		SQL:  []string{"GRANT " + exempt + " TO " + o.grantee()}}
	var names []string
	for _, policy := range policies {
		names = append(names, policy.Name)
		if always(policy.Expression) {
			f.Level = checks.Fail
		}
	}
	f.Actual = strings.Join(names, ", ")
	o.findings = append(o.findings, f)
}

// always reports whether the expression of a redaction policy is the one that the documentation gives for a policy that
// applies to everyone who is not exempt.
func always(expression string) bool { return strings.ReplaceAll(expression, " ", "") == "1=1" }
