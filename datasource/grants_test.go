package datasource_test

import (
	"fmt"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

func TestSchemaPatterns(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		pattern, schema string
		want            datasource.Answer
	}{
		{"shop", "shop", datasource.Yes}, {"shop", "shops", datasource.No}, {"shop", "Shop", datasource.No},
		{"%", "shop", datasource.Yes}, {"sh%", "shop", datasource.Yes}, {"%op", "shop", datasource.Yes},
		{"%x%", "shop", datasource.No},
		{"s%o%p", "shop_to_ship", datasource.Yes}, {"s%o%q", "shop_to_ship", datasource.No},
		{"sho_", "shop", datasource.Yes}, {"sho_", "sho", datasource.No}, {"____", "shop", datasource.Yes},
		{"_", "é", datasource.Yes},
		{`a\_b`, "a_b", datasource.Yes}, {`a\_b`, "axb", datasource.No}, {`a\%%`, "a%bc", datasource.Yes},
		{`a\%%`, "abc", datasource.No},
		{`a\\b`, `a\b`, datasource.Yes}, {`a\`, `a\`, datasource.Yes}, {"", "", datasource.Yes},
		{"", "shop", datasource.No},
	} {
		r := datasource.Rights{Wildcards: true,
			Grants: []datasource.Grant{{Level: datasource.OnSchema, Schema: tc.pattern,
				Privileges: []datasource.Privilege{"SELECT"}}}}
		if got := r.OnSchema(tc.schema, "SELECT"); got != tc.want {
			t.Errorf("a grant on %q, of %q: %s, want %s", tc.pattern, tc.schema, got, tc.want)
		}
	}
}

func TestAccount(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"u@%": "'u'@'%'", "a@b@10.%": "'a@b'@'10.%'", `o'b\@h`: `'o''b\\'@'h'`, "role@": "'role'", "SCOTT": "'SCOTT'",
		"@localhost": "''@'localhost'",
	} {
		if got := datasource.ParseAccount(text).Quoted(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestRightsByTable(t *testing.T) {
	t.Parallel()
	rights := datasource.Rights{NameCase: datasource.CaseFolded, NotUnderstood: []string{"GRANT WHAT"},
		Grants: []datasource.Grant{
			{Level: datasource.OnTable, Schema: "Shop", Name: "Orders", Privileges: []datasource.Privilege{"SELECT"}},
			{Level: datasource.OnTable, Schema: "shop", Name: "items", Privileges: []datasource.Privilege{"INSERT"}},
			{Level: datasource.OnSchema, Schema: "stock", Privileges: []datasource.Privilege{"UPDATE"}},
			{Level: datasource.OnTable, Schema: "shop", Name: "orders", Privileges: []datasource.Privilege{"DELETE"}},
			{Level: datasource.OnTable, Schema: "stock", Name: "orders", Privileges: []datasource.Privilege{"SELECT"}}}}
	held := rights.ByTable()
	for _, table := range []datasource.TableName{{Schema: "shop", Name: "orders"}, {Schema: "SHOP", Name: "ITEMS"},
		{Schema: "shop", Name: "gone"}, {Schema: "stock", Name: "orders"}} {
		for _, right := range []datasource.Privilege{"SELECT", "INSERT", "UPDATE", "DELETE"} {
			if got, want := held(table).OnTable(table, right), rights.OnTable(table, right); got != want {
				t.Errorf("%s on %v: %v, want %v", right, table, got, want)
			}
		}
	}
	if got := held(datasource.TableName{Schema: "shop", Name: "orders"}).Grants; len(got) != 3 {
		t.Errorf("%d grants count for shop.orders, want its own two and that on a schema", len(got))
	}
}

// Each of many tables has its own grant.
func BenchmarkRightsByTable(b *testing.B) {
	const tables = 10_000
	var rights datasource.Rights
	for i := range tables {
		rights.Grants = append(rights.Grants,
			datasource.Grant{Level: datasource.OnTable, Schema: "shop", Name: fmt.Sprint("orders_", i),
				Privileges: []datasource.Privilege{"SELECT"}})
	}
	b.ReportAllocs()
	for b.Loop() {
		held := rights.ByTable()
		for _, g := range rights.Grants {
			t := datasource.TableName{Schema: g.Schema, Name: g.Name}
			if held(t).Sees(t) != datasource.Yes {
				b.Fatal(t)
			}
		}
	}
}
