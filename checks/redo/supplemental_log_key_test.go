package redo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestSupplementalLogKey(t *testing.T) {
	t.Parallel()
	orders := datasource.TableName{Schema: "SHOP", Name: "ORDERS"}
	primary := datasource.Index{Name: "PK", Primary: true, Unique: true,
		Columns: []datasource.IndexColumn{{Name: "ID"}}}
	unique := datasource.Index{Name: "UK", Unique: true, Columns: []datasource.IndexColumn{{Name: "CODE"}}}
	nullable := datasource.Index{Name: "UN", Unique: true,
		Columns: []datasource.IndexColumn{{Name: "NICK", Nullable: true}}}
	group := func(kind string) datasource.LogGroup { return datasource.LogGroup{Type: kind, Always: true} }
	user := func(always bool, columns ...string) datasource.LogGroup {
		return datasource.LogGroup{Type: "USER LOG GROUP", Always: always, Columns: columns}
	}
	const add, end = `ALTER TABLE "SHOP"."ORDERS" ADD SUPPLEMENTAL LOG DATA (`, `) COLUMNS`
	type logging = datasource.SupplementalLogging
	for _, tc := range []struct {
		name     string
		database logging
		indexes  []datasource.Index
		groups   []datasource.LogGroup
		want     []string
		level    checks.Level
		sql      string
	}{
		{"no logging", logging{}, []datasource.Index{primary}, nil, []string{"primary_key"}, checks.Fail,
			add + "PRIMARY KEY" + end},
		{"no logging, two keys", logging{}, []datasource.Index{primary, unique}, nil, []string{"primary_key"},
			checks.Fail,
			add + "PRIMARY KEY, UNIQUE" + end},
		{"primary and unique keys of the database", logging{PrimaryKey: true, Unique: true},
			[]datasource.Index{primary, unique}, nil, nil, 0, ""},
		{"primary keys of the database", logging{PrimaryKey: true}, []datasource.Index{primary, unique}, nil,
			[]string{"unique_key"}, checks.Warn, add + "UNIQUE" + end},
		{"primary keys of the database, table without primary key", logging{PrimaryKey: true}, nil, nil, nil, 0, ""},
		{"unique keys of the database", logging{Unique: true}, []datasource.Index{unique}, nil,
			[]string{"no_primary_key"},
			checks.Fail, add + "ALL" + end},
		{"all columns of the database", logging{All: true}, nil, nil, nil, 0, ""},
		{"primary key of the table", logging{}, []datasource.Index{primary},
			[]datasource.LogGroup{group("PRIMARY KEY LOGGING")}, nil, 0, ""},
		{"primary and unique keys of the table", logging{}, []datasource.Index{primary, unique},
			[]datasource.LogGroup{group("PRIMARY KEY LOGGING"), group("UNIQUE KEY LOGGING")}, nil, 0, ""},
		{"foreign keys of the table", logging{}, []datasource.Index{primary},
			[]datasource.LogGroup{group("FOREIGN KEY LOGGING")}, []string{"primary_key"}, checks.Fail,
			add + "PRIMARY KEY" + end},
		{"all columns of the table", logging{}, nil, []datasource.LogGroup{group("ALL COLUMN LOGGING")}, nil, 0, ""},
		{"a user-defined group", logging{}, []datasource.Index{primary},
			[]datasource.LogGroup{user(true, "CODE", "ID")}, nil,
			0, ""},
		{"a user-defined group that is not logged always", logging{}, []datasource.Index{primary},
			[]datasource.LogGroup{user(false, "ID")}, []string{"primary_key"}, checks.Fail, add + "PRIMARY KEY" + end},
		{"a user-defined group on a unique key", logging{}, []datasource.Index{unique},
			[]datasource.LogGroup{user(true, "CODE")}, nil, 0, ""},
		{"a user-defined group on a unique key with NULLs", logging{}, []datasource.Index{nullable},
			[]datasource.LogGroup{user(true, "NICK")}, []string{"no_primary_key"}, checks.Fail, add + "ALL" + end},
		{"no key", logging{}, nil, nil, []string{"no_primary_key"}, checks.Fail, add + "ALL" + end},
		{"no key, a primary key group", logging{}, nil, []datasource.LogGroup{group("PRIMARY KEY LOGGING")},
			[]string{"no_primary_key"}, checks.Warn, add + "ALL" + end},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Oracle19With(datasource.Snapshot{
				datasource.FactSchemas:        []datasource.Schema{{Name: "SHOP"}},
				datasource.FactTables:         datasource.Tables{{TableName: orders, Kind: datasource.BaseTable}},
				datasource.FactOracleDatabase: datasource.OracleDatabase{Supplemental: tc.database},
				datasource.FactIndexes: datasource.GroupByTable(datasource.RowsOf[datasource.Index]{Table: orders,
					Rows: tc.indexes}),
				datasource.FactLogGroups: datasource.GroupByTable(datasource.RowsOf[datasource.LogGroup]{Table: orders,
					Rows: tc.groups}),
			})
			findings, _, err := checktest.Facts{Source: source, Dest: checktest.Oracle19With(nil),
				Route: checktest.OracleToOceanBase(checks.Incremental)}.Run(t, redo.SupplementalLogKey)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, f := range findings {
				if f.Level != tc.level || len(f.SQL) != 1 || f.SQL[0] != tc.sql {
					t.Errorf("%s %q, want %s %q", f.Level, f.SQL, tc.level, tc.sql)
				}
			}
		})
	}
}
