package datasource

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"reflect"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
)

// tlsError returns the Error of a failed TLS handshake, nil if err is none.
func tlsError(err error) *Error {
	var (
		hostname x509.HostnameError
		unknown  x509.UnknownAuthorityError
		invalid  x509.CertificateInvalidError
		verify   *tls.CertificateVerificationError
		record   tls.RecordHeaderError
	)
	fail := func(cause, remedy message.Text) *Error {
		return &Error{Class: ErrTLS, Cause: cause, Remedy: remedy, Err: err}
	}
	switch {
	case errors.As(err, &hostname):
		return fail(message.New("datasource.tls.host"), message.New("datasource.tls.host.remedy"))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		from, until := invalid.Cert.NotBefore, invalid.Cert.NotAfter
		return fail(message.New("datasource.tls.dates", "from", from.UTC().Format(time.DateTime), "until",
			until.UTC().Format(time.DateTime)), message.New("datasource.tls.dates.remedy"))
	case errors.As(err, &unknown):
		return fail(message.New("datasource.tls.authority"), message.New("datasource.tls.authority.remedy"))
	case errors.As(err, &invalid), errors.As(err, &verify):
		return fail(message.New("datasource.tls.certificate"), message.New("datasource.tls.certificate.remedy"))
	case errors.As(err, &record):
		return fail(message.New("datasource.tls.not_tls"), message.New("datasource.tls.not_tls.remedy"))
	}
	switch alert, sent := alertOf(err); {
	case sent && alert == alertProtocolVersion, strings.Contains(err.Error(), selectedOldVersion):
		return fail(message.New("datasource.tls.version"), message.New("datasource.tls.version.remedy"))
	case sent && alert == alertCertificateRequired:
		return fail(message.New("datasource.tls.client_required"), message.New("datasource.tls.client_required.remedy"))
	case sent && alertBadCertificate <= alert && alert <= alertUnknownCA && alert != alertIllegalParameter:
		return fail(message.New("datasource.tls.client_refused"), message.New("datasource.tls.client_refused.remedy"))
	case sent, strings.Contains(err.Error(), "tls: "): // crypto/tls starts its texts so
		return fail(message.New("datasource.tls.handshake"), message.New("datasource.tls.handshake.remedy"))
	}
	return nil
}

// Alerts of TLS (RFC 8446, section 6.2). Those from bad_certificate to unknown_ca are about the client's
// certificate, except illegal_parameter: bad, unsupported, revoked, expired, unknown, unknown authority.
const (
	alertBadCertificate      = 42
	alertIllegalParameter    = 47
	alertUnknownCA           = 48
	alertProtocolVersion     = 70
	alertCertificateRequired = 116
)

// selectedOldVersion is the text of crypto/tls for a server that answers with an older version instead of an
// alert.
const selectedOldVersion = "tls: server selected unsupported protocol version"

// alertOf returns the alert that the server sent. crypto/tls does not export its type of alerts, which is a
// number of eight bits.
func alertOf(err error) (alert uint64, sent bool) {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" {
		return 0, false
	}
	if v := reflect.ValueOf(op.Err); v.Kind() == reflect.Uint8 {
		return v.Uint(), true
	}
	return 0, false
}
