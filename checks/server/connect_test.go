package server_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestConnect(t *testing.T) {
	t.Parallel()
	const cipher = "TLS_AES_128_GCM_SHA256"
	for _, tc := range []struct {
		name      string
		transport datasource.Transport
		note      string
		want      []string
	}{
		{"verified", datasource.Transport{Mode: datasource.TLSVerifyIdentity, Cipher: cipher},
			"encrypted with " + cipher + ".", nil},
		{"required", datasource.Transport{Mode: datasource.TLSRequired, Cipher: cipher},
			"required does not verify", nil},
		{"preferred", datasource.Transport{Mode: datasource.TLSPreferred, Cipher: cipher},
			"preferred does not verify", nil},
		{"in clear text on this machine", datasource.Transport{Mode: datasource.TLSPreferred},
			"without encryption", nil},
		{"not offered", datasource.Transport{Mode: datasource.TLSPreferred, Exposed: true},
			"without encryption", []string{"tls_not_offered"}},
		{"disabled", datasource.Transport{Mode: datasource.TLSDisabled, Exposed: true},
			"without encryption", []string{"tls_disabled"}},
		{"at one address only", datasource.Transport{Mode: datasource.TLSPreferred, Cipher: cipher, Exposed: true},
			cipher, []string{"tls_not_offered"}},
		{"insecurePassword", datasource.Transport{Mode: datasource.TLSDisabled, Exposed: true, InsecurePassword: true},
			"without encryption", []string{"insecure_password", "tls_disabled"}},
		{"insecurePassword where TLS protects it", datasource.Transport{Mode: datasource.TLSRequired, Cipher: cipher,
			InsecurePassword: true}, cipher, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := mysql8036
			s.Transport = tc.transport
			facts := checktest.Facts{Source: datasource.Snapshot{datasource.FactServer: s}}
			findings, notes, err := facts.Run(t, server.Connect)
			if err != nil {
				t.Fatal(err)
			}
			rules(t, tc.want, findings)
			if len(notes) != 1 || !strings.Contains(notes[0], tc.note) {
				t.Errorf("notes %q, want %q", notes, tc.note)
			}
		})
	}
}

// Only what shows that the database cannot be reached is a failure.
func TestConnectFailsForFaultsOfTheDatabase(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		err   *datasource.Error
		fails bool
	}{
		{&datasource.Error{Class: datasource.ErrRefused}, true},
		{&datasource.Error{Class: datasource.ErrOther, Code: "1105"}, true},
		{&datasource.Error{Class: datasource.ErrOther}, false},
		{&datasource.Error{Class: datasource.ErrLocal}, false},
		{&datasource.Error{Class: datasource.ErrSession}, false},
		{&datasource.Error{Class: datasource.ErrLocked, Code: "1205"}, false},
	} {
		tc.err.Cause = message.Verbatim("the cause")
		facts := checktest.Facts{Source: datasource.Snapshot{datasource.FactServer: tc.err}}
		findings, _, err := facts.Run(t, server.Connect)
		if (err == nil) != tc.fails || (len(findings) == 1) != tc.fails {
			t.Errorf("%s %s: %v, error %v", tc.err.Class, tc.err.Code, findings, err)
		}
	}
}
