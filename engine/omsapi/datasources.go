package omsapi

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// DataSources are the databases that tasks refer to: those of the configuration, and those that requests have created,
// whose passwords are encrypted in the store. It also holds the passwords of databases that requests describe
// themselves; these are not stored, and end with the process.
type DataSources struct {
	config config.Config
	store  runstore.Store
	seal   cipher.AEAD

	mu     sync.Mutex
	inline map[string]inlinePasswords // by the ID of the run
	order  []string                   // of inline, the oldest first
}

// inlinePasswords are those of a run whose request describes a database itself.
type inlinePasswords struct{ source, destination passwords }

// passwords are those of an endpoint and of its further accounts.
type passwords struct{ own, drc, innerDRC datasource.Secret }

func passwordsOf(e datasource.Endpoint) passwords {
	return passwords{e.Password, e.DRC.Password, e.InnerDRC.Password}
}

// into sets the passwords of the accounts that the endpoint has.
func (p passwords) into(e *datasource.Endpoint) {
	e.Password, e.DRC.Password, e.InnerDRC.Password = p.own, p.drc, p.innerDRC
}

// addReaders adds the further accounts of a request that have a password. An account of the tenant sys may be named
// without tenant and cluster.
func addReaders(e *datasource.Endpoint, r wire.Readers) {
	_, tenant, _ := strings.Cut(e.User, "@")
	if r.DRCUserName != "" && r.DRCPassword != "" {
		e.DRC = datasource.Login{User: r.DRCUserName, Password: decodePassword(r.DRCPassword)}
		if !strings.ContainsRune(r.DRCUserName, '@') {
			e.DRC.User += "@sys"
			if _, cluster, named := strings.Cut(tenant, "#"); named {
				e.DRC.User += "#" + cluster
			}
		}
	}
	if r.InnerDRCPassword != "" {
		e.InnerDRC = datasource.Login{User: datasource.InnerDRCUser + "@" + tenant,
			Password: decodePassword(r.InnerDRCPassword)}
	}
}

