package mysql

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

const (
	secret = "geheim-4711"
	nonce  = "abcdefghijklmnopqrst"

	moreData           = 1
	fastAuthentication = 3
	fullAuthentication = 4
)

// anyKey returns the same key at each call: it takes long to make one.
var anyKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// pemOf returns a public key as a server sends and stores it.
func pemOf(key *rsa.PublicKey) []byte {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func keyFile(t *testing.T, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "public_key.pem")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// rogue is a server that tries to learn the password: it sends its packets whatever the client answers, and
// after each reads one packet.
type rogue struct {
	plugin  string
	after   string   // sent with the greeting
	packets [][]byte // after the handshake response
	then    []byte   // a packet after the last of them, for which no answer is awaited
	drip    bool     // sends one byte at a time
}

// serve talks to the first who connects. It returns the port, and a function that waits for the end and
// returns what the client has sent.
func (r rogue) serve(t *testing.T) (port int, received func() [][]byte) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	all := make(chan [][]byte, 1)
	go func() {
		var got [][]byte
		defer func() { all <- got }()
		c, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		_ = c.SetDeadline(time.Now().Add(time.Minute))
		r.send(c, 0, greetingOf(r.plugin, 0), []byte(r.after))
		for sequence := byte(2); ; sequence += 2 {
			packet, err := receivePacket(c)
			if err != nil {
				return
			}
			got = append(got, packet)
			if len(r.packets) == 0 {
				return
			}
			r.send(c, sequence, r.packets[0], nil)
			if r.packets = r.packets[1:]; len(r.packets) == 0 && r.then != nil {
				r.send(c, sequence+1, r.then, nil)
			}
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port, func() [][]byte { return <-all }
}

// greetingOf is the first packet of a server with this plugin and more capabilities.
func greetingOf(plugin string, more uint32) []byte {
	const protocol41, secureConnection, pluginAuth = 0x0200, 0x8000, 0x00080000
	flags := binary.LittleEndian.AppendUint32(nil, protocol41|secureConnection|pluginAuth|more)
	return []byte("\x0a8.0.36\x00\x01\x00\x00\x00" + nonce[:8] + "\x00" + string(flags[:2]) + "\x2d\x02\x00" +
		string(flags[2:]) + "\x15" + strings.Repeat("\x00", 10) + nonce[8:] + "\x00" + plugin + "\x00")
}

func (r rogue) send(c net.Conn, sequence byte, payload, after []byte) {
	n := len(payload)
	packet := append([]byte{byte(n), byte(n >> 8), byte(n >> 16), sequence}, payload...)
	packet = append(packet, after...)
	if !r.drip {
		_, _ = c.Write(packet)
		return
	}
	for _, b := range packet {
		_, _ = c.Write([]byte{b})
	}
}

func receivePacket(c net.Conn) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	payload := make([]byte, int(head[0])|int(head[1])<<8|int(head[2])<<16)
	_, err := io.ReadFull(c, payload)
	return payload, err
}

// decrypted returns the password that a packet holds, encrypted with key or in clear text.
func decrypted(key *rsa.PrivateKey, packet []byte) string {
	if plain, err := rsa.DecryptOAEP(sha1.New(), nil, key, packet, nil); err == nil {
		for i := range plain {
			plain[i] ^= nonce[i%len(nonce)]
		}
		return strings.TrimRight(string(plain), "\x00")
	}
	if bytes.Contains(packet, []byte(secret)) {
		return secret
	}
	return ""
}

// logOn logs on to a server on this machine, as if it were another machine if remote is set.
func logOn(t *testing.T, e datasource.Endpoint, remote bool) (*connection, *connector, error) {
	t.Helper()
	e.Type, e.Host = datasource.MySQL, "127.0.0.1"
	c, err := newConnector(e.WithDefaults(), Variant{})
	if err != nil {
		t.Fatal(err)
	}
	if remote {
		c.recorder.Local = func(net.Addr) bool { return false }
	}
	conn, err := c.logon(t.Context())
	if err == nil {
		t.Cleanup(func() { _ = conn.Close() })
	}
	return conn, c, err
}

func TestPasswordIsNotSentToARogueServer(t *testing.T) {
	t.Parallel()
	var (
		sendKey   = append([]byte{moreData}, pemOf(&anyKey().PublicKey)...)
		fullAuth  = []byte{moreData, fullAuthentication}
		denied    = []byte("\xff\x15\x04#28000Access denied")
		switchTo  = func(plugin string) []byte { return []byte("\xfe" + plugin + "\x00" + nonce + "\x00") }
		trusted   = keyFile(t, pemOf(&newRSAKey(t).PublicKey))
		mustDeny  = errors.New("refused by this program")
		otherwise = errors.New("any other error")
	)
	type protection struct {
		key      string
		insecure bool
		local    bool
	}
	for _, tc := range []struct {
		name  string
		rogue rogue
		protection
		leaks bool
		want  error
	}{
		{"caching_sha2_password", rogue{plugin: "caching_sha2_password", packets: [][]byte{fullAuth, sendKey}},
			protection{}, false, mustDeny},
		{"one byte at a time",
			rogue{plugin: "caching_sha2_password", packets: [][]byte{fullAuth, sendKey}, drip: true},
			protection{}, false, mustDeny},
		{"sha256_password", rogue{plugin: "sha256_password", packets: [][]byte{sendKey}},
			protection{}, false, mustDeny},
		{"a switch to caching_sha2_password", rogue{plugin: "mysql_native_password",
			packets: [][]byte{switchTo("caching_sha2_password"), fullAuth, sendKey}}, protection{}, false, mustDeny},
		{"a switch to sha256_password", rogue{plugin: "mysql_native_password",
			packets: [][]byte{switchTo("sha256_password"), sendKey}}, protection{}, false, mustDeny},
		{"a switch to mysql_clear_password", rogue{plugin: "mysql_native_password",
			packets: [][]byte{switchTo("mysql_clear_password"), nil}}, protection{}, false, otherwise},
		{"a demand that comes with the greeting",
			rogue{plugin: "caching_sha2_password", after: "\x02\x00\x00\x02\x01\x04", packets: [][]byte{sendKey}},
			protection{}, false, otherwise},

		{"the start of a demand that comes with the greeting",
			rogue{plugin: "caching_sha2_password", after: "\x02\x00\x00\x02\x01", packets: [][]byte{sendKey}},
			protection{}, false, otherwise},

		{"the key of the server is known",
			rogue{plugin: "caching_sha2_password", packets: [][]byte{fullAuth, denied}},
			protection{key: trusted}, false, otherwise},
		{"the key is known, which the server replaces",
			rogue{plugin: "sha256_password", packets: [][]byte{sendKey}}, protection{key: trusted}, false, mustDeny},
		{"the key is known, which a server on this machine replaces",
			rogue{plugin: "sha256_password", packets: [][]byte{sendKey}}, protection{key: trusted, local: true}, false,
			mustDeny},

		// What the driver does without the watch: it shows that the rogue server would learn the password.
		{"insecurePassword", rogue{plugin: "caching_sha2_password", packets: [][]byte{fullAuth, sendKey}},
			protection{insecure: true}, true, otherwise},
		{"insecurePassword, sha256_password", rogue{plugin: "sha256_password", packets: [][]byte{sendKey}},
			protection{insecure: true}, true, otherwise},
		{"a server on this machine", rogue{plugin: "caching_sha2_password", packets: [][]byte{fullAuth, sendKey}},
			protection{local: true}, true, otherwise},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			port, received := tc.rogue.serve(t)
			_, _, err := logOn(t, datasource.Endpoint{Port: port, User: "u", Password: datasource.NewSecret(secret),
				ServerPublicKey: tc.key, InsecurePassword: tc.insecure}, !tc.local)
			packets := received()
			var known *datasource.Error
			switch denied := errors.As(err, &known) && known.Class == datasource.ErrTLS; {
			case err == nil:
				t.Error("logged on to a rogue server")
			case denied != (tc.want == mustDeny):
				t.Errorf("%v, want %v", err, tc.want)
			case denied && !strings.Contains(known.Remedy.String(), "serverPublicKey"):
				t.Errorf("remedy %q", known.Remedy)
			}
			leaked := false
			for _, packet := range packets {
				leaked = leaked || decrypted(anyKey(), packet) == secret
			}
			if leaked != tc.leaks {
				t.Errorf("the server learned the password: %v, want %v", leaked, tc.leaks)
			}
			// The answers to the greeting and to a switch hold a hash or nothing. Nothing follows them.
			answers := 1
			if bytes.HasPrefix(tc.rogue.packets[0], []byte{0xfe}) {
				answers++
			}
			if tc.want == mustDeny && len(packets) != answers {
				t.Errorf("%d packets came from the client, want %d", len(packets), answers)
			}
		})
	}
}

