package report

import (
	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// ValidateConstraint returns the statement that makes the source hold a constraint, for the rows that are
// there, too.
func ValidateConstraint(source datasource.Type, table datasource.TableName, constraint string) []string {
	if source != datasource.Oracle { // what a tenant of OceanBase takes is not known
		return nil
	}
	return []string{"ALTER TABLE " + checks.QuoteTable(source, table) + " ENABLE VALIDATE CONSTRAINT " +
		checks.Quote(source, constraint)}
}
