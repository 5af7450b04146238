package dbtest_test

import (
	"context"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// A program's own test that its schema can be migrated. Its TestMain calls Main. The checks run on real servers of this
// machine; without them, the test is skipped and says what is missing.
func Example() {
	_ = func(t *testing.T) {
		source, destination := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
		schema := source.Database(t)
		source.Exec(t, "USE "+schema, "CREATE TABLE customer (id INT PRIMARY KEY, name VARCHAR(80))")

		e, err := engine.New()
		if err != nil {
			t.Fatal(err)
		}
		report, err := e.Run(context.Background(), engine.Task{
			Phases:      checks.Schema,
			Source:      endpoint(source, datasource.MariaDB),
			Destination: endpoint(destination, datasource.MySQL),
			Objects: checks.Selection{Mode: checks.Specific, Databases: []checks.SelectedDatabase{
				{Name: schema, MappedName: destination.Database(t)}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, res := range report.Results {
			if res.Outcome == engine.Failed {
				t.Errorf("%s: %s", res.Item.Name(), res.Message(20))
			}
		}
	}
}

func endpoint(s *dbtest.Server, product datasource.Type) engine.Endpoint {
	return engine.At(datasource.Endpoint{Type: product, Host: s.Host, Port: s.Port,
		User: s.User, Password: datasource.NewSecret(s.Password)})
}
