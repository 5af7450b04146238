package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracle"
)

// OceanBase admits a client to a tenant in Oracle mode only where bit 27 of its capability flags says
// that it supports that mode (OceanBase Connector/J, concepts: clientSupportOracleMode); in MySQL's
// own protocol that bit is CLIENT_QUERY_ATTRIBUTES. The attributes are those of OceanBase's own
// client, which the manual does not ask for. None of this was ever tried on such a tenant.
const (
	clientOracleMode     = 1 << 27
	oracleModeAttributes = "__mysql_client_type:__ob_libobclient,__ob_client_name:OceanBase Connector/C,__ob_client_version:2.2.3," +
		"__proxy_capability_flag:311552,__ob_client_attribute_capability_flag:5,_client_name:libmariadb"

	oracleModeIdentity = "SELECT OB_VERSION(), SYS_CONTEXT('USERENV', 'SESSION_USER') FROM DUAL"
)

// oracleModeConn sets the flag in what the driver writes at first: the handshake response, or the
// request for TLS, which begins like it.
type oracleModeConn struct {
	*greetedConn
	asked bool
}

func dialOracleMode(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	greeted, ok := conn.(*greetedConn)
	if !ok {
		_ = conn.Close()
		return nil, fmt.Errorf("no connection over TCP to %s", address)
	}
	return &oracleModeConn{greetedConn: greeted}, nil
}

// Write writes. It sets the flag in the driver's own buffer, which an io.Writer should not: after
// a request for TLS the driver goes on in that buffer and sends it again as the beginning of
// the handshake response, which is encrypted where this connection sees it.
func (c *oracleModeConn) Write(b []byte) (int, error) {
	if !c.asked && len(b) >= 8 { // four bytes of header, then the flags
		c.asked = true
		flags := b[4:8]
		binary.LittleEndian.PutUint32(flags, binary.LittleEndian.Uint32(flags)|clientOracleMode)
	}
	return c.greetedConn.Write(b)
}

// prepareOracleMode makes a fresh session read-only and gives its statements a limit, as far as the
// tenant allows: nothing but queries is sent, and the client gives them up in time anyhow. There
// is no id to kill a statement by.
func prepareOracleMode(ctx context.Context, conn driver.Conn, limit time.Duration) error {
	for _, statement := range []string{"ALTER SESSION SET tx_read_only = 1", fmt.Sprintf("ALTER SESSION SET ob_query_timeout = %d", limit.Microseconds())} {
		if _, err := conn.(driver.ExecerContext).ExecContext(ctx, statement, nil); err != nil && !refused(err) {
			return err
		}
	}
	return nil
}

// OpenOracleMode gives a Reader of a tenant of OceanBase in Oracle mode, which speaks the MySQL
// protocol and has Oracle's dictionary. It connects when the first fact is read.
func OpenOracleMode(endpoint datasource.Endpoint, scope datasource.Scope) (datasource.Reader, error) {
	r, err := Open(endpoint, scope)
	if err != nil {
		return nil, err
	}
	return &oracleModeReader{oracle.NewReader(r.endpoint, scope, oracleMode{r}), r}, nil
}

// oracleModeReader reads from the dictionary what Oracle has, and the rest from OceanBase's own views.
type oracleModeReader struct {
	*oracle.Reader
	own *Reader
}

// Read reads one fact.
func (r *oracleModeReader) Read(ctx context.Context, fact datasource.AnyFact) (any, error) {
	switch fact {
	case datasource.FactTenant, datasource.FactUnits, datasource.FactMemstores, datasource.FactOBParameters, datasource.FactFreeSpace:
		return r.own.Read(ctx, fact)
	}
	return r.Reader.Read(ctx, fact)
}

// obText gives a query over OceanBase's own views in the words of the endpoint's mode: in Oracle mode
// they are SYS's (OceanBase manual, V4.3, system views of Oracle mode).
func (r *Reader) obText(query string) string {
	if r.endpoint.Type != datasource.OceanBaseOracle {
		return query
	}
	return strings.NewReplacer("oceanbase.", "SYS.", "CONCAT(svr_ip, ':', svr_port)", "svr_ip || ':' || svr_port").Replace(query)
}

// oracleMode runs the statements of a Reader of Oracle's dictionary. They go as text and come back
// as strings: the driver knows none of OceanBase's own types.
type oracleMode struct{ *Reader }

// Query runs one statement.
func (m oracleMode) Query(ctx context.Context, query string, each func([]string) error) error {
	var row *oracle.Row
	err := m.rows(ctx, query, nil, func(rows *sql.Rows) (err error) {
		if row == nil {
			if row, err = oracle.NewRow(rows); err != nil {
				return err
			}
		}
		cells, err := row.Scan(rows)
		if err != nil {
			return err
		}
		return each(cells)
	})
	if err != nil {
		return m.classify(ctx, err)
	}
	return nil
}

// Identify asks who answers.
func (m oracleMode) Identify(ctx context.Context) (datasource.Server, error) {
	server, err := m.identify(ctx)
	if err != nil {
		return server, m.classify(ctx, err)
	}
	return server, nil
}

// oraNumber matches how the text of an error of a tenant in Oracle mode begins.
var oraNumber = regexp.MustCompile(`^ORA-(\d{5}):`)

// refusal gives an error that a tenant in Oracle mode words as Oracle does; nil where it does not.
func refusal(err *mysql.MySQLError) *datasource.Error {
	found := oraNumber.FindStringSubmatch(err.Message)
	if found == nil {
		return nil
	}
	number, _ := strconv.Atoi(found[1])
	return oracle.Refusal(number, err.Message, err)
}

// readOracleMode asks who answers in Oracle mode, which has no VERSION(). A server without the variable
// is not OceanBase.
func (r *Reader) readOracleMode(ctx context.Context) (datasource.Server, error) {
	s := datasource.Server{Flavor: datasource.FlavorOceanBase}
	var name string
	if err := r.one(ctx, obModeQuery, &name, &s.Mode); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return s, err
	}
	if s.Mode = strings.ToUpper(s.Mode); s.Mode != "ORACLE" {
		return s, &datasource.Error{Class: datasource.ErrUnsupported, Cause: "what answers is no tenant of OceanBase in Oracle mode",
			Remedy: fmt.Sprintf("Give the endpoint the type of the server, such as %s.", datasource.OceanBaseMySQL)}
	}
	if err := r.one(ctx, oracleModeIdentity, &s.VersionText, &s.Account); err != nil {
		return s, err
	}
	var known bool
	if s.Version, known = datasource.ParseVersion(s.VersionText); !known {
		return s, fmt.Errorf("OB_VERSION() gave %q", s.VersionText)
	}
	// The server is not asked for the cipher; with tls.mode preferred it is not known whether there is one.
	switch r.endpoint.TLS.Mode {
	case datasource.TLSRequired, datasource.TLSVerifyCA, datasource.TLSVerifyIdentity:
		s.TLSCipher = "TLS"
	}
	return s, nil
}
