// Package faulttest is a proxy for tests that stands between a client and a database server and makes one of
// them misbehave: it stalls, resets or closes the connection, or spoils a packet, at a chosen point of a
// connection.
//
//	p := faulttest.Start(t, faulttest.MySQL, server.Address)
//	// connect to p.Host, p.Port
//	p.Inject(faulttest.Fault{At: faulttest.Statement, SQL: "Threads_connected",
//		Do: faulttest.Refuse, Code: 1053, Message: "Server shutdown in progress"})
//	p.Inject(faulttest.Fault{At: faulttest.Row, Skip: 1, Do: faulttest.Truncate})
//	p.Statements() // what the client has sent
//
// The proxy follows the packets of the MySQL protocol (MySQL Internals, "Client/Server Protocol") and of
// Oracle's transparent network substrate, and so knows which phase a connection is in. It reads the text of a
// statement only in the MySQL protocol; in Oracle's, Fault.SQL is looked for in the bytes of the request.
// Statements of precheck's checks begin with a comment that names their check, which distinguishes them from
// those that set up a session.
//
// Under TLS only the handshake can be followed. A MySQL server's offer of TLS is therefore hidden unless
// Proxy.OfferTLS is called.
package faulttest
