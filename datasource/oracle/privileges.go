package oracle

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

const (
	systemQuery = "SELECT privilege FROM session_privs"
	rolesQuery  = "SELECT role FROM session_roles"
	// Privileges on schemas came with 23ai.
	schemaPrivilegesQuery = "SELECT privilege, schema FROM session_schema_privs"
	// The view lists what the account granted to others, too.
	objectPrivilegesQuery = "SELECT grantee, table_schema, table_name, privilege FROM all_tab_privs WHERE {scope:table_schema} AND privilege IN ('SELECT', 'READ', 'INSERT', 'UPDATE', 'DELETE')"
	logMinerQuery         = "SELECT grantee FROM all_tab_privs WHERE table_schema = 'SYS' AND table_name = 'DBMS_LOGMNR' AND privilege = 'EXECUTE'"
)

func (r *Reader) privileges(ctx context.Context) (datasource.OraclePrivileges, error) {
	p := datasource.OraclePrivileges{Schemas: map[string][]string{}, Objects: map[datasource.TableName][]string{}}
	server, err := r.server(ctx)
	if err != nil {
		return p, err
	}
	p.Account = server.Account
	prefix, err := r.dictionary(ctx, "{p}")
	if err != nil {
		return p, err
	}
	p.SeesAll = prefix == "DBA"
	if server.IsOceanBase() {
		err = r.tenantPrivileges(ctx, &p)
		return p, err
	}
	if p.System, err = r.systemPrivileges(ctx); err != nil {
		return p, err
	}
	if server.Version.AtLeast(23) {
		in := interner{}
		if err := r.query(ctx, schemaPrivilegesQuery, func(c cells) error {
			schema := in.string(c[1])
			p.Schemas[schema] = append(p.Schemas[schema], in.string(c[0]))
			return nil
		}); err != nil {
			return p, err
		}
	}
	holders := map[string]bool{p.Account: true, "PUBLIC": true}
	if err := r.query(ctx, rolesQuery, func(c cells) error {
		holders[strings.Clone(c[0])] = true
		return nil
	}); err != nil {
		return p, err
	}
	if _, err := r.objectPrivileges(ctx, &p, holders); err != nil {
		return p, err
	}
	err = r.query(ctx, logMinerQuery, func(c cells) error {
		p.LogMiner = p.LogMiner || holders[c[0]]
		return nil
	})
	return p, err
}

func (r *Reader) systemPrivileges(ctx context.Context) ([]string, error) {
	var privileges []string
	err := r.query(ctx, systemQuery, func(c cells) error {
		privileges = append(privileges, strings.Clone(c[0]))
		return nil
	})
	return privileges, err
}

// objectPrivileges adds what the holders were granted on objects in scope, and gives those that were granted any.
func (r *Reader) objectPrivileges(ctx context.Context, p *datasource.OraclePrivileges, holders map[string]bool) (granted []string, err error) {
	in := interner{}
	has := map[string]bool{}
	err = r.inScope(ctx, objectPrivilegesQuery, func(c cells) error {
		if holders[c[0]] {
			has[in.string(c[0])] = true
			t := datasource.TableName{Schema: in.string(c[1]), Name: in.string(c[2])}
			p.Objects[t] = append(p.Objects[t], in.string(c[3]))
		}
		return nil
	})
	return slices.Collect(maps.Keys(has)), err
}

// OceanBase has no views of the session's privileges and roles (system views of Oracle mode, V4.3);
// roles that are the account's defaults are enabled when it logs on (ALTER USER, DEFAULT ROLE).
const (
	ownSystemQuery   = "SELECT privilege FROM user_sys_privs"
	defaultRoleQuery = "SELECT granted_role FROM user_role_privs WHERE default_role = 'YES'"
	roleRolesQuery   = "SELECT role, granted_role FROM role_role_privs"
	roleSystemQuery  = "SELECT role, privilege FROM role_sys_privs"
)

func (r *Reader) tenantPrivileges(ctx context.Context, p *datasource.OraclePrivileges) error {
	shown := map[string]bool{p.Account: true, "PUBLIC": true} // of whom it is seen what they hold
	if err := r.view(ctx, "USER_SYS_PRIVS", ownSystemQuery, func(c cells) error {
		p.System = append(p.System, strings.Clone(c[0]))
		return nil
	}); err != nil {
		return err
	}
	enabled := []string{p.Account, "PUBLIC"}
	if err := r.view(ctx, "USER_ROLE_PRIVS", defaultRoleQuery, func(c cells) error {
		enabled = append(enabled, strings.Clone(c[0]))
		return nil
	}); err != nil {
		return err
	}
	holds := map[string][]string{} // roles by the role that they were granted to
	if err := r.view(ctx, "ROLE_ROLE_PRIVS", roleRolesQuery, func(c cells) error {
		role := strings.Clone(c[0])
		holds[role], shown[role] = append(holds[role], strings.Clone(c[1])), true
		return nil
	}); err != nil {
		return err
	}
	holders := map[string]bool{}
	for at := 0; at < len(enabled); at++ { // roles that come with roles are added on the way
		if role := enabled[at]; !holders[role] {
			holders[role] = true
			enabled = append(enabled, holds[role]...)
		}
	}
	if err := r.view(ctx, "ROLE_SYS_PRIVS", roleSystemQuery, func(c cells) error {
		if holders[c[0]] {
			shown[strings.Clone(c[0])] = true
			p.System = append(p.System, strings.Clone(c[1]))
		}
		return nil
	}); err != nil {
		return err
	}
	granted, err := r.objectPrivileges(ctx, p, holders)
	for _, role := range granted {
		shown[role] = true
	}
	for role := range holders {
		if !shown[role] {
			p.Opaque = append(p.Opaque, role)
		}
	}
	slices.Sort(p.Opaque)
	return err
}
