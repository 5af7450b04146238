package datasource

import (
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"

	"github.com/dbprecheck/precheck/datasource/message"
)

// TLSConfig returns the TLS configuration of connections to the endpoint, nil where they are not encrypted.
// It fails if a file in the settings cannot be used.
func (e Endpoint) TLSConfig() (*tls.Config, error) {
	if e.TLS.Mode == "" || e.TLS.Mode == TLSDisabled {
		return nil, nil
	}
	config := &tls.Config{ServerName: e.Host, MinVersion: tls.VersionTLS12}
	if e.TLS.CA != "" {
		pem, err := os.ReadFile(e.TLS.CA)
		if err != nil {
			return nil, fmt.Errorf("tls.ca: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, message.Err("datasource.tls.ca_not_pem", "file", e.TLS.CA)
		}
	}
	if e.TLS.Cert != "" || e.TLS.Key != "" {
		pair, err := tls.LoadX509KeyPair(e.TLS.Cert, e.TLS.Key)
		if err != nil {
			return nil, fmt.Errorf("tls.cert and tls.key: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	switch e.TLS.Mode {
	case TLSPreferred, TLSRequired:
		config.InsecureSkipVerify = true
	case TLSVerifyCA:
		config.InsecureSkipVerify = true // the name is not verified, the chain is:
		config.VerifyConnection = func(state tls.ConnectionState) error {
			options := x509.VerifyOptions{Roots: config.RootCAs, Intermediates: x509.NewCertPool()}
			for _, c := range state.PeerCertificates[1:] {
				options.Intermediates.AddCert(c)
			}
			_, err := state.PeerCertificates[0].Verify(options)
			return err
		}
	}
	return config, nil
}

// PublicKey returns the key of ServerPublicKey, nil if the endpoint has none. The file is a PEM file, as the
// server stores in public_key.pem.
func (e Endpoint) PublicKey() (*rsa.PublicKey, error) {
	if e.ServerPublicKey == "" {
		return nil, nil
	}
	data, err := os.ReadFile(e.ServerPublicKey)
	if err != nil {
		return nil, fmt.Errorf("serverPublicKey: %w", err)
	}
	if block, _ := pem.Decode(data); block != nil {
		key, _ := x509.ParsePKIXPublicKey(block.Bytes)
		if key, ok := key.(*rsa.PublicKey); ok {
			return key, nil
		}
	}
	return nil, message.Err("datasource.public_key.not_rsa", "file", e.ServerPublicKey)
}
