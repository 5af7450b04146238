package capacity

import (
	"context"
	"slices"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// LongTransaction is RDB_LONG_TRANSACTION.
var LongTransaction = &checks.Check{
	Type:     "RDB_LONG_TRANSACTION",
	Page:     checks.ReadPage(pages, "long_transaction.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Full | checks.Incremental,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Source: checks.Facts{datasource.FactTransactions}},
	Run:      runLongTransaction,
}

// longTransaction is the minimum age of a long transaction.
const longTransaction = 10 * time.Minute

func runLongTransaction(ctx context.Context, p *checks.Pass) error {
	open, err := datasource.FactTransactions.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	for _, t := range open {
		prepared := t.Session == "" && slices.Contains(checks.MySQLFamily, p.Route.Source)
		if t.Age < longTransaction && !prepared {
			continue
		}
		f := checks.Finding{Rule: "long", Level: checks.Warn,
			Object: checks.Object{Kind: "TRANSACTION", Name: "session " + t.Session},
			Actual: message.Duration(t.Age), Expected: "< " + message.Duration(longTransaction),
			Args: checks.Args{"account": t.Account, "kill": t.Kill, "work": work(p, t), "activity": p.Term("idle")}}
		if t.Query != "" {
			f.Args["activity"] = p.Term("running", "statement", excerpt(t.Query))
		}
		if prepared {
			f.Expected = "" // none, whatever its age
		}
		switch {
		case t.Age < 0:
			f.Rule, f.Object.Name, f.Actual = "prepared_in_session", "XA transaction", ""
		case t.Session == "" && p.Route.Source == datasource.Oracle:
			f.Rule, f.Object.Name = "distributed", "distributed transaction"
		case t.Session == "":
			f.Rule, f.Object.Name = "prepared", "XA transaction"
		case t.Account == "": // OceanBase does not show it
			f.Args["account"] = p.Term("unknown_account")
		}
		p.Report(f)
	}
	return nil
}

// work returns in words how much a transaction changed.
func work(p *checks.Pass, t datasource.Transaction) string {
	switch {
	case t.Modified < 0:
		return p.Term("changed_unknown")
	case p.Route.Source == datasource.Oracle:
		return p.Term("written_undo", "count", int(t.Modified))
	}
	return p.Term("changed_rows", "count", int(t.Modified))
}

// excerpt returns the start of a statement.
func excerpt(statement string) string {
	const maxLength = 80
	if runes := []rune(statement); len(runes) > maxLength {
		return string(runes[:maxLength]) + "…"
	}
	return statement
}
