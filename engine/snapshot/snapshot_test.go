package snapshot_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/snapshot"
)

var exported = cmp.Exporter(func(reflect.Type) bool { return true })

var shopT = datasource.TableName{Schema: "shop", Name: "t"}

// small returns a snapshot of a few facts.
func small() *snapshot.Snapshot {
	account := datasource.Account{User: "app", Host: "10.1.2.%"}
	facts := []snapshot.Fact{
		{Fact: datasource.FactServer, Value: datasource.Server{Flavor: datasource.FlavorMySQL, VersionText: "9.7.0",
			Account: "checker@db7.example.com"}},
		{Fact: datasource.FactSchemas, Value: []datasource.Schema{{Name: "shop"}, {Name: "crm"}}},
		{Fact: datasource.FactVariables, Value: datasource.Variables{"hostname": "db7.example.com",
			"wsrep_sst_auth": "sst:geheim", "log_error": "/var/log/db7.example.com.err", "port": "3306",
			"init_connect": "SET PASSWORD = 'geheim'"}},
		{Fact: datasource.FactTables, Scoped: true,
			Value: datasource.Tables{{TableName: shopT, Kind: datasource.BaseTable, Comment: "of db7.example.com"}}},
		{Fact: datasource.FactColumns, Scoped: true, Value: datasource.GroupByTable(
			datasource.RowsOf[datasource.Column]{Table: shopT, Rows: []datasource.Column{
				{Name: "id", Position: 1, ColumnType: &datasource.ColumnType{DataType: "int"}}}})},
		{Fact: datasource.FactAccounts, Value: []datasource.Account{account, {User: "root", Host: "localhost"}}},
		{Fact: datasource.FactRoutines, Scoped: true,
			Value: []datasource.Routine{{TableName: shopT, Definer: "app@10.1.2.%"}}},
		{Fact: datasource.FactGrants, Value: datasource.Grants{Account: account, Rights: datasource.Rights{
			NotUnderstood: []string{
				"GRANT X ON *.* TO `app`@`10.1.2.%` IDENTIFIED BY PASSWORD '*94BDCEBE19083CE2A'"}}}},
		{Fact: datasource.FactTransactions, Value: []datasource.Transaction{
			{Account: "app@10.1.2.3", Query: "UPDATE t SET card = '4111 1111'"}}},
		{Fact: datasource.FactFilledTables.With([]datasource.TableName{shopT, {Schema: "shop", Name: "u"}}),
			Scoped: true, Value: datasource.FilledTables{Filled: []datasource.TableName{shopT}}},
		{Fact: datasource.FactSystemAccounts, Err: json.RawMessage(
			`{"Text":"Access denied for user 'app'@'10.1.2.3' (db7.example.com, 10.1.2.9:3306)"}`)},
	}
	return &snapshot.Snapshot{
		Info: snapshot.Info{Captured: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Side: checks.Source,
			Databases: []snapshot.Database{{Role: checks.Master, Type: datasource.MySQL, Host: "db7.example.com",
				Port: 3306, User: "checker", Scope: []string{"shop"}}}},
		Facts: map[checks.Role][]snapshot.Fact{checks.Master: facts},
	}
}

