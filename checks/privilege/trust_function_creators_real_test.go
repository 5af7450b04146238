package privilege_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestTrustFunctionCreatorsOnRealServer(t *testing.T) {
	t.Parallel()
	for _, p := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, p)
			from, to := s.Database(t), s.Database(t)
			safe := "FUNCTION %.safe() RETURNS INT DETERMINISTIC RETURN 1"
			unsafe := "FUNCTION %.unsafe() RETURNS INT RETURN 1"
			trigger := "TRIGGER %.tr BEFORE INSERT ON %.t FOR EACH ROW SET NEW.id = 1"
			create := func(schema, what string) string { return "CREATE " + strings.ReplaceAll(what, "%", schema) }
			table := "TABLE %.t (id INT PRIMARY KEY)"
			s.Exec(t, create(from, table), create(to, table))
			user, password := s.Account(t, "GRANT ALL ON "+to+".* TO %s")
			task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
				Dest: checktest.Endpoint{Server: s, User: user, Password: password, Schema: to}}
			expect := func(want ...string) engine.Result {
				t.Helper()
				got := task.Run(t, privilege.TrustFunctionCreators)
				var rules []string
				for _, f := range got.Findings {
					rules = append(rules, f.Rule)
				}
				if diff := cmp.Diff(want, rules); diff != "" || got.Err != nil {
					t.Fatalf("rules (-want +got):\n%s\n%s", diff, got.Message(20))
				}
				return got
			}
			refused := func(user, password, what string, want bool) {
				t.Helper()
				if err := doAs(t, s, user, password, create(to, what)); denied(err) != want || err != nil &&
					!denied(err) {
					t.Errorf("%s: the server returns %v", what, err)
				}
			}

			expect() // nothing that the rule is about
			s.Exec(t, create(from, trigger))
			expect("creator_not_trusted")
			refused(user, password, trigger, true)
			s.Exec(t, create(from, safe))
			refused(user, password, safe, true)
			s.Exec(t, "SET GLOBAL log_bin_trust_function_creators = 1", create(from, unsafe),
				"SET GLOBAL log_bin_trust_function_creators = 0")
			refused(s.User, s.Password, unsafe, true)
			task.Dest.User, task.Dest.Password = "", ""
			expect("unsafe_function")
			task.Dest.User, task.Dest.Password = user, password
			checktest.Fix(t, task, expect("creator_not_trusted", "unsafe_function").Findings)
			expect()
			for _, what := range []string{trigger, safe, unsafe} {
				refused(user, password, what, false)
			}
		})
	}
}