func TestServerPublicKeyEncryptsThePassword(t *testing.T) {
	t.Parallel()
	for plugin, packets := range map[string][][]byte{
		"caching_sha2_password": {{moreData, fullAuthentication}, {headOK, 0, 0, 2, 0, 0, 0}},
		"sha256_password":       {{headOK, 0, 0, 2, 0, 0, 0}},
	} {
		t.Run(plugin, func(t *testing.T) {
			t.Parallel()
			port, received := rogue{plugin: plugin, packets: packets}.serve(t)
			conn, c, err := logOn(t, datasource.Endpoint{Port: port, User: "u", Password: datasource.NewSecret(secret),
				ServerPublicKey: keyFile(t, pemOf(&anyKey().PublicKey))}, true)
			if err != nil {
				t.Fatal(err)
			}
			if !c.recorder.Transport().Exposed {
				t.Error("the connection does not count as exposed")
			}
			_ = conn.Close()
			var got []string
			for _, packet := range received() {
				for i := range packet { // sha256_password: at the end of the handshake response
					if end := i + anyKey().Size(); end <= len(packet) {
						if p := decrypted(anyKey(), packet[i:end]); p != "" {
							got = append(got, p)
						}
					}
				}
			}
			if len(got) != 1 || got[0] != secret {
				t.Errorf("the server read %q, want the password", got)
			}
		})
	}
}

