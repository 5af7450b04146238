package capacity_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestLongTransactionOfOracle(t *testing.T) {
	t.Parallel()
	open := []datasource.Transaction{
		{Session: "7,33,@2", Kill: "ALTER SYSTEM KILL SESSION '7,33,@2'", Account: "APP", Age: time.Hour, Modified: 3},
		{Session: "8,1,@1", Age: 10*time.Minute - time.Second},
		{Age: 10 * time.Minute, Modified: 1},
	}
	findings, _, err := checktest.Facts{Source: datasource.Snapshot{datasource.FactTransactions: open},
		Route: checks.Route{Source: datasource.Oracle}}.Run(t, capacity.LongTransaction)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"distributed distributed transaction", "long session 7,33,@2"},
		checktest.RulesAndObjects(findings)); diff != "" {
		t.Fatalf("findings (-want +got):\n%s", diff)
	}
	want := "A transaction of APP (session 7,33,@2) is open for 1 h. It has written 3 undo records and is idle."
	if findings[1].Message != want {
		t.Errorf("message %q, want %q", findings[1].Message, want)
	}
	if want := "Let it commit or roll back, or run ALTER SYSTEM KILL SESSION '7,33,@2'."; findings[1].Remedy != want {
		t.Errorf("remedy %q, want %q", findings[1].Remedy, want)
	}
	checktest.Expectation{Unknown: true}.Verify(t, capacity.LongTransaction,
		checktest.Facts{Source: datasource.Snapshot{datasource.FactTransactions: checktest.ErrRefusedView},
			Route: checks.Route{Source: datasource.Oracle}})
}

func TestLongTransactionOfATenantInOracleMode(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		facts checktest.Facts
		checktest.Expectation
	}{
		{"a short transaction", tenantInOracleMode(datasource.FactTransactions,
			[]datasource.Transaction{{Session: "42", Age: time.Minute}}), checktest.Expectation{}},
		{"a long transaction", tenantInOracleMode(datasource.FactTransactions,
			[]datasource.Transaction{{Session: "42", Kill: "KILL 42", Age: time.Hour, Modified: -1}}),
			checktest.Expectation{Want: []string{"warning long session 42"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.Verify(t, capacity.LongTransaction, tc.facts)
		})
	}
}

func TestLongTransaction(t *testing.T) {
	t.Parallel()
	open := []datasource.Transaction{
		{Session: "7", Kill: "KILL 7", Account: "app@10.0.0.1", Age: time.Hour, Modified: 3,
			Query: strings.Repeat("ü", 100)},
		{Session: "8", Kill: "KILL 8", Account: "app@10.0.0.1", Age: 10*time.Minute - time.Second},
		{Age: 10 * time.Minute}, {Age: time.Second}, {Age: -1, Modified: -1},
	}
	findings, _, err := checktest.Facts{Source: datasource.Snapshot{datasource.FactTransactions: open}}.Run(t,
		capacity.LongTransaction)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"long session 7", "prepared XA transaction", "prepared XA transaction",
		"prepared_in_session XA transaction"},
		checktest.RulesAndObjects(findings)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if want := "A transaction of app@10.0.0.1 (session 7) is open for 1 h. It has changed 3 rows and is running " +
		strings.Repeat("ü", 80) + "…."; findings[0].Message != want || !strings.Contains(findings[0].Remedy, "KILL 7") {
		t.Errorf("message %q, want %q; remedy %q", findings[0].Message, want, findings[0].Remedy)
	}
	denied := &datasource.Error{Class: datasource.ErrPrivilege, Cause: message.Verbatim("missing privilege")}
	if _, _, err := (checktest.Facts{Source: datasource.Snapshot{datasource.FactTransactions: denied}}).Run(t,
		capacity.LongTransaction); !errors.Is(err, denied) {
		t.Errorf("error %v, want %v", err, denied)
	}
}
