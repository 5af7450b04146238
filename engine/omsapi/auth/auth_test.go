package auth

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/dbprecheck/precheck/datasource"
)

func authenticator(t *testing.T) (*Authenticator, *time.Time) {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte("correct"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a := New([]User{{"alice", string(hash), Submit}}, []Token{
		{"ci", datasource.NewSecret("0123456789abcdef0123"), Read, now.Add(time.Hour)}})
	a.now = func() time.Time { return now }
	a.slow.now = a.now
	return a, &now
}

func TestPassword(t *testing.T) {
	t.Parallel()
	a, _ := authenticator(t)
	for range 2 { // the second time from memory
		if got, err := a.Password("10.0.0.1", "alice", "correct"); err != nil || got != (Identity{"alice", Submit}) {
			t.Errorf("got %v, %v", got, err)
		}
	}
	for _, wrong := range [][2]string{{"alice", "wrong"}, {"bob", "correct"}, {"", ""}, {"alice", ""}} {
		if _, err := a.Password("10.0.0.2", wrong[0], wrong[1]); !errors.Is(err, ErrDenied) {
			t.Errorf("%v: %v", wrong, err)
		}
	}
}

func TestBearer(t *testing.T) {
	t.Parallel()
	a, now := authenticator(t)
	const token = "0123456789abcdef0123"
	if got, err := a.Bearer("10.0.0.1", token); err != nil || got != (Identity{"ci", Read}) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := a.Bearer("10.0.0.1", token+"x"); !errors.Is(err, ErrDenied) {
		t.Error(err)
	}
	*now = now.Add(time.Hour)
	if _, err := a.Bearer("10.0.0.1", token); !errors.Is(err, ErrDenied) {
		t.Errorf("an expired token: %v", err)
	}
}

// A client that guesses must wait longer each time, even with the correct password. Others do not wait.
func TestSlowDown(t *testing.T) {
	t.Parallel()
	a, now := authenticator(t)
	var slow *SlowError
	for range freeFailures {
		if _, err := a.Bearer("2001:db8::1", "guess"); !errors.Is(err, ErrDenied) {
			t.Fatal(err)
		}
	}
	var waits []time.Duration
	for i := range 4 {
		if _, err := a.Bearer("2001:db8::"+strconv.Itoa(i), "guess"); !errors.Is(err, ErrDenied) {
			t.Fatal(err)
		}
		if _, err := a.Password("2001:db8::ffff", "alice", "correct"); !errors.As(err, &slow) {
			t.Fatalf("no wait: %v", err)
		}
		waits = append(waits, slow.After)
		*now = now.Add(slow.After)
	}
	for i, want := range []time.Duration{1, 2, 4, 8} {
		if waits[i] != want*time.Second {
			t.Errorf("waits %v", waits)
		}
	}
	if _, err := a.Password("2001:db8:1::1", "alice", "correct"); err != nil {
		t.Errorf("another client: %v", err)
	}
}

func TestHashPassword(t *testing.T) {
	t.Parallel()
	hash, err := HashPassword("pässword")
	if err != nil || !ValidHash(hash) || bcrypt.CompareHashAndPassword([]byte(hash), []byte("pässword")) != nil {
		t.Errorf("%s %v", hash, err)
	}
	for _, bad := range []string{"", string(make([]byte, 73))} {
		if _, err := HashPassword(bad); err == nil {
			t.Errorf("%d bytes are accepted", len(bad))
		}
	}
	if ValidHash("password") {
		t.Error("a text that is not a hash is accepted")
	}
}

func TestSessions(t *testing.T) {
	t.Parallel()
	s := NewSessions()
	now := time.Now()
	s.now = func() time.Time { return now }
	cookie, session := s.Start(Identity{"alice", Read})
	if found, ok := s.Find(cookie); !ok || found != session || !found.Confirms(session.CSRF) || found.Confirms("") {
		t.Errorf("%+v %v", found, ok)
	}
	if _, ok := s.Find(cookie + "x"); ok {
		t.Error("another cookie is accepted")
	}
	second, _ := s.Start(Identity{"bob", Read})
	s.End(cookie)
	if _, ok := s.Find(cookie); ok {
		t.Error("a session that has ended is found")
	}
	now = now.Add(sessionTime)
	if _, ok := s.Find(second); ok {
		t.Error("an expired session is found")
	}
}