func written(t testing.TB, s *snapshot.Snapshot) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := snapshot.Write(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// lines returns the decompressed lines of a snapshot.
func lines(t testing.TB, file []byte) []string {
	t.Helper()
	_, compressed, _ := bytes.Cut(file, []byte("\n"))
	z, err := zstd.NewReader(bytes.NewReader(compressed))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// file returns a snapshot with these lines.
func file(t testing.TB, lines ...string) []byte {
	t.Helper()
	b := bytes.NewBufferString("precheck-snapshot 1\n")
	z, err := zstd.NewWriter(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if _, err := io.WriteString(z, line+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	want := small()
	got, err := snapshot.Read(bytes.NewReader(written(t, want)))
	if err != nil {
		t.Fatal(err)
	}
	equal := cmp.Comparer(func(a, b datasource.AnyFact) bool { return a == b })
	if diff := cmp.Diff(want, got, exported, equal); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	info, err := snapshot.ReadInfo(bytes.NewReader(written(t, want)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&want.Info, info); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
}

// A snapshot that is not as Write wrote it is refused, with the reason.
func TestMalformedSnapshotsAreRefused(t *testing.T) {
	t.Parallel()
	whole := written(t, small())
	good := lines(t, whole)
	end := good[len(good)-1]
	changed := func(old, with string) []byte {
		t.Helper()
		text := strings.Join(good, "\n")
		if !strings.Contains(text, old) {
			t.Fatalf("no %s in the snapshot", old)
		}
		return file(t, strings.Split(strings.Replace(text, old, with, 1), "\n")...)
	}
	with := func(line string) []byte {
		more := append(append([]string{}, good[:len(good)-1]...), line)
		return file(t, append(more, fmt.Sprintf(`{"end":%d}`, len(more)-1))...)
	}
	version := func(n string) []byte {
		return bytes.Replace(whole, []byte("snapshot 1\n"), []byte("snapshot "+n+"\n"), 1)
	}
	nested := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	damaged := bytes.Clone(whole)
	damaged[len(damaged)/2] ^= 0xff
	for name, tc := range map[string]struct {
		file []byte
		want string
	}{
		"empty":               {nil, "not a snapshot"},
		"another file":        {[]byte("name: shop\nsource: {}\n"), "not a snapshot"},
		"only zstd":           {whole[bytes.IndexByte(whole, '\n')+1:], "not a snapshot"},
		"newer":               {version("2"), "a newer version of precheck wrote"},
		"no version":          {version("x"), "not a snapshot"},
		"version 0":           {version("0"), "not a snapshot"},
		"long version":        {[]byte("precheck-snapshot 11111111111111111111"), "a newer version"},
		"truncated":           {whole[:len(whole)-20], "incomplete"},
		"only the first":      {whole[:bytes.IndexByte(whole, '\n')+1], "incomplete"},
		"no end":              {file(t, good[:len(good)-1]...), "incomplete"},
		"facts are missing":   {file(t, append(append([]string{}, good[:3]...), end)...), "incomplete"},
		"damaged":             {damaged, "damaged"},
		"not compressed":      {[]byte("precheck-snapshot 1\n" + strings.Join(good, "\n")), "damaged"},
		"not JSON":            {file(t, "hello"), "damaged"},
		"broken JSON":         {file(t, "{"), "damaged"},
		"more":                {file(t, append(append([]string{}, good...), "{}")...), "continues"},
		"unknown fact":        {with(`{"role":"MASTER","fact":"weather","value":1}`), `the unknown fact "weather"`},
		"twice":               {with(good[2]), "occurs twice"},
		"of no database":      {with(strings.Replace(good[1], "MASTER", "SLAVE", 1)), "belongs to no database"},
		"no value":            {with(`{"role":"MASTER","fact":"nls"}`), "neither a value nor an error"},
		"no argument":         {with(`{"role":"MASTER","fact":"zero_dates","value":{}}`), "zero_dates"},
		"an argument":         {with(`{"role":"MASTER","fact":"nls","argument":[],"value":{}}`), "takes none"},
		"wrong argument":      {with(`{"role":"MASTER","fact":"zero_dates","argument":7,"value":{}}`), "zero_dates"},
		"wrong type":          {changed(`"value":[{"Name":"shop"`, `"value":[{"Name":7`), "the fact schemas"},
		"wrong kind":          {changed(`"value":{"hostname"`, `"value":["hostname"`), "damaged"},
		"no type":             {changed(`"Type":1`, `"Type":0`), `the column "id" has no type`},
		"type out of range":   {changed(`"Type":1`, `"Type":2`), "the fact columns"},
		"huge count":          {changed(`[["shop","t",1]]`, `[["shop","t",4294967295]]`), "the fact columns"},
		"side":                {changed(`"SOURCE"`, `"ELSEWHERE"`), "the description of the databases"},
		"role":                {changed(`"Role":"MASTER"`, `"Role":"SLAVE"`), "the description of the databases"},
		"type of database":    {changed(`"Type":"MYSQL"`, `"Type":"DBASE"`), "the description of the databases"},
		"port":                {changed(`"Port":3306`, `"Port":-1`), "the description of the databases"},
		"no time":             {changed("2026-01-02T03:04:05", "0001-01-01T00:00:00"), "the description of"},
		"no server":           {file(t, good[0], good[2], `{"end":1}`), "product and version"},
		"deep":                {with(`{"role":"MASTER","fact":"nls","value":` + nested + `}`), "damaged"},
		"a number that is no": {with(`{"end":1e99}`), "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "bad.snapshot")
			if err := os.WriteFile(path, tc.file, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := snapshot.Open(path)
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), path+": ") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// What cannot be a file of a snapshot is refused with the name of the path.
func TestPathsThatAreNoFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, path := range []string{folder, filepath.Join(folder, "missing"), "/dev/zero"} {
		if _, err := snapshot.OpenInfo(path); err == nil || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

// bomb is a reader of a snapshot of a line that never ends.
func bomb(t *testing.T, start, repeated string, times int) []byte {
	t.Helper()
	b := bytes.NewBufferString("precheck-snapshot 1\n")
	z, err := zstd.NewWriter(b, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		t.Fatal(err)
	}
	head := lines(t, written(t, small()))
	chunk := strings.Repeat(repeated, 1<<20/len(repeated))
	for _, text := range append([]string{head[0] + "\n" + start}, strings.Split(strings.Repeat("x", times-1), "x")...) {
		if text == "" {
			text = chunk
		}
		if _, err := io.WriteString(z, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A small file that becomes large when it is decompressed, and a text of a few bytes per value that takes many times
// as much memory, are refused before they take it.
func TestBombsAreRefused(t *testing.T) {
	for name, tc := range map[string]struct{ start, repeated string }{
		"zeros":         {"", "\x00"},
		"one line":      {`{"role":"`, "a"},
		"empty columns": {`{"role":"MASTER","fact":"columns","value":{"Rows":[{}`, ",{}"},
		"empty lists":   {`{"role":"MASTER","fact":"units","value":[{}`, ",{}"},
	} {
		data := bomb(t, tc.start, tc.repeated, 600)
		if len(data) > 2<<20 {
			t.Fatalf("%s: the file has %d bytes", name, len(data))
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := snapshot.Read(bytes.NewReader(data))
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if grown := after.HeapSys - before.HeapSys; after.HeapSys > before.HeapSys && grown > 2<<30 {
			t.Errorf("%s: took %d MiB", name, grown>>20)
		}
	}
}

// Values that take too much memory are refused, although their text is small enough.
func TestSmallTextOfManyValuesIsRefused(t *testing.T) {
	t.Parallel()
	head := lines(t, written(t, small()))
	form := strings.SplitAfter(head[2], `"form":"`)
	columns := ""
	for _, line := range head {
		if strings.Contains(line, `"fact":"columns"`) {
			columns = line[:strings.Index(line, `"value":`)]
		}
	}
	if columns == "" || len(form) < 2 {
		t.Fatal("the snapshot has no columns")
	}
	hostile := columns + `"value":{"Tables":[["s","t",8000000]],"Types":[{}],"Rows":[{}` +
		strings.Repeat(",{}", 8_000_000) + `]}}`
	_, err := snapshot.Read(bytes.NewReader(file(t, head[0], hostile, `{"end":1}`)))
	if err == nil || !strings.Contains(err.Error(), "larger than this program reads") {
		t.Errorf("got %v", err)
	}
}

// A fact in the form of another version is not used, whatever its value is.
func TestFactsOfAnotherVersionAreNotUsed(t *testing.T) {
	t.Parallel()
	all := lines(t, written(t, small()))
	for i, line := range all {
		if at := strings.Index(line, `"fact":"schemas","form":"`); at >= 0 {
			all[i] = strings.Replace(line, `"form":"`, `"form":"0`, 1)
		}
	}
	s, err := snapshot.Read(bytes.NewReader(file(t, all...)))
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Reader(checks.Master, scope("shop"), nil).Read(t.Context(), datasource.FactSchemas)
	if datasource.ClassOf(err) != datasource.ErrNotCaptured || !strings.Contains(err.Error(), "another version") {
		t.Errorf("got %v", err)
	}
}

func scope(schemas ...string) datasource.Scope { return schemaScope(schemas).all }

// The snapshot answers what its questions cover, and nothing else.
func TestReader(t *testing.T) {
	t.Parallel()
	other := datasource.TableName{Schema: "shop", Name: "u"}
	reader := func(schemas ...string) *datasource.Facts {
		decode := func(data json.RawMessage) error { return fmt.Errorf("read: %s", data) }
		return datasource.NewFacts(t.Context(), small().Reader(checks.Master, scope(schemas...), decode))
	}
	facts := reader("shop")
	for _, tables := range [][]datasource.TableName{{shopT}, {other, shopT}, {}} {
		filled, err := datasource.FactFilledTables.Of(t.Context(), facts, tables)
		if err != nil || len(filled.Filled) != min(len(tables), 1) {
			t.Errorf("%v: %v, %v", tables, filled, err)
		}
	}
	third := []datasource.TableName{shopT, {Schema: "shop", Name: "v"}}
	_, err := datasource.FactFilledTables.Of(t.Context(), facts, third)
	if datasource.ClassOf(err) != datasource.ErrNotCaptured {
		t.Errorf("a table that was not asked about: %v", err)
	}
	if _, err := datasource.FactNLS.Of(t.Context(), facts); datasource.ClassOf(err) != datasource.ErrNotCaptured {
		t.Errorf("a fact that was not captured: %v", err)
	}
	_, err = datasource.FactSystemAccounts.Of(t.Context(), facts)
	if err == nil || !strings.HasPrefix(err.Error(), "read: ") {
		t.Errorf("a fact that could not be read: %v", err)
	}
	wider := reader("shop", "crm")
	if _, err := datasource.FactTables.Of(t.Context(), wider); err == nil || !strings.Contains(err.Error(), "crm") {
		t.Errorf("a schema that was not captured: %v", err)
	}
	if _, err := datasource.FactVariables.Of(t.Context(), wider); err != nil {
		t.Errorf("a fact that has nothing to do with schemas: %v", err)
	}
	if _, err := datasource.FactTables.Of(t.Context(), reader("shop", "new")); err != nil {
		t.Errorf("a schema that does not exist: %v", err)
	}
}

// Passwords and values of rows do not reach a snapshot.
func TestWithoutSecrets(t *testing.T) {
	t.Parallel()
	s := small()
	for i, f := range s.Facts[checks.Master] {
		clean, err := snapshot.WithoutSecrets(f)
		if err != nil {
			t.Fatal(err)
		}
		s.Facts[checks.Master][i] = clean
	}
	text := strings.Join(lines(t, written(t, s)), "\n")
	for _, secret := range []string{"geheim", "94BDCEBE", "4111"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is in the snapshot", secret)
		}
	}
	for _, kept := range []string{"GRANT X ON", "UPDATE", `"port":"3306"`} {
		if !strings.Contains(text, kept) {
			t.Errorf("%s is not in the snapshot", kept)
		}
	}
}

// Masks are the same everywhere, and no name that they replace is left.
func TestRedact(t *testing.T) {
	t.Parallel()
	redacted := func(key string) string {
		s := small()
		if err := s.Redact(key); err != nil {
			t.Fatal(err)
		}
		return strings.Join(lines(t, written(t, s)), "\n")
	}
	text := redacted("a")
	for _, name := range []string{"db7", "example.com", "app", "10.1.2", "checker"} {
		if strings.Contains(text, name) {
			t.Errorf("%s is shown in\n%s", name, text)
		}
	}
	for _, kept := range []string{`"User":"root","Host":"localhost"`, "/var/log/host_", `"shop"`, ".%", `:3306)`} {
		if !strings.Contains(text, kept) {
			t.Errorf("%s is missing in\n%s", kept, text)
		}
	}
	var user, definer string
	if _, rest, ok := strings.Cut(text, `"fact":"accounts"`); ok {
		_, rest, _ = strings.Cut(rest, `{"User":"`)
		user, _, _ = strings.Cut(rest, `"`)
	}
	if _, rest, ok := strings.Cut(text, `"Definer":"`); ok {
		definer, _, _ = strings.Cut(rest, "@")
	}
	if user != definer || !strings.HasPrefix(user, "user_") {
		t.Errorf("the account %q has the definer %q", user, definer)
	}
	if text != redacted("a") || text == redacted("b") {
		t.Error("masks do not depend on the name and the key alone")
	}
}

// Snapshots of version 1 stay readable. A fact whose form has changed since is not used.
func TestOldSnapshotsAreRead(t *testing.T) {
	t.Parallel()
	s, err := snapshot.Open(filepath.Join("testdata", "version1.snapshot"))
	if err != nil {
		t.Fatal(err)
	}
	want := small()
	if diff := cmp.Diff(want.Info, s.Info); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	for i, f := range s.Facts[checks.Master] {
		if diff := cmp.Diff(want.Facts[checks.Master][i].Value, f.Value, exported); diff != "" && !f.OtherForm {
			t.Errorf("%s (-written +read):\n%s", f.Fact.Name(), diff)
		}
	}
}

// FuzzRead reads mutated snapshots. Whatever is read can be written and read again.
func FuzzRead(f *testing.F) {
	for _, line := range lines(f, written(f, small())) {
		f.Add(line)
	}
	f.Add(`{"role":"MASTER","fact":"columns","value":{"Tables":[["s","t",1]],"Rows":[{}]}}`)
	head := lines(f, written(f, small()))
	f.Fuzz(func(t *testing.T, line string) {
		for _, text := range []string{head[0] + "\n" + head[1] + "\n" + line + "\n" + `{"end":2}` + "\n",
			line + "\n" + head[1] + "\n" + `{"end":1}` + "\n"} {
			s, err := snapshot.ReadLines(text)
			if err != nil {
				continue
			}
			var b bytes.Buffer
			if err := snapshot.WriteLines(&b, s); err != nil {
				t.Fatal(err)
			}
			if again, err := snapshot.ReadLines(b.String()); err != nil || len(again.Facts) != len(s.Facts) {
				t.Errorf("written and read again: %v", err)
			}
			if err := s.Redact("key"); err != nil {
				t.Error(err)
			}
		}
	})
}
