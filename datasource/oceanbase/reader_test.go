package oceanbase_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/mysql"
	"github.com/dbprecheck/precheck/datasource/oceanbase"
)

// peer greets like a tenant of OceanBase and answers statements from a table. It verifies what is sent to a
// tenant, not the behavior of a tenant.
type peer struct {
	host    string
	port    int
	plain   bool                  // no TLS is offered
	stalled chan struct{}         // if not nil, receives the latency query, which is never answered
	refuse  bool                  // Oracle mode's refusal of a client, to whomever logs on
	answers map[string][][]string // rows by statement, without its comment; a missing one is ORA-00942

	mu         sync.Mutex
	opening    [][]byte // the logon packets of the last client, with their headers
	statements []string
}

const salt = "abcdefghijklmnopqrst"

// greeted are the capabilities that the peer offers: all those of MySQL 5.6.
const greeted = 0x007fffff

func startPeer(t *testing.T, p *peer) *peer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	address := listener.Addr().(*net.TCPAddr)
	p.host, p.port = "127.0.0.1", address.Port

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(conn, config)
		}
	}()
	return p
}

func readPacket(r io.Reader) ([]byte, error) {
	header := make([]byte, 4)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, err
	}
	body := make([]byte, int(header[0])|int(header[1])<<8|int(header[2])<<16)
	_, err := io.ReadFull(r, body)
	return append(header, body...), err
}

func packet(sequence byte, body ...byte) []byte {
	return append([]byte{byte(len(body)), byte(len(body) >> 8), byte(len(body) >> 16), sequence}, body...)
}

func lenEnc(s string) []byte {
	if len(s) < 251 {
		return append([]byte{byte(len(s))}, s...)
	}
	return append([]byte{0xfc, byte(len(s)), byte(len(s) >> 8)}, s...)
}

func failure(sequence byte, number uint16, state, text string) []byte {
	return packet(sequence, append([]byte{0xff, byte(number), byte(number >> 8), '#'}, state+text...)...)
}

func (p *peer) serve(conn net.Conn, config *tls.Config) {
	defer func() { _ = conn.Close() }()
	offered := uint32(greeted)
	if p.plain {
		offered &^= 1 << 11
	}
	greeting := append([]byte{10}, "5.6.25\x00\x07\x00\x00\x00"+salt[:8]+"\x00"...)
	greeting = append(greeting, byte(offered), byte(offered>>8), 45, 2, 0, byte(offered>>16), byte(offered>>24), 21)
	greeting = append(greeting, make([]byte, 10)...)
	greeting = append(greeting, salt[8:]+"\x00mysql_native_password\x00"...)
	if _, err := conn.Write(packet(0, greeting...)); err != nil {
		return
	}
	first, err := readPacket(conn)
	if err != nil {
		return
	}
	opening := [][]byte{first}
	if len(first) == 36 { // a request for TLS is no longer than that
		conn = tls.Server(conn, config)
		second, err := readPacket(conn)
		if err != nil {
			return
		}
		opening = append(opening, second)
	}
	p.mu.Lock()
	p.opening = opening
	p.mu.Unlock()
	sequence := opening[len(opening)-1][3] + 1
	if p.refuse {
		_, _ = conn.Write(failure(sequence, 1235, "0A000", "Oracle tenant for current client driver is not supported"))
		return
	}
	done := func(sequence byte) []byte { return packet(sequence, 0, 0, 0, 2, 0, 0, 0) }
	if _, err := conn.Write(done(sequence)); err != nil {
		return
	}
	in := bufio.NewReader(conn)
	for {
		command, err := readPacket(in)
		if err != nil || command[4] != 3 { // COM_QUERY
			return
		}
		text := string(command[5:])
		p.mu.Lock()
		p.statements = append(p.statements, text)
		p.mu.Unlock()
		if _, plain, ok := strings.Cut(text, " */ "); ok {
			text = plain
		}
		if p.stalled != nil && strings.Contains(text, "SYSTIMESTAMP") {
			close(p.stalled)
			_, _ = in.ReadByte() // until the client disconnects
			return
		}
		var out []byte
		switch rows, known := p.answer(text); {
		case strings.HasPrefix(text, "ALTER SESSION"):
			out = done(1)
		case !known:
			out = failure(1, 942, "42S02", "ORA-00942: table or view does not exist")
		default:
			out = resultSet(rows)
		}
		if _, err := conn.Write(out); err != nil {
			return
		}
	}
}

