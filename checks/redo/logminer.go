package redo

import (
	"context"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
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
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactLogMiner, datasource.FactVariables}},
	OMS:      []checks.OMSItem{{Name: "DB_INCR_LOG"}},
	Run:      runLogMiner,
}

// parallelism is the hidden parameter that makes a thread write its redo out of order.
const parallelism = "_log_parallelism_max"

func runLogMiner(ctx context.Context, p *checks.Pass) error {
	miner, err := datasource.FactLogMiner.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	for _, name := range []string{"DBMS_LOGMNR", "DBMS_LOGMNR_D"} {
		f := checks.Finding{Level: checks.Fail, Object: checks.Object{Kind: "PACKAGE", Name: "SYS." + name}, Expected: "VALID"}
		switch status, found := miner.Packages[name]; {
		case !found && !miner.All:
			return &datasource.Error{Class: datasource.ErrPrivilege, Cause: message.Verbatim("the account may not execute SYS." + name + ", and so does not see whether it is there"),
				Remedy: message.Verbatim("Run GRANT EXECUTE_CATALOG_ROLE TO the account, or GRANT SELECT ANY DICTIONARY.")}
		case !found:
			f.Rule, f.Actual = "missing", "none"
			p.Report(f)
		case status != "VALID":
			f.Rule, f.Actual = "invalid", status
			f.SQL = []string{"ALTER PACKAGE SYS." + name + " COMPILE"}
			p.Report(f)
		}
	}
	if p.Side == checks.Source && slices.Contains(checks.OceanBase, p.Route.Dest) {
		return parallelRedo(ctx, p)
	}
	return nil
}

// parallelRedo looks at what OceanBase Migration Service asks of the redo. A hidden parameter is
// shown only where it was set.
func parallelRedo(ctx context.Context, p *checks.Pass) error {
	variables, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	switch value, set := variables.Lookup(parallelism); {
	case !set:
		p.Inform("Whether %s is 1, as OceanBase Migration Service asks, only SYSDBA can see: SELECT ksppstvl FROM x$ksppi i JOIN x$ksppcv v USING (indx) WHERE i.ksppinm = '%s'.", parallelism, parallelism)
	case value != "1":
		p.Report(checks.Finding{Rule: "parallel_redo", Level: checks.Fail, Object: checks.VariableObject(parallelism), Actual: value, Expected: "1",
			SQL: []string{`ALTER SYSTEM SET "` + parallelism + `" = 1 SCOPE = SPFILE`}})
	}
	return nil
}
