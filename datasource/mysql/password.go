package mysql

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"fmt"
	"net"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/transport"
	"github.com/dbprecheck/precheck/datasource/message"
)

// protectedLogon returns the driver's connector with the endpoint's TLS settings and public key. The recorder
// learns how the connections are protected.
func protectedLogon(cfg *mysql.Config, e datasource.Endpoint, recorder *transport.Recorder) (driver.Connector, error) {
	config, err := e.TLSConfig()
	if err != nil {
		return nil, err
	}
	key, err := e.PublicKey()
	if err != nil {
		return nil, err
	}
	cfg.TLS = recorder.Watch(config)
	cfg.AllowFallbackToPlaintext = e.TLS.Mode == datasource.TLSPreferred
	// If the server does not offer TLS, the driver clears cfg.TLS for good, without a lock. With this option
	// each connection has its own copy.
	if err := cfg.Apply(mysql.BeforeConnect(func(context.Context, *mysql.Config) error { return nil })); err != nil {
		return nil, err
	}
	if key != nil { // NewConnector looks it up in the driver's global list
		cfg.ServerPubKey = rand.Text()
		mysql.RegisterServerPubKey(cfg.ServerPubKey, key)
		defer mysql.DeregisterServerPubKey(cfg.ServerPubKey)
	}
	c, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, fmt.Errorf("the settings of endpoint %s: %w", e, err)
	}
	return c, nil
}

// passwordRule ends a logon before the driver sends the password itself, and not only a hash of it, to a
// server that has not proved its identity: without TLS, the driver encrypts it with any key that the server
// sends (caching_sha2_password, sha256_password), and for sha256_password even if it knows the server's key.
type passwordRule struct {
	knowsKey bool // the endpoint has the public key of the server
	insecure bool // the endpoint allows sending the password
	recorder *transport.Recorder
	applies  bool // to this connection
}

func newPasswordRule(e datasource.Endpoint, recorder *transport.Recorder) passwordRule {
	return passwordRule{knowsKey: e.ServerPublicKey != "", insecure: e.InsecurePassword, recorder: recorder}
}

// withoutTLS begins the authentication over a connection that is not encrypted.
func (p *passwordRule) withoutTLS(remote net.Addr) {
	exposed := p.recorder.Plain(remote)
	p.applies = (exposed || p.knowsKey) && !p.insecure
}

// refuses reports whether the driver would answer a packet of the server with the password (MySQL Internals,
// Protocol::AuthMoreData, caching_sha2_password information).
func (p *passwordRule) refuses(body []byte) bool {
	const moreData, fastAuthSuccess, performFullAuth = 1, 3, 4
	switch {
	case !p.applies || body[0] != moreData:
		return false
	case len(body) == 2 && body[1] == fastAuthSuccess:
		return false
	case len(body) == 2 && body[1] == performFullAuth:
		return !p.knowsKey // with which the driver encrypts the password
	}
	return true
}

// passwordDemanded is the error of a logon that was given up because the server demanded the password itself.
func passwordDemanded() *datasource.Error {
	return &datasource.Error{Class: datasource.ErrTLS, Cause: message.New("datasource.mysql.password_demanded"),
		Remedy: message.New("datasource.mysql.password_demanded.remedy")}
}
