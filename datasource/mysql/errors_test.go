package mysql_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"database/sql"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// connect reads FactServer from the endpoint.
func connect(t *testing.T, e datasource.Endpoint) (datasource.Server, error) {
	t.Helper()
	if e.Type == "" {
		e.Type = datasource.MySQL
	}
	r, err := mysql.Open(e, func(context.Context) ([]string, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	return datasource.FactServer.Of(t.Context(), datasource.NewFacts(t.Context(), r))
}

// wantError checks the class of an error, that it has a cause and a remedy, and that it does not show the
// password.
func wantError(t *testing.T, err error, class datasource.ErrorClass, says string, password datasource.Secret) {
	t.Helper()
	var known *datasource.Error
	if datasource.ClassOf(err) != class || !errors.As(err, &known) {
		t.Errorf("%v is of class %q, want %q", err, datasource.ClassOf(err), class)
		return
	}
	if text := known.Cause.String() + " " + known.Remedy.String(); known.Cause.IsZero() || known.Remedy.IsZero() ||
		!strings.Contains(text, says) {
		t.Errorf("cause %q, remedy %q: want both, with %q", known.Cause, known.Remedy, says)
	}
	if class == datasource.ErrTLS && strings.Contains(known.Remedy.String(), "disable") {
		t.Errorf("remedy %q", known.Remedy)
	}
	if secret := password.Reveal(); secret != "" && strings.Contains(err.Error()+known.Remedy.String(), secret) {
		t.Errorf("%v shows the password", err)
	}
}

func TestNetworkErrors(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	greeted := greeting(0)
	for _, tc := range []struct {
		name  string
		host  string // default: this machine
		port  int    // default: that of a peer
		peer  func(net.Conn)
		class datasource.ErrorClass
		says  string
	}{
		{name: "a name that does not exist", host: "no-such-host.invalid", port: 3306, class: datasource.ErrDNS,
			says: "no-such-host.invalid"},
		{name: "nobody listens", port: closed.Addr().(*net.TCPAddr).Port, class: datasource.ErrRefused,
			says: "listens"},
		{name: "a listener that says nothing", peer: func(c net.Conn) { _, _ = io.Copy(io.Discard, c) },
			class: datasource.ErrTimeout, says: "accepts connections"},
		{name: "a server that says nothing after its greeting",
			peer: func(c net.Conn) { send(c, 0, greeted); _, _ = io.Copy(io.Discard, c) }, class: datasource.ErrTimeout,
			says: "accepts connections"},
		{name: "a listener that hangs up", peer: func(net.Conn) {}, class: datasource.ErrLost, says: "a port of the MySQL protocol"},
		{name: "an early end of rows", peer: func(c net.Conn) {
			send(c, 0, greeted)
			receive(c)
			send(c, 2, []byte{0, 0, 0, 2, 0, 0, 0}) // OK
			receive(c)
			send(c, 1, []byte{3}) // the number of columns
		}, class: datasource.ErrLost, says: "before the answer was complete"},
		{name: "SSH", peer: func(c net.Conn) {
			_, _ = c.Write([]byte("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"))
			_, _ = io.Copy(io.Discard, c)
		}, class: datasource.ErrProtocol, says: "another service"},
		{name: "a greeting that ends early", peer: func(c net.Conn) { send(c, 0, []byte{10}) },
			class: datasource.ErrProtocol,
			says:  "another service"},
		{name: "a protocol of the last century",
			peer:  func(c net.Conn) { send(c, 0, append([]byte{9}, "3.20\x00"...)) },
			class: datasource.ErrProtocol, says: "MySQL protocol"},
		{name: "a plugin that is unknown", peer: func(c net.Conn) {
			send(c, 0, greeted)
			receive(c)
			send(c, 2, []byte("\xfeexotic_plugin\x00challenge\x00"))
			receive(c)
		}, class: datasource.ErrCredentials, says: "plugin"},
		{name: "a tenant in Oracle mode", peer: func(c net.Conn) {
			send(c, 0, greeted)
			receive(c)
			send(c, 2, refusal(1235, "0A000", "Oracle tenant for current client driver is not supported"))
		}, class: datasource.ErrUnsupported, says: "OB_ORACLE"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e := datasource.Endpoint{Host: tc.host, Port: tc.port, User: "u",
				Password:       datasource.NewSecret("geheim-4711"),
				ConnectTimeout: 10 * time.Second}
			if e.Host == "" {
				e.Host = "127.0.0.1"
			}
			if tc.peer != nil {
				e.Port = listen(t, tc.peer)
			}
			if tc.class == datasource.ErrTimeout {
				e.ConnectTimeout = 200 * time.Millisecond
			}
			_, err := connect(t, e)
			wantError(t, err, tc.class, tc.says, e.Password)
		})
	}
}

func TestErrorsOfTLS(t *testing.T) {
	t.Parallel()
	authority, other := newAuthority(t), newAuthority(t)
	named, unnamed := authority.certify(t, "127.0.0.1"), authority.certify(t, "db.example")
	// A server that has shown its certificate rejects the password: the steps before were successful.
	server := func(certificate tls.Certificate) int {
		return listen(t, func(c net.Conn) {
			send(c, 0, greeting(clientSSL))
			receive(c)
			secured := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{certificate}})
			if secured.Handshake() == nil {
				receive(secured)
				send(secured, 3, refusal(1045, "28000", "Access denied"))
			}
		})
	}
	plain := func(c net.Conn) {
		send(c, 0, greeting(0))
		receive(c)
		send(c, 2, refusal(1045, "28000", "Access denied"))
	}
	for _, tc := range []struct {
		name  string
		port  int
		tls   datasource.TLS
		class datasource.ErrorClass
		says  string
	}{
		{"signed by the authority", server(named), datasource.TLS{Mode: datasource.TLSVerifyCA, CA: authority.file},
			datasource.ErrCredentials, ""},
		{"signed by another", server(named), datasource.TLS{Mode: datasource.TLSVerifyCA, CA: other.file},
			datasource.ErrTLS, "tls.ca"},
		{"names the host", server(named), datasource.TLS{Mode: datasource.TLSVerifyIdentity, CA: authority.file},
			datasource.ErrCredentials, ""},
		{"names another host", server(unnamed), datasource.TLS{Mode: datasource.TLSVerifyIdentity, CA: authority.file},
			datasource.ErrTLS, "verify-ca"},
		{"names another host, which is not verified", server(unnamed),
			datasource.TLS{Mode: datasource.TLSVerifyCA, CA: authority.file}, datasource.ErrCredentials, ""},
		{"not verified", server(unnamed), datasource.TLS{Mode: datasource.TLSRequired}, datasource.ErrCredentials, ""},
		{"not offered", listen(t, plain), datasource.TLS{Mode: datasource.TLSRequired}, datasource.ErrTLS,
			"does not support TLS"},
		{"not offered, not needed", listen(t, plain), datasource.TLS{Mode: datasource.TLSPreferred},
			datasource.ErrCredentials, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := connect(t, datasource.Endpoint{Host: "127.0.0.1", Port: tc.port, User: "u", TLS: tc.tls})
			wantError(t, err, tc.class, tc.says, datasource.Secret{})
		})
	}
}

func TestErrorsOfAccountsOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		for _, tc := range []struct {
			name   string
			change string // of the account %s
			class  datasource.ErrorClass
			says   string
		}{
			{"locked", "ALTER USER %s ACCOUNT LOCK", datasource.ErrAccount, "UNLOCK"},
			{"expired", "ALTER USER %s PASSWORD EXPIRE", datasource.ErrAccount, "expired"},
			{"only over TLS", "ALTER USER %s REQUIRE SSL", datasource.ErrCredentials, "tls.mode"},
			{"from elsewhere only", "RENAME USER %s TO 'elsewhere'@'192.0.2.1'", datasource.ErrCredentials, "address"},
			{"of another password", "ALTER USER %s IDENTIFIED BY 'another'", datasource.ErrCredentials, "password"},
		} {
			t.Run(tc.name, func(t *testing.T) {
				t.Parallel()
				if strings.HasPrefix(tc.change, "RENAME") {
					tc.change = strings.Replace(tc.change, "elsewhere", "elsewhere_"+strings.ToLower(string(s.Product)),
						1)
					t.Cleanup(func() {
						s.Exec(t,
							"DROP USER 'elsewhere_"+strings.ToLower(string(s.Product))+"'@'192.0.2.1'")
					})
				}
				user, password := s.Account(t)
				e := datasource.Endpoint{Host: s.Host, Port: s.Port, User: user,
					Password: datasource.NewSecret(password), TLS: datasource.TLS{Mode: datasource.TLSDisabled}}
				if _, err := connect(t, e); err != nil {
					t.Fatalf("before: %v", err)
				}
				s.Exec(t, strings.ReplaceAll(tc.change, "%s", "'"+user+"'@'%'"))
				_, err := connect(t, e)
				wantError(t, err, tc.class, tc.says, e.Password)
			})
		}
		t.Run("only with a certificate", func(t *testing.T) {
			t.Parallel()
			if s.Product == dbtest.MariaDB {
				t.Skip("it has no TLS here")
			}
			user, password := s.Account(t)
			s.Exec(t, "ALTER USER '"+user+"'@'%' REQUIRE X509")
			e := datasource.Endpoint{Host: s.Host, Port: s.Port, User: user, Password: datasource.NewSecret(password),
				TLS: datasource.TLS{Mode: datasource.TLSRequired}}
			_, err := connect(t, e)
			wantError(t, err, datasource.ErrCredentials, "tls.cert", e.Password)
		})
		t.Run("without its password", func(t *testing.T) {
			t.Parallel()
			user, _ := s.Account(t)
			_, err := connect(t, datasource.Endpoint{Host: s.Host, Port: s.Port, User: user})
			wantError(t, err, datasource.ErrCredentials, "has no password", datasource.NewSecret("none"))
		})
		t.Run("too many connections", func(t *testing.T) {
			t.Parallel()
			user, password := s.Account(t)
			s.Exec(t, "ALTER USER '"+user+"'@'%' WITH MAX_USER_CONNECTIONS 1")
			hold(t, s, user, password)
			e := datasource.Endpoint{Host: s.Host, Port: s.Port, User: user, Password: datasource.NewSecret(password)}
			_, err := connect(t, e)
			wantError(t, err, datasource.ErrTooManyConnections, "limits", e.Password)
		})
	})
}

