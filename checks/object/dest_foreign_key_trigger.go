package object

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// DestForeignKeyTrigger is RDB_DEST_FOREIGN_KEY_TRIGGER.
var DestForeignKeyTrigger = &checks.Check{
	Type:     "RDB_DEST_FOREIGN_KEY_TRIGGER",
	Page:     checks.ReadPage(pages, "dest_foreign_key_trigger.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Full | checks.Incremental,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Dest: checks.Facts{
			datasource.FactDictionaryViews, datasource.FactForeignKeys, datasource.FactGrants,
			datasource.FactOraclePrivileges, datasource.FactServer, datasource.FactTables, datasource.FactTriggers,
			datasource.FactVariables,
		},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_NO_FOREIGN_KEY", Rules: []string{"foreign_key", "enabled_foreign_key"}}},
	Run: runDestForeignKeyTrigger,
}

func runDestForeignKeyTrigger(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	written := func(t datasource.TableName) bool { return len(mapping.FromDest(t)) > 0 }

	oracle := p.Route.Dest.Dialect() == datasource.OracleDialect
	checked := true
	if !oracle {
		variables, err := datasource.FactVariables.Of(ctx, p.Dest())
		if err != nil {
			return err
		}
		if on, ok := variables.On("foreign_key_checks"); ok && !on {
			checked = false
			p.Note("not_checked_by_server")
		}
	}
	if checked {
		keys, err := datasource.FactForeignKeys.Of(ctx, p.Dest())
		if err != nil {
			return err
		}
		for table, own := range keys.All() {
			if !written(table) {
				continue
			}
			for _, key := range own {
				if key.Disabled {
					continue
				}
				f := checks.Finding{Rule: "foreign_key", Level: checks.Warn,
					Object: report.ConstraintObject(table, key.Name), Actual: key.Parent.String()}
				if oracle {
					f.Rule = "enabled_foreign_key"
				}
				if p.Route.Dest == datasource.Oracle {
					f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(datasource.Oracle, table) +
						" DISABLE CONSTRAINT " + checks.Quote(datasource.Oracle, key.Name)}
				}
				p.Report(f)
			}
		}
	}

	triggers, err := datasource.FactTriggers.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	for _, t := range triggers {
		if !written(t.Table) {
			continue
		}
		object := checks.Object{Kind: "TRIGGER", Schema: t.Table.Schema, Table: t.Table.Name, Name: t.Name}
		f := checks.Finding{Rule: "trigger", Level: checks.Warn, Object: object, Actual: t.Timing + " " + t.Event}
		if oracle {
			f.Rule = "enabled_trigger"
		}
		if p.Route.Dest == datasource.Oracle {
			f.SQL = []string{"ALTER TRIGGER " + checks.QuoteTable(datasource.Oracle, t.TableName) + " DISABLE"}
		}
		p.Report(f)
	}
	switch {
	case p.Route.Dest == datasource.Oracle:
		return hiddenOracleTriggers(ctx, p, written)
	case oracle: // which triggers OceanBase shows is unknown
		return nil
	}
	return hiddenTriggers(ctx, p, written)
}

// hiddenTriggers returns an error if the account may not see the triggers of a table that the task writes to. Which
// triggers OceanBase shows is unknown.
func hiddenTriggers(ctx context.Context, p *checks.Pass, written func(datasource.TableName) bool) error {
	tables, err := datasource.FactTables.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	holder, err := access.Of(ctx, p, p.Dest())
	if err != nil || holder.Server.IsOceanBase() {
		return err
	}
	held := holder.Rights.ByTable()
	for _, t := range tables {
		if t.HoldsRows() && written(t.TableName) &&
			held(t.TableName).OnTable(t.TableName, "TRIGGER") != datasource.Yes {
			return p.NotChecked("hidden_triggers", "table", t.TableName, "account", holder.Account.Quoted(),
				"statement", holder.Grant(datasource.TableName{Schema: t.Schema}, "TRIGGER"))
		}
	}
	return nil
}

// hiddenOracleTriggers returns an error if ALL_TRIGGERS may hide the triggers of a table that the task writes to. The
// view shows the triggers of tables that the account owns or has an object privilege on, and all triggers to an
// account with CREATE ANY TRIGGER. Other system privileges, such as INSERT ANY TABLE, are not sufficient.
func hiddenOracleTriggers(ctx context.Context, p *checks.Pass, written func(datasource.TableName) bool) error {
	if all, err := access.ReadsAll(ctx, p.Dest(), "DBA_TRIGGERS"); err != nil || all {
		return err
	}
	held, err := datasource.FactOraclePrivileges.Of(ctx, p.Dest())
	if err != nil || held.Has("CREATE ANY TRIGGER") {
		return err
	}
	tables, err := datasource.FactTables.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	for _, t := range tables {
		if t.HoldsRows() && written(t.TableName) && t.Schema != held.Account && len(held.Objects[t.TableName]) == 0 {
			return p.NotChecked("hidden_triggers", "table", t.TableName, "account", held.Account,
				"statement", "GRANT SELECT ON SYS.DBA_TRIGGERS TO "+checks.Quote(datasource.Oracle, held.Account))
		}
	}
	return nil
}
