package redo_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestLogMiner(t *testing.T) {
	t.Parallel()
	miner := func(all bool, packages map[string]string) datasource.Snapshot {
		return datasource.Snapshot{datasource.FactLogMiner: datasource.LogMiner{Packages: packages, All: all},
			datasource.FactOracleDatabase: datasource.OracleDatabase{},
			datasource.FactVariables:      datasource.Variables{"_log_parallelism_max": "1"}}
	}
	both := map[string]string{"DBMS_LOGMNR": "VALID", "DBMS_LOGMNR_D": "VALID"}
	for _, tc := range []struct {
		name  string
		facts datasource.Snapshot
		checktest.Expectation
	}{
		{"LogMiner", miner(true, both), checktest.Expectation{}},
		{"LogMiner without the DBA_ views", miner(false, both), checktest.Expectation{}},
		{"a missing package", miner(true, map[string]string{"DBMS_LOGMNR": "VALID"}),
			checktest.Expectation{Want: []string{"failure missing SYS.DBMS_LOGMNR_D"}}},
		{"an invalid package", miner(true, map[string]string{"DBMS_LOGMNR": "INVALID", "DBMS_LOGMNR_D": "VALID"}),
			checktest.Expectation{Want: []string{"failure invalid SYS.DBMS_LOGMNR"},
				SQL: "ALTER PACKAGE SYS.DBMS_LOGMNR COMPILE"}},
		{"a package that may be hidden", miner(false, nil), checktest.Expectation{Unknown: true}},
		{"redo in parallel", datasource.Snapshot{datasource.FactLogMiner: datasource.LogMiner{Packages: both},
			datasource.FactOracleDatabase: datasource.OracleDatabase{},
			datasource.FactVariables:      datasource.Variables{"_log_parallelism_max": "2"}},
			checktest.Expectation{Want: []string{"failure parallel_redo _log_parallelism_max"},
				SQL: `ALTER SYSTEM SET "_log_parallelism_max" = 1 SCOPE = SPFILE`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Oracle19With(tc.facts)
			facts := checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Incremental)}
			tc.Verify(t, redo.LogMiner, facts)
		})
	}
}
