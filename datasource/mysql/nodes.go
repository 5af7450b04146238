package mysql

import (
	"context"
	"net"
	"strconv"
	"sync"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// The view was added in OceanBase 4.0; SQL_PORT is the port for clients, SVR_PORT that of the nodes among themselves.
const nodesQuery = "SELECT zone, svr_ip, sql_port FROM oceanbase.GV$OB_SERVERS ORDER BY zone, svr_ip, sql_port"

const (
	maxNodes     = 64
	dialsAtATime = 8
)

// nodes lists the nodes and opens a connection to each, without logging on.
func (r *Reader) nodes(ctx context.Context) ([]datasource.Node, error) {
	if err := r.oceanBase4(ctx); err != nil {
		return nil, err
	}
	if r.endpoint.OnlyHost {
		return nil, unsupported(message.New("datasource.unsupported.only_host"))
	}
	var nodes []datasource.Node
	if err := r.query(ctx, r.rewrite(nodesQuery), nil, func(scan row) error {
		var zone, host string
		var port int
		if err := scan(&zone, &host, &port); err != nil {
			return err
		}
		nodes = append(nodes, datasource.Node{Zone: zone, Address: net.JoinHostPort(host, strconv.Itoa(port))})
		return nil
	}); err != nil {
		return nil, err
	}
	dialer := net.Dialer{Timeout: r.endpoint.ConnectTimeout}
	var group sync.WaitGroup
	slots := make(chan struct{}, dialsAtATime)
	for i := range nodes {
		if nodes[i].Untried = i >= maxNodes; nodes[i].Untried {
			continue
		}
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			conn, err := dialer.DialContext(ctx, "tcp", nodes[i].Address)
			if err == nil {
				_ = conn.Close()
			}
			nodes[i].Reached = err == nil
		})
	}
	group.Wait()
	return nodes, ctx.Err()
}
