package agent

import (
	"crypto/ecdh"
	"crypto/hpke"
	"encoding/json"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

// The algorithms with which passwords are encrypted (RFC 9180).
var (
	kem  = hpke.DHKEM(ecdh.X25519())
	kdf  = hpke.HKDFSHA256()
	aead = hpke.AES256GCM()
)

// passwordsJSON are the passwords of an endpoint and of its standby, each with those of its further accounts.
type passwordsJSON struct {
	Primary accountsJSON  `json:"primary"`
	Standby *accountsJSON `json:"standby,omitempty"`
}

type accountsJSON struct {
	Own      string `json:"own"`
	DRC      string `json:"drc,omitempty"`
	InnerDRC string `json:"innerDrc,omitempty"`
}

func accountsOf(e datasource.Endpoint) accountsJSON {
	return accountsJSON{e.Password.Reveal(), e.DRC.Password.Reveal(), e.InnerDRC.Password.Reveal()}
}

func (a accountsJSON) into(e *datasource.Endpoint) {
	e.Password, e.DRC.Password = datasource.NewSecret(a.Own), datasource.NewSecret(a.DRC)
	e.InnerDRC.Password = datasource.NewSecret(a.InnerDRC)
}

// purpose binds passwords to the run and to the database that they are for.
func purpose(run string, side checks.Side, e engine.Endpoint) []byte {
	return []byte(strings.Join([]string{"precheck agent", run, string(side), string(e.Type),
		e.WithDefaults().Address(), e.User}, "\x00"))
}

// seal encrypts the passwords of an endpoint for the public key of an agent.
func seal(key []byte, run string, side checks.Side, e engine.Endpoint) ([]byte, error) {
	public, err := kem.NewPublicKey(key)
	if err != nil {
		return nil, err
	}
	passwords := passwordsJSON{Primary: accountsOf(e.Endpoint)}
	if e.Standby != nil {
		standby := accountsOf(*e.Standby)
		passwords.Standby = &standby
	}
	text, err := json.Marshal(passwords)
	if err != nil {
		return nil, err
	}
	return hpke.Seal(public, kdf, aead, purpose(run, side, e), text)
}

// unseal decrypts what seal has encrypted, and sets it in the endpoint.
func unseal(key hpke.PrivateKey, run string, side checks.Side, e *engine.Endpoint, sealed []byte) error {
	text, err := hpke.Open(key, kdf, aead, purpose(run, side, *e), sealed)
	if err != nil {
		return err
	}
	var passwords passwordsJSON
	if err := json.Unmarshal(text, &passwords); err != nil {
		return errUnreadable // the error of the decoder may show what it has read
	}
	passwords.Primary.into(&e.Endpoint)
	if e.Standby != nil && passwords.Standby != nil {
		standby := *e.Standby
		passwords.Standby.into(&standby)
		e.Standby = &standby
	}
	return nil
}
