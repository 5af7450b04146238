package engine_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/engine/checktest"

	"github.com/google/go-cmp/cmp"
	go_ora "github.com/sijms/go-ora/v2"
	"github.com/sijms/go-ora/v2/network"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/disposable"
	"github.com/dbprecheck/precheck/datasource/oracle"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

// emulatedTables starts an emulated listener whose schema SHOP has n tables, and returns its endpoint.
func emulatedTables(t *testing.T, release oracletest.Release, n int) (*oracletest.Server, checktest.Endpoint) {
	t.Helper()
	srv := oracletest.New(t, release, oracletest.Options{})
	srv.SetContext("CON_NAME", "CDB$ROOT") // from where the rights to read the redo can be seen
	srv.Insert("DBA_USERS", oracletest.Row{"USERNAME": "SHOP", "USER_ID": 101})
	srv.Fill("DBA_ALL_TABLES", []string{"OWNER", "TABLE_NAME", "TEMPORARY"}, n,
		func(i int) []any { return []any{"SHOP", fmt.Sprintf("T%04d", i), "N"} })
	srv.Fill("DBA_TAB_COLS", []string{"OWNER", "TABLE_NAME", "COLUMN_NAME", "COLUMN_ID", "DATA_TYPE", "DATA_LENGTH",
		"NULLABLE", "HIDDEN_COLUMN", "VIRTUAL_COLUMN"}, 2*n, func(i int) []any {
		return []any{"SHOP", fmt.Sprintf("T%04d", i/2), fmt.Sprintf("C%d", i%2), i%2 + 1, "VARCHAR2", 20, "Y", "NO",
			"NO"}
	})
	for i := range n {
		srv.Table("SHOP", fmt.Sprintf("T%04d", i), false)
	}
	return srv, checktest.Endpoint{Schema: "SHOP",
		Server: &dbtest.Server{Server: disposable.Server{Product: dbtest.OracleFree, Host: srv.Host, Port: srv.Port,
			User: srv.User, Password: srv.Password, Service: srv.Service}}}
}

// mostOracleStatements is the upper bound of statements on an Oracle source in a run with all
// phases. A third of them are the views that ORACLE_DICTIONARY_PRIVILEGE probes one at a time.
const mostOracleStatements = 143

// A run over 500 tables of Oracle's dictionary sends the same statements as a run over 20 tables.
// All statements are read-only, and the connections stay within their limit. The emulated listener
// records them.
func TestCostAndReadOnlyOnOracleEmulated(t *testing.T) {
	t.Parallel()
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			asked := func(tables int) []string {
				srv, source := emulatedTables(t, release, tables)
				_, dest := emulatedTables(t, release, 0)
				report, err := e.Run(t.Context(), checktest.Real{Source: source, Dest: dest}.Task(checks.AllPhases))
				if err != nil {
					t.Fatal(err)
				}
				for _, u := range report.Usage {
					if u.Connections > engine.DefaultConnections {
						t.Errorf("%s had %d connections open, more than %d", u.Side, u.Connections,
							engine.DefaultConnections)
					}
				}
				var texts []string
				for _, s := range srv.Statements() {
					if !strings.HasPrefix(s.SQL, "SELECT ") && s.SQL != "SET TRANSACTION READ ONLY" {
						t.Errorf("not a read-only statement: %s", s.SQL)
					}
					if strings.Contains(s.SQL, "--") || strings.Contains(s.SQL, "/*") || strings.HasSuffix(s.SQL, ";") {
						t.Errorf("go-ora misreads comments and a final semicolon: %s", s.SQL)
					}
					if strings.HasPrefix(s.SQL, "SELECT ") {
						texts = append(texts, s.SQL)
					}
				}
				slices.Sort(texts)
				return texts
			}
			few, many := asked(20), asked(500)
			if len(few) == 0 {
				t.Fatal("no statements")
			}
			if diff := cmp.Diff(few, many); diff != "" {
				t.Errorf("statements over 500 tables differ from those over 20 (-20 +500):\n%s", diff)
			}
			if len(many) > mostOracleStatements {
				t.Errorf("%d statements on the source, more than %d", len(many), mostOracleStatements)
			}
		})
	}
}

// Every fact that a check of this route needs can be read from Oracle, also if the tables already
// exist on the destination: no item is unchecked because a fact has no loader, or because a release
// does not have a view or column.
func TestEveryFactIsReadFromOracleEmulated(t *testing.T) {
	t.Parallel()
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			_, source := emulatedTables(t, release, 3)
			_, dest := emulatedTables(t, release, 3)
			task := checktest.Real{Source: source, Dest: dest,
				Settings: checks.Settings{Deep: true}}.Task(checks.AllPhases)
			report, err := e.Run(t.Context(), task)
			if err != nil {
				t.Fatal(err)
			}
			for _, res := range report.Results {
				switch class := datasource.ClassOf(res.Err); {
				case res.Outcome != engine.Unknown:
				case class == datasource.ErrUnsupported, class == datasource.ErrNoSuchObject, class == "":
					t.Errorf("%s could not be checked: %v", res.Item.Name(), res.Err)
				default:
					t.Logf("%s could not be checked: %v", res.Item.Name(), res.Err)
				}
			}
		})
	}
}