func TestErrorsOfServersOnRealServer(t *testing.T) {
	t.Parallel()
	for product, args := range map[dbtest.Product][]string{dbtest.MySQL: nil, dbtest.MariaDB: {"--skip-ssl"}} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, product, args...)
			user, password := s.Account(t)
			e := datasource.Endpoint{Host: s.Host, Port: s.Port, User: user, Password: datasource.NewSecret(password)}
			over := func(mode datasource.TLSMode) datasource.Endpoint {
				secured := e
				secured.TLS = datasource.TLS{Mode: mode, CA: newAuthority(t).file}
				return secured
			}
			administrator := hold(t, s, s.User, s.Password)
			set := func(statement string) {
				t.Helper()
				if _, err := administrator.ExecContext(t.Context(), statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}

			server, err := connect(t, over(datasource.TLSPreferred))
			if err != nil || (server.Transport.Cipher != "") != (product == dbtest.MySQL) {
				t.Errorf("TLS preferred: cipher %q, %v", server.Transport.Cipher, err)
			}
			if product == dbtest.MariaDB {
				_, err := connect(t, over(datasource.TLSRequired))
				wantError(t, err, datasource.ErrTLS, "does not support TLS", e.Password)
			} else {
				if server, err := connect(t, over(datasource.TLSRequired)); err != nil || server.Transport.Cipher == "" {
					t.Errorf("TLS required: cipher %q, %v", server.Transport.Cipher, err)
				}
				_, err := connect(t, over(datasource.TLSVerifyCA))
				wantError(t, err, datasource.ErrTLS, "could not be verified", e.Password)
				set("SET GLOBAL require_secure_transport = ON")
				_, err = connect(t, over(datasource.TLSDisabled))
				wantError(t, err, datasource.ErrTLS, "tls.mode", e.Password)
				set("SET GLOBAL require_secure_transport = OFF")
			}

			set("SET GLOBAL max_connections = 10")
			for range 9 {
				hold(t, s, user, password)
			}
			_, err = connect(t, e)
			wantError(t, err, datasource.ErrTooManyConnections, "max_connections", e.Password)
			set("SET GLOBAL max_connections = 100")

			// No account may connect from this address.
			var names, back []string
			rows, err := administrator.QueryContext(t.Context(),
				"SELECT DISTINCT CONCAT(user, '@', QUOTE(host)) FROM mysql.user WHERE host NOT IN ('localhost')")
			if err != nil {
				t.Fatal(err)
			}
			for rows.Next() {
				var name string
				if err := rows.Scan(&name); err != nil {
					t.Fatal(err)
				}
				names = append(names, name)
			}
			_ = rows.Close()
			for i, name := range names {
				moved := strings.Split(name, "@")[0] + "@'192.0.2." + string(rune('1'+i)) + "'"
				set("RENAME USER " + name + " TO " + moved)
				back = append(back, "RENAME USER "+moved+" TO "+name)
			}
			set("FLUSH PRIVILEGES")
			_, err = connect(t, e)
			wantError(t, err, datasource.ErrHostNotAllowed, "address", e.Password)
			for _, statement := range back {
				set(statement)
			}
			set("FLUSH PRIVILEGES")
		})
	}
}

