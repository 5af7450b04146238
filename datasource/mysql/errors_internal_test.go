package mysql

import (
	"testing"

	"github.com/go-sql-driver/mysql"
)

// The advice names the privileges that error 1227 names, in the words of MySQL and of MariaDB.
func TestRemedyOfMissingPrivilege(t *testing.T) {
	t.Parallel()
	const several = "Grant the account one of these privileges: "
	for privileges, want := range map[string]string{
		"PROCESS":                           "Grant the account the privilege PROCESS.",
		"SUPER or SYSTEM_VARIABLES_ADMIN":   several + "SUPER or SYSTEM_VARIABLES_ADMIN.",
		"SUPER, REPLICATION SLAVE ADMIN":    several + "SUPER, REPLICATION SLAVE ADMIN.",
		"SUPER, A_ADMIN OR REPLICA MONITOR": several + "SUPER, A_ADMIN OR REPLICA MONITOR.",
	} {
		got := (&Reader{}).fromServer(&mysql.MySQLError{Number: 1227,
			Message: "Access denied; you need (at least one of) the " + privileges +
				" privilege(s) for this operation"})
		if got.Remedy.String() != want {
			t.Errorf("%s: %q", privileges, got.Remedy)
		}
	}
}
