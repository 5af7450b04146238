package report

import (
	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// ValidateConstraint returns the statement that makes the source enforce a constraint on existing rows, too.
func ValidateConstraint(source datasource.Type, table datasource.TableName, constraint string) []string {
	if source != datasource.Oracle { // the syntax of OceanBase tenants is not known
		return nil
	}
	return []string{"ALTER TABLE " + checks.QuoteTable(source, table) + " ENABLE VALIDATE CONSTRAINT " +
		checks.Quote(source, constraint)}
}