// hold opens a connection and keeps it open.
func hold(t *testing.T, s *dbtest.Server, user, password string) *sql.Conn {
	t.Helper()
	connector, err := driver.NewConnector(s.Config(user, password, ""))
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(); _ = db.Close() })
	return conn
}

// listen returns the port of a peer, which talks to each who connects and then hangs up.
func listen(t *testing.T, talk func(net.Conn)) (port int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				talk(c)
			}()
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}

// clientSSL is the capability by which a server offers TLS.
const clientSSL = 0x0800

// greeting is the first packet of a MySQL 8 (MySQL Internals, Protocol::HandshakeV10).
func greeting(more uint32) []byte {
	const protocol41, secureConnection, pluginAuth = 0x0200, 0x8000, 0x00080000
	capabilities := protocol41 | secureConnection | pluginAuth | more
	var b bytes.Buffer
	b.WriteString("\x0a8.0.36\x00\x01\x00\x00\x00abcdefgh\x00")
	_ = binary.Write(&b, binary.LittleEndian, uint16(capabilities))
	b.WriteString("\x2d\x02\x00")
	_ = binary.Write(&b, binary.LittleEndian, uint16(capabilities>>16))
	b.WriteString("\x15" + strings.Repeat("\x00", 10) + "ijklmnopqrst\x00mysql_native_password\x00")
	return b.Bytes()
}

// refusal is an error packet.
func refusal(code uint16, state, message string) []byte {
	return append(binary.LittleEndian.AppendUint16([]byte{0xff}, code), "#"+state+message...)
}

func send(c net.Conn, sequence byte, payload []byte) {
	n := len(payload)
	_, _ = c.Write(append([]byte{byte(n), byte(n >> 8), byte(n >> 16), sequence}, payload...))
}

func receive(c net.Conn) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err == nil {
		_, _ = io.CopyN(io.Discard, c, int64(head[0])|int64(head[1])<<8|int64(head[2])<<16)
	}
}

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	file        string // of its certificate
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	a := authority{key: newKey(t), file: filepath.Join(t.TempDir(), "ca.pem"), certificate: &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}}
	der, err := x509.CreateCertificate(rand.Reader, a.certificate, a.certificate, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(a.file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return a
}

// certify returns a certificate for host, a name or an address.
func (a authority) certify(t *testing.T, host string) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(2), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	key := newKey(t)
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