// NewDataSources returns the data sources of a configuration and a store.
func NewDataSources(c config.Config, store runstore.Store) (*DataSources, error) {
	key, configured := c.EncryptionKey()
	if !configured {
		key = make([]byte, 32)
		if _, err := rand.Read(key); err != nil {
			return nil, err
		}
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &DataSources{config: c, store: store, seal: seal, inline: map[string]inlinePasswords{}}, nil
}

// source is a data source.
type source struct {
	config.DataSource
	body              sourceBody
	owner             string
	created, modified string
	secret            []byte // encrypted; nil for one of the configuration
}

// sourceBody is what the store holds of a data source, without secrets.
type sourceBody struct {
	Host      string             `json:"host"`
	Port      int                `json:"port"`
	User      string             `json:"user"`
	Service   string             `json:"service,omitempty"`
	SID       string             `json:"sid,omitempty"`
	TLSMode   datasource.TLSMode `json:"tlsMode,omitempty"`
	Schema    string             `json:"schema,omitempty"`
	Region    string             `json:"region,omitempty"`
	Zone      string             `json:"zone,omitempty"`
	About     string             `json:"description,omitempty"` // the description
	Tenant    string             `json:"tenant,omitempty"`
	Cluster   string             `json:"cluster,omitempty"`
	OCPName   string             `json:"ocpName,omitempty"`
	ConfigURL string             `json:"configUrl,omitempty"`
	DRCUser   string             `json:"drcUserName,omitempty"`
	TryKeepHb bool               `json:"tryKeepHb,omitempty"`
}

// target is what a password is bound to: the encrypted one of a data source cannot be used for another database.
func target(e datasource.Endpoint) string {
	return strings.Join([]string{string(e.Type), e.WithDefaults().Address(), e.User}, "\x00")
}

func (b sourceBody) endpoint(t datasource.Type) datasource.Endpoint {
	return datasource.Endpoint{Type: t, Host: b.Host, Port: b.Port, User: b.User, Service: b.Service, SID: b.SID,
		TLS: datasource.TLS{Mode: b.TLSMode}, OnlyHost: true}
}

// configured returns the data sources of the configuration.
func (d *DataSources) configured() []source {
	var all []source
	for _, c := range d.config.DataSources {
		e := c.Endpoint.WithDefaults()
		all = append(all, source{DataSource: c, body: sourceBody{Host: e.Host, Port: e.Port, User: e.User,
			Service: e.Service, SID: e.SID, TLSMode: e.TLS.Mode, Schema: c.Schema, Region: c.Region, Zone: c.Zone,
			About: c.Description}})
	}
	return all
}

func ofStore(s runstore.DataSource) (source, error) {
	one := source{secret: s.Secret, owner: s.User, created: sourceTime(s.Created), modified: sourceTime(s.Modified)}
	if err := json.Unmarshal(s.Body, &one.body); err != nil {
		return source{}, err
	}
	one.ID, one.Name, one.Zone = s.ID, s.Name, one.body.Zone
	one.Endpoint.Endpoint = one.body.endpoint(datasource.Type(s.Type))
	return one, nil
}

// list returns all data sources, those of the configuration first.
func (d *DataSources) list(ctx context.Context) ([]source, error) {
	all := d.configured()
	stored, err := d.store.ListDataSources(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range stored {
		one, err := ofStore(s)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// find returns a data source, without the password of a stored one.
func (d *DataSources) find(ctx context.Context, id string) (source, error) {
	all := d.configured()
	if at := slices.IndexFunc(all, func(s source) bool { return s.ID == id }); at >= 0 {
		return all[at], nil
	}
	stored, err := d.store.DataSource(ctx, id)
	if err != nil {
		return source{}, err
	}
	return ofStore(stored)
}

// withPassword returns the endpoint of a data source with its password.
func (d *DataSources) withPassword(s source) (engine.Endpoint, error) {
	if s.secret == nil {
		return s.Endpoint, nil
	}
	e := s.Endpoint
	if err := d.open(s.secret, &e.Endpoint); err != nil {
		return engine.Endpoint{}, message.Err("api.source.key", "name", s.Name)
	}
	return e, nil
}

// account is an account in what close encrypts.
type account struct{ User, Password string }

// withAccounts marks what close encrypts for an endpoint with further accounts.
const withAccounts = "\x00accounts"

// close encrypts the password of an endpoint, and its further accounts if it has any.
func (d *DataSources) close(e datasource.Endpoint) []byte {
	text, to := []byte(e.Password.Reveal()), target(e)
	if e.DRC != (datasource.Login{}) || e.InnerDRC != (datasource.Login{}) {
		text, _ = json.Marshal([]account{{"", e.Password.Reveal()}, {e.DRC.User, e.DRC.Password.Reveal()},
			{e.InnerDRC.User, e.InnerDRC.Password.Reveal()}})
		to += withAccounts
	}
	nonce := make([]byte, d.seal.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return d.seal.Seal(nonce, nonce, text, []byte(to))
}

// open decrypts what close has encrypted for an endpoint, and sets it there.
func (d *DataSources) open(sealed []byte, e *datasource.Endpoint) error {
	if len(sealed) < d.seal.NonceSize() {
		return errors.New("too short")
	}
	nonce, text := sealed[:d.seal.NonceSize()], sealed[d.seal.NonceSize():]
	password, err := d.seal.Open(nil, nonce, text, []byte(target(*e)))
	if err == nil {
		e.Password = datasource.NewSecret(string(password))
		return nil
	}
	data, err := d.seal.Open(nil, nonce, text, []byte(target(*e)+withAccounts))
	if err != nil {
		return err
	}
	var accounts [3]account
	if err := json.Unmarshal(data, &accounts); err != nil {
		return errors.New("no accounts") // the error of the decoder may show what it has read
	}
	login := func(a account) datasource.Login {
		return datasource.Login{User: a.User, Password: datasource.NewSecret(a.Password)}
	}
	e.Password, e.DRC, e.InnerDRC = login(accounts[0]).Password, login(accounts[1]), login(accounts[2])
	return nil
}

// maxInline bounds the runs whose passwords are held in memory.
const maxInline = 10_000

// hold keeps the passwords of a task whose request describes a database itself.
func (d *DataSources) hold(t engine.Task) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inline[t.ID] = inlinePasswords{passwordsOf(t.Source.Endpoint), passwordsOf(t.Destination.Endpoint)}
	d.order = append(d.order, t.ID)
	if len(d.order) > maxInline {
		delete(d.inline, d.order[0])
		d.order = d.order[1:]
	}
}

// Complete returns the task of a run with the passwords of its databases, for the worker. A database that was
// registered is as it is registered now.
func (d *DataSources) Complete(ctx context.Context, r runstore.Run) (engine.Task, error) {
	t := r.Task
	d.mu.Lock()
	held, isHeld := d.inline[r.ID]
	d.mu.Unlock()
	for _, one := range []struct {
		id   string
		to   *engine.Endpoint
		held passwords
	}{{r.SourceID, &t.Source, held.source}, {r.SinkID, &t.Destination, held.destination}} {
		if one.id == "" {
			if !isHeld {
				return engine.Task{}, &lostError{}
			}
			one.held.into(&one.to.Endpoint)
			continue
		}
		s, err := d.find(ctx, one.id)
		if errors.Is(err, runstore.ErrNotFound) {
			return engine.Task{}, message.Err("api.source.gone", "id", one.id)
		}
		if err != nil {
			return engine.Task{}, err
		}
		if *one.to, err = d.withPassword(s); err != nil {
			return engine.Task{}, err
		}
	}
	return t, nil
}

// zone returns the name of the zone of a data source, empty for that of the servers.
func (d *DataSources) zone(ctx context.Context, id string) (string, error) {
	if id == "" {
		return "", nil // a database that a request describes itself
	}
	s, err := d.find(ctx, id)
	return s.Zone, err
}

// lostError is the error of a run whose passwords were only in the memory of another process.
type lostError struct{}

// Error returns the text of the error.
func (e *lostError) Error() string { return e.Message().String() }

// Message returns the text of the error.
func (*lostError) Message() message.Text { return message.New("api.source.lost") }

// Unwrap returns fleet.ErrInterrupted.
func (*lostError) Unwrap() error { return fleet.ErrInterrupted }

// Limit returns the maximum number of connections that all runs together open to the server at an address.
func (d *DataSources) Limit(address string) int {
	limit := d.config.Limits.Connections
	for _, s := range d.config.DataSources {
		if s.Connections == 0 {
			continue
		}
		same := s.Endpoint.WithDefaults().Address() == address
		if s.Endpoint.Standby != nil {
			same = same || s.Endpoint.Standby.WithDefaults().Address() == address
		}
		if same {
			limit = min(limit, s.Connections)
		}
	}
	return limit
}

// decodePassword returns a password of a request, which is in Base64 or as it is: Base64 of a text that can be typed
// is decoded.
func decodePassword(text string) datasource.Secret {
	decoded, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(decoded) == 0 || !utf8.Valid(decoded) ||
		strings.ContainsFunc(string(decoded), func(r rune) bool { return !unicode.IsPrint(r) }) {
		return datasource.NewSecret(text)
	}
	return datasource.NewSecret(string(decoded))
}
