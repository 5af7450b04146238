package common

import (
	"context"
	"fmt"
	"time"

	"github.com/dbprecheck/precheck/checks"
)

// LongTransaction is RDB_LONG_TRANSACTION.
var LongTransaction = &checks.Check{
	Type:     "RDB_LONG_TRANSACTION",
	Page:     checks.ReadPage(pages, "long_transaction.md"),
	Level:    checks.Warn,
	On:       []checks.Side{checks.Source},
	Phases:   checks.Full | checks.Incremental,
	Sources:  checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Run:      runLongTransaction,
}

// longTransaction is from what age on a transaction is long.
const longTransaction = 10 * time.Minute

func runLongTransaction(ctx context.Context, p *checks.Pass) error {
	open, err := p.Source().Transactions(ctx)
	if err != nil {
		return err
	}
	for _, t := range open {
		if t.Age < longTransaction {
			continue
		}
		f := checks.Finding{Rule: "long", Level: checks.Warn, Object: checks.Object{Kind: "TRANSACTION", Name: fmt.Sprintf("session %d", t.Session)},
			Actual: t.Age.String(), Want: longTransaction.String() + " or less",
			Args: map[string]string{"account": t.Account, "session": fmt.Sprint(t.Session), "rows": fmt.Sprint(t.Modified), "doing": "idle"}}
		if t.Modified < 0 {
			f.Args["rows"] = "an unknown number of"
		}
		if t.Query != "" {
			f.Args["doing"] = "running " + excerpt(t.Query)
		}
		if t.Session == 0 {
			f.Rule, f.Object.Name = "prepared", "XA transaction"
		}
		p.Report(f)
	}
	return nil
}

// excerpt gives the start of a statement, for a person.
func excerpt(statement string) string {
	const most = 80
	if runes := []rune(statement); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return statement
}
