package table_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestStorageEngine(t *testing.T) {
	t.Parallel()
	inno := datasource.StorageEngine{Name: "InnoDB", Support: "DEFAULT", Transactional: true}
	myisam := datasource.StorageEngine{Name: "MyISAM", Support: "YES"}
	rocks := datasource.StorageEngine{Name: "ROCKSDB", Support: "YES", Transactional: true}
	aria := datasource.StorageEngine{Name: "Aria", Support: "YES"}
	all := datasource.StorageEngines{inno, myisam, rocks, aria}
	strict := datasource.Variables{"sql_mode": "STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION"}
	for _, tc := range []struct {
		name, engine string
		dest         datasource.Type
		phases       checks.Phases
		engines      any
		variables    datasource.Variables
		want         []string
		sql          bool
		err          bool
	}{
		{name: "InnoDB", engine: "InnoDB", phases: checks.Schema | checks.Full, engines: all, variables: strict},
		{name: "InnoDB to OceanBase", engine: "InnoDB", dest: datasource.OceanBaseMySQL, phases: checks.Full},
		{name: "MyISAM to OceanBase", engine: "MyISAM", dest: datasource.OceanBaseMySQL, phases: checks.Full,
			want: []string{"not_innodb"}, sql: true},
		{name: "RocksDB on both", engine: "ROCKSDB", phases: checks.Schema | checks.Full, engines: all,
			variables: strict},
		{name: "RocksDB on the source alone", engine: "ROCKSDB", phases: checks.Schema,
			engines: datasource.StorageEngines{inno}, variables: strict, want: []string{"engine_refused"}},
		{name: "RocksDB off on the destination", engine: "ROCKSDB", phases: checks.Schema,
			engines: datasource.StorageEngines{inno, {Name: "RocksDB", Support: "NO"}}, variables: strict,
			want: []string{"engine_refused"}},
		{name: "RocksDB on the source alone, tables there already", engine: "ROCKSDB", phases: checks.Full},
		{name: "Aria replaced", engine: "Aria", phases: checks.Schema | checks.Full,
			engines:   datasource.StorageEngines{inno},
			variables: datasource.Variables{"sql_mode": ""}, want: []string{"engine_substituted"}, sql: true},
		{name: "MyISAM on both", engine: "MyISAM", phases: checks.Schema | checks.Full, engines: all, variables: strict,
			want: []string{"not_transactional"}, sql: true},
		{name: "MyISAM on both, rows not copied", engine: "MyISAM", phases: checks.Schema, engines: all,
			variables: strict},
		{name: "MyISAM disabled", engine: "MyISAM", phases: checks.Schema, engines: all,
			variables: datasource.Variables{"disabled_storage_engines": "FEDERATED, myisam"},
			want:      []string{"engine_refused"},
			sql:       true},
		{name: "InnoDB enforced", engine: "MyISAM", phases: checks.Schema, engines: all,
			variables: datasource.Variables{"enforce_storage_engine": "InnoDB"}, want: []string{"engine_substituted"},
			sql: true},
		{name: "unknown engine of the source", engine: "FEDERATED", phases: checks.Full,
			want: []string{"not_transactional"}},
		{name: "the destination's engines are unknown", engine: "InnoDB", phases: checks.Schema,
			engines: errors.New("lost"),
			err:     true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{
				Source: datasource.Snapshot{
					datasource.FactServer:  datasource.Server{},
					datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
					datasource.FactTables: datasource.Tables{{TableName: datasource.TableName{Schema: "shop",
						Name: "t"},
						Kind: datasource.BaseTable, Engine: tc.engine},
						{TableName: datasource.TableName{Schema: "shop", Name: "v"}, Kind: datasource.View}},
					datasource.FactStorageEngines: all,
					datasource.FactColumns:        datasource.TableRows[datasource.Column]{},
					datasource.FactIndexes:        datasource.TableRows[datasource.Index]{},
				},
				Dest: datasource.Snapshot{datasource.FactServer: datasource.Server{},
					datasource.FactStorageEngines: tc.engines,
					datasource.FactVariables:      tc.variables},
				Route: checks.Route{Dest: tc.dest, Phases: tc.phases},
			}.Run(t, table.StorageEngine)
			if (err != nil) != tc.err {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(findings) > 0 && (findings[0].SQL != nil) != tc.sql {
				t.Errorf("statements %v", findings[0].SQL)
			}
		})
	}
}
