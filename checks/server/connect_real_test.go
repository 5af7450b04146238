package server_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestConnectOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		user, password := s.Account(t)
		end := checktest.Endpoint{Server: s, User: user, Password: password}
		got := checktest.Real{Source: end, Dest: end}.Run(t, server.Connect)
		wantEnd(t, got, "passed")
		if !strings.Contains(got.Message(20), user+"@") {
			t.Errorf("the message does not name the account: %s", got.Message(20))
		}
		end.Password = "wrong-" + password
		task := checktest.Real{Source: end, Dest: checktest.Endpoint{Server: s}}
		got = task.Run(t, server.Connect)
		wantEnd(t, got, "failed", "no_connection")
		if text := got.Message(20) + got.Findings[0].Err.Error(); !strings.Contains(text, "1045") ||
			strings.Contains(text, end.Password) {
			t.Errorf("want the server's error and not the password in: %s", text)
		}
		got = task.Run(t, server.ClockLatency)
		wantEnd(t, got, "blocked")
		wantEnd(t, task.Run(t, server.ClockLatency, checks.Dest), "passed")
	})
}
