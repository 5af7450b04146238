package oracle

import (
	"crypto/tls"
	"os"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// tlsConfig returns nil if the connection is not encrypted.
func tlsConfig(e datasource.Endpoint) (*tls.Config, error) {
	if e.TLS.Mode == datasource.TLSPreferred {
		return nil, message.Err("datasource.oracle.settings.tls_preferred")
	}
	for _, file := range []string{e.TLS.CA, e.TLS.Cert, e.TLS.Key} {
		if err := refuseWallet(file); err != nil {
			return nil, err
		}
	}
	return e.TLSConfig()
}

// refuseWallet rejects Oracle's wallets. The driver reads some of them and fails on others with "invalid
// wallet header" (go-ora issue 229), which does not help the user.
func refuseWallet(file string) error {
	info, err := os.Stat(file)
	if strings.HasSuffix(file, ".sso") || strings.HasSuffix(file, ".p12") || err == nil && info.IsDir() {
		return message.Err("datasource.oracle.settings.wallet", "file", file)
	}
	return nil
}
