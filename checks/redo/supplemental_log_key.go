package redo

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// SupplementalLogKey is ORACLE_SUPPLEMENTAL_LOG_KEY.
var SupplementalLogKey = &checks.Check{
	Type:     "ORACLE_SUPPLEMENTAL_LOG_KEY",
	Page:     checks.ReadPage(pages, "supplemental_log_key.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Phases:   checks.Incremental | checks.Reverse,
	LogOf:    checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{
			datasource.FactIndexes, datasource.FactLogGroups, datasource.FactOracleDatabase, datasource.FactPDBLogging,
			datasource.FactServer, datasource.FactTables,
		},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_COL_LEVEL_SUPPLEMENTAL_LOG"}},
	Run: runSupplementalLogKey,
}

func runSupplementalLogKey(ctx context.Context, p *checks.Pass) error {
	database, err := datasource.FactOracleDatabase.Of(ctx, p.Facts())
	if err != nil || database.Supplemental.EveryKey() {
		return err
	}
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	pairs := mapping.BaseTables()
	if len(pairs) == 0 {
		return nil
	}
	groups, err := datasource.FactLogGroups.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	tables, err := datasource.FactTables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	findings := func(whole datasource.SupplementalLogging) []checks.Finding {
		var found []checks.Finding
		seen := map[datasource.TableName]bool{}
		for _, pair := range pairs {
			table := p.Name(pair)
			if !seen[table] && tables.Find(table) != nil { // a table of the destination may not exist yet
				l := logging{whole, groups.Of(table)}
				found = append(found, l.findings(table, indexes.Of(table))...)
			}
			seen[table] = true
		}
		return found
	}
	if len(findings(database.Supplemental)) == 0 {
		return nil
	}
	logged, err := supplementalLogging(ctx, p)
	if err != nil {
		return err
	}
	for _, f := range findings(logged.SupplementalLogging) {
		p.Report(f)
	}
	switch {
	case !logged.addsKeys():
	case logged.undoUnknown:
		return p.NotChecked("undo_mode", "container", database.Container)
	case logged.ineffective:
		p.Report(logged.addMinimal("root_off"))
	}
	return nil
}

// logging is the supplemental logging of a table: that of the whole database, and the log groups of the table.
type logging struct {
	database datasource.SupplementalLogging
	groups   []datasource.LogGroup
}

// hasGroup reports whether the table has a log group of a type.
func (l logging) hasGroup(groupType string) bool {
	return slices.ContainsFunc(l.groups, func(g datasource.LogGroup) bool { return g.Type == groupType })
}

// alwaysLogs reports whether a group of the table logs all columns of an index with every update.
func (l logging) alwaysLogs(index datasource.Index) bool {
	return slices.ContainsFunc(l.groups, func(g datasource.LogGroup) bool {
		isMissing := func(c datasource.IndexColumn) bool { return !slices.Contains(g.Columns, c.Name) }
		return g.Always && !slices.ContainsFunc(index.Columns, isMissing)
	})
}

// groupTypes returns the types of the log groups of the table.
func (l logging) groupTypes() []string {
	var types []string
	for _, g := range l.groups {
		types = append(types, g.Type)
	}
	return types
}

// findings returns the finding about a table whose updates do not log its keys.
func (l logging) findings(table datasource.TableName, indexes []datasource.Index) []checks.Finding {
	rule, level, clauses := l.missing(indexes)
	if len(clauses) == 0 {
		return nil
	}
	clause := strings.Join(clauses, ", ")
	return []checks.Finding{{Rule: rule, Level: level, Object: checks.TableObject(table),
		Actual: strings.Join(l.groupTypes(), ", "), Expected: clause,
		SQL: []string{"ALTER TABLE " + checks.QuoteTable(datasource.Oracle, table) +
			" ADD SUPPLEMENTAL LOG DATA (" + clause + ") COLUMNS"}}}
}

// missing returns the rule that the table breaks, its level, and the logging clauses that are missing.
func (l logging) missing(indexes []datasource.Index) (rule string, level checks.Level, clauses []string) {
	if l.database.All || l.hasGroup("ALL COLUMN LOGGING") {
		return "", 0, nil
	}
	// For a table without a primary key, PRIMARY KEY logging of the database logs a unique key or all columns (Oracle
	// Database Utilities 19c, "Database-Level Identification Key Logging").
	primary := slices.IndexFunc(indexes, func(i datasource.Index) bool { return i.Primary })
	switch {
	case l.database.PrimaryKey:
	case primary >= 0:
		if !l.hasGroup("PRIMARY KEY LOGGING") && !l.alwaysLogs(indexes[primary]) {
			rule, level, clauses = "primary_key", checks.Fail, append(clauses, "PRIMARY KEY")
		}
	case !slices.ContainsFunc(indexes, func(i datasource.Index) bool { return i.Key() && l.alwaysLogs(i) }):
		rule, level, clauses = "no_primary_key", checks.Fail, []string{"ALL"}
		if l.hasGroup("PRIMARY KEY LOGGING") {
			level = checks.Warn
		}
		return rule, level, clauses
	}
	isExpression := func(c datasource.IndexColumn) bool { return c.Expression != "" }
	unlogged := func(i datasource.Index) bool {
		return i.Unique && !i.Primary && !slices.ContainsFunc(i.Columns, isExpression) && !l.alwaysLogs(i)
	}
	if !l.database.Unique && !l.hasGroup("UNIQUE KEY LOGGING") && slices.ContainsFunc(indexes, unlogged) {
		if clauses = append(clauses, "UNIQUE"); rule == "" {
			rule, level = "unique_key", checks.Warn
		}
	}
	return rule, level, clauses
}
