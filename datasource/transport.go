package datasource

// Transport is how the connections to a server are protected.
type Transport struct {
	Mode   TLSMode // that the endpoint requests
	Cipher string  // the cipher suite of TLS; empty where the connection is not encrypted
	// Exposed is set if a connection leaves this machine without encryption.
	Exposed bool
	// InsecurePassword is the setting of the endpoint.
	InsecurePassword bool
}

// Verified reports whether the server has proved its identity by a certificate.
func (t Transport) Verified() bool { return t.Cipher != "" && t.Mode.Verifies() }
