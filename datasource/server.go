package datasource

import (
	"strings"
	"time"
)

// Flavor is the product, as the server reports it.
type Flavor string

// The products.
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

// NameCase is how a server compares the names of schemas and tables.
type NameCase int

// The ways to compare names.
const (
	CaseSensitive NameCase = iota // as they are stored: MySQL's lower_case_table_names=0, Oracle's quoted names
	CaseLower                     // stored in lower case: lower_case_table_names=1
	CaseFolded                    // stored unchanged, compared in lower case: lower_case_table_names=2
)

// Fold returns name as the server compares it: two names are equal if their folds are.
func (c NameCase) Fold(name string) string {
	if c == CaseSensitive {
		return name
	}
	return strings.ToLower(name)
}

// FoldTable returns the name of a table as the server compares it.
func (c NameCase) FoldTable(t TableName) TableName {
	return TableName{Schema: c.Fold(t.Schema), Name: c.Fold(t.Name)}
}

// Server is the product, version and account at an endpoint.
type Server struct {
	Flavor      Flavor
	Version     Version // the product's own version: OceanBase's, not that of the MySQL it resembles
	VersionText string  // as version() or v$version returns it
	Comment     string  // as @@version_comment returns it
	Mode        string  // OceanBase: MYSQL or ORACLE; else empty
	Account     string  // the account that is logged on, as the server identifies it: user@host, or a schema
	NameCase    NameCase
	Transport   Transport
}

// IsMariaDB reports whether the server is MariaDB.
func (s Server) IsMariaDB() bool { return s.Flavor == FlavorMariaDB }

// IsOceanBase reports whether the server is OceanBase, in either mode.
func (s Server) IsOceanBase() bool { return s.Flavor == FlavorOceanBase }

// IsCommunityEdition reports whether the server is OceanBase Community Edition, which says so in its version.
func (s Server) IsCommunityEdition() bool {
	return s.IsOceanBase() && strings.Contains(s.VersionText+" "+s.Comment, "OceanBase_CE")
}

// IsMySQL reports whether the server is MySQL or one of its close relations, with MySQL's versions: Percona
// Server, Aurora, PolarDB.
func (s Server) IsMySQL() bool {
	switch s.Flavor {
	case FlavorMySQL, FlavorPercona, FlavorAurora, FlavorPolarDB:
		return true
	}
	return false
}

// String returns the product and its version, as in "MariaDB 10.11.19".
func (s Server) String() string { return string(s.Flavor) + " " + s.Version.String() }

// FactServer is the product, version and account at the endpoint. It fails where no connection can be made.
var FactServer = NewFact[Server]("server", "product and version of the server")

// Latency is the network latency and the clock offset of a server.
type Latency struct {
	RoundTrip   time.Duration // the shortest of five
	ClockOffset time.Duration // the server's clock minus this machine's, to within half a round trip
}

// FactLatency is the network latency and the clock offset of the server.
var FactLatency = NewFact[Latency]("latency", "network latency and clock offset")
