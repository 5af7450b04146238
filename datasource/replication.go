package datasource

import (
	"time"
)

// ReplicaChannel is a replication channel from another server.
type ReplicaChannel struct {
	Name     string // empty for the default channel
	Source   string // host:port that it replicates from
	Applying bool   // both its threads run
	Error    string // the last error of either thread; empty where there is none
	// Lag is the replication delay; nil if the server does not know it, such as while replication is stopped.
	Lag *time.Duration
}

// FactReplicaChannels are the channels from which the server replicates, in order of their names.
var FactReplicaChannels = NewFact[[]ReplicaChannel]("replica_channels", "replication channels")

// Replica is a server that has registered itself as a replica.
type Replica struct {
	ServerID int64
	Host     string // as it reports itself; often empty
}

// FactReplicas are the servers that have registered to read this one's log, in order of their ids.
var FactReplicas = NewFact[[]Replica]("replicas", "registered replicas")
