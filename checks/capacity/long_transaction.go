package capacity

import (
	"context"
	"fmt"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// LongTransaction is RDB_LONG_TRANSACTION.
var LongTransaction = &checks.Check{
	Type:     "RDB_LONG_TRANSACTION",
	Page:     checks.ReadPage(pages, "long_transaction.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Full | checks.Incremental,
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
		f := checks.Finding{Rule: "long", Level: checks.Warn, Object: checks.Object{Kind: "TRANSACTION", Name: "session " + t.Session},
			Actual: t.Age.String(), Expected: longTransaction.String() + " or less",
			Args: checks.Args{"account": t.Account, "kill": t.Kill, "work": fmt.Sprintf("changed %d row(s)", t.Modified), "doing": "idle"}}
		switch {
		case t.Modified < 0:
			f.Args["work"] = "changed an unknown number of row(s)"
		case p.Route.Source == datasource.Oracle:
			f.Args["work"] = fmt.Sprintf("written %d undo record(s)", t.Modified)
		}
		if t.Query != "" {
			f.Args["doing"] = "running " + excerpt(t.Query)
		}
		switch {
		case t.Session == "" && p.Route.Source == datasource.Oracle:
			f.Rule, f.Object.Name = "distributed", "distributed transaction"
		case t.Session == "":
			f.Rule, f.Object.Name = "prepared", "XA transaction"
		case t.Account == "": // OceanBase does not tell it
			f.Args["account"] = "an unknown account"
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
