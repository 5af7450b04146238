package config

import (
	"crypto/sha256"
	"net"
	"net/netip"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
)

// Config is the configuration of a server. Default returns the one without a file.
type Config struct {
	Listen      string // host:port
	TLS         TLS
	CE          bool // answers have the field names of the Community Edition
	ItemTypes   engine.ItemTypes
	Language    string // of answers to requests that name none: a BCP 47 tag such as en or zh-CN
	DataSources []DataSource
	Users       []auth.User
	Tokens      []auth.Token
	Agents      []Agent
	Store       Store
	Limits      Limits
	Retention   Retention
	Endpoints   Endpoints
	// Checks are own checks, which belong to every run. Requests have no checks of their own.
	Checks []*checks.Check
	// Key encrypts passwords of data sources that requests create or describe. Empty: a key that only this process
	// knows.
	Key datasource.Secret
}

// TLS are the PEM files of the server. Empty: no TLS.
type TLS struct{ Cert, Key string }

// Enabled reports whether the server uses TLS.
func (t TLS) Enabled() bool { return t.Cert != "" }

// Store are the servers that keep the runs; see runstore.ParseServers. Empty: a folder.
type Store struct {
	URL      string
	Password datasource.Secret // of the account, if the URL has none
}

// DataSource is a database that tasks refer to by its ID.
type DataSource struct {
	ID, Name string
	Endpoint engine.Endpoint
	Zone     string // of the agents that can reach it; empty: that of the servers
	// Connections is the maximum number of open connections over all runs; 0 is Limits.Connections.
	Connections                 int
	Schema, Region, Description string
}

// Agent is a token of agents, which run the prechecks of zones that this server does not reach.
type Agent struct {
	Name    string
	Zones   []string
	Secret  datasource.Secret
	Expires time.Time // zero: never
	// Passwords allows this server to send the agents the passwords of data sources in their zones.
	Passwords bool
}

// Limits bound what the server does at a time.
type Limits struct {
	Body           int64         // bytes of a request
	RequestTimeout time.Duration // of a request, other than an event stream
	Streams        int           // open event streams
	Runs           int           // runs at a time
	Queue          int           // runs that wait
	Connections    int           // open connections to one database over all runs
	RunTimeout     time.Duration // the maximum of a run
}

// Retention says which finished runs are kept.
type Retention struct {
	Age  time.Duration // 0 keeps runs of every age
	Runs int           // 0 keeps any number
}

// Endpoints says which databases requests may describe themselves.
type Endpoints struct {
	Create bool     // the calls that create data sources
	Inline bool     // in SubmitPreCheck and CreateProject
	Hosts  []string // names with wildcards, addresses, or networks such as 10.0.0.0/8
}

// Allows reports whether requests may name a host. A name is never resolved: it must be in the list.
func (e Endpoints) Allows(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	address, err := netip.ParseAddr(host)
	for _, allowed := range e.Hosts {
		allowed = strings.ToLower(allowed)
		if network, parsed := netip.ParsePrefix(allowed); parsed == nil {
			if err == nil && address.Zone() == "" && network.Contains(address.Unmap()) {
				return true
			}
			continue
		}
		if err == nil && allowed != "*" {
			if one, parsed := netip.ParseAddr(allowed); parsed == nil && one.Unmap() == address.Unmap() {
				return true
			}
			continue
		}
		if match, _ := path.Match(allowed, host); match {
			return true
		}
	}
	return false
}

// The defaults.
const (
	DefaultListen         = "127.0.0.1:8480"
	defaultBody           = 1 << 20
	defaultRequestTimeout = 30 * time.Second
	defaultStreams        = 256
	defaultRuns           = 4
	defaultQueue          = 1000
	defaultAge            = 30 * 24 * time.Hour
	defaultKept           = 10_000
)

// Default returns the configuration of a server without a file: on loopback, without data sources and users.
func Default() Config {
	return Config{
		Listen: DefaultListen, ItemTypes: engine.OwnItems, Language: "en",
		Limits: Limits{Body: defaultBody, RequestTimeout: defaultRequestTimeout, Streams: defaultStreams,
			Runs: defaultRuns, Queue: defaultQueue, Connections: engine.ServerConnections,
			RunTimeout: engine.DefaultTimeout},
		Retention: Retention{Age: defaultAge, Runs: defaultKept},
	}
}

// Authenticates reports whether the server knows users or tokens. Without them, everyone who reaches it is an
// administrator.
func (c Config) Authenticates() bool { return len(c.Users)+len(c.Tokens) > 0 }

// Reached reports whether one agent has all these zones.
func (c Config) Reached(zones ...string) bool {
	return slices.ContainsFunc(c.Agents, func(a Agent) bool {
		return !slices.ContainsFunc(zones, func(zone string) bool { return !slices.Contains(a.Zones, zone) })
	})
}

// Loopback reports whether an address host:port accepts connections of this machine only.
func Loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

// EncryptionKey returns the key of 256 bits that the configured text stands for, and false without one.
func (c Config) EncryptionKey() ([]byte, bool) {
	if c.Key.Empty() {
		return nil, false
	}
	key := sha256.Sum256([]byte("precheck data sources\x00" + c.Key.Reveal()))
	return key[:], true
}
