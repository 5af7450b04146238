package redo

import (
	"context"
	"errors"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// LogMiner is ORACLE_LOGMINER.
var LogMiner = &checks.Check{
	Type:     "ORACLE_LOGMINER",
	Page:     checks.ReadPage(pages, "logminer.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Phases:   checks.Incremental | checks.Reverse,
	LogOf:    checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactLogMiner, datasource.FactOracleDatabase, datasource.FactVariables},
	},
	OMS: []checks.OMSItem{{Name: "DB_INCR_LOG"}},
	Run: runLogMiner,
}

// parallelism is the hidden parameter that makes a thread write its redo out of order.
const parallelism = "_log_parallelism_max"

func runLogMiner(ctx context.Context, p *checks.Pass) error {
	miner, err := datasource.FactLogMiner.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	var unknown error // whether the database is pluggable
	for _, name := range []string{"DBMS_LOGMNR", "DBMS_LOGMNR_D"} {
		f := checks.Finding{Level: checks.Fail, Object: checks.Object{Kind: "PACKAGE", Name: "SYS." + name},
			Expected: "VALID"}
		switch status, found := miner.Packages[name]; {
		case !found && !miner.All:
			return p.NotChecked("hidden_package", "package", "SYS."+name)
		case !found:
			f.Rule = "missing"
			p.Report(f)
		case status != "VALID":
			f.Rule, f.Actual = "invalid", status
			f.SQL = []string{"ALTER PACKAGE SYS." + name + " COMPILE"}
			f.On, unknown = report.Instance(ctx, p)
			p.Report(f)
		}
	}
	if p.Side == checks.Source && slices.Contains(checks.OceanBase, p.Route.Dest) {
		return errors.Join(unknown, reportParallelRedo(ctx, p))
	}
	return unknown
}

// reportParallelRedo reports redo in parallel, which OceanBase Migration Service does not support. The database shows a
// hidden parameter only where it was set.
func reportParallelRedo(ctx context.Context, p *checks.Pass) error {
	variables, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	switch value, set := variables.Lookup(parallelism); {
	case !set:
		p.Note("parallelism_unknown", "parameter", parallelism)
	case value != "1":
		on, err := report.Instance(ctx, p)
		p.Report(checks.Finding{Rule: "parallel_redo", Level: checks.Fail, Object: checks.VariableObject(parallelism),
			Actual: value, Expected: "1", On: on,
			SQL: []string{`ALTER SYSTEM SET "` + parallelism + `" = 1 SCOPE = SPFILE`}})
		return err
	}
	return nil
}
