package mysql

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/connpool"
)

// link is the connections to one server, and what the readers that share them have read.
type link struct {
	connector *connector
	pool      *connpool.Pool
	readings  readings
}

// newLink returns the link of an endpoint with its defaults. It connects when it is first used.
func newLink(endpoint datasource.Endpoint, v Variant) (*link, error) {
	connector, err := newConnector(endpoint, v)
	if err != nil {
		return nil, err
	}
	l := &link{connector: connector}
	l.pool = connpool.New(connector, endpoint.Connections, l.reader(endpoint, nil, v).classify)
	return l, nil
}

// reader returns a Reader over the link.
func (l *link) reader(endpoint datasource.Endpoint, scope datasource.Scope, v Variant) *Reader {
	return &Reader{endpoint: endpoint, scope: scope, variant: v, link: l, opened: time.Now(), close: l.pool.Close}
}

// sharedIdle is how long a connection that Readers share stays open without use: they may wait for other servers.
const sharedIdle = 5 * time.Second

// Links opens Readers of equal endpoints over the same connections, as many as the endpoint's Connections, while any of
// the Readers is open. What one reads after another was opened is an answer for that one, too.
type Links struct {
	mu   sync.Mutex
	open map[datasource.Endpoint]*sharedLink
}

type sharedLink struct {
	*link
	readers int
}

// Open returns a Reader as the function Open does. The last one that is closed closes the connections.
func (l *Links) Open(endpoint datasource.Endpoint, scope datasource.Scope) (*Reader, error) {
	endpoint = endpoint.WithDefaults()
	l.mu.Lock()
	defer l.mu.Unlock()
	shared := l.open[endpoint]
	if shared == nil {
		made, err := newLink(endpoint, Variant{})
		if err != nil {
			return nil, err
		}
		made.pool.CloseIdle(sharedIdle)
		shared = &sharedLink{link: made}
		if l.open == nil {
			l.open = map[datasource.Endpoint]*sharedLink{}
		}
		l.open[endpoint] = shared
	}
	shared.readers++
	r := shared.reader(endpoint, scope, Variant{})
	r.sharing = true
	r.close = sync.OnceValue(func() error { return l.leave(endpoint, shared) })
	return r, nil
}

func (l *Links) leave(endpoint datasource.Endpoint, shared *sharedLink) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if shared.readers--; shared.readers > 0 {
		return nil
	}
	delete(l.open, endpoint)
	return shared.pool.Close()
}

// ofServer are the facts that belong to the server or the account. All others belong to the schemas in scope.
var ofServer = map[datasource.AnyFact]bool{
	datasource.FactServer: true, datasource.FactLatency: true, datasource.FactVariables: true,
	datasource.FactTimeZone: true, datasource.FactTimeGaps: true, datasource.FactGrants: true,
	datasource.FactAccounts: true, datasource.FactSystemAccounts: true, datasource.FactBinaryLogStatus: true,
	datasource.FactReplicaChannels: true, datasource.FactReplicas: true, datasource.FactBinaryLogs: true,
	datasource.FactGTIDs: true, datasource.FactLogSessions: true, datasource.FactConnections: true,
	datasource.FactTransactions: true, datasource.FactFreeSpace: true, datasource.FactSchemas: true,
	datasource.FactCharsets: true, datasource.FactStorageEngines: true, datasource.FactFulltextParsers: true,
	datasource.FactSQLModes: true, datasource.FactKeywords: true, datasource.FactGeneralTablespaces: true,
	datasource.FactKeyring: true, datasource.FactTenant: true, datasource.FactUnits: true, datasource.FactNodes: true,
	datasource.FactMemstores: true, datasource.FactOBParameters: true,
}

// sharedWithin are the facts that other facts need: the Reader shares them whenever it reads them.
var sharedWithin = map[datasource.AnyFact]bool{datasource.FactServer: true, datasource.FactTables: true}

// question is a fact of the schemas in scope, or of selected tables of them.
type question struct {
	fact            datasource.AnyFact
	schemas, tables string
}

// questionOf returns the key of a fact's answer.
func (r *Reader) questionOf(ctx context.Context, fact datasource.AnyFact) (question, error) {
	if ofServer[fact] {
		return question{fact: fact}, nil
	}
	schemas, err := r.scope(ctx)
	q := question{fact: fact, schemas: strings.Join(schemas, "\x00")}
	if tables, ok := r.selection(ctx, fact); ok {
		var names strings.Builder
		for _, t := range tables {
			names.WriteString(t.Schema + "\x00" + t.Name + "\x00")
		}
		q.tables = names.String() + "." // otherwise, none would be all
	}
	return q, err
}
