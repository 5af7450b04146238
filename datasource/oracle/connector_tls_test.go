package oracle

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

// certificates are a certificate authority, and a server's and a client's certificate that
// it signed. The server's names 127.0.0.1.
type certificates struct {
	pool            *x509.CertPool
	server, stray   tls.Certificate // stray names another host
	ca, client, key string          // files
}

func newCertificates(t *testing.T) certificates {
	t.Helper()
	authority := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	key := newKey(t)
	der, err := x509.CreateCertificate(rand.Reader, authority, authority, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	c := certificates{pool: x509.NewCertPool()}
	c.ca = write(t, dir, "ca.pem", "CERTIFICATE", der)
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	c.pool.AddCert(parsed)
	sign := func(address string) tls.Certificate {
		leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: address},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			IPAddresses: []net.IP{net.ParseIP(address)},
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
		leafKey := newKey(t)
		der, err := x509.CreateCertificate(rand.Reader, leaf, authority, &leafKey.PublicKey, key)
		if err != nil {
			t.Fatal(err)
		}
		return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: leafKey}
	}
	c.server, c.stray = sign("127.0.0.1"), sign("192.0.2.1")
	client := sign("192.0.2.2")
	pkcs8, err := x509.MarshalPKCS8PrivateKey(client.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	c.client = write(t, dir, "client.pem", "CERTIFICATE", client.Certificate[0])
	c.key = write(t, dir, "client-key.pem", "PRIVATE KEY", pkcs8)
	return c
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func write(t *testing.T, dir, name, kind string, der []byte) string {
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTLSModes(t *testing.T) {
	t.Parallel()
	ours, theirs := newCertificates(t), newCertificates(t)
	for _, c := range []struct {
		name   string
		server *tls.Config
		client datasource.TLS
		fails  bool
	}{
		{"required takes any certificate", &tls.Config{Certificates: []tls.Certificate{ours.stray}},
			datasource.TLS{Mode: datasource.TLSRequired}, false},
		{"verify-ca takes another host's", &tls.Config{Certificates: []tls.Certificate{ours.stray}},
			datasource.TLS{Mode: datasource.TLSVerifyCA, CA: ours.ca}, false},
		{"verify-ca refuses another authority", &tls.Config{Certificates: []tls.Certificate{theirs.server}},
			datasource.TLS{Mode: datasource.TLSVerifyCA, CA: ours.ca}, true},
		{"verify-identity takes the host's", &tls.Config{Certificates: []tls.Certificate{ours.server}},
			datasource.TLS{Mode: datasource.TLSVerifyIdentity, CA: ours.ca}, false},
		{"verify-identity refuses another host's", &tls.Config{Certificates: []tls.Certificate{ours.stray}},
			datasource.TLS{Mode: datasource.TLSVerifyIdentity, CA: ours.ca}, true},
		{"verify-identity refuses the unknown authority", &tls.Config{Certificates: []tls.Certificate{ours.server}},
			datasource.TLS{Mode: datasource.TLSVerifyIdentity}, true},
		{"a client's certificate is shown", &tls.Config{Certificates: []tls.Certificate{ours.server},
			ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ours.pool},
			datasource.TLS{Mode: datasource.TLSVerifyIdentity, CA: ours.ca, Cert: ours.client, Key: ours.key}, false},
		{"a client's certificate is missing", &tls.Config{Certificates: []tls.Certificate{ours.server},
			ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ours.pool},
			datasource.TLS{Mode: datasource.TLSVerifyIdentity, CA: ours.ca}, true},
		{"a server without TLS", nil, datasource.TLS{Mode: datasource.TLSRequired}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, oracletest.Options{TLS: c.server})
			e := endpoint(srv)
			e.TLS = c.client
			db := pool(t, e)
			if !c.fails {
				wantNumber(t, db, 1)
				return
			}
			err := db.PingContext(t.Context())
			if class := datasource.ClassOf(err); class != datasource.ErrTLS && class != datasource.ErrLost {
				t.Errorf("got %v (%s), want an error of TLS", err, class)
			}
			if !srv.WaitClosed(0, soon) {
				t.Error("the socket is still open")
			}
		})
	}
}

func TestPlainConnectionToATLSPortIsReported(t *testing.T) {
	t.Parallel()
	srv := serve(t,
		oracletest.Options{TLS: &tls.Config{Certificates: []tls.Certificate{newCertificates(t).server}}})
	err := pool(t, endpoint(srv)).PingContext(t.Context())
	var known *datasource.Error
	if !errors.As(err, &known) || known.Remedy.IsZero() {
		t.Errorf("got %v, want an error with a remedy", err)
	}
}

func TestRedirectWithoutTLSIsRefused(t *testing.T) {
	t.Parallel()
	target := serve(t, oracletest.Options{})
	certificates := newCertificates(t)
	listener := serve(t, oracletest.Options{RedirectTo: target,
		TLS: &tls.Config{Certificates: []tls.Certificate{certificates.server}}})
	e := endpoint(listener)
	e.TLS = datasource.TLS{Mode: datasource.TLSVerifyIdentity, CA: certificates.ca}
	if err := pool(t, e).PingContext(t.Context()); datasource.ClassOf(err) != datasource.ErrTLS {
		t.Errorf("got %v, want an error of TLS", err)
	}
	if n := target.Sessions().LoggedOn; n != 0 {
		t.Error("logged on in the clear")
	}
}

// The client's side says how the connection is protected, whatever the database says.
func TestTransportOfSessions(t *testing.T) {
	t.Parallel()
	certificates := newCertificates(t)
	for _, c := range []struct {
		name   string
		server *tls.Config
		client datasource.TLS
		want   datasource.Transport
	}{
		{"clear text", nil, datasource.TLS{}, datasource.Transport{Mode: datasource.TLSDisabled}},
		{"TLS", &tls.Config{Certificates: []tls.Certificate{certificates.server}},
			datasource.TLS{Mode: datasource.TLSVerifyIdentity, CA: certificates.ca},
			datasource.Transport{Mode: datasource.TLSVerifyIdentity, Cipher: "TLS_AES_128_GCM_SHA256"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, oracletest.Options{TLS: c.server})
			srv.SetContext("NETWORK_PROTOCOL", "unknown")
			e := endpoint(srv)
			e.TLS = c.client
			r, err := Open(e, func(context.Context) ([]string, error) { return nil, nil })
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			server, err := datasource.FactServer.Of(t.Context(), datasource.NewFacts(t.Context(), r))
			if err != nil || server.Transport != c.want {
				t.Errorf("%+v, %v, want %+v", server.Transport, err, c.want)
			}
		})
	}
}
