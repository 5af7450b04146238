package datasource

import (
	"time"
)

// Transaction is a transaction that is open on a server.
type Transaction struct {
	// that runs it, as the server names it; empty of an XA transaction that is prepared and has no session
	Session string
	Kill    string // the statement that ends the session
	Account string // user@host, or a user; empty where there is no session
	Age     time.Duration
	// Modified are the rows that it has changed, of Oracle the undo records that it has written; -1
	// where that is not known.
	Modified int64
	Query    string // what it runs; empty where it is idle
}

// FactTransactions are the open transactions of the server, except the reader's own, the oldest first.
var FactTransactions = NewFact[[]Transaction]("transactions", "open transactions")
