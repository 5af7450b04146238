package snapshot

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/datasource"
)

// Redact masks the names of hosts and accounts, in the Info, in facts and in errors. The mask of a name depends on the
// name and the key alone, so that it is the same in the snapshots of both sides if they have the same key. With an
// empty key, whoever guesses a name can confirm it.
//
// It keeps names that every server has, such as root, localhost and %, and on Oracle the names of users, which are
// those of schemas.
func (s *Snapshot) Redact(key string) error {
	m := &masks{key: []byte(key), hosts: map[string]bool{}, users: map[string]bool{}, kept: map[string]bool{}}
	s.eachDatabase(func(d *Database, facts []Fact) {
		m.oracle = d.Type.Dialect() == datasource.OracleDialect
		m.host(d.Host)
		if !m.oracle {
			m.user(d.User)
		}
		for _, f := range facts {
			m.collect(f)
		}
	})
	var failed error
	s.eachDatabase(func(d *Database, facts []Fact) {
		if d.Host = m.host(d.Host); !m.oracle {
			d.User = m.user(d.User)
		}
		d.ScopeError = m.text(d.ScopeError, true)
		for i := range facts {
			redacted, err := rewritten(facts[i], func(at []string, text string) string {
				return m.replace(facts[i], at, text)
			})
			if err != nil {
				failed = err
			}
			facts[i] = redacted
		}
	})
	s.Info.Redacted = true
	return failed
}

func (s *Snapshot) eachDatabase(do func(*Database, []Fact)) {
	for i := range s.Info.Databases {
		d := &s.Info.Databases[i]
		do(d, s.Facts[d.Role])
	}
}

// masks replaces names. It remembers the names that it has replaced, which texts may contain.
type masks struct {
	key          []byte
	oracle       bool
	hosts, users map[string]bool // known names
	kept         map[string]bool // names of schemas and tables
	pattern      *regexp.Regexp  // of the hosts, once all are known
}

// common are the users and hosts that every server has.
var common = []string{"", "root", "mysql", "mysql.sys", "mysql.session", "mysql.infoschema", "mariadb.sys", "public",
	"event_scheduler", "system user", "localhost", "127.0.0.1", "::1", "%", "*", "0.0.0.0", "::", "skip-grants user",
	"unauthenticated user", "skip-grants host"}

func (m *masks) mask(kind, name string) string {
	sum := hmac.New(sha256.New, m.key)
	sum.Write([]byte(kind + "\x00" + name))
	return kind + "_" + hex.EncodeToString(sum.Sum(nil)[:4])
}

// user returns the mask of a user. It is as long as the name, if that is longer than the mask.
func (m *masks) user(name string) string {
	if slices.Contains(common, strings.ToLower(name)) {
		return name
	}
	m.users[name] = true
	masked := m.mask("user", name)
	return masked + strings.Repeat("x", max(0, len([]rune(name))-len(masked)))
}

// host returns the mask of a host, or of one with a port. A pattern stays a pattern.
func (m *masks) host(name string) string {
	bare, port := name, ""
	if at := strings.LastIndexByte(name, ':'); at >= 0 && strings.Count(name, ":") == 1 {
		bare, port = name[:at], name[at:]
	}
	if slices.Contains(common, strings.ToLower(bare)) {
		return name
	}
	m.hosts[bare] = true
	masked := m.mask("host", strings.ToLower(bare))
	if strings.Contains(bare, "%") {
		masked += ".%"
	}
	return masked + port
}

func (m *masks) account(text string) string {
	a := datasource.ParseAccount(text)
	if a.Host == "" {
		return m.user(text)
	}
	return m.user(a.User) + "@" + m.host(a.Host)
}

// hostSettings are the settings whose values are names or addresses of hosts.
var hostSettings = []string{"hostname", "report_host", "bind_address", "admin_address", "wsrep_node_address",
	"wsrep_node_name", "wsrep_node_incoming_address", "wsrep_cluster_address", "wsrep_sst_receive_address",
	"proxy_protocol_networks", "obconfig_url", "rootservice_list", "group_replication_local_address",
	"group_replication_group_seeds", "local_ip", "devname", "report_user"}

// collect learns the names that a fact contains.
func (m *masks) collect(f Fact) {
	if f.Err != nil || f.OtherForm {
		return
	}
	switch v := f.Value.(type) {
	case []datasource.Schema:
		for _, s := range v {
			m.kept[s.Name] = true
		}
	case datasource.Tables:
		for _, t := range v {
			m.kept[t.Name] = true
		}
	default:
		_, _ = rewritten(f, func(at []string, text string) string {
			m.field(f, at, text)
			return text
		})
	}
}

