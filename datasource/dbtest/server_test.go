package dbtest

import (
	"errors"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource/disposable"
)

func TestFromDSN(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, s *Server) {
		user, password := s.Account(t)
		got, err := fromDSN(s.Product, s.Config(user, password, "").FormatDSN())
		if err != nil {
			t.Fatal(err)
		}
		if got.Host != s.Host || got.Port != s.Port || got.User != user || got.Password != password ||
			got.Version != s.Version {
			t.Errorf("server = %+v", got)
		}
	})
}

func TestFromDSNErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		product Product
		dsn     string
		want    string
	}{
		{MySQL, "", "not set"},
		{MySQL, "root:secret", "invalid DSN"},
		{MySQL, "root:secret@unix(/tmp/s)/", "want a TCP address"},
		{MySQL, "root:secret@tcp(127.0.0.1:none)/", "invalid syntax"},
		{OracleFree, "system/secret@host", "want oracle://"},
		{OracleFree, "oracle://system:secret@host/FREEPDB1", "missing port"},
	}
	for _, test := range tests {
		t.Run(string(test.product)+" "+test.dsn, func(t *testing.T) {
			_, err := fromDSN(test.product, test.dsn)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("error = %v, want %s and no password", err, test.want)
			}
			if _, unset := errors.AsType[disposable.Unavailable](err); unset != (test.dsn == "") {
				t.Errorf("unavailable = %t", unset)
			}
		})
	}
}
