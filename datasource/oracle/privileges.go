package oracle

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

const (
	systemQuery = "SELECT privilege FROM session_privs"
	rolesQuery  = "SELECT role FROM session_roles"
	// Privileges on schemas were added in 23ai.
	schemaPrivilegesQuery = "SELECT privilege, schema FROM session_schema_privs"
	// The view also lists privileges that the account granted to others.
	objectPrivilegesQuery = "SELECT grantee, table_schema, table_name, privilege FROM all_tab_privs WHERE " +
		"{scope:table_schema} AND privilege IN ('SELECT', 'READ', 'INSERT', 'UPDATE', 'DELETE', 'FLASHBACK')"
	logMinerQuery = "SELECT grantee FROM all_tab_privs WHERE table_schema = 'SYS' AND table_name = " +
		"'DBMS_LOGMNR' AND privilege = 'EXECUTE'"
	logViewsQuery = "SELECT grantee, table_name FROM all_tab_privs WHERE table_schema = 'SYS' AND " +
		"privilege IN ('SELECT', 'READ') AND "
)

func (r *Reader) privileges(ctx context.Context) (datasource.OraclePrivileges, error) {
	p := datasource.OraclePrivileges{Schemas: map[string][]string{}, Objects: map[datasource.TableName][]string{}}
	server, err := r.server(ctx)
	if err != nil {
		return p, err
	}
	p.Account = server.Account
	if p.SeesAll, err = r.seesAll(ctx); err != nil {
		return p, err
	}
	if server.IsOceanBase() {
		err = r.tenantPrivileges(ctx, &p)
		return p, err
	}
	if p.System, err = r.systemPrivileges(ctx); err != nil {
		return p, err
	}
	if server.Version.AtLeast(23) {
		in := intern.Strings{}
		if err := r.query(ctx, schemaPrivilegesQuery, func(c cells) error {
			schema := in.String(c[1])
			p.Schemas[schema] = append(p.Schemas[schema], in.String(c[0]))
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
	if err := r.objectPrivileges(ctx, objectPrivilegesQuery, &p, holders); err != nil {
		return p, err
	}
	err = r.query(ctx, logMinerQuery, func(c cells) error {
		p.LogMiner = p.LogMiner || holders[c[0]]
		return nil
	})
	if err != nil {
		return p, err
	}
	return p, r.query(ctx, logViewsQuery+within("table_name", datasource.LogMinerViews()), func(c cells) error {
		if holders[c[0]] && !slices.Contains(p.LogViews, c[1]) {
			p.LogViews = append(p.LogViews, strings.Clone(c[1]))
		}
		return nil
	})
}

// seesAll reports whether the account may read views that show every table and every view.
func (r *Reader) seesAll(ctx context.Context) (bool, error) {
	tables, err := r.firstReadable(ctx, "DBA_TABLES", "DBA_ALL_TABLES", "ALL_TABLES")
	if err != nil || tables == "ALL_TABLES" {
		return false, err
	}
	views, err := r.firstReadable(ctx, "DBA_VIEWS", "DBA_OBJECTS", "ALL_VIEWS")
	return views != "ALL_VIEWS", err
}

func (r *Reader) systemPrivileges(ctx context.Context) ([]string, error) {
	var privileges []string
	err := r.query(ctx, systemQuery, func(c cells) error {
		privileges = append(privileges, strings.Clone(c[0]))
		return nil
	})
	return privileges, err
}

// objectPrivileges adds the privileges of the holders on objects in scope.
func (r *Reader) objectPrivileges(ctx context.Context, query string, p *datasource.OraclePrivileges,
	holders map[string]bool) error {
	in := intern.Strings{}
	return r.inScope(ctx, query, func(c cells) error {
		if holders[c[0]] {
			t := datasource.TableName{Schema: in.String(c[1]), Name: in.String(c[2])}
			p.Objects[t] = append(p.Objects[t], in.String(c[3]))
		}
		return nil
	})
}

// OceanBase has no views of the session's privileges and roles (system views of Oracle mode, V4.3); roles
// that are the account's defaults are enabled when it logs on (ALTER USER, DEFAULT ROLE). Its ALL_TAB_PRIVS
// excludes privileges of roles and PUBLIC; the views of roles list them.
const (
	ownSystemQuery   = "SELECT privilege FROM user_sys_privs"
	defaultRoleQuery = "SELECT granted_role FROM user_role_privs WHERE default_role = 'YES'"
	roleRolesQuery   = "SELECT role, granted_role FROM role_role_privs"
	roleSystemQuery  = "SELECT role, privilege FROM role_sys_privs"
	roleObjectQuery  = "SELECT role, owner, table_name, privilege FROM role_tab_privs WHERE {scope:owner} AND " +
		"column_name IS NULL AND privilege IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')"
	grantedRoleQuery = "SELECT DISTINCT role FROM role_tab_privs"
)

func (r *Reader) tenantPrivileges(ctx context.Context, p *datasource.OraclePrivileges) error {
	shown := map[string]bool{p.Account: true, "PUBLIC": true} // whose privileges are visible
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
	for at := 0; at < len(enabled); at++ { // roles granted to roles are added during the loop
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
	if err := r.view(ctx, "ROLE_TAB_PRIVS", grantedRoleQuery, func(c cells) error {
		shown[strings.Clone(c[0])] = true
		return nil
	}); err != nil {
		return err
	}
	for _, query := range []string{objectPrivilegesQuery, roleObjectQuery} {
		if err := r.objectPrivileges(ctx, query, p, holders); err != nil {
			return err
		}
	}
	for role := range holders {
		if !shown[role] {
			p.UnreadableRoles = append(p.UnreadableRoles, role)
		}
	}
	slices.Sort(p.UnreadableRoles)
	return nil
}

const (
	// The policies of the tables that the account may read are enough.
	rowPoliciesQuery = "SELECT object_owner, object_name, policy_name, NULL FROM all_policies WHERE " +
		"{scope:object_owner} AND enable = 'YES' AND sel = 'YES'"
	// The documentation names the values YES and NO; ENABLE is wide enough for more.
	redactionQuery = "SELECT object_owner, object_name, policy_name, expression FROM redaction_policies WHERE " +
		"{scope:object_owner} AND TRIM(enable) = 'YES'"
)

func (r *Reader) rowPolicies(ctx context.Context) (datasource.TableRows[datasource.RowPolicy], error) {
	var b policies
	err := r.inScope(ctx, rowPoliciesQuery, b.add)
	return b.build(), err
}

func (r *Reader) redactionPolicies(ctx context.Context) (datasource.TableRows[datasource.RowPolicy], error) {
	var b policies
	server, err := r.oracleOnly(ctx)
	if err != nil || server.Version.Before(11, 2, 0, 4) {
		return b.build(), err
	}
	schemas, err := r.scope(ctx)
	if err != nil || len(schemas) == 0 {
		return b.build(), err
	}
	query, _ := scoped(redactionQuery, schemas)
	err = r.view(ctx, "REDACTION_POLICIES", query, b.add)
	return b.build(), err
}

// policies collects the policies of tables.
type policies struct {
	rows datasource.TableRowsBuilder[datasource.RowPolicy]
	in   intern.Strings
}

func (p *policies) add(c cells) error {
	if p.in == nil {
		p.in = intern.Strings{}
	}
	p.rows.Add(datasource.TableName{Schema: p.in.String(c[0]), Name: p.in.String(c[1])},
		datasource.RowPolicy{Name: strings.Clone(c[2]), Expression: strings.Clone(c[3])})
	return nil
}

func (p *policies) build() datasource.TableRows[datasource.RowPolicy] {
	return p.rows.Build(func(a, b datasource.RowPolicy) int { return strings.Compare(a.Name, b.Name) })
}
