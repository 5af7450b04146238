package datasource

import (
	"strings"
	"time"
)

// Flavor is the product that answers, as the server itself tells it.
type Flavor string

// The products that are told apart.
const (
	FlavorMySQL     Flavor = "MySQL"
	FlavorPercona   Flavor = "Percona Server"
	FlavorAurora    Flavor = "Aurora MySQL"
	FlavorMariaDB   Flavor = "MariaDB"
	FlavorTiDB      Flavor = "TiDB"
	FlavorPolarDB   Flavor = "PolarDB"
	FlavorOceanBase Flavor = "OceanBase"
	FlavorOracle    Flavor = "Oracle"
	FlavorDolt      Flavor = "Dolt"
)

// NameCase says how a server compares the names of schemas and tables.
type NameCase int

// The ways to compare names.
const (
	CaseSensitive NameCase = iota // as they are stored: MySQL's lower_case_table_names=0, Oracle's quoted names
	CaseLower                     // stored in lower case: lower_case_table_names=1
	CaseFolded                    // stored as given, compared in lower case: lower_case_table_names=2
)

// Fold returns name as the server compares it: two names are one where their folds are equal.
func (c NameCase) Fold(name string) string {
	if c == CaseSensitive {
		return name
	}
	return strings.ToLower(name)
}

// Server is who answers at an endpoint, and on what connection.
type Server struct {
	Flavor      Flavor
	Version     Version // the product's own version: OceanBase's, not that of the MySQL it resembles
	VersionText string  // as version() or v$version gives it
	Comment     string  // as @@version_comment gives it
	Mode        string  // OceanBase: MYSQL or ORACLE; else empty
	Account     string  // the account that was logged on, as the server knows it: user@host, or a schema
	TLSCipher   string  // empty where the connection is not encrypted
	NameCase    NameCase
}

// IsMariaDB reports whether the server is MariaDB.
func (s Server) IsMariaDB() bool { return s.Flavor == FlavorMariaDB }

// IsOceanBase reports whether the server is OceanBase, in either mode.
func (s Server) IsOceanBase() bool { return s.Flavor == FlavorOceanBase }

// IsMySQL reports whether the server is MySQL or one of its close relations, whose versions
// are MySQL's: Percona Server, Aurora, PolarDB.
func (s Server) IsMySQL() bool {
	switch s.Flavor {
	case FlavorMySQL, FlavorPercona, FlavorAurora, FlavorPolarDB:
		return true
	}
	return false
}

// String names the product and its version, as in "MariaDB 10.11.19".
func (s Server) String() string { return string(s.Flavor) + " " + s.Version.String() }

// FactServer is who answers. It fails where no connection can be had.
var FactServer = NewFact[Server]("server", "product and version of the server")

// Latency is how far away a server is, in time.
type Latency struct {
	RoundTrip   time.Duration // the shortest of five
	ClockOffset time.Duration // the server's clock minus this machine's, to within half a round trip
}

// FactLatency is how far away the server is.
var FactLatency = NewFact[Latency]("latency", "network latency and clock offset")
