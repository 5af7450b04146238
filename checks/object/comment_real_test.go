package object_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestCommentOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+`.odd (id INT COMMENT 'it''s\nfine') COMMENT 'b\\ell`+"\x07"+`, it''s'`,
			"CREATE TABLE "+from+".plain (id INT COMMENT 'größe') COMMENT 'größe'",
			"CREATE TABLE "+to+".longest (id INT COMMENT '"+strings.Repeat("é", 1024)+"') COMMENT '"+strings.Repeat("é",
				2048)+
				"'")
		for _, text := range []string{"(id INT COMMENT '" + strings.Repeat("é", 1025) + "')",
			"(id INT) COMMENT '" + strings.Repeat("é", 2049) + "'"} {
			if _, err := s.DB(t).ExecContext(t.Context(), "CREATE TABLE "+to+".longer "+text); err == nil {
				t.Errorf("%s accepts a longer comment", s.Product)
			}
		}
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
			Dest: checktest.Endpoint{Server: s, Schema: to}}
		got := task.Run(t, object.Comment)
		if diff := cmp.Diff([]string{"control_characters " + from + ".odd", "line_break " + from + ".odd.id"},
			checktest.RulesAndObjects(got.Findings)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		checktest.Fix(t, task, got.Findings)
		if got := task.Run(t, object.Comment); got.Outcome != engine.Passed {
			t.Errorf("after the fix it is still %s:\n%s", got.Outcome, got.Message(20))
		}
		if got := checktest.ColumnOf(t, s,
			"SELECT table_comment FROM information_schema.TABLES WHERE table_schema = '"+from+
				"' AND table_name = 'odd'"); got[0] != `b\ell, it's` {
			t.Errorf("after the fix the comment is %q", got[0])
		}
	})
}
