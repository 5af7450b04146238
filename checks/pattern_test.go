package checks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message/visible"
)

func TestPatterns(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		pattern        string
		fold           datasource.NameCase
		tables, others []datasource.TableName
		whole          []string // schemas that it matches as a whole
	}{
		{pattern: "shop.t", tables: []datasource.TableName{{Schema: "shop", Name: "t"}},
			others: []datasource.TableName{{Schema: "Shop", Name: "t"}, {Schema: "shop", Name: "T"}}},
		{pattern: "Shop.T", fold: datasource.CaseFolded,
			tables: []datasource.TableName{{Schema: "shop", Name: "t"}, {Schema: "SHOP", Name: "T"}}},
		{pattern: `a\.b.c\*`, tables: []datasource.TableName{{Schema: "a.b", Name: "c*"}},
			others: []datasource.TableName{{Schema: "a.b", Name: "cd"}, {Schema: "a", Name: "b.c*"}}},
		{pattern: "shop", tables: []datasource.TableName{{Schema: "shop", Name: "t/u"}},
			others: []datasource.TableName{{Schema: "shops", Name: "t"}}, whole: []string{"shop"}},
		{pattern: "SHOP.*", fold: datasource.CaseLower, tables: []datasource.TableName{{Schema: "shop", Name: "t"}},
			whole: []string{"shop", "Shop"}},
		{pattern: "s*", tables: []datasource.TableName{{Schema: "shop", Name: "t"}, {Schema: "s/t", Name: "u"}},
			others: []datasource.TableName{{Schema: "a", Name: "s"}}, whole: []string{"shop", "s/t"}},
		{pattern: "s/t.u/*", tables: []datasource.TableName{{Schema: "s/t", Name: "u/v/w"}},
			others: []datasource.TableName{{Schema: "s/t", Name: "u"}}},
		{pattern: "shop.?", tables: []datasource.TableName{{Schema: "shop", Name: "t"}},
			others: []datasource.TableName{{Schema: "shop", Name: "tt"}}},
		{pattern: "shop.[", others: []datasource.TableName{{Schema: "shop", Name: "["}}},
	} {
		ps := checks.NewPatterns([]string{"no.such", tc.pattern, "none*.x*"}, tc.fold)
		for _, name := range tc.tables {
			if !ps.Match(name) {
				t.Errorf("%s does not match %v", tc.pattern, name)
			}
		}
		for _, name := range tc.others {
			if ps.Match(name) {
				t.Errorf("%s matches %v", tc.pattern, name)
			}
		}
		for _, schema := range []string{"shop", "Shop", "s/t", "no", "none"} {
			if got := ps.MatchSchema(schema); got != slices.Contains(tc.whole, schema) {
				t.Errorf("%s matches the schema %s whole: %t", tc.pattern, schema, got)
			}
		}
	}
}

// manyTables returns tables of one schema, and patterns that name every tenth of them.
func manyTables(n int) (list datasource.Tables, tenth []string) {
	for i := range n {
		t := datasource.Table{TableName: datasource.TableName{Schema: "shop",
			Name: fmt.Sprintf("customer_order_%06d", i)},
			Kind: datasource.BaseTable}
		list = append(list, t)
		if i%10 == 0 {
			tenth = append(tenth, checks.EscapePattern(t.TableName))
		}
	}
	return list, tenth
}

func BenchmarkResolve(b *testing.B) {
	const tables = 20_000
	list, tenth := manyTables(tables)
	var named []checks.SelectedTable
	for _, t := range list {
		named = append(named, checks.SelectedTable{Name: t.Name})
	}
	for name, selection := range map[string]checks.Selection{
		"whole":    {Databases: []checks.SelectedDatabase{{Name: "shop"}}},
		"named":    {Databases: []checks.SelectedDatabase{{Name: "shop", Tables: named}}},
		"patterns": {Include: tenth},
		"excluded": {Databases: []checks.SelectedDatabase{{Name: "shop"}}, Exclude: tenth},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if m, err := resolver(b, selection, datasource.CaseSensitive, datasource.CaseSensitive,
					list).Resolve(b.Context()); err != nil || len(m.Tables) == 0 {
					b.Fatal(m, err)
				}
			}
		})
	}
}

// A valid pattern without characters of globs matches exactly what it says; an invalid one is an error on one line.
func FuzzPatterns(f *testing.F) {
	for _, text := range []string{"shop.orders", "shop", "*.*", `a\.b.c\*`, "[a-c]?.t", "[", "", ".", "a.", `\`, "[]",
		"[^]x]",
		"größe.表", "a/b.c", "\x1b.x", "\xff.\xff"} {
		f.Add(text, "shop", "orders")
	}
	f.Fuzz(func(t *testing.T, text, schema, table string) {
		name := datasource.TableName{Schema: schema, Name: table}
		err := checks.CheckPattern(text)
		if err != nil {
			if !visible.Safe(err.Error()) {
				t.Errorf("the error is %q", err)
			}
			return
		}
		for _, fold := range []datasource.NameCase{datasource.CaseSensitive, datasource.CaseLower,
			datasource.CaseFolded} {
			patterns := checks.NewPatterns([]string{text}, fold)
			if matched := patterns.Match(name); matched && !patterns.MatchSchema(schema) && !strings.Contains(text,
				".") {
				t.Errorf("%q matches %v, but not its schema", text, name)
			}
		}
		if own := checks.NewPatterns([]string{checks.EscapePattern(name)}, datasource.CaseSensitive); schema != "" &&
			table != "" && !own.Match(name) {
			t.Errorf("the pattern of %v does not match it", name)
		}
	})
}

func TestSampleName(t *testing.T) {
	t.Parallel()
	type result struct {
		name     datasource.TableName
		more, ok bool
	}
	for text, want := range map[string]result{
		"shop":          {datasource.TableName{Schema: "shop", Name: "X"}, true, true},
		"shop.*":        {datasource.TableName{Schema: "shop", Name: "X"}, true, true},
		`sh\*p.a\*_b`:   {datasource.TableName{Schema: "sh*p", Name: "a*_b"}, false, true},
		`shop.\[a_*_b?`: {datasource.TableName{Schema: "shop", Name: "[a_X_bx"}, true, true},
		"shop.[ab]":     {datasource.TableName{Schema: "shop"}, true, false},
		"s*.a":          {},
		"shop.[":        {},
	} {
		name, more, ok := checks.SampleName(text, "X")
		if got := (result{name, more, ok}); got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
		if ok && checks.NewPatterns([]string{text}, datasource.CaseSensitive).Match(name) != ok {
			t.Errorf("%s does not match %s", text, name)
		}
	}
}
