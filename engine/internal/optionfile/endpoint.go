package optionfile

import (
	"os"
	"slices"

	"github.com/dbprecheck/precheck/datasource"
)

// Complete sets what an endpoint does not have: the account, the address and what protects the connection.
func (o Options) Complete(e *datasource.Endpoint) {
	if e.Host == "" && e.Socket == "" {
		e.Host = o.Host
		if o.Socket != "" && !o.TCP && (o.Host == "" || o.Host == localhost) {
			e.Host, e.Socket = "", o.Socket
		}
	}
	if e.Port == 0 && e.Socket == "" {
		e.Port = o.Port
	}
	if e.User == "" {
		e.User = o.User
	}
	if e.Password.Empty() {
		e.Password = o.Password
	}
	if e.TLS == (datasource.TLS{}) {
		e.TLS = o.TLS
	}
	if e.ServerPublicKey == "" {
		e.ServerPublicKey = o.ServerPublicKey
	}
}

const localhost = "localhost"

// sockets are where servers of distributions and of the vendors have their sockets.
var sockets = []string{"/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"}

// UseSocket replaces the host localhost by the server's socket, as the clients do: that of MYSQL_UNIX_PORT, or the
// first usual one that exists. It keeps a host with a port.
func UseSocket(e *datasource.Endpoint) {
	hasSocket := []datasource.Type{datasource.MySQL, datasource.MariaDB}
	if e.Host != localhost || e.Port != 0 || !slices.Contains(hasSocket, e.Type) {
		return
	}
	candidates := sockets
	if socket := os.Getenv("MYSQL_UNIX_PORT"); socket != "" {
		candidates = []string{socket}
	}
	for _, path := range candidates {
		if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
			e.Host, e.Socket = "", path
			return
		}
	}
}
