package mysql

import (
	"context"
	"database/sql"
	"strconv"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

const (
	// A tenant sees only its own row; the system tenant, whose id is 1, sees all. The view was added in
	// OceanBase 4.0, in Oracle mode in 4.1, tenant_role, log_mode and switchover_status in 4.1 (system view
	// oceanbase.DBA_OB_TENANTS), so all columns are read.
	tenantQuery = "SELECT * FROM oceanbase.DBA_OB_TENANTS WHERE tenant_id = (SELECT MIN(tenant_id) FROM " +
		"oceanbase.DBA_OB_TENANTS)"
	clusterQuery = "SELECT MAX(value) FROM oceanbase.GV$OB_PARAMETERS WHERE name = 'cluster_id'"
)

func (r *Reader) tenant(ctx context.Context) (datasource.Tenant, error) {
	var t datasource.Tenant
	server, err := r.identify(ctx)
	if err != nil {
		return t, err
	}
	if !server.IsOceanBase() {
		return t, unsupported(message.New("datasource.unsupported.tenants", "server", server.String()))
	}
	if server.Version.Before(4) || server.Mode == "ORACLE" && server.Version.Before(4, 1) {
		return t, unsupported(message.New("datasource.unsupported.tenant_view"))
	}
	records, err := r.records(ctx, r.rewrite(tenantQuery))
	if err != nil {
		return t, err
	}
	if len(records) != 1 {
		return t, unsupported(message.New("datasource.unsupported.tenant_hidden"))
	}
	rec := records[0]
	var cluster sql.NullString
	if err := r.one(ctx, r.rewrite(clusterQuery), &cluster); err != nil && !denied(err) && !absent(err) {
		return t, err
	}
	t = datasource.Tenant{Cluster: cluster.String, Name: rec["tenant_name"], Status: rec["status"],
		Role: rec["tenant_role"], LogMode: rec["log_mode"], Switched: rec["switchover_status"]}
	t.ID, err = strconv.ParseInt(rec["tenant_id"], 10, 64)
	return t, err
}

// rewrite returns a query over OceanBase's own views in the syntax of the tenant's mode.
func (r *Reader) rewrite(query string) string {
	if r.variant.Rewrite == nil {
		return query
	}
	return r.variant.Rewrite(query)
}
