package mysql_test

import (
	"fmt"
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// The nodes are those of OceanBase's view, of which MariaDB has a table here. Only some are tried, and none for an
// endpoint that may connect to its own host only.
func TestNodes(t *testing.T) {
	t.Parallel()
	s := dbtest.Start(t, dbtest.MariaDB, "--version=5.7.25-OceanBase_CE-v4.3.5")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	port := listener.Addr().(*net.TCPAddr).Port
	s.Exec(t, "CREATE DATABASE oceanbase",
		"CREATE TABLE oceanbase.`GV$OB_SERVERS` (zone VARCHAR(64), svr_ip VARCHAR(64), sql_port INT)",
		fmt.Sprintf("INSERT INTO oceanbase.`GV$OB_SERVERS` VALUES ('z1', '127.0.0.1', 1), "+
			"('z2', '127.0.0.1', %d)", port))
	read := func(onlyHost bool) ([]datasource.Node, error) {
		t.Helper()
		r, err := mysql.Open(datasource.Endpoint{Type: datasource.OceanBaseMySQL, Host: s.Host, Port: s.Port,
			User: s.User, Password: datasource.NewSecret(s.Password), OnlyHost: onlyHost}.WithDefaults(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		return datasource.FactNodes.Of(t.Context(), datasource.NewFacts(t.Context(), r))
	}
	got, err := read(false)
	want := []datasource.Node{{Zone: "z1", Address: "127.0.0.1:1"},
		{Zone: "z2", Address: fmt.Sprintf("127.0.0.1:%d", port), Reached: true}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got, err := read(true); datasource.ClassOf(err) != datasource.ErrUnsupported {
		t.Errorf("for the host only: %v, %v", got, err)
	}
	s.Exec(t, "INSERT INTO oceanbase.`GV$OB_SERVERS` SELECT 'z3', '127.0.0.1', 1 FROM oceanbase.seq_1_to_64")
	if got, err = read(false); err != nil || len(got) != 66 || got[63].Untried || !got[64].Untried {
		t.Errorf("%d of many nodes, %v", len(got), err)
	}
}
