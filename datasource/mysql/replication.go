package mysql

import (
	"cmp"
	"context"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

const (
	replicaStatusQuery = "SHOW REPLICA STATUS" // MySQL 8.0.22
	slaveStatusQuery   = "SHOW SLAVE STATUS"
	allSlavesQuery     = "SHOW ALL SLAVES STATUS" // MariaDB
	replicasQuery      = "SHOW REPLICAS"          // MySQL 8.0.22
	slaveHostsQuery    = "SHOW SLAVE HOSTS"
)

// replicaChannels reads the status of replication, whose columns were renamed with the statement.
func (r *Reader) replicaChannels(ctx context.Context) ([]datasource.ReplicaChannel, error) {
	server, err := r.identify(ctx)
	if err != nil {
		return nil, err
	}
	query := slaveStatusQuery
	switch {
	case server.IsOceanBase(), server.Flavor == datasource.FlavorTiDB:
		return nil, unsupported(message.New("datasource.unsupported.replication", "server", server.String()))
	case server.IsMariaDB():
		query = allSlavesQuery
	case server.Version.AtLeast(8, 0, 22):
		query = replicaStatusQuery
	}
	records, err := r.records(ctx, query)
	channels := make([]datasource.ReplicaChannel, len(records))
	for i, rec := range records {
		channels[i] = replicaChannel(rec)
	}
	slices.SortFunc(channels, func(a, b datasource.ReplicaChannel) int { return strings.Compare(a.Name, b.Name) })
	return channels, err
}

func replicaChannel(rec map[string]string) datasource.ReplicaChannel {
	either := func(names ...string) string {
		for _, name := range names {
			if value, ok := rec[name]; ok {
				return value
			}
		}
		return ""
	}
	c := datasource.ReplicaChannel{
		Name:   either("channel_name", "connection_name"),
		Source: net.JoinHostPort(either("source_host", "master_host"), either("source_port", "master_port")),
		Error:  cmp.Or(rec["last_io_error"], rec["last_sql_error"]),
		Applying: either("replica_io_running", "slave_io_running") == "Yes" &&
			either("replica_sql_running", "slave_sql_running") == "Yes",
	}
	if seconds, err := strconv.ParseInt(either("seconds_behind_source", "seconds_behind_master"), 10, 64); err == nil {
		lag := time.Duration(seconds) * time.Second
		c.Lag = &lag
	}
	return c
}

func (r *Reader) replicas(ctx context.Context) ([]datasource.Replica, error) {
	server, err := r.identify(ctx)
	if err != nil {
		return nil, err
	}
	query := slaveHostsQuery
	if server.IsMySQL() && server.Version.AtLeast(8, 0, 22) {
		query = replicasQuery
	}
	records, err := r.records(ctx, query)
	if err != nil {
		return nil, err
	}
	replicas := make([]datasource.Replica, len(records))
	for i, rec := range records {
		replicas[i].Host = rec["host"]
		if replicas[i].ServerID, err = strconv.ParseInt(rec["server_id"], 10, 64); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(replicas, func(a, b datasource.Replica) int { return cmp.Compare(a.ServerID, b.ServerID) })
	return replicas, err
}
