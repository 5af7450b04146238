package mysql_test

import (
	"fmt"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// No fact takes more statements than its loader declares, regardless of what the account may read.
func TestFactsCostWhatLoadersDeclareOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".parent (id INT PRIMARY KEY, d DATE)",
			"CREATE TABLE "+schema+".child (id INT, FOREIGN KEY (id) REFERENCES "+schema+".parent (id))",
			"CREATE TABLE "+schema+".parts (id INT) PARTITION BY HASH (id) PARTITIONS 2")
		parent := datasource.TableName{Schema: schema, Name: "parent"}
		grants := map[string]string{"all": "GRANT ALL ON *.* TO %s", "little": "GRANT SELECT ON " + schema + ".* TO %s"}
		for name, grant := range grants {
			user, password := s.Account(t, grant)
			r := open(t, s, user, password, schema)
			defer func() { _ = r.Close() }()
			read := 0
			for _, fact := range datasource.AllFacts() {
				cost, ok := mysql.Loaders().Cost(fact, datasource.MySQL)
				if !ok {
					continue
				}
				read++
				switch fact {
				case datasource.FactFilledTables:
					fact = datasource.FactFilledTables.With([]datasource.TableName{parent})
				case datasource.FactZeroDates:
					fact = datasource.FactZeroDates.With([]datasource.TableColumns{{Table: parent,
						Columns: []string{"d"}}})
				case datasource.FactRowTests:
					fact = datasource.FactRowTests.With(datasource.RowTests{Tables: []datasource.TestedTable{{
						Table: parent, Tests: []datasource.RowTest{{Kind: datasource.ZeroNumber, Column: "d"}}}}})
				}
				if _, err := r.Read(datasource.WithCaller(t.Context(), fact.Name()), fact); err != nil &&
					name == "all" {
					t.Logf("%s: %v", fact, err)
				}
				if n := r.Usage().Statements[fact.Name()]; n > cost.Statements {
					t.Errorf("%s: %d statements, more than the %d declared", fact, n, cost.Statements)
				}
			}
			if read == 0 {
				t.Error("no fact was read")
			}
		}
	})
}

func TestPrivilegesOfFacts(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fact    datasource.AnyFact
		product datasource.Type
		version datasource.Version
		want    string
	}{
		{datasource.FactServer, datasource.MySQL, datasource.MakeVersion(8), "[]"},
		{datasource.FactBinaryLogStatus, datasource.MySQL, datasource.MakeVersion(8, 4), "[REPLICATION CLIENT]"},
		{datasource.FactBinaryLogStatus, datasource.MariaDB, datasource.MakeVersion(10, 4), "[REPLICATION CLIENT]"},
		{datasource.FactBinaryLogStatus, datasource.MariaDB, datasource.MakeVersion(10, 11), "[BINLOG MONITOR]"},
		{datasource.FactGTIDs, datasource.MySQL, datasource.MakeVersion(8), "[]"},
		{datasource.FactRoutines, datasource.MySQL, datasource.MakeVersion(5, 7),
			"[SELECT on mysql.proc or EXECUTE on the routines]"},
		{datasource.FactRoutines, datasource.MySQL, datasource.MakeVersion(9),
			"[SHOW_ROUTINE or EXECUTE on the routines]"},
		{datasource.FactTransactions, datasource.OceanBaseMySQL, datasource.MakeVersion(4, 2),
			"[SELECT on oceanbase.GV$OB_TRANSACTION_PARTICIPANTS SELECT on oceanbase.DBA_OB_TENANTS]"},
	} {
		cost, ok := mysql.Loaders().Cost(tc.fact, tc.product)
		if got := fmt.Sprint(cost.Privileges(tc.product, tc.version)); !ok || got != tc.want {
			t.Errorf("%s of %s %s: %v %s, expected %s", tc.fact, tc.product, tc.version, ok, got, tc.want)
		}
	}
	if _, ok := mysql.Loaders().Cost(datasource.FactTenant, datasource.MySQL); ok {
		t.Error("the tenant of a MySQL server can be read")
	}
	_, err := mysql.Loaders().Read(t.Context(), nil, datasource.MySQL, datasource.FactNLS)
	if datasource.ClassOf(err) != datasource.ErrUnsupported ||
		err.Error() != "NLS database parameters cannot be read from an endpoint of type MYSQL" {
		t.Errorf("a fact of another product: %v", err)
	}
	if _, err := mysql.Loaders().Read(t.Context(), nil, datasource.MySQL, datasource.FactZeroDates); err == nil {
		t.Error("a query without its argument was read")
	}
}
