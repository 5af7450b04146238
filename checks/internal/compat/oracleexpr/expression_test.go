package oracleexpr

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

func TestReadOracleExpression(t *testing.T) {
	t.Parallel()
	sequence := func(schema, name string) *datasource.TableName {
		return &datasource.TableName{Schema: schema, Name: name}
	}
	for text, want := range map[string]Expression{
		"":                           {},
		"NULL":                       {},
		"0":                          {Literal: true},
		"-1.5":                       {Literal: true},
		"(+ 1e10)":                   {Literal: true},
		"'it''s'":                    {Literal: true},
		"N'x'":                       {Literal: true},
		"q'[it's]'":                  {Literal: true},
		"q'!it's!'":                  {Literal: true},
		"DATE '2024-03-01'":          {Literal: true},
		"TIMESTAMP'2024-03-01 1:00'": {Literal: true},
		"INTERVAL '1' DAY":           {Words: []string{"interval", "day"}},
		"1+1":                        {},
		"'a'||'b'":                   {Joins: true},
		"SYSDATE":                    {Functions: []string{"sysdate"}},
		"sys_guid()":                 {Functions: []string{"sys_guid"}},
		"TO_DATE('1','J')+SYSDATE":   {Functions: []string{"to_date", "sysdate"}},
		`UPPER("NAME")||'('`:         {Functions: []string{"upper"}, Joins: true},
		`"SHOP"."TAX"("NET")`:        {Written: []string{"SHOP.TAX"}},
		`shop.tax ("NET")`:           {Written: []string{"SHOP.TAX"}},
		`"TAX"("NET")`:               {Written: []string{"TAX"}},
		`"SHOP"."ISEQ$$_1".nextval`:  {Sequence: sequence("SHOP", "ISEQ$$_1")},
		"numbers.NEXTVAL":            {Sequence: sequence("", "NUMBERS")},
		`"SYSDATE"`:                  {},
		`CASE WHEN "A">0 THEN 1 END`: {},
		`"A" IN ('x','y')`:           {},
		`CAST("A" AS NUMBER(10,2))`:  {Functions: []string{"cast"}, Words: []string{"as"}},
		`NVL("A",0)*NVL("B",0)`:      {Functions: []string{"nvl"}},
		`"A"."B"`:                    {},
		"'open":                      {Literal: true},
		"q'[open":                    {Literal: true},
	} {
		if diff := cmp.Diff(want, Read(text), cmp.AllowUnexported(Expression{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestOracleFunctionsByDestination(t *testing.T) {
	t.Parallel()
	server := func(flavor datasource.Flavor, major, minor int, mode string) datasource.Server {
		return datasource.Server{Flavor: flavor, Version: datasource.Version{Major: major, Minor: minor}, Mode: mode}
	}
	oracle19, tenant43 := server(datasource.FlavorOracle, 19, 0, ""), server(datasource.FlavorOceanBase, 4, 3, "ORACLE")
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		want         product.Acceptance
	}{
		{"standard_hash", oracle19, oracle19, product.Accepted},
		{"standard_hash", oracle19, server(datasource.FlavorOracle, 11, 2, ""), product.Unknown},
		{"nvl", oracle19, server(datasource.FlavorOracle, 11, 2, ""), product.Accepted},
		{"nvl", oracle19, tenant43, product.Accepted},
		{"standard_hash", oracle19, tenant43, product.Unknown},
		{"standard_hash", tenant43, tenant43, product.Accepted},
		{"standard_hash", tenant43, server(datasource.FlavorOceanBase, 4, 2, "ORACLE"), product.Unknown},
		{"nvl", tenant43, oracle19, product.Accepted},
		{"nvl", oracle19, server(datasource.FlavorOceanBase, 4, 3, "MYSQL"), product.Unknown},
		{"upper", oracle19, server(datasource.FlavorOceanBase, 4, 3, "MYSQL"), product.Accepted},
		{"nvl", oracle19, server(datasource.FlavorMariaDB, 10, 2, ""), product.Refused},
		{"to_date", oracle19, server(datasource.FlavorMariaDB, 12, 3, ""), product.Unknown},
		{"decode", oracle19, server(datasource.FlavorMySQL, 5, 7, ""), product.Differs},
		{"length", oracle19, server(datasource.FlavorMySQL, 8, 4, ""), product.Differs},
		{"made_up", oracle19, server(datasource.FlavorMySQL, 8, 4, ""), product.Unknown},
	} {
		if got := Function(tc.source, tc.dest, tc.name); got != tc.want {
			t.Errorf("%s from %s to %s %s: %d, want %d", tc.name, tc.source, tc.dest, tc.dest.Mode, got, tc.want)
		}
	}
}

func FuzzOracleExpression(f *testing.F) {
	for _, seed := range []string{"q'[", `"`, "a.b.", "||", "n'", "'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if e := Read(text); e.Literal && strings.Contains(text, "||") && !strings.ContainsAny(text, "'") {
			t.Errorf("%q is read as a constant", text)
		}
	})
}
