package object

import (
	"context"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
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
		Dest:    checks.Facts{datasource.FactDictionaryViews, datasource.FactForeignKeys, datasource.FactGrants, datasource.FactOraclePrivileges, datasource.FactServer, datasource.FactTables, datasource.FactTriggers, datasource.FactVariables},
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

	oracle := p.Route.Dest.OracleLike()
	checked := true
	if !oracle {
		variables, err := p.Dest().Variables(ctx)
		if err != nil {
			return err
		}
		if on, ok := variables.On("foreign_key_checks"); ok && !on {
			checked = false
			p.Inform("The destination does not check foreign keys: foreign_key_checks is OFF for new sessions")
		}
	}
	if checked {
		keys, err := p.Dest().ForeignKeys(ctx)
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
				f := checks.Finding{Rule: "foreign_key", Level: checks.Warn, Object: checks.Object{Kind: "CONSTRAINT", Schema: table.Schema, Table: table.Name, Name: key.Name},
					Actual: "references " + key.Parent.String(), Expected: "no foreign key while rows are loaded, or foreign_key_checks=OFF in the sessions that load"}
				if oracle {
					f.Rule, f.Expected = "enabled_foreign_key", "no foreign key that is enabled while rows are loaded"
				}
				if p.Route.Dest == datasource.Oracle {
					f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(datasource.Oracle, table) + " DISABLE CONSTRAINT " + checks.Quote(datasource.Oracle, key.Name)}
				}
				p.Report(f)
			}
		}
	}

	triggers, err := p.Dest().Triggers(ctx)
	if err != nil {
		return err
	}
	for _, t := range triggers {
		if !written(t.Table) {
			continue
		}
		f := checks.Finding{Rule: "trigger", Level: checks.Warn, Object: checks.Object{Kind: "TRIGGER", Schema: t.Table.Schema, Table: t.Table.Name, Name: t.Name},
			Actual: t.Timing + " " + t.Event, Expected: "no trigger while rows are written"}
		if oracle {
			f.Rule, f.Expected = "enabled_trigger", "no trigger that is enabled while rows are written"
		}
		if p.Route.Dest == datasource.Oracle {
			f.SQL = []string{"ALTER TRIGGER " + checks.QuoteTable(datasource.Oracle, t.TableName) + " DISABLE"}
		}
		p.Report(f)
	}
	switch {
	case p.Route.Dest == datasource.Oracle:
		return hiddenOracleTriggers(ctx, p, written)
	case oracle: // what OceanBase shows is not known
		return nil
	}
	return hiddenTriggers(ctx, p, written)
}

// hiddenTriggers fails where tables that rows are written to may have triggers that the account is
// not shown. What OceanBase shows is not known.
func hiddenTriggers(ctx context.Context, p *checks.Pass, written func(datasource.TableName) bool) error {
	there, err := p.Dest().Tables(ctx)
	if err != nil {
		return err
	}
	holder, err := access.Of(ctx, p.Dest())
	if err != nil || holder.Server.IsOceanBase() {
		return err
	}
	held := holder.Rights.ByTable()
	for _, t := range there {
		if t.HoldsRows() && written(t.TableName) && held(t.TableName).OnTable(t.TableName, "TRIGGER") != datasource.Yes {
			return &datasource.Error{Class: datasource.ErrPrivilege,
				Cause:  message.Verbatim(fmt.Sprintf("the triggers of %s are hidden from the account %s, which lacks TRIGGER", t.TableName, holder.Account.Quoted())),
				Remedy: message.Verbatim("Run " + holder.Grant(datasource.TableName{Schema: t.Schema}, "TRIGGER") + ".")}
		}
	}
	return nil
}

// hiddenOracleTriggers fails where ALL_TRIGGERS does not show the triggers of tables that rows are written to: it
// shows those of tables that the account owns or was granted a right on, and all to one with CREATE ANY
// TRIGGER; a right on any table is not enough.
func hiddenOracleTriggers(ctx context.Context, p *checks.Pass, written func(datasource.TableName) bool) error {
	if all, err := access.ReadsAll(ctx, p.Dest(), "DBA_TRIGGERS"); err != nil || all {
		return err
	}
	held, err := p.Dest().OraclePrivileges(ctx)
	if err != nil || held.Has("CREATE ANY TRIGGER") {
		return err
	}
	there, err := p.Dest().Tables(ctx)
	if err != nil {
		return err
	}
	for _, t := range there {
		if t.HoldsRows() && written(t.TableName) && t.Schema != held.Account && len(held.Objects[t.TableName]) == 0 {
			return &datasource.Error{Class: datasource.ErrPrivilege, Cause: message.Verbatim(fmt.Sprintf("the triggers of %s are hidden from the account %s", t.TableName, held.Account)),
				Remedy: message.Verbatim("Run GRANT SELECT ON SYS.DBA_TRIGGERS TO " + checks.Quote(datasource.Oracle, held.Account) + ".")}
		}
	}
	return nil
}
