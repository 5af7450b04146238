package engine

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/catalogue"
	"github.com/dbprecheck/precheck/datasource"
)

// mostSelected is the number of tables up to which a run reads them, and not all tables of their schemas.
const mostSelected = 400

// selected returns which tables of a side the checks need. Those of the catalogue look at the tables of the task, at
// their names on the destination, and at the parents of their foreign keys. A fact with another use is read as a whole.
func (r *run) selected(side checks.Side) datasource.Selected {
	type answer struct {
		tables []datasource.TableName
		ok     bool
	}
	var once datasource.Once[answer]
	return func(ctx context.Context, fact datasource.AnyFact) ([]datasource.TableName, bool) {
		if !onlySelected(r.plan, r.task.Route(), side, fact) {
			return nil, false
		}
		a, err := once.Get(ctx, r.context, func(context.Context) (a answer, err error) {
			a.tables, a.ok, err = r.tablesOf(side)
			return a, err
		})
		if err != nil || fact == datasource.FactTriggers && slices.ContainsFunc(a.tables, maybeShadow) {
			return nil, false
		}
		return a.tables, a.ok
	}
}

// onlySelected reports whether all checks of a plan look only at tables that selected returns.
func onlySelected(p Plan, route checks.Route, side checks.Side, fact datasource.AnyFact) bool {
	if fact == datasource.FactCheckConstraints && side == checks.Dest && route.Dest != datasource.MariaDB {
		return false // their names are unique in the schema
	}
	added := func(i Item) bool { return !slices.Contains(catalogue.All(), i.Check) }
	return !slices.ContainsFunc(p.Items, func(i Item) bool {
		return added(i) && slices.Contains(i.Check.Of(side), fact)
	})
}

// maybeShadow reports whether MYSQL_ONLINE_DDL may look at the triggers of the table from which this one is copied.
func maybeShadow(t datasource.TableName) bool { return strings.HasPrefix(t.Name, "_") }

// tablesOf returns the tables of a side that the checks look at; ok is false if all tables are to be read: they are
// few, those of the task are many, or what else the checks look at is not known.
func (r *run) tablesOf(side checks.Side) (tables []datasource.TableName, ok bool, err error) {
	source, ofSource := r.facts(checks.Source, checks.Master), r.reading(checks.Source, datasource.FactTables)
	own, ofOwn := r.facts(side, checks.Master), r.reading(side, datasource.FactTables)
	category := r.task.Objects.Category // of which the mapping reads the indexes
	if ofSource == nil || ofOwn == nil || category != "" && category != checks.AllTables {
		return nil, false, nil
	}
	m, err := r.mapping(ofSource)
	if err != nil || len(m.Tables) > mostSelected || slices.ContainsFunc(m.Tables, checks.TablePair.IsView) {
		return nil, false, err // a view may compare columns of any table
	}
	var keys datasource.TableRows[datasource.ForeignKey]
	if reading := r.reading(checks.Source, datasource.FactForeignKeys); reading != nil {
		if keys, err = datasource.FactForeignKeys.Of(reading, source); err != nil {
			return nil, false, err
		}
	}
	server, err := datasource.FactServer.Of(ofOwn, own)
	if err != nil {
		return nil, false, err
	}
	needed := map[datasource.TableName]bool{}
	need := func(t datasource.TableName) { needed[server.NameCase.FoldTable(t)] = true }
	for _, pair := range m.Tables {
		if side == checks.Source {
			need(pair.Source)
		} else {
			need(pair.Dest)
		}
		for _, key := range keys.Of(pair.Source) {
			need(key.Parent)
			need(datasource.TableName{Schema: pair.Dest.Schema, Name: key.Parent.Name})
		}
	}
	known, err := datasource.FactTables.Of(ofOwn, own)
	for _, t := range known {
		if needed[server.NameCase.FoldTable(t.TableName)] {
			tables = append(tables, t.TableName)
		}
	}
	few := len(tables) <= mostSelected && 2*len(tables) < len(known)
	return tables, few, err
}

// reading returns a context in which a fact is read for the first check of the plan that declares it, nil if none does.
func (r *run) reading(side checks.Side, fact datasource.AnyFact) context.Context {
	at := slices.IndexFunc(r.plan.Items, func(i Item) bool { return slices.Contains(i.Check.Of(side), fact) })
	if at < 0 {
		return nil
	}
	return datasource.WithCaller(r.context, r.plan.Items[at].Check.Type)
}
