package oracle

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

var orders = datasource.TableName{Schema: "SHOP", Name: "ORDERS"}

func TestCheckConstraints(t *testing.T) {
	t.Parallel()
	for _, release := range releases {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv := oracletest.New(t, release, oracletest.Options{})
			rule := func(name, condition string, more row) {
				r := row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "CONSTRAINT_NAME": name, "CONSTRAINT_TYPE": "C",
					"STATUS": "ENABLED", "VALIDATED": "VALIDATED", "GENERATED": "USER NAME",
					"SEARCH_CONDITION": condition}
				if release != oracletest.Release11g {
					r["SEARCH_CONDITION_VC"] = condition[:min(len(condition), 4000)]
				}
				for k, v := range more {
					r[k] = v
				}
				srv.Insert("DBA_CONSTRAINTS", r)
			}
			long := strings.Repeat("ID > 0 AND ", 400) + "ID > 0"
			for column, nullable := range map[string]string{"ID": "N", "NAME": "Y"} {
				srv.Insert("DBA_TAB_COLS", row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "COLUMN_NAME": column,
					"COLUMN_ID": 1,
					"DATA_TYPE": "NUMBER", "NULLABLE": nullable, "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO"})
			}
			rule("ANY", `"NAME" IS NOT NULL`, nil) // a CHECK, with which the column stays nullable
			rule("WAITS", `"NAME" IS NOT NULL`, row{"VALIDATED": "NOT VALIDATED", "GENERATED": "GENERATED NAME"})
			rule("SYS_C1", `"ID" IS NOT NULL`, row{"GENERATED": "GENERATED NAME"})
			rule("NAMED", `"ID" IS NOT NULL`, nil)
			rule("BOTH", `"ID" > 0 AND "NAME" IS NOT NULL`, nil)
			rule("SYS_C2", "ID > 1", row{"GENERATED": "GENERATED NAME"})
			rule("IDLE", "ID > 2", row{"STATUS": "DISABLED", "VALIDATED": "NOT VALIDATED"})
			rule("LATE", "ID > 3", row{"VALIDATED": "NOT VALIDATED"})
			rule("LONGEST", long, nil)
			rule("KEY", "", row{"CONSTRAINT_TYPE": "P"})
			facts, _ := openFacts(t, srv)
			got, err := datasource.FactCheckConstraints.Of(t.Context(), facts)
			if err != nil {
				t.Fatal(err)
			}
			last := datasource.CheckConstraint{Name: "LONGEST", Clause: long, Enforced: true}
			if release != oracletest.Release11g {
				last.Clause, last.Cut = strings.TrimSpace(long[:4000]), true
			}
			want := []datasource.CheckConstraint{{Name: "ANY", Clause: `"NAME" IS NOT NULL`, Enforced: true},
				{Name: "BOTH", Clause: `"ID" > 0 AND "NAME" IS NOT NULL`,
					Enforced: true},
				{Name: "IDLE", Clause: "ID > 2", Unchecked: true},
				{Name: "LATE", Clause: "ID > 3", Enforced: true, Unchecked: true}, last,
				{Name: "SYS_C2", Clause: "ID > 1", Enforced: true, Generated: true},
				{Name: "WAITS", Clause: `"NAME" IS NOT NULL`, Enforced: true, Unchecked: true, Generated: true}}
			if diff := cmp.Diff(want, got.Of(orders)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// For a parent that the account may not see, only the schema is known.
func TestForeignKeysWithHiddenParents(t *testing.T) {
	t.Parallel()
	srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
	srv.Insert("DBA_CONSTRAINTS",
		row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "CONSTRAINT_NAME": "FK", "CONSTRAINT_TYPE": "R",
			"R_OWNER":           "OTHER",
			"R_CONSTRAINT_NAME": "PK",
			"DELETE_RULE":       "SET NULL", "DEFERRABLE": "DEFERRABLE", "STATUS": "DISABLED",
			"VALIDATED": "NOT VALIDATED"})
	srv.Insert("DBA_CONS_COLUMNS",
		row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "CONSTRAINT_NAME": "FK", "COLUMN_NAME": "A", "POSITION": 1})
	facts, _ := openFacts(t, srv)
	got, err := datasource.FactForeignKeys.Of(t.Context(), facts)
	if err != nil {
		t.Fatal(err)
	}
	want := []datasource.ForeignKey{{Name: "FK", Columns: []string{"A"}, Parent: datasource.TableName{Schema: "OTHER"},
		ParentColumns: []string{""},
		OnUpdate:      "NO ACTION", OnDelete: "SET NULL", Deferrable: true, Disabled: true, Unchecked: true}}
	if diff := cmp.Diff(want, got.Of(orders)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Parents are keys in scope, enabled or not, and those of other schemas. What the account may see only in part, or not
// at all, is left empty.
func TestParentsOfForeignKeys(t *testing.T) {
	t.Parallel()
	for _, release := range releases {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv := oracletest.New(t, release, oracletest.Options{})
			constraint := func(owner, table, name, kind string, more row, columns ...string) {
				c := row{"OWNER": owner, "TABLE_NAME": table, "CONSTRAINT_NAME": name, "CONSTRAINT_TYPE": kind,
					"STATUS": "ENABLED", "VALIDATED": "VALIDATED"}
				maps.Copy(c, more)
				srv.Insert("DBA_CONSTRAINTS", c)
				for i, column := range columns {
					if column != "" {
						srv.Insert("DBA_CONS_COLUMNS", row{"OWNER": owner, "TABLE_NAME": table,
							"CONSTRAINT_NAME": name, "COLUMN_NAME": column, "POSITION": i + 1})
					}
				}
			}
			references := func(name, owner, key string, columns ...string) {
				constraint("SHOP", "ORDERS", name, "R",
					row{"R_OWNER": owner, "R_CONSTRAINT_NAME": key, "DELETE_RULE": "CASCADE"}, columns...)
			}
			constraint("SHOP", "SHOPS", "SHOPS_PK", "P", nil, "REGION", "ID")
			constraint("SHOP", "SHOPS", "SHOPS_UK", "U", row{"STATUS": "DISABLED"}, "NAME")
			constraint("SHOP", "SHOPS", "SHOPS_CK", "C", nil, "NAME")
			constraint("OTHER", "SHOPS", "SHOPS_PK", "P", nil, "CODE")
			constraint("OTHER", "PARTLY", "PARTLY_PK", "P", nil, "", "B")
			constraint("OTHER", "BARE", "BARE_PK", "P", nil)
			constraint("OTHER", "IDLE", "IDLE_UK", "U", row{"STATUS": "DISABLED"}, "I")
			references("A", "SHOP", "SHOPS_PK", "R", "S")
			references("B", "SHOP", "SHOPS_UK", "N")
			references("C", "OTHER", "SHOPS_PK", "X")
			references("D", "OTHER", "PARTLY_PK", "X", "Y")
			references("E", "OTHER", "BARE_PK", "X")
			references("F", "OTHER", "IDLE_UK", "X")
			references("G", "OTHER", "GONE", "X")
			references("H", "SHOP", "GONE", "X")
			references("I", "O'NEIL", "GONE", "X")
			facts, _ := openFacts(t, srv)
			got, err := datasource.FactForeignKeys.Of(t.Context(), facts)
			if err != nil {
				t.Fatal(err)
			}
			key := func(name, owner, table string, columns, parents []string) datasource.ForeignKey {
				return datasource.ForeignKey{Name: name, Columns: columns, ParentColumns: parents,
					Parent: datasource.TableName{Schema: owner, Name: table}, OnUpdate: "NO ACTION",
					OnDelete: "CASCADE"}
			}
			x := []string{"X"}
			none := []string{""}
			want := []datasource.ForeignKey{
				key("A", "SHOP", "SHOPS", []string{"R", "S"}, []string{"REGION", "ID"}),
				key("B", "SHOP", "SHOPS", []string{"N"}, []string{"NAME"}),
				key("C", "OTHER", "SHOPS", x, []string{"CODE"}),
				key("D", "OTHER", "PARTLY", []string{"X", "Y"}, []string{"", "B"}),
				key("E", "OTHER", "BARE", x, none),
				key("F", "OTHER", "IDLE", x, []string{"I"}),
				key("G", "OTHER", "", x, none),
				key("H", "SHOP", "", x, none),
				key("I", "O'NEIL", "", x, none)}
			if diff := cmp.Diff(want, got.Of(orders)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Keys are read once for the indexes and the foreign keys; those of other schemas only if a foreign key refers to one.
func TestConstraintsAreReadOnce(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		owners []string // of the keys that foreign keys refer to
		want   []string // the kinds of constraints that are read, and the first schema
	}{
		{nil, []string{"'P', 'U' of 'SHOP'", "'R' of 'SHOP'"}},
		{[]string{"SHOP", "O'NEIL"}, []string{"'P', 'U' of 'SHOP'", "'R' of 'SHOP'"}},
		{[]string{"SHOP", "OTHER"}, []string{"'P', 'U' of 'OTHER'", "'P', 'U' of 'SHOP'", "'R' of 'SHOP'"}},
	} {
		srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
		for _, owner := range tc.owners {
			srv.Insert("DBA_CONSTRAINTS", row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "CONSTRAINT_NAME": "FK_" + owner,
				"CONSTRAINT_TYPE": "R", "R_OWNER": owner, "R_CONSTRAINT_NAME": "PK"})
			srv.Insert("DBA_CONS_COLUMNS", row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS",
				"CONSTRAINT_NAME": "FK_" + owner, "COLUMN_NAME": "A", "POSITION": 1})
		}
		facts, _ := openFacts(t, srv)
		if _, err := datasource.FactIndexes.Of(t.Context(), facts); err != nil {
			t.Fatal(err)
		}
		if _, err := datasource.FactForeignKeys.Of(t.Context(), facts); err != nil {
			t.Fatal(err)
		}
		read := regexp.MustCompile(`c\.owner IN \(('\w+')[^)]*\)\) AND c\.constraint_type (?:= |IN \()([^)]+)`)
		var got []string
		for _, s := range srv.Statements() {
			if found := read.FindStringSubmatch(s.SQL); found != nil {
				got = append(got, found[2]+" of "+found[1])
			}
		}
		slices.Sort(got)
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("foreign keys to %q (-want +got):\n%s", tc.owners, diff)
		}
	}
}