func TestHashesOfThePasswordAreSent(t *testing.T) {
	t.Parallel()
	ok := []byte{headOK, 0, 0, 2, 0, 0, 0}
	for plugin, r := range map[string]rogue{
		"mysql_native_password": {packets: [][]byte{ok}},
		"caching_sha2_password": {packets: [][]byte{{moreData, fastAuthentication}}, then: ok},
	} {
		t.Run(plugin, func(t *testing.T) {
			t.Parallel()
			r.plugin = plugin
			port, _ := r.serve(t)
			e := datasource.Endpoint{Port: port, User: "u", Password: datasource.NewSecret(secret)}
			if _, _, err := logOn(t, e, true); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestServerPublicKeyMustBeAKey(t *testing.T) {
	t.Parallel()
	for _, file := range []string{keyFile(t, []byte("no key")), filepath.Join(t.TempDir(), "none.pem")} {
		e := datasource.Endpoint{Type: datasource.MySQL, Host: "127.0.0.1", User: "u", ServerPublicKey: file}
		if _, err := newConnector(e.WithDefaults(), Variant{}); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%v, want an error that names %s", err, file)
		}
	}
}

// An account without a cached password needs the password itself, once.
func TestPasswordOverPlainConnectionsOnRealServer(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MySQL)
	var name, key string
	administrator := open(t, s, s.User, s.Password)
	const query = "SHOW STATUS LIKE 'Caching_sha2_password_rsa_public_key'"
	if err := administrator.one(t.Context(), query, &name, &key); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name   string
		change func(*datasource.Endpoint)
		denied bool
	}{
		{"without its key", func(*datasource.Endpoint) {}, true},
		{"with its key", func(e *datasource.Endpoint) { e.ServerPublicKey = keyFile(t, []byte(key)) }, false},
		{"insecurePassword", func(e *datasource.Endpoint) { e.InsecurePassword = true }, false},
		{"TLS", func(e *datasource.Endpoint) { e.TLS.Mode = "" }, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			user, password := s.Account(t)
			e := datasource.Endpoint{Port: s.Port, User: user, Password: datasource.NewSecret(password),
				TLS: datasource.TLS{Mode: datasource.TLSDisabled}}
			tc.change(&e)
			_, c, err := logOn(t, e, true)
			if denied := datasource.ClassOf(err) == datasource.ErrTLS; denied != tc.denied || err != nil && !denied {
				t.Errorf("%v, want it refused: %v", err, tc.denied)
			}
			transport := c.recorder.Transport()
			if encrypted := transport.Cipher != ""; encrypted == transport.Exposed || encrypted != (tc.name == "TLS") {
				t.Errorf("%+v", transport)
			}
		})
	}
}

func TestKeyOfAnotherServerOnRealServer(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MySQL)
	user, password := s.Account(t)
	r := open(t, s, user, password, func(e *datasource.Endpoint) {
		e.TLS.Mode = datasource.TLSDisabled
		e.ServerPublicKey = keyFile(t, pemOf(&newRSAKey(t).PublicKey))
	})
	_, err := datasource.FactServer.Of(t.Context(), datasource.NewFacts(t.Context(), r))
	var known *datasource.Error
	if !errors.As(err, &known) || known.Class != datasource.ErrCredentials ||
		!strings.Contains(known.Remedy.String(), "serverPublicKey") {
		t.Errorf("%v, want the advice to check the key", err)
	}
}

// After a connection to a server that did not offer TLS, the next uses TLS where it is offered.
func TestFallbackIsForOneConnection(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	flags := make(chan uint32, 2) // of the first packet of each client
	go func() {
		for _, offered := range []uint32{0, flagTLS} {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			_ = c.SetDeadline(time.Now().Add(time.Minute))
			rogue{}.send(c, 0, greetingOf("mysql_native_password", offered), nil)
			packet, _ := receivePacket(c)
			_ = c.Close()
			flags <- binary.LittleEndian.Uint32(append(packet, 0, 0, 0, 0))
		}
	}()
	e := datasource.Endpoint{Type: datasource.MySQL, Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port,
		User: "u"}
	c, err := newConnector(e.WithDefaults(), Variant{})
	if err != nil {
		t.Fatal(err)
	}
	for _, offered := range []bool{false, true} {
		if _, err := c.logon(t.Context()); err == nil {
			t.Error("logged on to a server that hangs up")
		}
		if got := <-flags&flagTLS != 0; got != offered {
			t.Errorf("TLS offered: %v, used: %v", offered, got)
		}
	}
}

func newRSAKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
