package diff_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/diff"
	"github.com/dbprecheck/precheck/engine/snapshot"
)

func table(name string) datasource.TableName { return datasource.TableName{Schema: "shop", Name: name} }

func column(name, columnType string, position uint16, value *string) datasource.Column {
	return datasource.Column{Name: name, Position: position, Default: value,
		ColumnType: &datasource.ColumnType{DataType: "varchar", ColumnType: columnType}}
}

// taken returns a snapshot of a source with facts.
func taken(facts ...snapshot.Fact) *snapshot.Snapshot {
	return &snapshot.Snapshot{
		Info: snapshot.Info{Side: checks.Source, Databases: []snapshot.Database{{Role: checks.Master,
			Type: datasource.MySQL, Host: "db1", Scope: []string{"shop"}}}},
		Facts: map[checks.Role][]snapshot.Fact{checks.Master: facts},
	}
}

func columns(rows ...datasource.Column) snapshot.Fact {
	return snapshot.Fact{Fact: datasource.FactColumns, Value: datasource.GroupByTable(
		datasource.RowsOf[datasource.Column]{Table: table("a"), Rows: rows},
		datasource.RowsOf[datasource.Column]{Table: table("old"),
			Rows: []datasource.Column{column("x", "int", 1, nil)}})}
}

func variables(all datasource.Variables) snapshot.Fact {
	return snapshot.Fact{Fact: datasource.FactVariables, Value: all}
}

func TestCompareSnapshots(t *testing.T) {
	t.Parallel()
	empty := ""
	tables := func(names ...string) snapshot.Fact {
		var all []datasource.Table
		for _, name := range names {
			all = append(all, datasource.Table{TableName: table(name), Kind: datasource.BaseTable})
		}
		return snapshot.Fact{Fact: datasource.FactTables, Value: datasource.SortTables(all)}
	}
	grants := func(all ...datasource.Grant) snapshot.Fact {
		return snapshot.Fact{Fact: datasource.FactGrants, Value: datasource.Grants{
			Rights: datasource.Rights{Grants: all}}}
	}
	selects := datasource.Grant{Level: datasource.OnSchema, Schema: "shop",
		Privileges: []datasource.Privilege{"SELECT"}}
	routine := func(kind, body string) datasource.Routine {
		return datasource.Routine{TableName: table("p"), Kind: kind, Definition: body}
	}
	unread := snapshot.Fact{Fact: datasource.FactTriggers, Err: json.RawMessage(`{"Text":"denied"}`)}
	unsupported := snapshot.Fact{Fact: datasource.FactTenant,
		Err: json.RawMessage(`{"Server":{"Class":"not supported"}}`)}
	query := strings.Repeat("x", 100)
	before := taken(
		variables(datasource.Variables{"sql_mode": "ANSI", "read_only": "OFF", "gtid_executed": "a:1-5"}),
		snapshot.Fact{Fact: datasource.FactTransactions, Value: []datasource.Transaction{{Account: "app@%"}}},
		grants(), tables("a", "old"),
		snapshot.Fact{Fact: datasource.FactRoutines, Value: []datasource.Routine{routine("FUNCTION", query+" 1"),
			routine("PROCEDURE", "p")}},
		snapshot.Fact{Fact: datasource.FactEvents, Value: []datasource.Event(nil)}, unread, unsupported,
		columns(column("gone", "int", 1, nil), column("id", "int", 2, nil), column("name", "varchar(20)", 3, nil)))
	after := taken(
		variables(datasource.Variables{"sql_mode": "ANSI\x1b[2J", "log_bin": "ON", "gtid_executed": "a:1-9"}),
		snapshot.Fact{Fact: datasource.FactTransactions, Value: []datasource.Transaction(nil)},
		grants(selects), tables("a", "new"),
		snapshot.Fact{Fact: datasource.FactRoutines, Value: []datasource.Routine{routine("FUNCTION", query+" 2"),
			routine("PROCEDURE", "p")}},
		unread, unsupported,
		columns(column("id", "int", 1, nil), column("name", "varchar(40)", 2, &empty)))
	r, err := diff.CompareSnapshots(before, after)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := r.WriteTable(&b, message.English, 10); err != nil {
		t.Fatal(err)
	}
	want := `global variables
    new     log_bin
    changed sql_mode: ANSI → ANSI\x1b[2J
    gone    read_only
grants of the account
    new     Grants: SELECT ON shop.*
tables and views
    new     shop.new
    gone    shop.old
stored procedures and functions
    changed shop.p FUNCTION: Definition …xxxxxxxxxxxxxx 1 → …xxxxxxxxxxxxxx 2
columns of tables and views
    changed shop.a.name: ColumnType varchar(20) → varchar(40), Default none → ''
    gone    shop.a.gone
not compared: triggers: it could not be read for either snapshot
not compared: scheduled events: only the first snapshot contains it
3 new, 3 changed, 3 gone, 2 not compared
`
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if len(r.Warnings) > 0 {
		t.Errorf("warnings: %v", r.Warnings)
	}
	if same, err := diff.CompareSnapshots(before, before); err != nil || len(same.Changes) > 0 ||
		len(same.NotCompared) != 1 {
		t.Errorf("a snapshot and itself: %+v, %v", same, err)
	}
}

// A column that moves in a table whose other columns stay has another position.
func TestCompareOrderOfColumns(t *testing.T) {
	t.Parallel()
	r, err := diff.CompareSnapshots(taken(columns(column("a", "int", 1, nil), column("b", "int", 2, nil))),
		taken(columns(column("b", "int", 1, nil), column("a", "int", 2, nil))))
	if err != nil || r.Counts[diff.Changed] != 2 || r.Changes[0].Properties[0].Name != "Position" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestCompareSnapshotsOfOthers(t *testing.T) {
	t.Parallel()
	dest, oracle, other, masked := taken(), taken(), taken(), taken()
	dest.Info.Side = checks.Dest
	oracle.Info.Databases[0].Type = datasource.Oracle
	other.Info.Databases[0].Host, other.Info.Databases[0].Scope = "db2", []string{"crm"}
	masked.Info.Redacted = true
	for name, s := range map[string]*snapshot.Snapshot{"side": dest, "type": oracle} {
		if _, err := diff.CompareSnapshots(taken(), s); !errors.Is(err, diff.ErrSides) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	for s, warnings := range map[*snapshot.Snapshot]int{other: 2, masked: 1} {
		if r, err := diff.CompareSnapshots(taken(), s); err != nil || len(r.Warnings) != warnings {
			t.Errorf("%v, %v", r.Warnings, err)
		}
	}
}
