package mysql

import (
	"fmt"
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

// Only an error that says so means that the server does not have what a statement names, or that the account does not
// have a privilege.
func TestErrorsOfTheMoment(t *testing.T) {
	t.Parallel()
	for number, want := range map[uint16][2]bool{
		1049: {true, false}, 1054: {true, false}, 1064: {true, false}, 1109: {true, false}, 1146: {true, false},
		1193: {true, false}, 1235: {true, false}, 1305: {true, false},
		1044: {false, true}, 1142: {false, true}, 1143: {false, true}, 1227: {false, true},
		1040: {}, 1053: {}, 1105: {}, 1205: {}, 1213: {}, 1317: {}, 1969: {}, 3024: {},
	} {
		err := fmt.Errorf("wrapped: %w", &mysql.MySQLError{Number: number})
		if got := [2]bool{absent(err), denied(err)}; got != want {
			t.Errorf("%d: absent and denied %v, want %v", number, got, want)
		}
	}
	if absent(mysql.ErrInvalidConn) || denied(nil) {
		t.Error("an error of the connection, or none, is one of the server")
	}
}
