//go:build !linux

package fleet_test

import (
	"net"
	"os/exec"
	"testing"
)

// machinesOfZone is the number of machines of a zone.
const machinesOfZone = 3

// network is nothing here.
type network struct{ front string }

// newNetwork returns why there is no network.
func newNetwork(testing.TB, ...string) (*network, string) {
	return nil, "network namespaces need Linux"
}

func (*network) address(string, int) string               { return "" }
func (*network) database(string) string                   { return "" }
func (*network) command(string, int) *exec.Cmd            { return nil }
func (*network) cut(string, int) error                    { return nil }
func (*network) join(string, int) error                   { return nil }
func (*network) listen(string, int) (net.Listener, error) { return nil, nil }

func ending(c *exec.Cmd) *exec.Cmd { return c }

func isOpen(*net.TCPConn) bool { return false }
