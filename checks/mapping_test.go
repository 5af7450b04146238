package checks_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// tables returns tables with names of the form schema.table. A final ! makes a view.
func tables(names ...string) datasource.Tables {
	var list []datasource.Table
	for _, n := range names {
		kind := datasource.BaseTable
		if view, ok := strings.CutSuffix(n, "!"); ok {
			n, kind = view, datasource.View
		}
		schema, name, _ := strings.Cut(n, ".")
		list = append(list, datasource.Table{TableName: datasource.TableName{Schema: schema, Name: name}, Kind: kind})
	}
	return datasource.SortTables(list)
}

// resolver returns a resolver of a selection over these tables.
func resolver(t testing.TB, s checks.Selection, source, dest datasource.NameCase,
	tables datasource.Tables) *checks.Resolver {
	t.Helper()
	var schemas []datasource.Schema
	for _, table := range tables {
		if len(schemas) == 0 || schemas[len(schemas)-1].Name != table.Schema {
			schemas = append(schemas, datasource.Schema{Name: table.Schema})
		}
	}
	return &checks.Resolver{Selection: s,
		Source: datasource.NewFacts(t.Context(), datasource.Snapshot{
			datasource.FactServer: datasource.Server{NameCase: source}, datasource.FactSchemas: schemas,
			datasource.FactTables: tables}),
		Dest: datasource.NewFacts(t.Context(),
			datasource.Snapshot{datasource.FactServer: datasource.Server{NameCase: dest}})}
}

// arrows formats pairs as "source -> destination".
func arrows(pairs []checks.TablePair) []string {
	var lines []string
	for _, p := range pairs {
		lines = append(lines, p.Source.String()+" -> "+p.Dest.String())
	}
	return lines
}

func schemaArrows(pairs []checks.SchemaPair) []string {
	var lines []string
	for _, p := range pairs {
		line := p.Source + " -> " + p.Dest
		if p.Whole {
			line += " whole"
		}
		if !p.Exists {
			line += " missing"
		}
		lines = append(lines, line)
	}
	return lines
}

