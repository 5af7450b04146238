package datasource

import (
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"time"
)

// Type is the type of database of an endpoint, as a task names it.
type Type string

// The types of endpoint, with the names of OceanBase Migration Service where it has them.
const (
	MySQL           Type = "MYSQL"     // MySQL 5.6 and later, Percona, Aurora, TiDB, PolarDB
	MariaDB         Type = "MARIADB"   // MariaDB 10.x and later
	OceanBaseMySQL  Type = "OB_MYSQL"  // a MySQL-mode tenant of OceanBase
	OceanBaseOracle Type = "OB_ORACLE" // an Oracle-mode tenant of OceanBase
	Oracle          Type = "ORACLE"    // Oracle 11.2 and later
)

// Types returns every Type, in the order in which they are shown.
func Types() []Type {
	return []Type{MySQL, MariaDB, OceanBaseMySQL, OceanBaseOracle, Oracle}
}

// Dialect is the kind of SQL, dictionary and data types that a database has.
type Dialect int

// The dialects. The zero value is that of an unknown type.
const (
	UnknownDialect Dialect = iota
	MySQLDialect
	OracleDialect
)

// String returns MySQL, Oracle or unknown.
func (d Dialect) String() string {
	switch d {
	case MySQLDialect:
		return "MySQL"
	case OracleDialect:
		return "Oracle"
	}
	return "unknown"
}

// Dialect returns the dialect of the type's databases, regardless of the protocol.
func (t Type) Dialect() Dialect {
	switch t {
	case MySQL, MariaDB, OceanBaseMySQL:
		return MySQLDialect
	case Oracle, OceanBaseOracle:
		return OracleDialect
	}
	return UnknownDialect
}

// DefaultPort returns the port that the type's servers listen on by default, 0 for an unknown type.
func (t Type) DefaultPort() int {
	switch t {
	case MySQL, MariaDB:
		return 3306
	case OceanBaseMySQL, OceanBaseOracle:
		return 2881
	case Oracle:
		return 1521
	}
	return 0
}

// DefaultTLSMode returns the mode of an endpoint whose task sets none: preferred, as in MySQL's own clients.
// Oracle does not negotiate TLS: it has a port of its own for it.
func (t Type) DefaultTLSMode() TLSMode {
	if t == Oracle {
		return TLSDisabled
	}
	return TLSPreferred
}

// Endpoint describes how to connect to one database.
type Endpoint struct {
	Type     Type
	Host     string
	Port     int
	Socket   string // path of the Unix socket of a MySQL or MariaDB server, instead of Host and Port
	User     string // OceanBase: user@tenant#cluster
	Password Secret
	TLS      TLS

	// ServerPublicKey is the path of a PEM file with the RSA public key of a MySQL server, with which the
	// password is encrypted where TLS does not protect it.
	ServerPublicKey string
	// InsecurePassword allows sending the password to a MySQL server whose public key is not known, over a
	// connection that is not encrypted.
	InsecurePassword bool

	// Service and SID name an Oracle database; exactly one of them is set there.
	Service string
	SID     string

	// DRC and InnerDRC are further accounts with which OceanBase Migration Service reads an OceanBase cluster: one of
	// the tenant sys, and one of the endpoint's own tenant. Neither need be set.
	DRC, InnerDRC Login

	// OnlyHost forbids connections to hosts that the server names, such as the nodes of its cluster. It is for an
	// endpoint that someone else than the operator of this program describes.
	OnlyHost bool

	// Connections is the maximum number that may be open at a time.
	Connections int
	// ConnectTimeout bounds each step of connecting: to dial, to log on with TLS, and each statement that sets
	// up the session.
	ConnectTimeout time.Duration
	// StatementTimeout bounds each statement, on the client and where possible on the server. On servers that speak the
	// MySQL protocol, one that reads the catalog of more than TablesWithinTimeout tables may take a multiple of it.
	StatementTimeout time.Duration
}

// Login is an account of the server of an endpoint.
type Login struct {
	User     string
	Password Secret `json:"-"`
}

