// Package client calls a server of the API that OceanBase Migration Service documents for prechecks, such as that of
// package omsapi.
package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// Client calls one server. It is safe for concurrent use.
type Client struct {
	base     *url.URL
	http     *http.Client
	user     string
	password datasource.Secret
	token    datasource.Secret
	language string
	retries  int
}

// Option configures the Client that New returns.
type Option func(*Client)

// WithBasic identifies the client by a user name and a password.
func WithBasic(user string, password datasource.Secret) Option {
	return func(c *Client) { c.user, c.password = user, password }
}

// WithToken identifies the client by a bearer token.
func WithToken(token datasource.Secret) Option { return func(c *Client) { c.token = token } }

// WithLanguage asks for answers in a language: a BCP 47 tag such as en-us or zh-cn. Runs that the client submits have
// their texts in it.
func WithLanguage(tag string) Option { return func(c *Client) { c.language = tag } }

// WithHTTPClient replaces the HTTP client, which has a time limit of one minute by default.
func WithHTTPClient(h *http.Client) Option { return func(c *Client) { c.http = h } }

// WithTLS sets the TLS configuration of the HTTP client.
func WithTLS(t *tls.Config) Option {
	return func(c *Client) {
		c.http = &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: t}}
	}
}

// New returns a client of the server at a URL such as http://127.0.0.1:8480. Its errors do not show the URL, which may
// contain a password.
func New(server string, options ...Option) (*Client, error) {
	base, err := url.Parse(server)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, message.Err("api.client.url")
	}
	c := &Client{base: base, http: &http.Client{Timeout: time.Minute}, retries: 5}
	if base.User != nil {
		password, _ := base.User.Password()
		c.user, c.password = base.User.Username(), datasource.NewSecret(password)
		base.User = nil
	}
	for _, o := range options {
		o(c)
	}
	return c, nil
}

// Error is an error of a call that the server has answered.
type Error struct {
	Status    int // of HTTP; 200 for an error of the call itself
	Code      string
	Text      string
	Advice    string
	RequestID string
	After     time.Duration // when to try again; 0 if the server does not say
}

// Error returns the code and the text.
func (e *Error) Error() string { return e.Message().String() }

// Message returns the code and the text.
func (e *Error) Message() message.Text {
	if e.Text == "" {
		return message.New("api.client.status", "status", http.StatusText(e.Status))
	}
	if e.Advice == "" {
		return message.New("api.client.error", "text", e.Text, "code", e.Code)
	}
	return message.New("api.client.error_advice", "text", e.Text, "code", e.Code, "advice", e.Advice)
}

// maxAnswer bounds an answer.
const maxAnswer = 256 << 20

// Call calls an action and reads the data of its answer. An error of the server is an *Error.
func Call[T any](ctx context.Context, c *Client, action string, request any,
	headers ...string) (answer wire.Answer[T], err error) {
	body, err := json.Marshal(request)
	if err != nil {
		return answer, err
	}
	target := c.base.JoinPath("/api/v2")
	target.RawQuery = url.Values{"Action": {action}}.Encode()
	for attempt := 0; ; attempt++ {
		answer, err = once[T](ctx, c, target.String(), body, headers)
		var failed *Error
		overloaded := errors.As(err, &failed) &&
			(failed.Status == http.StatusTooManyRequests || failed.Status == http.StatusServiceUnavailable)
		if !overloaded || failed.After == 0 || attempt >= c.retries {
			return answer, err
		}
		select {
		case <-time.After(failed.After):
		case <-ctx.Done():
			return answer, context.Cause(ctx)
		}
	}
}

func once[T any](ctx context.Context, c *Client, target string, body []byte,
	headers []string) (answer wire.Answer[T], err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return answer, err
	}
	r.Header.Set("Content-Type", "application/json")
	if c.language != "" {
		r.Header.Set("X-Language", c.language)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	switch {
	case !c.token.Empty():
		r.Header.Set("Authorization", "Bearer "+c.token.Reveal())
	case c.user != "":
		r.SetBasicAuth(c.user, c.password.Reveal())
	}
	response, err := c.http.Do(r)
	if err != nil {
		var of *url.Error
		if errors.As(err, &of) {
			err = of.Err
		}
		return answer, message.Wrap(err, "api.client.unreachable")
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return answer, message.Wrap(err, "api.client.unreachable")
	}
	failed := &Error{Status: response.StatusCode, RequestID: response.Header.Get("X-Request-Id")}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
		failed.After = time.Duration(seconds) * time.Second
	}
	var envelope wire.Answer[json.RawMessage]
	if err := json.Unmarshal(data, &envelope); err != nil {
		if response.StatusCode == http.StatusOK {
			return answer, message.Err("api.client.answer")
		}
		return answer, failed
	}
	if !envelope.Success || response.StatusCode != http.StatusOK {
		failed.Code, failed.Text, failed.Advice = text(envelope.Code), text(envelope.Message), text(envelope.Advice)
		return answer, failed
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		return answer, message.Err("api.client.answer")
	}
	return answer, nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return strings.TrimSpace(*s)
}

