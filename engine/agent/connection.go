package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// connection calls the servers of an agent: the one that answered last, and another one if that fails. It is safe for
// concurrent use.
type connection struct {
	servers        []*url.URL
	http           *http.Client
	token          func() (datasource.Secret, error)
	oldest, newest int // versions of the protocol

	mu      sync.Mutex
	current int  // of servers
	greeted bool // the current server
	hello   helloAnswer
}

// ParseServer returns the URL of a server: https://host:port, or http:// to this machine. Its errors do not show the
// URL, which may contain a password.
func ParseServer(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https", u.RawQuery != "", u.Fragment != "":
		return nil, message.Err("api.client.url")
	case u.User != nil:
		return nil, message.Err("agent.url.user")
	case u.Scheme == "http" && !config.Loopback(withPort(u)):
		return nil, message.Err("agent.url.https")
	}
	return u, nil
}

func withPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	return u.Host + ":80"
}

// maxAnswer is the maximum size of an answer in bytes.
const maxAnswer = 256 << 20

// call calls a server and reads its answer. limit bounds each attempt. If no server answers, the error is
// runstore.ErrUnavailable: the call may have been made.
func (c *connection) call(ctx context.Context, name string, request, answer any, limit time.Duration) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	var last error
	for range c.servers {
		at, greeted := c.server()
		err = c.attempt(ctx, at, greeted, name, body, answer, limit)
		if err == nil || !errors.Is(err, runstore.ErrUnavailable) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		c.failed(at)
		last = err
	}
	return last
}

func (c *connection) server() (at int, greeted bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current, c.greeted
}

func (c *connection) greeting() helloAnswer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hello
}

// failed makes the next server the current one, unless another call has done so.
func (c *connection) failed(at int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == at {
		c.current, c.greeted = (at+1)%len(c.servers), false
	}
}

func (c *connection) attempt(ctx context.Context, at int, greeted bool, name string, body []byte, answer any,
	limit time.Duration) error {
	if !greeted {
		if err := c.greet(ctx, at); err != nil {
			return err
		}
	}
	return c.once(ctx, at, name, body, answer, limit)
}

// greetTime is the longest time that a server may take to answer which version it speaks.
const greetTime = 5 * time.Second

// greet agrees on the version of the protocol with a server.
func (c *connection) greet(ctx context.Context, at int) error {
	body, err := json.Marshal(helloRequest{c.oldest, c.newest})
	if err != nil {
		return err
	}
	var hello helloAnswer
	if err := c.once(ctx, at, "hello", body, &hello, greetTime); err != nil {
		return err
	}
	switch {
	case hello.Version < c.oldest:
		return fail(errVersion, message.New("agent.too_new", "oldest", c.oldest, "newest", hello.Version))
	case hello.Version > c.newest:
		return fail(errVersion, message.New("agent.too_old", "newest", c.newest, "oldest", hello.Version))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == at {
		c.greeted, c.hello = true, hello
	}
	return nil
}

// unavailable returns the error of a server that does not answer.
func unavailable(server *url.URL, err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		err = of.Err
	}
	return &runstore.Error{Kind: runstore.ErrUnavailable, Text: message.New("agent.unreachable", "server", server.Host),
		Err: err}
}

func (c *connection) once(ctx context.Context, at int, name string, body []byte, answer any,
	limit time.Duration) error {
	server := c.servers[at]
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.JoinPath(Path, name).String(),
		bytes.NewReader(body))
	if err != nil {
		return err
	}
	token, err := c.token()
	if err != nil {
		return &runstore.Error{Kind: errDenied, Text: message.New("agent.token"), Err: err}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token.Reveal())
	response, err := c.http.Do(r)
	if err != nil {
		return unavailable(server, err)
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	switch {
	case err != nil:
		return unavailable(server, err)
	case response.StatusCode == http.StatusNoContent:
		return &runstore.Error{Kind: runstore.ErrNothing, Text: message.New("runstore.nothing")}
	case response.StatusCode != http.StatusOK:
		return failureOf(server, response.StatusCode, data)
	}
	if err := json.Unmarshal(data, answer); err != nil {
		return unavailable(server, message.Err("api.client.answer"))
	}
	return nil
}

// failureOf returns the error of an answer.
func failureOf(server *url.URL, status int, data []byte) error {
	var f failure
	if err := json.Unmarshal(data, &f); err != nil || f.Kind == "" {
		return unavailable(server, message.Err("api.client.status", "status", http.StatusText(status)))
	}
	text := f.Text
	if !text.Known() {
		text = message.Verbatim(f.Plain)
	}
	switch f.Kind {
	case kindRefused, kindInterrupted:
		return &refusal{f.Kind, text}
	}
	kind, known := map[string]error{kindDenied: errDenied, kindVersion: errVersion}[f.Kind]
	if !known {
		kind, known = kinds[f.Kind]
	}
	if !known {
		kind = runstore.ErrUnavailable
	}
	return &runstore.Error{Kind: kind, Text: text}
}
