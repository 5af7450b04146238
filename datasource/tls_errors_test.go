package datasource_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource"
)

// certify returns a certificate for "db" that is valid from and until so many hours from now, signed by parent
// or by itself.
func certify(t *testing.T, from, until time.Duration, parent *tls.Certificate) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "db"},
		NotBefore: time.Now().Add(from), NotAfter: time.Now().Add(until), DNSNames: []string{"db"},
		IsCA: parent == nil, BasicConstraintsValid: true}
	signer, signerKey := template, any(key)
	if parent != nil {
		signer, signerKey = parent.Leaf, parent.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, signer, &key.PublicKey, signerKey)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// oldHello is the answer of a server with TLS 1.1: a ServerHello with the version 0x0302.
const oldHello = "\x16\x03\x02\x00\x2a\x02\x00\x00\x26\x03\x02" + "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr" + "\x00\x00\x2f\x00"

func TestErrorsOfTLSHandshakes(t *testing.T) {
	t.Parallel()
	authority := certify(t, -time.Hour, time.Hour, nil)
	stranger := certify(t, -time.Hour, time.Hour, nil)
	pool := x509.NewCertPool()
	pool.AddCert(authority.Leaf)
	valid := certify(t, -time.Hour, time.Hour, &authority)
	offering := func(c tls.Certificate, change func(*tls.Config)) *tls.Config {
		config := &tls.Config{Certificates: []tls.Certificate{c}}
		if change != nil {
			change(config)
		}
		return config
	}
	demand := func(version uint16) func(*tls.Config) {
		return func(c *tls.Config) {
			c.ClientAuth, c.ClientCAs, c.MaxVersion = tls.RequireAndVerifyClientCert, pool, version
		}
	}
	for _, tc := range []struct {
		name   string
		server *tls.Config // nil: the server sends plain
		plain  string
		client *tls.Config
		says   string // in the cause or the remedy; empty: the handshake succeeds
	}{
		{name: "good", server: offering(valid, nil), client: &tls.Config{ServerName: "db", RootCAs: pool}},
		{name: "unknown authority", server: offering(certify(t, -time.Hour, time.Hour, &stranger), nil),
			client: &tls.Config{ServerName: "db", RootCAs: pool}, says: "tls.ca"},
		{name: "another host", server: offering(valid, nil), client: &tls.Config{ServerName: "db2", RootCAs: pool},
			says: "another host"},
		{name: "expired", server: offering(certify(t, -2*time.Hour, -time.Hour, &authority), nil),
			client: &tls.Config{ServerName: "db", RootCAs: pool}, says: "Renew"},
		{name: "not yet valid", server: offering(certify(t, time.Hour, 2*time.Hour, &authority), nil),
			client: &tls.Config{ServerName: "db", RootCAs: pool}, says: "clock"},
		{name: "nothing above TLS 1.1", server: offering(valid, func(c *tls.Config) {
			c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
		}), client: &tls.Config{InsecureSkipVerify: true}, says: "later than 1.1"},
		{name: "an answer in TLS 1.1", plain: oldHello, client: &tls.Config{InsecureSkipVerify: true},
			says: "later than 1.1"},
		{name: "not TLS", plain: "HTTP/1.1 400 Bad Request\r\n\r\n", client: &tls.Config{InsecureSkipVerify: true},
			says: "does not speak TLS"},
		{name: "no certificate of the client", server: offering(valid, demand(tls.VersionTLS13)),
			client: &tls.Config{InsecureSkipVerify: true}, says: "requires a certificate of the client"},
		{name: "no certificate of the client, TLS 1.2", server: offering(valid, demand(tls.VersionTLS12)),
			client: &tls.Config{InsecureSkipVerify: true}, says: "requires a client certificate"},
		{name: "another certificate of the client", server: offering(valid, demand(tls.VersionTLS12)),
			client: &tls.Config{InsecureSkipVerify: true,
				GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &stranger, nil }},
			says: "did not accept the certificate of the client"},
		{name: "no cipher in common", server: offering(valid, func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384}
		}), client: &tls.Config{InsecureSkipVerify: true,
			CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}}, says: "cipher in common"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			here, there := net.Pipe()
			go func() {
				defer there.Close()
				if tc.server == nil {
					go func() { _, _ = io.Copy(io.Discard, there) }()
					_, _ = there.Write([]byte(tc.plain))
					return
				}
				secured := tls.Server(there, tc.server)
				if secured.Handshake() == nil {
					_, _ = secured.Write([]byte("x"))
				} else {
					_, _ = io.Copy(io.Discard, there)
				}
			}()
			defer here.Close()
			// A server that speaks TLS 1.3 refuses the client's certificate after the client's handshake.
			_, err := tls.Client(here, tc.client).Read(make([]byte, 1))
			known := datasource.NetworkError(err, "db:3306")
			if tc.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if known == nil {
				t.Fatalf("%v is not classified", err)
			}
			text := known.Cause.String() + " " + known.Remedy.String()
			if known.Class != datasource.ErrTLS || !strings.Contains(text, tc.says) {
				t.Errorf("%v: class %s, %q, want %q", err, known.Class, text, tc.says)
			}
			if known.Remedy.IsZero() || strings.Contains(text, "disable") {
				t.Errorf("remedy %q", known.Remedy)
			}
		})
	}
}