// SubmitPreCheck queues a run and returns its ID. An idempotency key that is not empty makes a repeated call return the
// ID of the first.
func (c *Client) SubmitPreCheck(ctx context.Context, r wire.SubmitPreCheckRequest, key string) (string, error) {
	var headers []string
	if key != "" {
		headers = []string{"Idempotency-Key", key}
	}
	a, err := Call[string](ctx, c, "SubmitPreCheck", r, headers...)
	return a.Data, err
}

// GetPreCheckResult returns the records of a run as of now.
func (c *Client) GetPreCheckResult(ctx context.Context, id string) (engine.Data, error) {
	a, err := Call[engine.Data](ctx, c, "GetPreCheckResult", wire.IDRequest{ID: id}, "X-OMS-Edition", "EE")
	return a.Data, err
}

// ListPreCheck returns a page of runs, the newest first, and the number of all that match.
func (c *Client) ListPreCheck(ctx context.Context, r wire.ListPreCheckRequest) ([]wire.PreCheck, int, error) {
	a, err := Call[[]wire.PreCheck](ctx, c, "ListPreCheck", r)
	total := len(a.Data)
	if a.TotalCount != nil {
		total = *a.TotalCount
	}
	return a.Data, total, err
}

// GetPreCheckSummary returns what many runs have found.
func (c *Client) GetPreCheckSummary(ctx context.Context,
	r wire.GetPreCheckSummaryRequest) (wire.PreCheckSummary, error) {
	a, err := Call[wire.PreCheckSummary](ctx, c, "GetPreCheckSummary", r)
	return a.Data, err
}

// ListAllLabels returns all labels.
func (c *Client) ListAllLabels(ctx context.Context) ([]wire.Label, error) {
	a, err := Call[[]wire.Label](ctx, c, "ListAllLabels", wire.Empty{})
	return a.Data, err
}

// CancelPreCheck ends a run.
func (c *Client) CancelPreCheck(ctx context.Context, id string) error {
	_, err := Call[any](ctx, c, "CancelPreCheck", wire.IDRequest{ID: id})
	return err
}

// SkipPreCheckItem accepts findings of a check of a run.
func (c *Client) SkipPreCheckItem(ctx context.Context, r wire.SkipPreCheckItemRequest) error {
	_, err := Call[any](ctx, c, "SkipPreCheckItem", r)
	return err
}

// RetryPreCheck runs a finished precheck again.
func (c *Client) RetryPreCheck(ctx context.Context, r wire.RetryPreCheckRequest) error {
	_, err := Call[any](ctx, c, "RetryPreCheck", r)
	return err
}

// GetPreCheckReport returns the report of a finished run in a format, such as full.
func (c *Client) GetPreCheckReport(ctx context.Context, id, format string) (wire.PreCheckReport, error) {
	a, err := Call[wire.PreCheckReport](ctx, c, "GetPreCheckReport",
		wire.GetPreCheckReportRequest{ID: id, Format: format})
	return a.Data, err
}

// ListDataSource returns a page of the data sources, and the number of all that match.
func (c *Client) ListDataSource(ctx context.Context, r wire.ListDataSourceRequest) ([]wire.DataSource, int, error) {
	a, err := Call[[]wire.DataSource](ctx, c, "ListDataSource", r)
	total := len(a.Data)
	if a.TotalCount != nil {
		total = *a.TotalCount
	}
	return a.Data, total, err
}

// Ended reports whether a run with this status has finished.
func Ended(s engine.ProjectStatus) bool {
	return s == engine.StatusFinished || s == engine.StatusFailed || s == engine.StatusSkipped
}

// Watch polls a run until it has finished, and returns its last state. each is called for each new state; it may be
// nil. A server that cannot be reached is tried again for outage.
func (c *Client) Watch(ctx context.Context, id string, every, outage time.Duration,
	each func(engine.Data)) (engine.Data, error) {
	reached := time.Now()
	for {
		data, err := c.GetPreCheckResult(ctx, id)
		var answered *Error
		switch {
		case err == nil:
			reached = time.Now()
			if each != nil {
				each(data)
			}
			if Ended(data.ProjectStatus) {
				return data, nil
			}
		case ctx.Err() != nil:
			return data, context.Cause(ctx)
		case errors.As(err, &answered) && answered.Status < http.StatusInternalServerError,
			time.Since(reached) > outage:
			return data, err
		}
		select {
		case <-time.After(every):
		case <-ctx.Done():
			return data, context.Cause(ctx)
		}
	}
}
