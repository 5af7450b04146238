package table

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// StorageEngine is MYSQL_STORAGE_ENGINE.
var StorageEngine = &checks.Check{
	Type:     "MYSQL_STORAGE_ENGINE",
	Page:     checks.ReadPage(pages, "storage_engine.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema | checks.Full | checks.Incremental,
	Sources:  checks.MySQLFamily,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactColumns, datasource.FactIndexes, datasource.FactStorageEngines},
		Dest:    checks.Facts{datasource.FactServer, datasource.FactStorageEngines, datasource.FactVariables},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_ENGINE"}},
	Run: runStorageEngine,
}

func runStorageEngine(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	engines, err := datasource.FactStorageEngines.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	refusal := func(string) *checks.Finding { return nil }
	switch {
	case p.Route.Dest == datasource.OceanBaseMySQL:
		refusal = refusedByOMS
	case p.Route.Phases&checks.Schema != 0:
		if refusal, err = refusedBy(ctx, p.Dest()); err != nil {
			return err
		}
	}
	limited := engineLimits{}
	if p.Route.Phases&checks.Schema != 0 {
		if limited, err = readEngineLimits(ctx, p); err != nil {
			return err
		}
	}
	for _, pair := range mapping.BaseTables() {
		engine := pair.Table.Engine
		if engine == "" {
			continue // the server could not open the table
		}
		if f := limited.judge(pair); f != nil {
			key, err := addKeyForAutoIncrement(ctx, p, pair)
			if err != nil {
				return err
			}
			if isConvertible(engine) {
				f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(p.Route.Source, pair.Source) + " " + key + ToInnoDB}
			}
			p.Report(*f)
		}
		f := refusal(engine)
		known := engines.Find(engine)
		if f == nil && (known == nil || !known.Transactional) && p.Route.Phases&checks.Full != 0 {
			f = &checks.Finding{Rule: "not_transactional", Level: checks.Warn, Expected: "InnoDB"}
		}
		if f == nil {
			continue
		}
		if f.Rule == "engine_substituted" {
			if err := reportNumbered(ctx, p, pair, f.Args); err != nil {
				return err
			}
		}
		f.Object, f.Actual = checks.TableObject(pair.Source), engine
		if isConvertible(engine) {
			key, err := addKeyForAutoIncrement(ctx, p, pair)
			if err != nil {
				return err
			}
			f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(p.Route.Source, pair.Source) + " " + key + ToInnoDB}
		}
		p.Report(*f)
	}
	return nil
}

// reportNumbered reports a table whose AUTO_INCREMENT column leads no index, which InnoDB refuses (error 1075).
func reportNumbered(ctx context.Context, p *checks.Pass, pair checks.TablePair, args checks.Args) error {
	clause, err := addKeyForAutoIncrement(ctx, p, pair)
	if err == nil && clause != "" {
		p.Report(checks.Finding{Rule: "auto_increment_key", Level: checks.Fail, Object: checks.TableObject(pair.Source),
			Actual: pair.Table.Engine, Args: args,
			SQL: []string{"ALTER TABLE " + checks.QuoteTable(p.Route.Source, pair.Source) + " " + clause + ToInnoDB}})
	}
	return err
}

// addKeyForAutoIncrement returns the clause that adds a key for the AUTO_INCREMENT column if it is not the first
// column of any. InnoDB requires such a key and MyISAM does not.
func addKeyForAutoIncrement(ctx context.Context, p *checks.Pass, pair checks.TablePair) (string, error) {
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return "", err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Source())
	if err != nil {
		return "", err
	}
	for _, c := range columns.Of(pair.Source) {
		leads := func(i datasource.Index) bool { return i.Columns[0].Name == c.Name }
		if c.AutoIncrement() && !slices.ContainsFunc(indexes.Of(pair.Source), leads) {
			return "ADD KEY (" + checks.Quote(p.Route.Source, c.Name) + "), ", nil
		}
	}
	return "", nil
}

// convertible lists the engines that store rows in the table itself, so that ALTER TABLE can move them to InnoDB.
// Tables of the others (MRG_MyISAM, FEDERATED, BLACKHOLE, CONNECT, SPIDER) refer to rows elsewhere or store none.
var convertible = []string{"MyISAM", "Aria", "MEMORY", "CSV", "ARCHIVE"}

func isConvertible(engine string) bool {
	return slices.ContainsFunc(convertible, func(name string) bool { return strings.EqualFold(name, engine) })
}

// refusedByOMS returns the finding of a table that OceanBase Migration Service does not migrate, nil if it does.
func refusedByOMS(engine string) *checks.Finding {
	if strings.EqualFold(engine, "InnoDB") {
		return nil
	}
	return &checks.Finding{Rule: "not_innodb", Level: checks.Fail, Expected: "InnoDB"}
}

// refusedBy returns a function that returns the finding of a table whose engine the server does not accept, nil if
// it does.
func refusedBy(ctx context.Context, dest *datasource.Facts) (func(engine string) *checks.Finding, error) {
	engines, err := datasource.FactStorageEngines.Of(ctx, dest)
	if err != nil {
		return nil, err
	}
	_, variables, err := sysvar.WithServer(ctx, dest)
	if err != nil {
		return nil, err
	}
	disabled := strings.Split(variables["disabled_storage_engines"], ",") // MySQL
	enforced := variables["enforce_storage_engine"]                       // MariaDB
	substitutes := !strings.Contains(variables["sql_mode"], "NO_ENGINE_SUBSTITUTION")
	return func(engine string) *checks.Finding {
		same := func(other string) bool { return strings.EqualFold(strings.TrimSpace(other), engine) }
		switch {
		case slices.ContainsFunc(disabled, same):
		case enforced != "" && !same(enforced):
		case engines.Usable(engine):
			return nil
		}
		why, instead := "SHOW ENGINES", variables["default_storage_engine"]
		switch {
		case slices.ContainsFunc(disabled, same):
			why = "disabled_storage_engines=" + variables["disabled_storage_engines"]
		case enforced != "":
			why, instead = "enforce_storage_engine="+enforced, enforced
		}
		args := checks.Args{"why": why, "instead": cmp.Or(instead, "InnoDB")}
		if substitutes && !slices.ContainsFunc(disabled, same) {
			return &checks.Finding{Rule: "engine_substituted", Level: checks.Warn, Args: args}
		}
		return &checks.Finding{Rule: "engine_refused", Level: checks.Fail, Args: args}
	}, nil
}
