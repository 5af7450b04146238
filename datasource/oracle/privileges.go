package oracle

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

func (r *Reader) privileges(ctx context.Context) (datasource.OraclePrivileges, error) {
	p := datasource.OraclePrivileges{Readable: map[datasource.TableName]bool{}}
	server, err := r.server(ctx)
	if err != nil {
		return p, err
	}
	p.Account = server.Account
	if err := r.query(ctx, "SELECT privilege FROM session_privs", func(c cells) error {
		p.System = append(p.System, strings.Clone(c[0]))
		return nil
	}); err != nil {
		return p, err
	}
	holders := map[string]bool{p.Account: true, "PUBLIC": true}
	if err := r.query(ctx, "SELECT role FROM session_roles", func(c cells) error {
		holders[strings.Clone(c[0])] = true
		return nil
	}); err != nil {
		return p, err
	}
	// ALL_TAB_PRIVS lists what the account granted to others, too.
	in := interner{}
	if err := r.inScope(ctx, "SELECT grantee, table_schema, table_name FROM all_tab_privs WHERE {scope:table_schema} AND privilege IN ('SELECT', 'READ')", func(c cells) error {
		if holders[c[0]] {
			p.Readable[datasource.TableName{Schema: in.string(c[1]), Name: strings.Clone(c[2])}] = true
		}
		return nil
	}); err != nil {
		return p, err
	}
	return p, r.query(ctx, "SELECT grantee FROM all_tab_privs WHERE table_schema = 'SYS' AND table_name = 'DBMS_LOGMNR' AND privilege = 'EXECUTE'", func(c cells) error {
		p.LogMiner = p.LogMiner || holders[c[0]]
		return nil
	})
}
