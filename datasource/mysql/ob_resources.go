package mysql

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// The views were added in OceanBase 4.0 (manual V4.3, performance views of MySQL mode). A user's tenant sees
// its own rows; the system tenant, whose id is 1, sees all.
const (
	unitsQuery = `SELECT zone, CONCAT(svr_ip, ':', svr_port), status, max_cpu, memory_size, log_disk_size,
log_disk_in_use
FROM oceanbase.GV$OB_UNITS WHERE tenant_id = (SELECT MIN(tenant_id) FROM oceanbase.DBA_OB_TENANTS)
ORDER BY zone, svr_ip, svr_port`
	memstoresQuery = `SELECT CONCAT(svr_ip, ':', svr_port), memstore_used, memstore_limit
FROM oceanbase.GV$OB_MEMSTORE WHERE tenant_id = (SELECT MIN(tenant_id) FROM oceanbase.DBA_OB_TENANTS)
ORDER BY svr_ip, svr_port`
	obParametersQuery = "SELECT name, value FROM oceanbase.GV$OB_PARAMETERS WHERE name IN ('obconfig_url', " +
		"'cluster_id')"
)

// oceanBase4 fails if the server is not OceanBase 4.0 or later.
func (r *Reader) oceanBase4(ctx context.Context) error {
	server, err := r.identify(ctx)
	switch {
	case err != nil:
		return err
	case !server.IsOceanBase():
		return unsupported(message.New("datasource.unsupported.not_oceanbase", "server", server.String()))
	case server.Version.Before(4):
		return unsupported(message.New("datasource.unsupported.ob_views", "server", server.String()))
	}
	return nil
}

func (r *Reader) units(ctx context.Context) ([]datasource.Unit, error) {
	if err := r.oceanBase4(ctx); err != nil {
		return nil, err
	}
	var units []datasource.Unit
	err := r.query(ctx, r.rewrite(unitsQuery), nil, func(scan row) error {
		var u datasource.Unit
		if err := scan(&u.Zone, &u.Server, &u.Status, &u.CPU, &u.Memory, &u.LogDisk, &u.LogDiskUsed); err != nil {
			return err
		}
		units = append(units, u)
		return nil
	})
	return units, err
}

func (r *Reader) memstores(ctx context.Context) ([]datasource.Memstore, error) {
	if err := r.oceanBase4(ctx); err != nil {
		return nil, err
	}
	var stores []datasource.Memstore
	err := r.query(ctx, r.rewrite(memstoresQuery), nil, func(scan row) error {
		var m datasource.Memstore
		if err := scan(&m.Server, &m.Used, &m.Limit); err != nil {
			return err
		}
		stores = append(stores, m)
		return nil
	})
	return stores, err
}

func (r *Reader) obParameters(ctx context.Context) (datasource.Variables, error) {
	if err := r.oceanBase4(ctx); err != nil {
		return nil, err
	}
	v := datasource.Variables{}
	err := r.query(ctx, r.rewrite(obParametersQuery), nil, func(scan row) error {
		var name, value string
		if err := scan(&name, &value); err != nil {
			return err
		}
		v[strings.ToLower(name)] = value
		return nil
	})
	return v, err
}
