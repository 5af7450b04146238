package oracle

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

// The quotas of every schema in scope are read if the account may read them, otherwise those of its own
// schema.
func TestSpaces(t *testing.T) {
	t.Parallel()
	for _, release := range releases {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv := oracletest.New(t, release, oracletest.Options{})
			srv.Insert("DBA_USERS", row{"USERNAME": "SHOP", "DEFAULT_TABLESPACE": "DATA"},
				row{"USERNAME": "O'NEIL", "DEFAULT_TABLESPACE": "USERS"})
			srv.Insert("DBA_SYS_PRIVS", row{"GRANTEE": "O'NEIL", "PRIVILEGE": "UNLIMITED TABLESPACE"})
			srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": "UNLIMITED TABLESPACE"})
			srv.Insert("DBA_TS_QUOTAS",
				row{"USERNAME": "SHOP", "TABLESPACE_NAME": "DATA", "BYTES": 5, "MAX_BYTES": 7, "DROPPED": "NO"},
				row{"USERNAME": srv.User, "TABLESPACE_NAME": "USERS", "BYTES": 5, "MAX_BYTES": -1, "DROPPED": "NO"})
			expect := func(want map[string]datasource.Space) {
				t.Helper()
				facts, _ := openFacts(t, srv)
				got, err := datasource.FactSpaces.Of(t.Context(), facts)
				if diff := cmp.Diff(want, got); err != nil || diff != "" {
					t.Errorf("%v (-want +got):\n%s", err, diff)
				}
			}
			expect(map[string]datasource.Space{"SHOP": {Default: "DATA",
				Quotas: []datasource.Quota{{Tablespace: "DATA", Used: 5, Most: 7}}},
				"O'NEIL": {Default: "USERS", Unlimited: true}})
			srv.Deny(942, "DBA_TS_QUOTAS")
			expect(map[string]datasource.Space{srv.User: {Default: "USERS", Unlimited: true,
				Quotas: []datasource.Quota{{Tablespace: "USERS", Used: 5, Most: -1}}}})
		})
	}
}