// field returns the mask of a field that is a host or an account.
func (m *masks) field(f Fact, at []string, text string) (string, bool) {
	last, before := "", ""
	if len(at) > 0 {
		last = at[len(at)-1]
	}
	if len(at) > 1 {
		before = at[len(at)-2]
	}
	fact := f.Fact
	isNamed := func(names ...string) bool { return slices.Contains(names, last) }
	switch {
	case fact == datasource.FactVariables || fact == datasource.FactOBParameters:
		if !slices.Contains(hostSettings, strings.ToLower(last)) {
			return text, false
		}
		return m.host(text), true
	case isNamed("Host"), fact == datasource.FactReplicaChannels && last == "Source",
		(fact == datasource.FactUnits || fact == datasource.FactMemstores) && last == "Server":
		return m.host(text), true
	case m.oracle:
		return text, false
	case isNamed("User"):
		return m.user(text), true
	case isNamed("Definer", "Account"):
		return m.account(text), true
	case fact == datasource.FactGrants && (last == "Role" || last == "" &&
		slices.Contains([]string{"Active", "Inactive", "Roles"}, before)):
		return m.role(text), true
	}
	return text, false
}

// quotedAccount matches an account in quotes, and a role or user in quotes.
var quotedAccount = regexp.MustCompile("(['`])((?:[^'`\\\\]|\\\\.|''|``)*)['`]@(['`])((?:[^'`\\\\]|\\\\.)*)['`]")

// role returns the mask of a role in the notation of GRANT.
func (m *masks) role(text string) string {
	if masked := m.quoted(text); masked != text {
		return masked
	}
	if bare := strings.Trim(text, "'`\""); bare != text && len(text) == len(bare)+2 {
		return text[:1] + m.user(bare) + text[:1]
	}
	return m.account(text)
}

func (m *masks) quoted(text string) string {
	return quotedAccount.ReplaceAllStringFunc(text, func(found string) string {
		p := quotedAccount.FindStringSubmatch(found)
		return p[1] + m.user(p[2]) + p[1] + "@" + p[3] + m.host(p[4]) + p[3]
	})
}

// replace returns what a text of a fact becomes.
func (m *masks) replace(f Fact, at []string, text string) string {
	if f.Err != nil {
		if len(at) > 0 && slices.Contains([]string{"key", "Known", "Class", "Code", "Side"}, at[len(at)-1]) {
			return text
		}
		return m.text(text, true)
	}
	if masked, is := m.field(f, at, text); is {
		return masked
	}
	if m.kept[text] {
		return text
	}
	ofServer := slices.Contains([]datasource.AnyFact{datasource.FactVariables, datasource.FactOBParameters,
		datasource.FactBinaryLogs, datasource.FactBinaryLogStatus, datasource.FactReplicaChannels}, f.Fact)
	return m.text(text, ofServer)
}

var (
	address = regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}\b`)
	plainAt = regexp.MustCompile(`([\pL\pN_.$-]+)@([\pL\pN_.%-]+)`)
)

// text masks accounts and hosts within a text. In a text of a server, every address is one.
func (m *masks) text(text string, ofServer bool) string {
	if text == "" {
		return text
	}
	if !m.oracle {
		text = m.quoted(text)
		text = plainAt.ReplaceAllStringFunc(text, func(found string) string {
			a := datasource.ParseAccount(found)
			if !m.users[a.User] && !m.hosts[a.Host] {
				return found
			}
			return m.user(a.User) + "@" + m.host(a.Host)
		})
	}
	if ofServer {
		text = address.ReplaceAllStringFunc(text, func(found string) string {
			if _, err := netip.ParseAddr(found); err != nil {
				return found
			}
			return m.host(found)
		})
	}
	var b strings.Builder
	done := 0
	for _, at := range m.known().FindAllStringIndex(text, -1) {
		found := text[at[0]:at[1]]
		before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
		after, _ := utf8.DecodeRuneInString(text[at[1]:])
		if inWord(before) || inWord(after) || !ofServer && (!distinctive(found) || m.kept[found]) {
			continue
		}
		b.WriteString(text[done:at[0]] + m.host(found))
		done = at[1]
	}
	return b.String() + text[done:]
}

// known returns a pattern that matches the hosts that facts contain, the longest first.
func (m *masks) known() *regexp.Regexp {
	if m.pattern == nil {
		var names []string
		for name := range m.hosts {
			if len(name) > 1 && strings.Trim(name, "0123456789") != "" {
				names = append(names, regexp.QuoteMeta(name))
			}
		}
		slices.SortFunc(names, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
		m.pattern = regexp.MustCompile(strings.Join(append(names, `\z\A.`), "|"))
	}
	return m.pattern
}

func inWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) && r != utf8.RuneError
}

// distinctive reports whether a name is unlikely to be anything but that of a host.
func distinctive(name string) bool {
	return len(name) > 3 && strings.ContainsAny(name, ".-0123456789") && strings.Trim(name, "0123456789.") != "" ||
		address.MatchString(name)
}
