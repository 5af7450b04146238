// Package auth identifies the users of the server: by HTTP Basic, by bearer token, or by the session of a browser.
package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Role is what a user may do. Each role includes those below it.
type Role int

// The roles.
const (
	None   Role = iota
	Read        // reads prechecks, projects and data sources
	Submit      // and submits, cancels, skips and retries
	Admin       // and creates data sources
)

var roleNames = []string{"read", "submit", "admin"}

// RoleNames lists the names of the roles.
func RoleNames() []string { return append([]string{}, roleNames...) }

// ParseRole returns the role of a name.
func ParseRole(name string) (Role, bool) {
	for i, known := range roleNames {
		if name == known {
			return Role(i + 1), true
		}
	}
	return None, false
}

// String returns the role's name.
func (r Role) String() string {
	if r < Read || r > Admin {
		return "none"
	}
	return roleNames[r-1]
}

// User is a user with a password.
type User struct {
	Name         string
	PasswordHash string // of HashPassword
	Role         Role
}

// MinToken is the minimum number of characters of a token.
const MinToken = 20

// Token is a bearer token.
type Token struct {
	Name    string
	Secret  datasource.Secret
	Role    Role
	Expires time.Time // zero: never
}

// Identity is who makes a request.
type Identity struct {
	Name string
	Role Role
}

// cost is the cost of bcrypt: about 100 ms for each password that is not known yet.
const cost = 11

// maxPassword is how many bytes of a password bcrypt reads.
const maxPassword = 72

// HashPassword returns the bcrypt hash of a password. It fails for an empty one, and for one of more than 72 bytes.
func HashPassword(password string) (string, error) {
	switch {
	case password == "":
		return "", message.Err("api.auth.password_empty")
	case len(password) > maxPassword:
		return "", message.Err("api.auth.password_long", "most", maxPassword)
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), cost)
	return string(hash), err
}

// ValidHash reports whether a text is a hash of HashPassword, or of another program that uses bcrypt.
func ValidHash(hash string) bool {
	_, err := bcrypt.Cost([]byte(hash))
	return err == nil
}

// Authenticator verifies passwords and tokens in constant time, and slows down clients that guess.
type Authenticator struct {
	users  map[string]User
	tokens []hashedToken
	none   func() []byte // a hash that no password has
	slow   *slowdown
	now    func() time.Time

	hashing chan struct{} // bounds the passwords that are verified at a time

	mu    sync.Mutex
	key   []byte                      // of known
	known map[[sha256.Size]byte]known // passwords that were verified, by their HMAC
}

type hashedToken struct {
	Token
	hash [sha256.Size]byte
}

type known struct {
	identity Identity
	until    time.Time
}

const (
	knownFor = 5 * time.Minute
	maxKnown = 1000
)

// New returns an Authenticator of these users and tokens.
func New(users []User, tokens []Token) *Authenticator {
	a := &Authenticator{users: map[string]User{}, slow: newSlowdown(time.Now), now: time.Now,
		hashing: make(chan struct{}, 2), key: []byte(rand.Text()), known: map[[sha256.Size]byte]known{}}
	for _, u := range users {
		a.users[u.Name] = u
	}
	for _, t := range tokens {
		a.tokens = append(a.tokens, hashedToken{t, sha256.Sum256([]byte(t.Secret.Reveal()))})
	}
	a.none = sync.OnceValue(func() []byte {
		hash, _ := bcrypt.GenerateFromPassword([]byte(rand.Text()), cost)
		return hash
	})
	return a
}

// ErrDenied means that the user, the password or the token is wrong, or that the token has expired.
var ErrDenied = message.Err("api.auth.denied")

// SlowError means that a client has failed too often. It may try again later.
type SlowError struct{ After time.Duration }

// Error returns the text of the error.
func (e *SlowError) Error() string { return e.Message().String() }

// Message returns the text of the error.
func (e *SlowError) Message() message.Text { return message.New("api.auth.slow", "after", e.After) }

// Password identifies a user by name and password. client is the address that the request came from. The error is
// ErrDenied or a *SlowError.
func (a *Authenticator) Password(client, name, password string) (Identity, error) {
	if err := a.slow.allowed(client); err != nil {
		return Identity{}, err
	}
	mac := hmac.New(sha256.New, a.key)
	mac.Write([]byte(name + "\x00" + password))
	id := [sha256.Size]byte(mac.Sum(nil))
	a.mu.Lock()
	before, ok := a.known[id]
	a.mu.Unlock()
	if ok && a.now().Before(before.until) {
		return before.identity, nil
	}
	user, exists := a.users[name]
	hash := []byte(user.PasswordHash)
	if !exists {
		hash = a.none()
	}
	a.hashing <- struct{}{}
	err := bcrypt.CompareHashAndPassword(hash, []byte(password))
	<-a.hashing
	if err != nil || !exists {
		return Identity{}, a.slow.failed(client)
	}
	identity := Identity{user.Name, user.Role}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) >= maxKnown {
		clear(a.known)
	}
	a.known[id] = known{identity, a.now().Add(knownFor)}
	return identity, nil
}

// Bearer identifies a user by a token. The error is ErrDenied or a *SlowError.
func (a *Authenticator) Bearer(client, token string) (Identity, error) {
	if err := a.slow.allowed(client); err != nil {
		return Identity{}, err
	}
	if identity, ok := a.Holder(token); ok {
		return identity, nil
	}
	return Identity{}, a.slow.failed(client)
}

// Holder returns who has a token. It does not slow down who guesses: use it before Bearer where one client that fails
// must not keep others from the server that have the same address.
func (a *Authenticator) Holder(token string) (identity Identity, ok bool) {
	hash := sha256.Sum256([]byte(token))
	var found *hashedToken
	for i := range a.tokens { // all of them, so that the time does not depend on which one it is
		if subtle.ConstantTimeCompare(hash[:], a.tokens[i].hash[:]) == 1 {
			found = &a.tokens[i]
		}
	}
	if found == nil || !found.Expires.IsZero() && !a.now().Before(found.Expires) {
		return Identity{}, false
	}
	return Identity{found.Name, found.Role}, true
}
