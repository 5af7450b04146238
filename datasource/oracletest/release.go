package oracletest

import "fmt"

// Release is the release of Oracle that a Server emulates: its version numbers, the fields it negotiates on
// the wire, its verifier, the length of its identifiers, and which dictionary columns exist.
type Release struct {
	major, minor int
	number       uint32 // as the version call returns it
	full         string // product_component_version.version_full
	banner       string
	field        byte // highest TTC field version it speaks
}

// The releases that can be emulated. Field versions are those that go-ora and
// python-oracledb publish for these releases.
var (
	// Release10g is before the first release that precheck supports, and not in Releases. It has the dictionary of
	// 11.2.
	Release10g = Release{10, 2, 0x0A200500, "10.2.0.5.0",
		"Oracle Database 10g Enterprise Edition Release 10.2.0.5.0 - 64bi", 6}
	Release11g = Release{11, 2, 0x0B200400, "11.2.0.4.0",
		"Oracle Database 11g Enterprise Edition Release 11.2.0.4.0 - 64bit Production", 6}
	Release12c = Release{12, 2, 0x0C200100, "12.2.0.1.0",
		"Oracle Database 12c Enterprise Edition Release 12.2.0.1.0 - 64bit Production", 8}
	Release19c = Release{19, 0, 0x13000000, "19.24.0.0.0",
		"Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production", 12}
	Release23ai = Release{23, 0, 0x17000000, "23.5.0.24.07",
		"Oracle Database 23ai Free Release 23.0.0.0.0 - Develop, Learn, and Run for Free", 24}
)

// Releases lists every release that can be emulated, the oldest first.
func Releases() []Release { return []Release{Release11g, Release12c, Release19c, Release23ai} }

// String names the release as Oracle's documentation does: "11.2", "12.2", "19" or "23".
func (r Release) String() string {
	if r.minor == 0 {
		return fmt.Sprint(r.major)
	}
	return fmt.Sprintf("%d.%d", r.major, r.minor)
}

// atLeast reports whether r is release major.minor or later.
func (r Release) atLeast(major, minor int) bool {
	return r.major > major || r.major == major && r.minor >= minor
}

// version is the release with five parts, as v$version and product_component_version show it: in 18c and
// later the parts after the first are zero.
func (r Release) version() string {
	if r.major >= 18 {
		return fmt.Sprintf("%d.0.0.0.0", r.major)
	}
	return r.full
}

// compatible is the default of the parameter COMPATIBLE.
func (r Release) compatible() string { return fmt.Sprintf("%d.%d.0", r.major, r.minor) }

// maxIdentifier is the greatest length of a name in bytes (Database SQL Language
// Reference, "Database Object Naming Rules": 30 until 12.1, then 128).
func (r Release) maxIdentifier() int {
	if r.atLeast(12, 2) {
		return 128
	}
	return 30
}

// compileCaps are the compile-time capabilities of the protocol answer. Those that a client uses: 4 how logon
// keys are combined, 7 the field version, 27 two-byte data type numbers, 37 large chunks and the time zone
// version.
func (r Release) compileCaps() []byte {
	caps := make([]byte, 45)
	caps[0], caps[1] = 6, 1
	caps[4] = 0x0F
	caps[7] = r.field
	caps[15], caps[16] = 1, 1
	caps[27] = 1
	if r.atLeast(12, 1) {
		caps[4] = 0x6F
		caps[37] = 0x22
	}
	return caps
}

// pbkdf2Logon reports whether the logon keys are combined with PBKDF2 (12.1 and later)
// rather than MD5.
func (r Release) pbkdf2Logon() bool { return r.compileCaps()[4]&0x20 != 0 }

// runtimeCaps: 1 means that a time zone follows in the data type answer, 6 that VARCHAR2 may contain 32 KB.
func (r Release) runtimeCaps() []byte {
	caps := []byte{2, 1, 0, 0, 0, 0, 0}
	if r.atLeast(12, 1) {
		caps[6] = 4
	}
	return caps
}
