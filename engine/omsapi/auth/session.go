package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"sync"
	"time"
)

// Session is a browser that has logged in.
type Session struct {
	Identity
	CSRF    string // what each request that changes something must repeat
	expires time.Time
}

const (
	sessionTime = 12 * time.Hour
	maxSessions = 10_000
)

// Sessions are the sessions of a server. They end with its process.
type Sessions struct {
	now func() time.Time

	mu  sync.Mutex
	all map[[sha256.Size]byte]Session // by the hash of the cookie's value
}

// NewSessions returns no sessions.
func NewSessions() *Sessions {
	return &Sessions{now: time.Now, all: map[[sha256.Size]byte]Session{}}
}

// Start starts a session and returns the value of its cookie.
func (s *Sessions) Start(identity Identity) (cookie string, session Session) {
	cookie = rand.Text() + rand.Text()
	session = Session{identity, rand.Text(), s.now().Add(sessionTime)}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) >= maxSessions {
		oldest, found := [sha256.Size]byte{}, false
		for id, one := range s.all {
			switch {
			case !s.now().Before(one.expires):
				delete(s.all, id)
			case !found || one.expires.Before(s.all[oldest].expires):
				oldest, found = id, true
			}
		}
		if len(s.all) >= maxSessions {
			delete(s.all, oldest)
		}
	}
	s.all[sha256.Sum256([]byte(cookie))] = session
	return cookie, session
}

// Find returns the session of a cookie.
func (s *Sessions) Find(cookie string) (Session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := sha256.Sum256([]byte(cookie))
	session, ok := s.all[id]
	if ok && !s.now().Before(session.expires) {
		delete(s.all, id)
		return Session{}, false
	}
	return session, ok
}

// End ends a session.
func (s *Sessions) End(cookie string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, sha256.Sum256([]byte(cookie)))
}

// Confirms reports whether a request repeats the session's CSRF token.
func (s Session) Confirms(token string) bool {
	return subtle.ConstantTimeCompare([]byte(token), []byte(s.CSRF)) == 1
}