// resultSet is a text result. Every column is called DECIMAL, as
// OceanBase calls those of Oracle mode.
func resultSet(rows [][]string) []byte {
	columns := 2
	if len(rows) > 0 {
		columns = len(rows[0])
	}
	sequence := byte(0)
	next := func(body ...byte) []byte { sequence++; return packet(sequence, body...) }
	out := next(byte(columns))
	for i := range columns {
		name := "C" + strconv.Itoa(i)
		definition := slices.Concat(lenEnc("def"), lenEnc(""), lenEnc(""), lenEnc(""), lenEnc(name), lenEnc(name),
			[]byte{12, 45, 0, 0, 1, 0, 0, 0xf6, 0, 0, 0, 0, 0})
		out = append(out, next(definition...)...)
	}
	out = append(out, next(0xfe, 0, 0, 2, 0)...)
	for _, row := range rows {
		var body []byte
		for _, cell := range row {
			body = append(body, lenEnc(cell)...)
		}
		out = append(out, next(body...)...)
	}
	return append(out, next(0xfe, 0, 0, 2, 0)...)
}

func openPeer(t *testing.T, p *peer, kind datasource.Type, mode datasource.TLSMode) datasource.Reader {
	t.Helper()
	e := datasource.Endpoint{Type: kind, Host: p.host, Port: p.port, User: "SHOP@ora#c1",
		Password: datasource.NewSecret("pass"), TLS: datasource.TLS{Mode: mode}}
	var r datasource.Reader
	var err error
	if scope := func(context.Context) ([]string, error) {
		return []string{"SHOP"},
			nil
	}; kind == datasource.OceanBaseOracle {
		r, err = oceanbase.Open(e, scope)
	} else {
		r, err = mysql.Open(e, scope)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// nativePassword is the answer of mysql_native_password to the salt.
func nativePassword(password string) []byte {
	once := sha1.Sum([]byte(password))
	twice := sha1.Sum(once[:])
	mix := sha1.Sum(append([]byte(salt), twice[:]...))
	for i := range mix {
		mix[i] ^= once[i]
	}
	return mix[:]
}

// The logon packets of a client, byte for byte: only a tenant in Oracle mode receives the flag of Oracle
// mode, both in the request for TLS and in the response inside TLS.
func TestOracleModeHandshake(t *testing.T) {
	t.Parallel()
	// Flags that the driver sets of those that the peer offers.
	const plain = 1 | 1<<2 | 1<<7 | 1<<9 | 1<<13 | 1<<15 | 1<<17 | 1<<19 | 1<<20 | 1<<21
	oracleAttributes := []string{"__mysql_client_type", "__ob_libobclient", "__ob_client_name", "OceanBase Connector/C",
		"__ob_client_version", "2.2.3",
		"__proxy_capability_flag", "311552", "__ob_client_attribute_capability_flag", "5", "_client_name", "libmariadb"}
	for _, c := range []struct {
		kind       datasource.Type
		mode       datasource.TLSMode
		flags      uint32
		attributes []string
	}{
		{datasource.OceanBaseOracle, datasource.TLSDisabled, 1 << 27, oracleAttributes},
		{datasource.OceanBaseOracle, datasource.TLSRequired, 1<<27 | 1<<11, oracleAttributes},
		{datasource.OceanBaseOracle, datasource.TLSPreferred, 1<<27 | 1<<11, oracleAttributes},
		{datasource.OceanBaseMySQL, datasource.TLSDisabled, 0, nil},
		{datasource.OceanBaseMySQL, datasource.TLSRequired, 1 << 11, nil},
		{datasource.MySQL, datasource.TLSDisabled, 0, nil},
		{datasource.MariaDB, datasource.TLSRequired, 1 << 11, nil},
	} {
		t.Run(fmt.Sprintf("%s %s", c.kind, c.mode), func(t *testing.T) {
			t.Parallel()
			p := startPeer(t, &peer{refuse: true})
			if _, err := openPeer(t, p, c.kind, c.mode).Read(t.Context(), datasource.FactServer); err == nil {
				t.Fatal("the peer refuses everyone")
			}
			head := binary.LittleEndian.AppendUint32(nil, plain|c.flags)
			head = append(head, 0, 0, 0, 0, 45)
			head = append(head, make([]byte, 23)...)
			var attributes []byte
			for _, s := range append([]string{"_client_name", "Go-MySQL-Driver", "_os", runtime.GOOS, "_platform",
				runtime.GOARCH,
				"_pid", strconv.Itoa(os.Getpid()), "_server_host", p.host, "program_name", "precheck"},
				c.attributes...) {
				attributes = append(attributes, lenEnc(s)...)
			}
			response := slices.Concat(head, []byte("SHOP@ora#c1\x00"), lenEnc(string(nativePassword("pass"))),
				[]byte("mysql_native_password\x00"), lenEnc(string(attributes)))
			want := [][]byte{packet(1, response...)}
			if c.flags&(1<<11) != 0 {
				want = [][]byte{packet(1, head...), packet(2, response...)}
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			if diff := cmp.Diff(want, p.opening); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// If a tenant rejects the client anyway, the error shows what was tried. For a tenant of another mode, the
// error names the type to use.
func TestOracleModeRefusal(t *testing.T) {
	t.Parallel()
	p := startPeer(t, &peer{refuse: true})
	for kind, want := range map[datasource.Type]string{datasource.OceanBaseOracle: "bit 27",
		datasource.OceanBaseMySQL: "is in Oracle mode"} {
		_, err := openPeer(t, p, kind, datasource.TLSDisabled).Read(t.Context(), datasource.FactServer)
		if datasource.ClassOf(err) != datasource.ErrUnsupported || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// The dictionary is read by Oracle's statements; all cells are strings, regardless of the declared type.
func TestOracleModeFacts(t *testing.T) {
	t.Parallel()
	answers := map[string][][]string{
		"SHOW VARIABLES LIKE 'ob_compatibility_mode'":                           {{"ob_compatibility_mode", "ORACLE"}},
		"SELECT OB_VERSION(), SYS_CONTEXT('USERENV', 'SESSION_USER') FROM DUAL": {{"4.2.1.8", "SHOP"}},
		"SELECT username, 'N' FROM all_users": {{"SYS", "N"}, {"SHOP", "N"},
			{"ORAAUDITOR", "N"}},
		"SHOW VARIABLES": {{"ob_query_timeout", "60000000"}},
		"SELECT owner, view_name FROM ALL_VIEWS WHERE (owner IN ('SHOP'))": {},
		"SELECT owner, table_name, temporary FROM ALL_TABLES WHERE (owner IN ('SHOP'))\n" +
			"AND NVL(nested, 'NO') = 'NO' AND NVL(secondary, 'N') = 'N' AND NVL(dropped, 'NO') = 'NO'\nAND (iot_type " +
			"IS NULL " +
			"OR iot_type = 'IOT')": {{"SHOP", "ORDERS", "N"}},
		"SELECT sequence_owner, sequence_name, min_value, max_value, increment_by, last_number, cache_size, " +
			"cycle_flag\nFROM ALL_SEQUENCES WHERE (sequence_owner IN ('SHOP'))": {{"SHOP", "Q", "1", "100", "1", "7",
			"20",
			"N"}},
		"SELECT owner, table_name, comments FROM ALL_TAB_COMMENTS WHERE (owner IN ('SHOP')) AND comments IS NOT NULL": {
			{"SHOP", "ORDERS", "what was bought"}},
	}
	tenants := "(SELECT MIN(tenant_id) FROM SYS.DBA_OB_TENANTS)"
	answers["SELECT zone, svr_ip || ':' || svr_port, status, max_cpu, memory_size, log_disk_size, "+
		"log_disk_in_use\nFROM "+
		"SYS.GV$OB_UNITS WHERE tenant_id = "+
		tenants+" ORDER BY zone, svr_ip, svr_port"] = [][]string{{"z1", "10.0.0.1:2882", "NORMAL", "4", "8589934592",
		"25769803776", "1"}}
	p := startPeer(t, &peer{answers: answers})
	r := openPeer(t, p, datasource.OceanBaseOracle, datasource.TLSRequired)
	facts := datasource.NewFacts(t.Context(), r)
	ctx := datasource.WithCaller(t.Context(), "RDB_TEST")

	server, err := datasource.FactServer.Of(ctx, facts)
	want := datasource.Server{Flavor: datasource.FlavorOceanBase, VersionText: "4.2.1.8", Mode: "ORACLE",
		Account:   "SHOP",
		Transport: datasource.Transport{Mode: datasource.TLSRequired, Cipher: "TLS_AES_128_GCM_SHA256"}}
	want.Version, _ = datasource.ParseVersion("4.2.1.8")
	if diff := cmp.Diff(want, server); err != nil || diff != "" {
		t.Errorf("server: %v (-want +got):\n%s", err, diff)
	}
	schemas, err := datasource.FactSchemas.Of(ctx, facts)
	if diff := cmp.Diff([]datasource.Schema{{Name: "SHOP"}}, schemas); err != nil || diff != "" {
		t.Errorf("schemas: %v (-want +got):\n%s", err, diff)
	}
	tables, err := datasource.FactTables.Of(ctx, facts)
	if err != nil || len(tables) != 1 || tables[0].Kind != datasource.BaseTable ||
		tables[0].Comment != "what was bought" {
		t.Errorf("tables: %v, %v", tables, err)
	}
	variables, err := datasource.FactVariables.Of(ctx, facts)
	if err != nil || variables["ob_query_timeout"] != "60000000" {
		t.Errorf("variables: %v, %v", variables, err)
	}
	units, err := datasource.FactUnits.Of(ctx, facts)
	if diff := cmp.Diff([]datasource.Unit{{Zone: "z1", Server: "10.0.0.1:2882", Status: "NORMAL", CPU: 4,
		Memory:  8 << 30,
		LogDisk: 24 << 30, LogDiskUsed: 1}}, units); err != nil || diff != "" {
		t.Errorf("units: %v (-want +got):\n%s", err, diff)
	}
	sequences, err := datasource.FactOracleSequences.Of(ctx, facts)
	if diff := cmp.Diff(datasource.OracleSequences{{TableName: datasource.TableName{Schema: "SHOP", Name: "Q"},
		Min: "1",
		Max: "100", Increment: "1", Next: "7", Cached: "20"}}, sequences); err != nil || diff != "" {
		t.Errorf("sequences: %v (-want +got):\n%s", err, diff)
	}
	if _, err := datasource.FactIdentityColumns.Of(ctx, facts); datasource.ClassOf(err) != datasource.ErrUnsupported {
		t.Errorf("identity columns: %v", err)
	}
	if _, err := datasource.FactTenant.Of(ctx, facts); datasource.ClassOf(err) != datasource.ErrNoSuchObject {
		t.Errorf("a view of OceanBase's own that is missing: %v", err)
	}
	if _, err := datasource.FactOracleDatabase.Of(ctx, facts); datasource.ClassOf(err) != datasource.ErrUnsupported {
		t.Errorf("V$DATABASE: %v", err)
	}
	if _, err := datasource.FactOracleRedo.Of(ctx, facts); datasource.ClassOf(err) != datasource.ErrUnsupported ||
		strings.Contains(err.Error(), "GRANT") {
		t.Errorf("a V$ view that OceanBase does not have: %v", err)
	}
	if _, err := datasource.FactColumns.Of(ctx, facts); datasource.ClassOf(err) != datasource.ErrUnsupported ||
		!strings.Contains(err.Error(), "DBA_TAB_COLS") {
		t.Errorf("a view that is missing: %v", err)
	}
	if u := r.(datasource.Metered).Usage(); u.Connections < 1 || u.Statements["RDB_TEST"] == 0 {
		t.Errorf("usage %+v", u)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range []string{"ALTER SESSION SET tx_read_only = 1", "ALTER SESSION SET ob_query_timeout = 60000000"} {
		if !slices.Contains(p.statements, s) {
			t.Errorf("%q was not sent: %q", s, p.statements)
		}
	}
}

// The privileges of a tenant's session are those of its account and of its default roles, including roles
// granted to these. A role whose privileges are not shown is listed separately. Disabled triggers are not
// read.
func TestOracleModePrivileges(t *testing.T) {
	t.Parallel()
	answers := map[string][][]string{
		"SHOW VARIABLES LIKE 'ob_compatibility_mode'":                           {{"ob_compatibility_mode", "ORACLE"}},
		"SELECT OB_VERSION(), SYS_CONTEXT('USERENV', 'SESSION_USER') FROM DUAL": {{"4.2.1.8", "PRE"}},
		"SELECT privilege FROM user_sys_privs":                                  {{"CREATE SESSION"}},
		"SELECT granted_role FROM user_role_privs WHERE default_role = 'YES'":   {{"WRITER"}, {"HIDDEN"}, {"KEEPER"}},
		"SELECT role, granted_role FROM role_role_privs": {{"WRITER", "READER"},
			{"OTHER", "DBA"}},
		"SELECT role, privilege FROM role_sys_privs": {{"READER", "SELECT ANY TABLE"},
			{"DBA", "DROP ANY TABLE"}, {"PUBLIC", "CREATE VIEW"}},
		"SELECT grantee, table_schema, table_name, privilege FROM all_tab_privs WHERE (table_schema IN ('SHOP')) AND " +
			"privilege IN ('SELECT', 'READ', 'INSERT', 'UPDATE', 'DELETE', 'FLASHBACK')": {
			{"PRE", "SHOP", "ORDERS", "UPDATE"}, {"OTHER", "SHOP", "ORDERS", "SELECT"}},
		"SELECT role, owner, table_name, privilege FROM role_tab_privs WHERE (owner IN ('SHOP')) AND column_name IS " +
			"NULL " +
			"AND privilege IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')": {
			{"WRITER", "SHOP", "ORDERS", "INSERT"}, {"DBA", "SHOP", "ORDERS", "DELETE"}},
		"SELECT DISTINCT role FROM role_tab_privs": {{"WRITER"}, {"DBA"}, {"KEEPER"}},
		"SELECT owner, trigger_name, table_owner, table_name, triggering_event, trigger_type FROM " +
			"ALL_TRIGGERS\nWHERE " +
			"(table_owner IN ('SHOP')) AND base_object_type = 'TABLE' AND status NOT IN ('DISABLED', 'DISABLE')": {
			{"SHOP", "T", "SHOP", "ORDERS", "INSERT", "BEFORE ROW"}},
	}
	p := startPeer(t, &peer{answers: answers})
	facts := datasource.NewFacts(t.Context(), openPeer(t, p, datasource.OceanBaseOracle, datasource.TLSDisabled))
	got, err := datasource.FactOraclePrivileges.Of(t.Context(), facts)
	if err != nil {
		t.Fatal(err)
	}
	orders := datasource.TableName{Schema: "SHOP", Name: "ORDERS"}
	want := datasource.OraclePrivileges{Account: "PRE",
		System: []string{"CREATE SESSION", "SELECT ANY TABLE", "CREATE VIEW"}, Schemas: map[string][]string{},
		Objects: map[datasource.TableName][]string{orders: {"UPDATE", "INSERT"}}, UnreadableRoles: []string{"HIDDEN"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	triggers, err := datasource.FactTriggers.Of(t.Context(), facts)
	if err != nil || len(triggers) != 1 || triggers[0].Table != orders || triggers[0].Event != "INSERT" {
		t.Errorf("triggers %v, %v", triggers, err)
	}
	if _, err := datasource.FactKeywords.Of(t.Context(), facts); datasource.ClassOf(err) != datasource.ErrUnsupported {
		t.Errorf("keywords: %v", err)
	}
	if _, err := datasource.FactSpaces.Of(t.Context(), facts); datasource.ClassOf(err) != datasource.ErrUnsupported {
		t.Errorf("quotas: %v", err)
	}
	delete(answers, "SELECT role, privilege FROM role_sys_privs")
	p = startPeer(t, &peer{answers: answers})
	facts = datasource.NewFacts(t.Context(), openPeer(t, p, datasource.OceanBaseOracle, datasource.TLSDisabled))
	if _, err := datasource.FactOraclePrivileges.Of(t.Context(),
		facts); datasource.ClassOf(err) != datasource.ErrUnsupported {
		t.Errorf("without a view of rights: %v", err)
	}
}

// Free space, activity and table sizes are read from OceanBase's own views in Oracle's syntax.
func TestOracleModeCapacity(t *testing.T) {
	t.Parallel()
	answers := map[string][][]string{
		"SHOW VARIABLES LIKE 'ob_compatibility_mode'":                           {{"ob_compatibility_mode", "ORACLE"}},
		"SELECT OB_VERSION(), SYS_CONTEXT('USERENV', 'SESSION_USER') FROM DUAL": {{"4.2.1.8", "SHOP"}},
		"SHOW VARIABLES": {{"max_connections", "2147483647"},
			{"max_user_connections", "20"}},
		"SELECT DBTIMEZONE FROM dual":                     {{"+00:00"}},
		"SELECT 1 FROM v$timezone_names WHERE ROWNUM = 1": {{"1"}},
		"SELECT session_id, ROUND((CURRENT_DATE - CAST(MIN(ctx_create_time) AS DATE)) * 86400) FROM " +
			"SYS.GV$OB_TRANSACTION_PARTICIPANTS\n" +
			"WHERE tenant_id = (SELECT MIN(tenant_id) FROM SYS.DBA_OB_TENANTS) GROUP BY session_id, tx_id ORDER BY " +
			"MIN(ctx_create_time), session_id": {{"42", "3600"}, {"0", "60"}},
		"SELECT MIN(free) FROM (SELECT SUM(data_disk_capacity - data_disk_in_use) AS free FROM SYS.GV$OB_SERVERS " +
			"GROUP BY " +
			"zone) z": {{"4096"}},
		"SELECT 1 FROM DBA_SEGMENTS WHERE 1 = 0": {{"1"}},
		"SELECT NVL(p.owner, s.owner), NVL(p.table_name, s.segment_name), SUM(s.bytes),\n" +
			"COUNT(*) - COUNT(s.bytes)\nFROM dba_segments s LEFT JOIN (SELECT 'INDEX' kind, " +
			"owner segment_owner, index_name segment_name, table_owner owner, table_name\n" +
			"FROM ALL_INDEXES WHERE (table_owner IN ('SHOP'))) p\n" +
			"ON p.segment_owner = s.owner AND p.segment_name = s.segment_name AND p.kind =\n" +
			"CASE WHEN s.segment_type LIKE 'INDEX%' OR s.segment_type = 'LOBINDEX' THEN 'INDEX'\n" +
			"WHEN s.segment_type IN ('LOBSEGMENT', 'LOB PARTITION', 'LOB SUBPARTITION') THEN 'LOB' " +
			"ELSE s.segment_type END\n" +
			"WHERE p.table_name IS NOT NULL OR (s.segment_type LIKE 'TABLE%' AND (s.owner IN ('SHOP')))\n" +
			"GROUP BY NVL(p.owner, s.owner), NVL(p.table_name, s.segment_name)": {{"SHOP", "ORDERS", "123", "0"}},
	}
	facts := datasource.NewFacts(t.Context(),
		openPeer(t, startPeer(t, &peer{answers: answers}), datasource.OceanBaseOracle, datasource.TLSDisabled))
	ctx := t.Context()
	connections, err := datasource.FactConnections.Of(ctx, facts)
	if diff := cmp.Diff(datasource.Connections{Max: 2147483647, Used: -1, AccountMax: 20, AccountUsed: -1},
		connections); err != nil || diff != "" {
		t.Errorf("connections: %v (-want +got):\n%s", err, diff)
	}
	zone, err := datasource.FactOracleTimeZone.Of(ctx, facts)
	if diff := cmp.Diff(datasource.OracleTimeZone{Database: "+00:00", Named: true}, zone); err != nil || diff != "" {
		t.Errorf("time zone: %v (-want +got):\n%s", err, diff)
	}
	open, err := datasource.FactTransactions.Of(ctx, facts)
	if diff := cmp.Diff([]datasource.Transaction{{Session: "42", Kill: "KILL 42", Age: time.Hour, Modified: -1},
		{Age: time.Minute, Modified: -1}}, open); err != nil || diff != "" {
		t.Errorf("transactions: %v (-want +got):\n%s", err, diff)
	}
	if free, err := datasource.FactFreeSpace.Of(ctx, facts); err != nil || free != 4096 {
		t.Errorf("free space %d, %v", free, err)
	}
	sizes, err := datasource.FactTableSizes.Of(ctx, facts)
	if diff := cmp.Diff([]datasource.TableSize{{Bytes: 123, Rows: -1}},
		sizes.Of(datasource.TableName{Schema: "SHOP", Name: "ORDERS"})); err != nil || diff != "" {
		t.Errorf("sizes: %v (-want +got):\n%s", err, diff)
	}
	for fact, err := range map[string]error{"resources": second(datasource.FactOracleResources.Of(ctx, facts)),
		"undo":        second(datasource.FactOracleUndo.Of(ctx, facts)),
		"tablespaces": second(datasource.FactTablespaces.Of(ctx, facts))} {
		if datasource.ClassOf(err) != datasource.ErrUnsupported {
			t.Errorf("%s: %v", fact, err)
		}
	}

	delete(answers, "SELECT 1 FROM DBA_SEGMENTS WHERE 1 = 0")
	answers["SHOW VARIABLES"] = nil
	answers["SELECT OB_VERSION(), SYS_CONTEXT('USERENV', 'SESSION_USER') FROM DUAL"] = [][]string{{"3.2.4", "OTHER"}}
	facts = datasource.NewFacts(ctx,
		openPeer(t, startPeer(t, &peer{answers: answers}), datasource.OceanBaseOracle, datasource.TLSDisabled))
	for fact, err := range map[string]error{"connections": second(datasource.FactConnections.Of(ctx, facts)),
		"transactions": second(datasource.FactTransactions.Of(ctx, facts)),
		"sizes":        second(datasource.FactTableSizes.Of(ctx, facts))} {
		if datasource.ClassOf(err) != datasource.ErrUnsupported {
			t.Errorf("not readable, %s: %v", fact, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// With tls.mode preferred and no TLS on the server, the flag is in the response.
func TestOracleModeWithoutTLSOffered(t *testing.T) {
	t.Parallel()
	p := startPeer(t, &peer{refuse: true, plain: true})
	if _, err := openPeer(t, p, datasource.OceanBaseOracle, datasource.TLSPreferred).Read(t.Context(),
		datasource.FactServer); err == nil {
		t.Fatal("the peer refuses everyone")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.opening) != 1 || p.opening[0][7]&0x08 == 0 || p.opening[0][5]&0x08 != 0 {
		t.Errorf("% x", p.opening)
	}
}

// A cancelled statement ends immediately.
func TestOracleModeCancelled(t *testing.T) {
	t.Parallel()
	p := startPeer(t, &peer{stalled: make(chan struct{})})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		<-p.stalled
		cancel()
	}()
	_, err := openPeer(t, p, datasource.OceanBaseOracle, datasource.TLSDisabled).Read(ctx, datasource.FactLatency)
	if datasource.ClassOf(err) != datasource.ErrCancelled {
		t.Errorf("%v", err)
	}
}

func TestTenantInAnotherModeIsRefused(t *testing.T) {
	t.Parallel()
	for _, rows := range [][][]string{{}, {{"ob_compatibility_mode", "MYSQL"}}} {
		p := startPeer(t, &peer{answers: map[string][][]string{"SHOW VARIABLES LIKE 'ob_compatibility_mode'": rows}})
		_, err := openPeer(t, p, datasource.OceanBaseOracle, datasource.TLSDisabled).Read(t.Context(),
			datasource.FactServer)
		if datasource.ClassOf(err) != datasource.ErrUnsupported {
			t.Errorf("%v: %v", rows, err)
		}
	}
}

// Only OceanBase's Enterprise Edition has Oracle mode, and no image of it is public: the test requires a
// tenant, named by PRECHECK_OB_ORACLE as host:port:user:password.
func TestRealOracleModeTenant(t *testing.T) {
	t.Parallel()
	parts := strings.SplitN(os.Getenv("PRECHECK_OB_ORACLE"), ":", 4)
	if len(parts) != 4 {
		t.Skip(
			"PRECHECK_OB_ORACLE names no tenant (host:port:user:password): Oracle mode stays untried against " +
				"OceanBase itself")
	}
	port, err := strconv.Atoi(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	user, _, _ := strings.Cut(parts[2], "@")
	e := datasource.Endpoint{Type: datasource.OceanBaseOracle, Host: parts[0], Port: port, User: parts[2],
		Password: datasource.NewSecret(parts[3])}
	r, err := oceanbase.Open(e, func(context.Context) ([]string, error) { return []string{strings.ToUpper(user)}, nil })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	facts := datasource.NewFacts(t.Context(), r)
	if server, err := datasource.FactServer.Of(t.Context(), facts); err != nil || server.Mode != "ORACLE" {
		t.Fatalf("%+v, %v", server, err)
	}
	for name, read := range map[string]func() error{
		"latency":   func() error { _, err := datasource.FactLatency.Of(t.Context(), facts); return err },
		"variables": func() error { _, err := datasource.FactVariables.Of(t.Context(), facts); return err },
		"schemas":   func() error { _, err := datasource.FactSchemas.Of(t.Context(), facts); return err },
		"tables":    func() error { _, err := datasource.FactTables.Of(t.Context(), facts); return err },
		"columns":   func() error { _, err := datasource.FactColumns.Of(t.Context(), facts); return err },
		"tenant":    func() error { _, err := datasource.FactTenant.Of(t.Context(), facts); return err },
		"units":     func() error { _, err := datasource.FactUnits.Of(t.Context(), facts); return err },
		"indexes":   func() error { _, err := datasource.FactIndexes.Of(t.Context(), facts); return err },
		"zones":     func() error { _, err := datasource.FactOracleTimeZone.Of(t.Context(), facts); return err },
		"limits":    func() error { _, err := datasource.FactConnections.Of(t.Context(), facts); return err },
		"open":      func() error { _, err := datasource.FactTransactions.Of(t.Context(), facts); return err },
		"sizes":     func() error { _, err := datasource.FactTableSizes.Of(t.Context(), facts); return err },
		"rights":    func() error { _, err := datasource.FactOraclePrivileges.Of(t.Context(), facts); return err },
		"triggers":  func() error { _, err := datasource.FactTriggers.Of(t.Context(), facts); return err },
		"language":  func() error { _, err := datasource.FactNLS.Of(t.Context(), facts); return err },
	} {
		if err := read(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// answer returns the rows of a statement. White space does not count.
func (p *peer) answer(statement string) (rows [][]string, known bool) {
	for text, rows := range p.answers {
		if strings.Join(strings.Fields(text), " ") == strings.Join(strings.Fields(statement), " ") {
			return rows, true
		}
	}
	return nil, false
}

// A query of someone else runs in a read-only transaction, in a session of its own.
func TestOracleModeQuery(t *testing.T) {
	t.Parallel()
	p := startPeer(t, &peer{answers: map[string][][]string{
		"SHOW VARIABLES LIKE 'ob_compatibility_mode'":                           {{"ob_compatibility_mode", "ORACLE"}},
		"SELECT OB_VERSION(), SYS_CONTEXT('USERENV', 'SESSION_USER') FROM DUAL": {{"4.2.1.8", "SHOP"}},
		"SET TRANSACTION READ ONLY":                                             {},
		"SELECT c0, c1 FROM t WHERE owner IN ('SHOP')":                          {{"a", "b"}, {"c", "d"}, {"e", "f"}},
	}})
	r := openPeer(t, p, datasource.OceanBaseOracle, datasource.TLSRequired)
	got, err := datasource.FactQueryResult.Of(t.Context(), datasource.NewFacts(t.Context(), r),
		datasource.QueryText{SQL: "SELECT c0, c1 FROM t WHERE owner IN ({schemas})", Rows: 2})
	if err != nil {
		t.Fatal(err)
	}
	want := datasource.QueryResult{Columns: []string{"C0", "C1"}, More: true,
		Rows: [][]datasource.QueryCell{{{Text: "a"}, {Text: "b"}}, {{Text: "c"}, {Text: "d"}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	at := slices.IndexFunc(p.statements, func(s string) bool {
		return strings.Contains(s, "SET TRANSACTION READ ONLY")
	})
	if at < 0 || at+1 >= len(p.statements) || !strings.Contains(p.statements[at+1], "SELECT c0") {
		t.Errorf("the statements are %q", p.statements)
	}
}
