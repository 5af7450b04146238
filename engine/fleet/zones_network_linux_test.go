package fleet_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// network are two zones with machines, all of them network namespaces. A machine reaches the servers on this machine
// over one bridge and the databases of its zone over another one, and nothing else.
type network struct {
	t      testing.TB
	prefix string // of the names of namespaces and links
	front  string // address of this machine on the bridge
	zones  []string
}

// machinesOfZone is the number of machines of a zone.
const machinesOfZone = 3

// newNetwork returns a network that ends with t, or why there cannot be one.
func newNetwork(t testing.TB, zones ...string) (n *network, reason string) {
	t.Helper()
	if os.Getuid() != 0 {
		return nil, "network namespaces need root"
	}
	if _, err := exec.LookPath("ip"); err != nil {
		return nil, "network namespaces need ip, of the package iproute2"
	}
	n = &network{t: t, prefix: "pz" + strconv.FormatInt(int64(os.Getpid()), 36), zones: zones}
	if err := n.make(); err != nil {
		return nil, err.Error()
	}
	return n, ""
}

// ip runs ip with the words of a text.
func (n *network) ip(format string, args ...any) error {
	words := strings.Fields(fmt.Sprintf(format, args...))
	if out, err := exec.Command("ip", words...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %q: %w: %s", words, err, out)
	}
	return nil
}

func (n *network) make() error {
	var failed error
	do := func(format string, args ...any) {
		if failed == nil {
			failed = n.ip(format, args...)
		}
	}
	namespace := func(name string) {
		do("netns add %s", name)
		if failed == nil {
			n.t.Cleanup(func() {
				if err := n.ip("netns del %s", name); err != nil {
					n.t.Error(err)
				}
			})
		}
		do("-n %s link set lo up", name)
	}
	do("link add %s type bridge", n.prefix)
	if failed != nil {
		return failed
	}
	n.t.Cleanup(func() {
		if err := n.ip("link del %s", n.prefix); err != nil {
			n.t.Error(err)
		}
	})
	network := n.freeNetwork()
	n.front = network + ".1"
	do("addr add %s/24 dev %s", n.front, n.prefix)
	do("link set %s up", n.prefix)
	for z, zone := range n.zones {
		inside := n.prefix + "-" + zone
		namespace(inside)
		do("-n %s link add zone type bridge", inside)
		do("-n %s addr add %s/24 dev zone", inside, n.database(zone))
		do("-n %s link set zone up", inside)
		for i := range machinesOfZone {
			m := n.machine(zone, i)
			namespace(m)
			do("link add %s%d%d type veth peer name front netns %s", n.prefix, z, i, m)
			do("link set %s%d%d master %s up", n.prefix, z, i, n.prefix)
			do("-n %s addr add %s.%d/24 dev front", m, network, 10*z+i+10)
			do("-n %s link set front up", m)
			do("-n %s link add zone type veth peer name m%d netns %s", m, i, inside)
			do("-n %s link set m%d master zone up", inside, i)
			do("-n %s addr add %s/24 dev zone", m, n.address(zone, i))
			do("-n %s link set zone up", m)
		}
	}
	return failed
}

// freeNetwork returns the first three parts of the addresses of a network that this machine is not in, of those for
// tests of networks (RFC 2544).
func (n *network) freeNetwork() string {
	used, _ := net.InterfaceAddrs()
	for i := range 256 {
		network := fmt.Sprintf("198.18.%d", (os.Getpid()+i)%256)
		free := true
		for _, a := range used {
			free = free && !strings.HasPrefix(a.String(), network+".")
		}
		if free {
			return network
		}
	}
	return "198.18.0"
}

// machine returns the name of the namespace of a machine.
func (n *network) machine(zone string, i int) string {
	return fmt.Sprintf("%s-%s%d", n.prefix, zone, i)
}

// address returns the address of a machine in its zone.
func (n *network) address(zone string, i int) string {
	return fmt.Sprintf("%s.%d", n.inside(zone), 10+i)
}

// database returns the address of the databases in their zone.
func (n *network) database(zone string) string { return n.inside(zone) + ".1" }

// inside returns the first three parts of the addresses in a zone.
func (n *network) inside(zone string) string {
	return fmt.Sprintf("198.19.%d", slices.Index(n.zones, zone))
}

// command returns this program as a process of a machine, which ends with this one.
func (n *network) command(zone string, i int) *exec.Cmd {
	return ending(exec.Command("ip", "netns", "exec", n.machine(zone, i), os.Args[0]))
}

// ending makes a command end with this process.
func ending(command *exec.Cmd) *exec.Cmd {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return command
}

// cut separates a machine from the servers without a word to either; join ends that.
func (n *network) cut(zone string, i int) error {
	return n.ip("-n %s link set front down", n.machine(zone, i))
}

func (n *network) join(zone string, i int) error {
	return n.ip("-n %s link set front up", n.machine(zone, i))
}

// listen returns a listener at the address of the databases of a zone. It must be called before commands are started:
// they end with the thread that started them, and those that were in a namespace are not used again.
func (n *network) listen(zone string, port int) (listener net.Listener, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		var namespace int
		namespace, err = unix.Open("/run/netns/"+n.prefix+"-"+zone, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			return
		}
		defer func() { err = errors.Join(err, unix.Close(namespace)) }()
		if err = unix.Setns(namespace, unix.CLONE_NEWNET); err == nil {
			listener, err = net.Listen("tcp", net.JoinHostPort(n.database(zone), strconv.Itoa(port)))
		}
	}()
	<-done
	return listener, err
}

// tcpEstablished is the state of a connection that neither side has closed (TCP_ESTABLISHED of Linux).
const tcpEstablished = 1

// isOpen reports whether the other side of a connection has not closed it yet.
func isOpen(c *net.TCPConn) bool {
	raw, err := c.SyscallConn()
	if err != nil {
		return false
	}
	open := false
	_ = raw.Control(func(fd uintptr) {
		info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		open = err == nil && info.State == tcpEstablished
	})
	return open
}
