package mysql

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
)

// connectionErrors are the errors of a connection: at logon, in a session, of a server's state and limits.
// The class is the meaning that the manuals give them.
var connectionErrors = map[datasource.ErrorClass][]uint16{
	datasource.ErrTooManyConnections: {1040, 1203, 1226},
	datasource.ErrCredentials:        {1045, 1251, 1275, 1524, 1698, 1873, 4055, 4058},
	datasource.ErrHostNotAllowed:     {1042, 1129, 1130},
	datasource.ErrAccount:            {1820, 1862, 3118, 3955, 4150, 4151},
	datasource.ErrUnknownDatabase:    {1049},
	datasource.ErrTLS:                {3159},
	datasource.ErrProtocol:           {1043},
	datasource.ErrPrivilege:          {1044, 1095, 1142, 1143, 1227, 3879},
	datasource.ErrNoSuchObject:       {1094},
	datasource.ErrUnavailable: {1037, 1038, 1041, 1047, 1053, 1077, 1078, 1079, 1080, 1081, 1135, 1290, 1836,
		2002, 2003, 2005, 2006, 2012, 2013, 2026, 2055, 3032, 3168, 3170},
	datasource.ErrLocked:    {1205, 1206, 1213},
	datasource.ErrTimeout:   {1969, 3024},
	datasource.ErrCancelled: {1317},
	datasource.ErrLost: {1152, 1153, 1154, 1155, 1156, 1157, 1158, 1159, 1160, 1161, 1184, 1189, 1190, 1927, 3169,
		4031},
}

// oceanBaseConnectionErrors are those of OceanBase's own errors.
var oceanBaseConnectionErrors = map[datasource.ErrorClass][]uint16{
	datasource.ErrUnknownDatabase: {5150, 5157},
	datasource.ErrTimeout:         {4012},
	datasource.ErrUnavailable:     {4013, 4030, 4038, 4039, 4080, 4085, 4114, 4124, 8001, 8002},
	datasource.ErrLost:            {4064, 6002},
}

func TestAdviceForConnectionErrors(t *testing.T) {
	t.Parallel()
	beforeTheSession := []datasource.ErrorClass{datasource.ErrProtocol, datasource.ErrTLS}
	for _, product := range []struct {
		kind   datasource.Type
		errors map[datasource.ErrorClass][]uint16
	}{{datasource.MySQL, connectionErrors}, {datasource.OceanBaseMySQL, oceanBaseConnectionErrors}} {
		r := &Reader{endpoint: datasource.Endpoint{Type: product.kind}}
		for class, numbers := range product.errors {
			for _, number := range numbers {
				got := r.fromServer(&mysql.MySQLError{Number: number, Message: "the server's own text"})
				if got.Class != class {
					t.Errorf("%s %d: class %q, want %q", product.kind, number, got.Class, class)
				}
				if got.Cause.IsZero() || got.Remedy.IsZero() {
					t.Errorf("%s %d: cause %q, remedy %q", product.kind, number, got.Cause, got.Remedy)
				}
				if strings.Contains(got.Remedy.String(), " port") && !slices.Contains(beforeTheSession, class) {
					t.Errorf("%s %d: the server answered, so the port is right: %q", product.kind, number, got.Remedy)
				}
			}
		}
	}
}

// From 4000 on, OceanBase has its own numbers: 4031 is not that of an idle session there, nor 4151 that of a
// locked account.
func TestNumbersOfOceanBaseAreItsOwn(t *testing.T) {
	t.Parallel()
	for _, number := range []uint16{4031, 4150, 4151} {
		for _, kind := range []datasource.Type{datasource.OceanBaseMySQL, datasource.OceanBaseOracle} {
			r := &Reader{endpoint: datasource.Endpoint{Type: kind}}
			if got := r.fromServer(&mysql.MySQLError{Number: number}); got.Class != datasource.ErrOther {
				t.Errorf("%s: %d is of class %q", kind, number, got.Class)
			}
		}
	}
}

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
