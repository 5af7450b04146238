package datasource

import (
	"time"
)

// Transaction is a transaction that is open on a server.
type Transaction struct {
	Session string        // that runs it, as the server names it; empty for a prepared XA transaction without a session
	Kill    string        // the statement that ends the session
	Account string        // user@host, or a user; empty where there is no session
	Age     time.Duration // -1 for a prepared XA transaction that may also be listed with its session
	// Modified is the number of changed rows, on Oracle of written undo records; -1 if that is not known.
	Modified int64
	Query    string // the running statement; empty if it is idle
}

// FactTransactions are the open transactions of the server, except the reader's own, the oldest first.
var FactTransactions = NewFact[[]Transaction]("transactions", "open transactions")
