package datasource_test

import (
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
		{"%", "shop", datasource.Yes}, {"sh%", "shop", datasource.Yes}, {"%op", "shop", datasource.Yes}, {"%x%", "shop", datasource.No},
		{"s%o%p", "shop_to_ship", datasource.Yes}, {"s%o%q", "shop_to_ship", datasource.No},
		{"sho_", "shop", datasource.Yes}, {"sho_", "sho", datasource.No}, {"____", "shop", datasource.Yes}, {"_", "é", datasource.Yes},
		{`a\_b`, "a_b", datasource.Yes}, {`a\_b`, "axb", datasource.No}, {`a\%%`, "a%bc", datasource.Yes}, {`a\%%`, "abc", datasource.No},
		{`a\\b`, `a\b`, datasource.Yes}, {`a\`, `a\`, datasource.Yes}, {"", "", datasource.Yes}, {"", "shop", datasource.No},
	} {
		r := datasource.Rights{Wildcards: true, Grants: []datasource.Grant{{Level: datasource.OnSchema, Schema: tc.pattern, Privileges: []datasource.Privilege{"SELECT"}}}}
		if got := r.OnSchema(tc.schema, "SELECT"); got != tc.want {
			t.Errorf("a grant on %q, of %q: %s, want %s", tc.pattern, tc.schema, got, tc.want)
		}
	}
}

func TestAccount(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"u@%": "'u'@'%'", "a@b@10.%": "'a@b'@'10.%'", `o'b\@h`: `'o''b\\'@'h'`, "role@": "'role'", "SCOTT": "'SCOTT'", "@localhost": "''@'localhost'",
	} {
		if got := datasource.ParseAccount(text).Quoted(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
