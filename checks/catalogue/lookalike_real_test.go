package catalogue_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// Every check of a pair of look-alikes with a healthy table passes, except for facts that a look-alike does
// not have.
func TestEveryCheckOnLookAlikes(t *testing.T) {
	t.Parallel()
	untold := map[string]engine.Outcome{
		"RDB_VERSION_COMPATIBLE": engine.Unknown, // MariaDB has no variable ob_compatibility_mode
		"OB_TENANT_MODE":         engine.Unknown, // like RDB_VERSION_COMPATIBLE
		"RDB_UNDO_RETENTION":     engine.Unknown, // MariaDB has no variable undo_retention
		"RDB_SAME_INSTANCE":      engine.Warned,  // both have the same cluster and tenant
		"RDB_LOG_PRIVILEGE":      engine.Unknown, // of the tenant sys, on real tenants too
		"OB_DRC_VIEW_PRIVILEGE":  engine.Unknown, // like RDB_LOG_PRIVILEGE
		"OB_NODE_CONNECT":        engine.Unknown, // MariaDB has no nodes
		"RDB_NAME_LENGTH":        engine.Unknown, // MariaDB's CHECK_CONSTRAINTS has other columns than OceanBase's
		"RDB_CHECK_CONSTRAINT":   engine.Unknown, // like RDB_VERSION_COMPATIBLE
	}
	from, to := checktest.LookAlike(t), checktest.LookAlike(t)
	for _, s := range []*dbtest.Server{from, to} {
		s.Exec(t, "CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
	}
	from.Exec(t, "CREATE TABLE shop.t (id INT PRIMARY KEY, name VARCHAR(20))")
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: "shop", Type: datasource.OceanBaseMySQL},
		Dest: checktest.Endpoint{Server: to, Schema: "shop", Type: datasource.OceanBaseMySQL}}.Task(checks.AllPhases)
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	report, err := e.Run(t.Context(), task)
	if err != nil {
		t.Fatal(err)
	}
	for _, res := range report.Results {
		if want, ok := untold[res.Item.Check.Type]; res.Outcome != engine.Passed && !(ok && res.Outcome == want) {
			t.Errorf("%s %s is %s:\n%s", res.Item.Check.Type, res.Item.Side, res.Outcome, res.Message(20))
		}
	}
}