func TestResolve(t *testing.T) {
	t.Parallel()
	type names = []checks.SelectedTable
	type databases = []checks.SelectedDatabase
	const sensitive, lower, folded = datasource.CaseSensitive, datasource.CaseLower, datasource.CaseFolded
	shop := tables("shop.items", "shop.orders", "shop.v!", "stock.items")
	for _, tc := range []struct {
		name         string
		selection    checks.Selection
		source, dest datasource.NameCase
		tables       datasource.Tables

		schemas, pairs, missing, unmatched []string
		err                                error
	}{
		{name: "a whole schema", selection: checks.Selection{Databases: databases{{Name: "shop"}}}, tables: shop,
			schemas: []string{"shop -> shop whole"},
			pairs:   []string{"shop.items -> shop.items", "shop.orders -> shop.orders", "shop.v -> shop.v"}},
		{name: "renamed schema and table", selection: checks.Selection{Databases: databases{
			{Name: "shop", MappedName: "store", Tables: names{{Name: "orders", MappedName: "sales"}},
				Views: names{{Name: "v"}}}}}, tables: shop,
			schemas: []string{"shop -> store"},
			pairs:   []string{"shop.orders -> store.sales", "shop.v -> store.v"}},
		{name: "two schemas into one",
			selection: checks.Selection{Databases: databases{{Name: "shop", MappedName: "all"},
				{Name: "stock", MappedName: "all"}}}, tables: shop,
			schemas: []string{"shop -> all whole", "stock -> all whole"},
			pairs: []string{"shop.items -> all.items", "shop.orders -> all.orders", "shop.v -> all.v",
				"stock.items -> all.items"}},
		{name: "one table to two places", selection: checks.Selection{Databases: databases{
			{Name: "shop", Tables: names{{Name: "items"}, {Name: "items", MappedName: "copy"}, {Name: "items"}}}}},
			tables:  shop,
			schemas: []string{"shop -> shop"},
			pairs:   []string{"shop.items -> shop.items", "shop.items -> shop.copy"}},
		{name: "whole, but one table renamed", selection: checks.Selection{Databases: databases{
			{Name: "shop"}, {Name: "shop", Tables: names{{Name: "items", MappedName: "goods"}}}}}, tables: shop,
			schemas: []string{"shop -> shop whole"},
			pairs:   []string{"shop.items -> shop.goods", "shop.orders -> shop.orders", "shop.v -> shop.v"}},
		{name: "pattern and renamed schema", selection: checks.Selection{Include: []string{"s*.i*"},
			Databases: databases{{Name: "stock", MappedName: "store",
				Tables: names{{Name: "items", MappedName: "goods"}}}}},
			tables:  shop,
			schemas: []string{"shop -> shop", "stock -> store"},
			pairs:   []string{"shop.items -> shop.items", "stock.items -> store.goods"}},
		{name: "a pattern takes no schema that holds nothing for it",
			selection: checks.Selection{Include: []string{"*.orders"}}, tables: shop,
			schemas: []string{"shop -> shop"},
			pairs:   []string{"shop.orders -> shop.orders"}},
		{name: "include and exclude",
			selection: checks.Selection{Include: []string{"*"}, Exclude: []string{"*.items", "shop.?"}}, tables: shop,
			schemas: []string{"shop -> shop whole", "stock -> stock whole"},
			pairs:   []string{"shop.orders -> shop.orders"}},
		{name: "exclude a schema", selection: checks.Selection{Databases: databases{{Name: "shop"}, {Name: "stock"},
			{Name: "gone"}}, Exclude: []string{"shop", "gone.*"}}, tables: shop,
			schemas: []string{"stock -> stock whole"},
			pairs:   []string{"stock.items -> stock.items"}},
		{name: "missing names and patterns that match nothing",
			selection: checks.Selection{Include: []string{"none.*", "shop.orders", "shop.x*"},
				Databases: databases{{Name: "shop", Tables: names{{Name: "gone", MappedName: "x"}, {Name: "out"}}},
					{Name: "gone"}},
				Exclude: []string{"*.out"}}, tables: shop,
			schemas:   []string{"gone -> gone whole missing", "none -> none whole missing", "shop -> shop"},
			pairs:     []string{"shop.orders -> shop.orders"},
			missing:   []string{"shop.gone -> shop.x"},
			unmatched: []string{"none.*", "shop.x*"}},
		{name: "a pattern that names a schema which is not there",
			selection: checks.Selection{Include: []string{`n\.\*ne.x*`, "s*.items", "x*.*", "out.*"},
				Exclude: []string{"out"}},
			tables:    shop,
			schemas:   []string{"n.*ne -> n.*ne missing", "shop -> shop", "stock -> stock"},
			pairs:     []string{"shop.items -> shop.items", "stock.items -> stock.items"},
			unmatched: []string{`n\.\*ne.x*`, "x*.*", "out.*"}},
		{name: "nothing matches", selection: checks.Selection{Databases: databases{{Name: "empty"}},
			Include: []string{"shop.x"}}, tables: shop,
			schemas: []string{"empty -> empty whole missing", "shop -> shop"}, missing: []string{"shop.x -> shop.x"},
			err: checks.ErrNothingMapped},
		{name: "patterns without wildcards name a table",
			selection: checks.Selection{Include: []string{"shop.orders", `shop.v\.1`, "stock.gone", "stock.items",
				"out.t",
				"out.t", "shop.not"}, Exclude: []string{"*.not"},
				Databases: databases{{Name: "stock", MappedName: "store",
					Tables: names{{Name: "items", MappedName: "goods"}, {Name: "gone"}}}}}, tables: shop,
			schemas: []string{"out -> out missing", "shop -> shop", "stock -> store"},
			pairs:   []string{"shop.orders -> shop.orders", "stock.items -> store.goods"},
			missing: []string{"out.t -> out.t", "shop.v.1 -> shop.v.1", "stock.gone -> store.gone"}},
		{name: "what a pattern matches but an exclude takes away is not unmatched",
			selection: checks.Selection{Include: []string{"shop.v", "stock.*"}, Exclude: []string{"shop.v"}},
			tables:    shop,
			schemas:   []string{"stock -> stock whole"},
			pairs:     []string{"stock.items -> stock.items"}},

		{name: "names differ in case on a case-sensitive source",
			selection: checks.Selection{Include: []string{"shop.ITEMS"}, Databases: databases{{Name: "Shop"}}},
			tables:    tables("shop.Items", "shop.items"),
			schemas:   []string{"Shop -> Shop whole missing", "shop -> shop"},
			missing:   []string{"shop.ITEMS -> shop.ITEMS"}, err: checks.ErrNothingMapped},
		{name: "a source that writes lower case",
			selection: checks.Selection{Include: []string{"SHOP.V*"}, Exclude: []string{"*.VX"},
				Databases: databases{{Name: "Shop", MappedName: "Store", Tables: names{{Name: "Items"}}}}},
			source:  lower,
			tables:  tables("shop.items", "shop.v1", "shop.vx"),
			schemas: []string{"shop -> Store"},
			pairs:   []string{"shop.items -> Store.Items", "shop.v1 -> Store.v1"}},
		{name: "a source that keeps case and does not mind it",
			selection: checks.Selection{Databases: databases{{Name: "shop", Tables: names{{Name: "items"}}}}},
			source:    folded,
			tables:    tables("Shop.Items"),
			schemas:   []string{"Shop -> shop"},
			pairs:     []string{"Shop.Items -> shop.items"}},
		{name: "a destination that writes lower case",
			selection: checks.Selection{Databases: databases{{Name: "Shop", MappedName: "Store"}}}, source: sensitive,
			dest: lower, tables: tables("Shop.Items", "Shop.items"),
			schemas: []string{"Shop -> store whole"},
			pairs:   []string{"Shop.Items -> store.items", "Shop.items -> store.items"}},
		{name: "a destination that keeps case", selection: checks.Selection{Include: []string{"*"}}, dest: folded,
			tables:  tables("Shop.Items"),
			schemas: []string{"Shop -> Shop whole"},
			pairs:   []string{"Shop.Items -> Shop.Items"}},

		{name: "dots, slashes and brackets in names",
			selection: checks.Selection{Include: []string{`sh\.op.a*`, `s/h.[[]1]`, `é?.*/*`}},
			tables: tables2([2]string{"sh.op", "a.b"}, [2]string{"sh", "op.a"}, [2]string{"s/h", "[1]"},
				[2]string{"éü", "a/b"},
				[2]string{"éüü", "a/b"}),
			schemas: []string{"s/h -> s/h", "sh.op -> sh.op", "éü -> éü"},
			pairs:   []string{"s/h.[1] -> s/h.[1]", "sh.op.a.b -> sh.op.a.b", "éü.a/b -> éü.a/b"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m, err := resolver(t, tc.selection, tc.source, tc.dest, tc.tables).Resolve(t.Context())
			if !errors.Is(err, tc.err) || m == nil {
				t.Fatalf("got %v and the error %v, want %v", m, err, tc.err)
			}
			got := map[string][]string{"schemas": schemaArrows(m.Schemas), "pairs": arrows(m.Tables),
				"missing": arrows(m.Missing), "unmatched": m.Unmatched}
			want := map[string][]string{"schemas": tc.schemas, "pairs": tc.pairs, "missing": tc.missing,
				"unmatched": tc.unmatched}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// An exclude is unused if it excludes nothing that the task selects without it.
func TestUnusedExcludes(t *testing.T) {
	t.Parallel()
	shop := tables("shop.items", "shop.orders", "stock.items")
	for _, tc := range []struct {
		selection checks.Selection
		want      []string
	}{
		{checks.Selection{Include: []string{"*"},
			Exclude: []string{"stock", "STOCK.*", "stock.it*", "stoc?.none", "crm.*"}},
			[]string{"STOCK.*", "crm.*"}},
		{checks.Selection{Include: []string{"shop.*"}, Exclude: []string{"stock.*", "*.items", "shop.gone"}},
			[]string{"stock.*", "shop.gone"}},
		{checks.Selection{Include: []string{"shop.gone", "*.orders"},
			Exclude: []string{"shop.g*", "shop.o?", "s*.items"}},
			[]string{"shop.o?", "s*.items"}},
		{checks.Selection{Databases: []checks.SelectedDatabase{{Name: "shop"},
			{Name: "gone", Tables: []checks.SelectedTable{{Name: "t"}}}},
			Exclude: []string{"gone.t", "gone.u", "shop.orders"}}, []string{"gone.u"}},
	} {
		m, err := resolver(t, tc.selection, datasource.CaseSensitive, datasource.CaseSensitive,
			shop).Resolve(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, m.UnusedExcludes); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", tc.selection, diff)
		}
	}
	m, err := resolver(t, checks.Selection{Include: []string{"*"}, Exclude: []string{"SHOP.I*", "Stock"}},
		datasource.CaseFolded, datasource.CaseSensitive, shop).Resolve(t.Context())
	if err != nil || m.UnusedExcludes != nil {
		t.Errorf("names that differ in case: %q, %v", m.UnusedExcludes, err)
	}
}

// tables2 returns tables with these pairs of schema and name.
func tables2(names ...[2]string) datasource.Tables {
	var list []datasource.Table
	for _, n := range names {
		list = append(list, datasource.Table{TableName: datasource.TableName{Schema: n[0], Name: n[1]},
			Kind: datasource.BaseTable})
	}
	return datasource.SortTables(list)
}

func TestMappingLookups(t *testing.T) {
	t.Parallel()
	m, err := resolver(t, checks.Selection{Databases: []checks.SelectedDatabase{
		{Name: "a", MappedName: "All", Tables: []checks.SelectedTable{{Name: "t", MappedName: "T"}, {Name: "gone"}},
			Views: []checks.SelectedTable{{Name: "seen"}}},
		{Name: "b", MappedName: "all"}}}, datasource.CaseSensitive, datasource.CaseFolded,
		tables("a.t", "b.t", "b.v!")).Resolve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := arrows(m.FromDest(datasource.TableName{Schema: "all", Name: "t"})),
		[]string{"a.t -> All.T", "b.t -> all.t"}; !cmp.Equal(got, want) {
		t.Errorf("from the destination's all.t: %v, want %v", got, want)
	}
	if got, want := arrows(m.FromSource(datasource.TableName{Schema: "b", Name: "t"})),
		[]string{"b.t -> all.t"}; !cmp.Equal(got, want) {
		t.Errorf("from the source's b.t: %v, want %v", got, want)
	}
	if got := m.FromSource(datasource.TableName{Schema: "a", Name: "gone"}); len(got) != 0 {
		t.Errorf("a.gone, which is missing, is found: %v", got)
	}
	for name, view := range map[string]bool{"gone": false, "seen": true} {
		got := m.MissingFrom(datasource.TableName{Schema: "a", Name: name})
		if len(got) != 1 || got[0].IsView() != view {
			t.Errorf("missing a.%s: %+v, want it as a view: %t", name, got, view)
		}
	}
	if got, want := arrows(m.BaseTables()), []string{"a.t -> All.T", "b.t -> all.t"}; !cmp.Equal(got, want) {
		t.Errorf("tables with rows: %v, want %v", got, want)
	}
}

func TestEscapePattern(t *testing.T) {
	t.Parallel()
	names := []datasource.TableName{{Schema: "shop", Name: "orders"}, {Schema: "sh*p", Name: "a?"},
		{Schema: "shxp", Name: "ab"}, {Schema: "a.b", Name: "c.d"},
		{Schema: "a", Name: "b.c.d"}, {Schema: "[a]", Name: "[^b]"}, {Schema: "a", Name: "c"},
		{Schema: `back\slash`, Name: `\`}, {Schema: "a/b", Name: "c/*"},
		{Schema: "a/b", Name: "c/d"}, {Schema: "größe", Name: "表 1"}, {Schema: "a-z", Name: "]"},
		{Schema: "*", Name: "*"},
		{Schema: " ", Name: "{a,b}"}}
	for _, name := range names {
		pattern := checks.EscapePattern(name)
		if err := checks.CheckPattern(pattern); err != nil {
			t.Errorf("%v: %v", name, err)
		}
		for _, other := range names {
			if got := checks.NewPatterns([]string{pattern},
				datasource.CaseSensitive).Match(other); got != (name == other) {
				t.Errorf("%s, the pattern of %v, matches %v: %t", pattern, name, other, got)
			}
		}
	}
}

func FuzzEscapePattern(f *testing.F) {
	f.Add("shop", "orders", "x")
	f.Add(`[`, `\`, "*")
	f.Fuzz(func(t *testing.T, schema, name, other string) {
		if schema == "" || name == "" || strings.ContainsRune(schema+name+other, 0) {
			return // no database accepts these
		}
		table := datasource.TableName{Schema: schema, Name: name}
		pattern := checks.EscapePattern(table)
		if !checks.NewPatterns([]string{pattern}, datasource.CaseSensitive).Match(table) {
			t.Errorf("%q does not match %q", pattern, table)
		}
		if other != name && checks.NewPatterns([]string{pattern},
			datasource.CaseSensitive).Match(datasource.TableName{Schema: schema, Name: other}) {
			t.Errorf("%q matches %q, too", pattern, other)
		}
	})
}

func TestCheckPattern(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{"shop.*": true, "shop": true, "*.t_[0-9]": true, `a\.b.c`: true,
		"": false, ".t": false, "shop.": false, "shop.[": false, `shop.t\`: false, "[a-.t": false} {
		if err := checks.CheckPattern(text); (err == nil) != ok {
			t.Errorf("%q: %v, want it accepted: %t", text, err, ok)
		}
	}
}

// Patterns may miss what the account cannot see. The mapping reports such patterns.
func TestMappingReportsPatterns(t *testing.T) {
	t.Parallel()
	source := datasource.NewFacts(t.Context(), datasource.Snapshot{
		datasource.FactServer:  datasource.Server{},
		datasource.FactSchemas: []datasource.Schema{{Name: "a*"}, {Name: "shop"}, {Name: "stock"}},
		datasource.FactTables: datasource.Tables{{TableName: datasource.TableName{Schema: "a*", Name: "t"},
			Kind: datasource.BaseTable},
			{TableName: datasource.TableName{Schema: "shop", Name: "t"}, Kind: datasource.BaseTable},
			{TableName: datasource.TableName{Schema: "stock", Name: "t"}, Kind: datasource.BaseTable}},
	})
	r := &checks.Resolver{Source: source, Dest: source, Selection: checks.Selection{
		Databases: []checks.SelectedDatabase{{Name: "stock"}}, Include: []string{"sho?.t", `a\*.*`}}}
	m, err := r.Resolve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	matched := map[string]bool{}
	for _, s := range m.Schemas {
		matched[s.Source] = s.Matched
	}
	if diff := cmp.Diff(map[string]bool{"a*": true, "shop": true, "stock": false}, matched); diff != "" {
		t.Errorf("matched (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"sho?.t"}, m.WildcardPatterns); diff != "" {
		t.Errorf("open patterns (-want +got):\n%s", diff)
	}
}

// A category limits the tables of a task, but not its views, whether they are named or matched.
func TestTableCategory(t *testing.T) {
	t.Parallel()
	list := tables("shop.keyed", "shop.log", "shop.nullable", "shop.v!")
	var built datasource.TableRowsBuilder[datasource.Index]
	for table, index := range map[string]datasource.Index{
		"keyed":    {Name: "u", Unique: true, Columns: []datasource.IndexColumn{{Name: "id"}}},
		"nullable": {Name: "u", Unique: true, Columns: []datasource.IndexColumn{{Name: "id", Nullable: true}}},
	} {
		built.Add(datasource.TableName{Schema: "shop", Name: table}, index)
	}
	indexes := built.Build(func(a, b datasource.Index) int { return strings.Compare(a.Name, b.Name) })
	for category, want := range map[checks.TableCategory][]string{
		"":                        {"keyed", "log", "nullable", "v"},
		checks.AllTables:          {"keyed", "log", "nullable", "v"},
		checks.WithUniqueRowID:    {"keyed", "v"},
		checks.WithoutUniqueRowID: {"log", "nullable", "v"},
	} {
		r := resolver(t, checks.Selection{Databases: []checks.SelectedDatabase{{Name: "shop"}}, Category: category},
			datasource.CaseSensitive, datasource.CaseSensitive, list)
		r.Source = datasource.NewFacts(t.Context(), datasource.Snapshot{
			datasource.FactServer:  datasource.Server{NameCase: datasource.CaseSensitive},
			datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
			datasource.FactTables:  list, datasource.FactIndexes: indexes})
		m, err := r.Resolve(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, pair := range m.Tables {
			got = append(got, pair.Source.Name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", category, diff)
		}
	}
}

// A database that only has a name maps what patterns select, and selects nothing.
func TestDatabaseWithNameOnly(t *testing.T) {
	t.Parallel()
	r := resolver(t, checks.Selection{Mode: checks.Wildcard, Include: []string{"shop.t*"},
		Databases: []checks.SelectedDatabase{
			{Name: "shop", MappedName: "shop_new", NameOnly: true,
				Tables: []checks.SelectedTable{{Name: "t1", MappedName: "first"}}},
			{Name: "stock", MappedName: "stock_new", NameOnly: true}}},
		datasource.CaseSensitive, datasource.CaseSensitive, tables("shop.t1", "shop.t2", "shop.u", "stock.t1"))
	m, err := r.Resolve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"shop.t1 -> shop_new.first", "shop.t2 -> shop_new.t2"}
	if diff := cmp.Diff(want, arrows(m.Tables)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := schemaArrows(m.Schemas); len(got) != 1 {
		t.Errorf("schemas %v", got)
	}
}
