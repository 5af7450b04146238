package datasource

import (
	"context"
	"time"
)

// Transaction is a transaction that is open on a server.
type Transaction struct {
	Session  int64  // 0 of an XA transaction that is prepared and has no session
	Account  string // user@host; empty where there is no session
	Age      time.Duration
	Modified int64 // rows that it has changed; -1 where that is not known
	Query    string
}

// FactTransactions are the transactions that are open.
const FactTransactions Fact = "transactions"

// Transactions gives the transactions that are open on the server, but for the one that asks, the oldest first.
func (f *Facts) Transactions(ctx context.Context) ([]Transaction, error) {
	return get[[]Transaction](ctx, f, FactTransactions)
}
