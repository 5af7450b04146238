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
		Own:     checks.Facts{datasource.FactIndexes, datasource.FactLogGroups, datasource.FactOracleDatabase, datasource.FactTables},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_COL_LEVEL_SUPPLEMENTAL_LOG"}},
	Run: runSupplementalLogKey,
}

func runSupplementalLogKey(ctx context.Context, p *checks.Pass) error {
	database, err := datasource.FactOracleDatabase.Of(ctx, p.Facts())
	if err != nil || database.Supplemental.All {
		return err
	}
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	pairs := mapping.BaseTables()
	if len(pairs) == 0 || database.Supplemental.PrimaryKey && database.Supplemental.Unique {
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
	seen := map[datasource.TableName]bool{}
	for _, pair := range pairs {
		table := p.Name(pair)
		if seen[table] || tables.Find(table) == nil { // a table of the destination may be yet to come
			continue
		}
		seen[table] = true
		l := logged{database.Supplemental, groups.Of(table)}
		rule, level, clauses := l.lacks(indexes.Of(table))
		if len(clauses) == 0 {
			continue
		}
		p.Report(checks.Finding{Rule: rule, Level: level, Object: checks.TableObject(table), Actual: l.describe(), Expected: strings.Join(clauses, ", "),
			SQL: []string{"ALTER TABLE " + checks.QuoteTable(datasource.Oracle, table) + " ADD SUPPLEMENTAL LOG DATA (" + strings.Join(clauses, ", ") + ") COLUMNS"}})
	}
	return nil
}

// logged is what is logged of a table's columns: for the whole database, and for the table.
type logged struct {
	database datasource.SupplementalLogging
	groups   []datasource.LogGroup
}

// has tells whether the table has a log group of a type.
func (l logged) has(kind string) bool {
	return slices.ContainsFunc(l.groups, func(g datasource.LogGroup) bool { return g.Type == kind })
}

// always tells whether a group of the table has all columns of an index logged with every update.
func (l logged) always(index datasource.Index) bool {
	return slices.ContainsFunc(l.groups, func(g datasource.LogGroup) bool {
		return g.Always && !slices.ContainsFunc(index.Columns, func(c datasource.IndexColumn) bool { return !slices.Contains(g.Columns, c.Name) })
	})
}

func (l logged) describe() string {
	var kinds []string
	for _, g := range l.groups {
		kinds = append(kinds, g.Type)
	}
	if len(kinds) == 0 {
		return "no supplemental log group"
	}
	return strings.Join(kinds, ", ")
}

// lacks gives what has to be logged of the table that is not.
func (l logged) lacks(indexes []datasource.Index) (rule string, level checks.Level, clauses []string) {
	if l.has("ALL COLUMN LOGGING") {
		return "", 0, nil
	}
	// By itself the database's PRIMARY KEY logging takes a unique key, or all columns, where a table
	// has no primary key (Oracle Database Utilities 19c, "Database-Level Identification Key Logging").
	primary := slices.IndexFunc(indexes, func(i datasource.Index) bool { return i.Primary })
	switch {
	case l.database.PrimaryKey:
	case primary >= 0:
		if !l.has("PRIMARY KEY LOGGING") && !l.always(indexes[primary]) {
			rule, level, clauses = "primary_key", checks.Fail, append(clauses, "PRIMARY KEY")
		}
	case !slices.ContainsFunc(indexes, func(i datasource.Index) bool { return i.Key() && l.always(i) }):
		rule, level, clauses = "no_primary_key", checks.Fail, []string{"ALL"}
		if l.has("PRIMARY KEY LOGGING") {
			level = checks.Warn
		}
		return rule, level, clauses
	}
	unlogged := func(i datasource.Index) bool {
		return i.Unique && !i.Primary && !slices.ContainsFunc(i.Columns, func(c datasource.IndexColumn) bool { return c.Expression != "" }) && !l.always(i)
	}
	if !l.database.Unique && !l.has("UNIQUE KEY LOGGING") && slices.ContainsFunc(indexes, unlogged) {
		if clauses = append(clauses, "UNIQUE"); rule == "" {
			rule, level = "unique_key", checks.Warn
		}
	}
	return rule, level, clauses
}