// The same holds for a destination with the MySQL protocol that already has the tables. MySQL
// does not report its free disk space.
func TestEveryFactIsReadFromOracleEmulatedToRealServers(t *testing.T) {
	t.Parallel()
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".T0000 (C0 VARCHAR(20), C1 VARCHAR(20))",
			"CREATE TABLE "+schema+".T0001 (C0 INT)")
		_, source := emulatedTables(t, oracletest.Release19c, 3)
		task := checktest.Real{Source: source, Dest: checktest.Endpoint{Server: s, Schema: schema},
			Settings: checks.Settings{Deep: true}}.Task(checks.Schema | checks.Full | checks.Incremental)
		report, err := e.Run(t.Context(), task)
		if err != nil {
			t.Fatal(err)
		}
		for _, res := range report.Results {
			if res.Outcome == engine.Unknown && res.Item.Check.Type != "RDB_DISK_SPACE" {
				t.Errorf("%s could not be checked: %v", res.Item.Name(), res.Err)
			}
		}
	})
}

// tenant is an emulated listener that reports itself as an OceanBase tenant in Oracle mode. Its
// dictionary is Oracle's, which is similar to OceanBase's. It does not prove what a real tenant returns.
type tenant struct{ db *sql.DB }

func (d tenant) Query(ctx context.Context, query string, each func([]string) error) error {
	if query == "SHOW VARIABLES" {
		return errors.Join(each([]string{"max_connections", "1000"}), each([]string{"undo_retention", "86400"}))
	}
	rows, err := d.db.QueryContext(ctx, query)
	if err != nil {
		return refusal(err)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	values, pointers, cells := make([]sql.NullString, len(names)), make([]any, len(names)), make([]string, len(names))
	for i := range values {
		pointers[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(pointers...); err != nil {
			return err
		}
		for i, v := range values {
			cells[i] = v.String
		}
		if err := each(cells); err != nil {
			return err
		}
	}
	return refusal(rows.Err())
}

func (d tenant) Answer(context.Context, string, int) (datasource.QueryResult, error) {
	return datasource.QueryResult{}, errors.New("not emulated")
}

func refusal(err error) error {
	var server *network.OracleError
	if errors.As(err, &server) {
		return oracle.Refusal(server.ErrCode, server.ErrMsg, err)
	}
	return err
}

func (tenant) Identify(context.Context) (datasource.Server, error) {
	return datasource.Server{Flavor: datasource.FlavorOceanBase, Version: datasource.Version{Major: 4, Minor: 3},
		VersionText: "4.3.5.0", Mode: "ORACLE", Account: "SHOP"}, nil
}

func (tenant) Usage() datasource.Usage { return datasource.Usage{} }

func (d tenant) Close() error { return d.db.Close() }

// tenantReader adds the facts of OceanBase's own views.
type tenantReader struct {
	*oracle.Reader
	own datasource.Snapshot
}

func (r tenantReader) Read(ctx context.Context, fact datasource.AnyFact) (any, error) {
	if value, ok := r.own[fact]; ok {
		return value, nil
	}
	return r.Reader.Read(ctx, fact)
}

// Every fact that a check of a task between tenants in Oracle mode needs can be read from a
// dictionary like Oracle's, except for the facts of OceanBase's own views.
func TestEveryFactIsReadFromTenantEmulated(t *testing.T) {
	t.Parallel()
	open := func(e datasource.Endpoint, scope datasource.Scope) (datasource.Reader, error) {
		connector := go_ora.NewConnector(go_ora.BuildUrl(e.Host, e.Port, "ORCLPDB1", e.User, e.Password.Reveal(), nil))
		return tenantReader{oracle.NewReader(e, scope, tenant{sql.OpenDB(connector)}), datasource.Snapshot{
			datasource.FactTenant: datasource.Tenant{Cluster: "1", ID: 1002, Name: "ora", Status: "NORMAL",
				Role:    "PRIMARY",
				LogMode: "ARCHIVELOG", Switched: "NORMAL"},
			datasource.FactUnits: []datasource.Unit{}, datasource.FactMemstores: []datasource.Memstore{},
			datasource.FactDRC:          datasource.ReaderAccount{},
			datasource.FactNodes:        []datasource.Node{{Zone: "z1", Address: "127.0.0.1:2881", Reached: true}},
			datasource.FactOBParameters: datasource.Variables{"obconfig_url": "http://127.0.0.1/services"},
			datasource.FactTransactions: []datasource.Transaction{}, datasource.FactFreeSpace: int64(1) << 40,
		}}, nil
	}
	e, err := engine.New(engine.WithOpener(open))
	if err != nil {
		t.Fatal(err)
	}
	end := func() checktest.Endpoint {
		srv, end := emulatedTables(t, oracletest.Release12c, 3)
		srv.Fill("DBA_TABLES", []string{"OWNER", "TABLE_NAME", "TEMPORARY"}, 3,
			func(i int) []any { return []any{"SHOP", fmt.Sprintf("T%04d", i), "N"} })
		return end
	}
	task := checktest.Real{Source: end(), Dest: end(), Settings: checks.Settings{Deep: true}}.Task(checks.AllPhases)
	for _, e := range []*engine.Endpoint{&task.Source, &task.Destination} {
		e.Type, e.Service = datasource.OceanBaseOracle, ""
	}
	report, err := e.Run(t.Context(), task)
	if err != nil {
		t.Fatal(err)
	}
	for _, res := range report.Results {
		// An endpoint leads to one tenant; logs are read by an account of another, sys.
		account := res.Item.Check.Type == "RDB_LOG_PRIVILEGE" || res.Item.Check.Type == "OB_DRC_VIEW_PRIVILEGE"
		if res.Outcome == engine.Unknown && !account {
			t.Errorf("%s could not be checked: %v", res.Item.Name(), res.Err)
		}
	}
}
