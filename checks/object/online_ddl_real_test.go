package object_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// The tables and triggers are created as the tools create them.
func TestOnlineDDLOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+".orders (id INT)", "CREATE TABLE "+from+"._orders_new LIKE "+from+".orders",
			"CREATE TRIGGER "+from+".pt_osc_"+from+"_orders_del AFTER DELETE ON "+from+
				".orders FOR EACH ROW DELETE IGNORE FROM "+from+"._orders_new WHERE id <=> OLD.id",
			"CREATE TABLE "+from+".items (id INT)", "CREATE TABLE "+from+"._items_gho LIKE "+from+".items")
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
			Dest: checktest.Endpoint{Server: s, Schema: to}}
		got := task.Run(t, object.OnlineDDL)
		if len(got.Findings) != 2 || got.Findings[0].Rule != "change_runs" ||
			got.Findings[0].Object.String() != from+".orders" || got.Findings[1].Object.String() != from+"._items_gho" {
			t.Errorf("%s:\n%s", got.Outcome, got.Message(20))
		}
		s.Exec(t, "DROP TRIGGER "+from+".pt_osc_"+from+"_orders_del",
			"RENAME TABLE "+from+".orders TO "+from+"._orders_old, "+from+"._orders_new TO "+from+".orders",
			"DROP TABLE "+from+"._items_gho")
		if got := task.Run(t, object.OnlineDDL); got.Outcome != engine.Passed || len(got.Findings) != 1 ||
			got.Findings[0].Rule != "left_over" {
			t.Errorf("after the change it is %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}