func TestPartitions(t *testing.T) {
	t.Parallel()
	for _, release := range releases {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv := oracletest.New(t, release, oracletest.Options{})
			how := row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "PARTITIONING_TYPE": "LIST",
				"SUBPARTITIONING_TYPE": "HASH"}
			automatic := release != oracletest.Release11g
			if automatic {
				how["AUTOLIST"] = "YES"
			}
			srv.Insert("DBA_PART_TABLES", how)
			srv.Insert("DBA_PART_KEY_COLUMNS",
				row{"OWNER": "SHOP", "NAME": "ORDERS", "OBJECT_TYPE": "TABLE", "COLUMN_NAME": "A",
					"COLUMN_POSITION": 1})
			srv.Insert("DBA_SUBPART_KEY_COLUMNS",
				row{"OWNER": "SHOP", "NAME": "ORDERS", "OBJECT_TYPE": "TABLE", "COLUMN_NAME": "B",
					"COLUMN_POSITION": 1})
			for i, bound := range []string{"'EUROP'", "DEFAULT", "'x'"} {
				srv.Insert("DBA_TAB_PARTITIONS",
					row{"TABLE_OWNER": "SHOP", "TABLE_NAME": "ORDERS", "PARTITION_NAME": string(rune('A' + i)),
						"PARTITION_POSITION": i, "HIGH_VALUE": bound, "HIGH_VALUE_LENGTH": len(bound)})
			}
			facts, _ := openFacts(t, srv)
			got, err := datasource.FactPartitions.Of(t.Context(), facts)
			if err != nil {
				t.Fatal(err)
			}
			want := []datasource.Partitioning{{Method: "LIST", SubMethod: "HASH", Columns: []string{"A"},
				SubColumns: []string{"B"}, Automatic: automatic,
				Partitions: []datasource.Partition{{Name: "A"}, {Name: "B", Description: "DEFAULT"}, {Name: "C"}}}}
			if diff := cmp.Diff(want, got.Of(orders)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// tenant answers as a tenant of OceanBase in Oracle mode, with the rows of each view of its dictionary.
type tenant struct {
	connections
	version datasource.Version
	rows    map[string][][]string
	asked   []string
}

func (s *tenant) Query(_ context.Context, query string, each func([]string) error) error {
	s.asked = append(s.asked, query)
	words := strings.Fields(query)
	for _, r := range s.rows[strings.TrimPrefix(words[slices.Index(words, "FROM")+1], "DBA_")] {
		if err := each(r); err != nil {
			return err
		}
	}
	return nil
}

func (s *tenant) Identify(context.Context) (datasource.Server, error) {
	return datasource.Server{Flavor: datasource.FlavorOceanBase, Mode: "ORACLE", Version: s.version}, nil
}

// The statements to a tenant name the columns that OceanBase's manual lists.
func TestFactsOfOceanBase(t *testing.T) {
	t.Parallel()
	read := func(version datasource.Version, rows map[string][][]string) (*datasource.Facts, *tenant) {
		source := &tenant{version: version, rows: rows}
		r := NewReader(datasource.Endpoint{Type: datasource.OceanBaseOracle},
			func(context.Context) ([]string, error) { return []string{"SHOP"}, nil }, source)
		return datasource.NewFacts(t.Context(), r), source
	}
	v43 := datasource.Version{Major: 4, Minor: 3}

	facts, source := read(v43, map[string][][]string{"CONSTRAINTS": {{"SHOP", "ORDERS", "K", "(A > 1)", "DISABLED",
		"NOT VALIDATED", "USER NAME"}}})
	constraints, err := datasource.FactCheckConstraints.Of(t.Context(), facts)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]datasource.CheckConstraint{{Name: "K", Clause: "(A > 1)", Unchecked: true}},
		constraints.Of(orders)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if query := source.asked[len(source.asked)-1]; strings.Contains(query, "search_condition_vc") {
		t.Errorf("query %s", query)
	}

	number := func(name, position, hidden string) []string {
		return []string{"SHOP", "ORDERS", name, position, "NUMBER", "", "22", "", "", "Y", "", "0", "", "NO", hidden,
			"NO", "NO"}
	}
	facts, source = read(v43, map[string][][]string{"TAB_COLS": {number("SECRET", "65535", "YES"),
		number("HIDDEN", "65535", "YES"), number("ID", "1", "NO")}})
	columns, err := datasource.FactColumns.Of(t.Context(), facts)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range columns.Of(orders) {
		if names = append(names, c.Name); c.Invisible() != (c.Name != "ID") {
			t.Errorf("%s is invisible: %v", c.Name, c.Invisible())
		}
	}
	if diff := cmp.Diff([]string{"ID", "HIDDEN", "SECRET"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if query := source.asked[len(source.asked)-1]; strings.Contains(query, "internal_column_id") ||
		strings.Contains(query, "hidden_column =") {
		t.Errorf("query %s", query)
	}

	for version, external := range map[datasource.Version]bool{v43: true, {Major: 4, Minor: 1}: false} {
		facts, source := read(version, map[string][][]string{"TABLES": {{"SHOP", "ORDERS", "Y", "YES"}}})
		tables, err := datasource.FactOracleTables.Of(t.Context(), facts)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]datasource.OracleTable{{Temporary: true, External: true}},
			tables.Of(orders)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if query := source.asked[len(source.asked)-1]; strings.Contains(query, ", external FROM") != external {
			t.Errorf("%s: query %s", version, query)
		}
	}

	facts, _ = read(v43, map[string][][]string{
		"CONSTRAINTS": {{"SHOP", "ORDERS", "UK", "U", "UK", "SYS_NC16$", "1", "", "ENABLED"},
			{"SHOP", "ORDERS", "UK", "U", "UK", "B", "2", "", "ENABLED"}},
		"IND_EXPRESSIONS": {{"SHOP", "ORDERS", "UK", "1", `UPPER("A")`}},
		"INDEXES": {{"SHOP", "ORDERS", "UK", "UNIQUE", "FUNCTION-BASED NORMAL", "VISIBLE", "SYS_NC16$", "1", "ASC",
			"NO", "SHOP"}},
	})
	indexes, err := datasource.FactIndexes.Of(t.Context(), facts)
	if err != nil {
		t.Fatal(err)
	}
	want := []datasource.Index{{Name: "UK", Unique: true, Type: "NORMAL", Constraint: true,
		Columns: []datasource.IndexColumn{{Expression: `UPPER("A")`, Nullable: true}, {Name: "B", Nullable: true}}}}
	if diff := cmp.Diff(want, indexes.Of(orders)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
