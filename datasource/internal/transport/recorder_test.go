package transport

import (
	"net"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

func TestIsLoopback(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"127.0.0.1": true, "127.8.9.10": true, "::1": true, "::ffff:127.0.0.1": true,
		"10.0.0.5": false, "192.0.2.1": false, "::": false, "fe80::1": false, "2001:db8::1": false,
	} {
		if got := IsLoopback(&net.TCPAddr{IP: net.ParseIP(address), Port: 3306}); got != want {
			t.Errorf("%s is loopback: %v", address, got)
		}
	}
	if !IsLoopback(&net.UnixAddr{Name: "/run/mysqld.sock", Net: "unix"}) {
		t.Error("a Unix socket leaves the machine")
	}
}

// One connection without encryption to another machine exposes all.
func TestExposureStays(t *testing.T) {
	t.Parallel()
	r := NewRecorder(datasource.Endpoint{TLS: datasource.TLS{Mode: datasource.TLSPreferred}})
	for _, address := range []string{"127.0.0.1", "192.0.2.1", "127.0.0.1"} {
		if got, want := r.Plain(&net.TCPAddr{IP: net.ParseIP(address)}), address == "192.0.2.1"; got != want {
			t.Errorf("%s is exposed: %v", address, got)
		}
	}
	if want := (datasource.Transport{Mode: datasource.TLSPreferred, Exposed: true}); r.Transport() != want {
		t.Errorf("%+v, want %+v", r.Transport(), want)
	}
}
