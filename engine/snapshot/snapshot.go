package snapshot

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Version is the version of the format that Write writes. Read reads it and all before it.
const Version = 1

// Info describes a snapshot.
type Info struct {
	Program   string    // the version of the program that captured it
	Captured  time.Time // when the capture started
	Side      checks.Side
	Redacted  bool       // hosts and accounts are masked
	Databases []Database // the primary first
}

// Database is one database of the side: the primary or the standby.
type Database struct {
	Role         checks.Role
	Type         datasource.Type
	Host, Socket string
	Port         int
	User         string
	Service, SID string
	Scope        []string // the schemas whose objects were read
	ScopeError   string   // why the schemas could not be determined
}

// Endpoint returns the database as an endpoint, without a password.
func (d Database) Endpoint() datasource.Endpoint {
	return datasource.Endpoint{Type: d.Type, Host: d.Host, Socket: d.Socket, Port: d.Port, User: d.User,
		Service: d.Service, SID: d.SID}
}

// Database returns the database of a role, nil if there is none.
func (i *Info) Database(role checks.Role) *Database {
	at := slices.IndexFunc(i.Databases, func(d Database) bool { return d.Role == role })
	if at < 0 {
		return nil
	}
	return &i.Databases[at]
}

// Snapshot is the facts of one side.
type Snapshot struct {
	Info  Info
	Facts map[checks.Role][]Fact
}

// Fact is the value of a fact, or the error that reading it returned.
type Fact struct {
	Fact   datasource.AnyFact // a *Fact, or a question of a *Query
	Scoped bool               // its value depends on the Scope
	Value  any
	Err    json.RawMessage // as the engine encodes errors; nil: none
	// OtherForm reports that another version of the program wrote the value, in a form that is not the present one.
	OtherForm bool
}

// factError returns an error about a fact.
func factError(name string, text message.Text) error {
	return message.Err("snapshot.fact", "fact", name, "problem", text)
}

// valid returns the reason why a snapshot that was decoded cannot be used, or nil.
func (i *Info) valid() error {
	var roles []checks.Role
	for _, d := range i.Databases {
		if !slices.Contains(datasource.Types(), d.Type) || d.Port < 0 || d.Port > 65535 {
			return message.Err("snapshot.header")
		}
		roles = append(roles, d.Role)
	}
	primary := slices.Equal(roles, []checks.Role{checks.Master})
	both := slices.Equal(roles, []checks.Role{checks.Master, checks.Slave})
	if !primary && !both || !slices.Contains(checks.BothSides, i.Side) || i.Captured.IsZero() ||
		both && i.Databases[0].Type != i.Databases[1].Type {
		return message.Err("snapshot.header")
	}
	return nil
}

// complete returns the reason why values that have the right types cannot be used, or nil.
func complete(value any) error {
	columns, ok := value.(datasource.TableRows[datasource.Column])
	if !ok {
		return nil
	}
	for _, list := range columns.All() {
		for _, c := range list {
			if c.ColumnType == nil {
				return message.Err("snapshot.no_type", "column", strconv.Quote(c.Name))
			}
		}
	}
	return nil
}
