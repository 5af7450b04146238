package oracle

import (
	"context"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

const resourcesQuery = "SELECT resource_name, current_utilization, limit_value FROM v$resource_limit WHERE " +
	"resource_name IN ('processes', 'sessions') ORDER BY resource_name"

func (r *Reader) resources(ctx context.Context) ([]datasource.OracleResource, error) {
	var list []datasource.OracleResource
	err := r.view(ctx, "V$RESOURCE_LIMIT", resourcesQuery, func(c cells) (err error) {
		resource := datasource.OracleResource{Name: strings.Clone(c[0])}
		if resource.Used, err = strconv.Atoi(c[1]); err != nil {
			return err
		}
		if limit := strings.TrimSpace(c[2]); limit != "UNLIMITED" { // the column is padded with blanks
			resource.Max, err = strconv.Atoi(limit)
		}
		list = append(list, resource)
		return err
	})
	return list, err
}

func (r *Reader) sessions(ctx context.Context) (datasource.OracleSessions, error) {
	var s datasource.OracleSessions
	server, err := r.server(ctx)
	if err != nil {
		return s, err
	}
	query := "SELECT COUNT(*), COUNT(CASE WHEN username = " + literal(server.Account) +
		" THEN 1 END) FROM v$session WHERE type = 'USER'"
	return s, r.view(ctx, "V$SESSION", query, func(c cells) (err error) {
		if s.All, err = strconv.Atoi(c[0]); err != nil {
			return err
		}
		s.Own, err = strconv.Atoi(c[1])
		return err
	})
}

// connections returns the limits of a tenant of OceanBase, which are variables. The number of connections is
// not visible to every account.
func (r *Reader) connections(ctx context.Context) (datasource.Connections, error) {
	c := datasource.Connections{Used: -1, AccountUsed: -1}
	variables, err := r.variables(ctx)
	if err != nil {
		return c, err
	}
	limit, ok := variables.Int("max_connections")
	if !ok {
		return c, &datasource.Error{Class: datasource.ErrUnsupported,
			Cause: message.New("datasource.unsupported.no_max_connections", "type", string(r.endpoint.Type))}
	}
	account, _ := variables.Int("max_user_connections")
	c.Max, c.AccountMax = int(limit), int(account)
	return c, nil
}
