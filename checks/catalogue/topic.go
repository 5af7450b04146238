package catalogue

import (
	"sync"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/checks/settings"
)

// Topic is a part of the catalogue.
type Topic string

// The topics. Other is that of checks that the catalogue does not have.
const (
	Connection Topic = "connection"
	Privileges Topic = "privileges"
	Logging    Topic = "logging"
	Settings   Topic = "settings"
	Capacity   Topic = "capacity"
	Objects    Topic = "objects"
	Tables     Topic = "tables"
	Columns    Topic = "columns"
	OceanBase  Topic = "oceanbase"
	Other      Topic = "other"
)

// Topics lists every topic, in the order in which they are shown.
func Topics() []Topic {
	return []Topic{Connection, Privileges, Logging, Settings, Capacity, Objects, Tables, Columns, OceanBase, Other}
}

// parts are the parts of All. Each ends before the first check of the next.
var parts = []struct {
	topic Topic
	first *checks.Check
}{
	{Connection, server.Connect}, {Privileges, privilege.ReadPrivilege}, {Logging, binlog.BinlogEnabled},
	{Settings, settings.LowerCaseTableNames}, {Capacity, capacity.ConnectionLimit}, {Objects, object.SchemaExist},
	{Tables, key.PrimaryKey}, {Columns, column.ColumnType}, {Logging, redo.Archivelog}, {OceanBase, server.TenantMode},
}

var topics = sync.OnceValue(func() map[string]Topic {
	of, topic := map[string]Topic{}, Other
	for _, c := range All() {
		for _, p := range parts {
			if p.first == c {
				topic = p.topic
			}
		}
		of[c.Type] = topic
	}
	return of
})

// TopicOf returns the topic of the check of a type.
func TopicOf(checkType string) Topic {
	if topic, ok := topics()[checkType]; ok {
		return topic
	}
	return Other
}