// As returns the endpoint with another account. The account of the tenant sys has MySQL mode.
func (e Endpoint) As(account Login, mode Type) Endpoint {
	e.Type, e.User, e.Password, e.DRC, e.InnerDRC = mode, account.User, account.Password, Login{}, Login{}
	return e
}

// The default limits of an Endpoint.
const (
	DefaultConnections      = 4
	DefaultConnectTimeout   = 10 * time.Second
	DefaultStatementTimeout = 60 * time.Second
)

// TablesWithinTimeout is how many tables an Endpoint's StatementTimeout is for.
const TablesWithinTimeout = 10_000

// WithDefaults returns the endpoint with defaults for the port, the TLS mode and the limits that are zero.
func (e Endpoint) WithDefaults() Endpoint {
	if e.Port == 0 {
		e.Port = e.Type.DefaultPort()
	}
	if e.TLS.Mode == "" {
		e.TLS.Mode = e.Type.DefaultTLSMode()
		if e.Socket != "" {
			e.TLS.Mode = TLSDisabled
		}
	}
	if e.Connections == 0 {
		e.Connections = DefaultConnections
	}
	if e.ConnectTimeout == 0 {
		e.ConnectTimeout = DefaultConnectTimeout
	}
	if e.StatementTimeout == 0 {
		e.StatementTimeout = DefaultStatementTimeout
	}
	return e
}

// Address returns host:port, or the path of the socket.
func (e Endpoint) Address() string {
	if e.Socket != "" {
		return e.Socket
	}
	return net.JoinHostPort(e.Host, strconv.Itoa(e.Port))
}

// String returns user, address and type, never the password.
func (e Endpoint) String() string {
	return fmt.Sprintf("%s@%s (%s)", e.User, e.Address(), e.Type)
}

// TLSMode is how far a connection is protected, in MySQL's own terms
// (MySQL 8.4 Reference Manual, "Command Options for Encrypted Connections", --ssl-mode).
type TLSMode string

// The TLS modes.
const (
	TLSDisabled       TLSMode = "disabled"
	TLSPreferred      TLSMode = "preferred"       // encrypted if the server offers TLS, unverified
	TLSRequired       TLSMode = "required"        // encrypted, unverified
	TLSVerifyCA       TLSMode = "verify-ca"       // and the certificate is signed by the CA
	TLSVerifyIdentity TLSMode = "verify-identity" // and it names the host
)

// TLSModes returns every mode, from the weakest to the strongest.
func TLSModes() []TLSMode {
	return []TLSMode{TLSDisabled, TLSPreferred, TLSRequired, TLSVerifyCA, TLSVerifyIdentity}
}

// TLS is how the connection is to be protected. An empty Mode is the type's DefaultTLSMode.
// CA, Cert and Key are paths of PEM files.
type TLS struct {
	Mode          TLSMode
	CA, Cert, Key string
}

// Valid reports whether the mode is one of TLSModes, or empty.
func (m TLSMode) Valid() bool { return m == "" || slices.Contains(TLSModes(), m) }

// Verifies reports whether the mode verifies the certificate of the server.
func (m TLSMode) Verifies() bool { return m == TLSVerifyCA || m == TLSVerifyIdentity }

// Secret is a password. It shows as *** wherever it is printed, logged or marshalled.
type Secret struct{ value string }

// NewSecret returns a password as a Secret.
func NewSecret(value string) Secret { return Secret{value} }

const masked = "***"

// Reveal returns the password itself. Only drivers need it.
func (s Secret) Reveal() string { return s.value }

// Empty reports whether there is no password.
func (s Secret) Empty() bool { return s.value == "" }

// String masks the password.
func (Secret) String() string { return masked }

// GoString masks the password.
func (Secret) GoString() string { return masked }

// Format masks the password under every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(masked)) }

// MarshalText masks the password in JSON, YAML and XML.
func (Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }

// LogValue masks the password in logs.
func (Secret) LogValue() slog.Value { return slog.StringValue(masked) }
