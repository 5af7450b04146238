package common

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func TestReadOracleExpression(t *testing.T) {
	t.Parallel()
	sequence := func(schema, name string) *datasource.TableName {
		return &datasource.TableName{Schema: schema, Name: name}
	}
	for text, want := range map[string]oracleExpression{
		"":                           {},
		"NULL":                       {},
		"0":                          {literal: true},
		"-1.5":                       {literal: true},
		"(+ 1e10)":                   {literal: true},
		"'it''s'":                    {literal: true},
		"N'x'":                       {literal: true},
		"q'[it's]'":                  {literal: true},
		"q'!it's!'":                  {literal: true},
		"DATE '2024-03-01'":          {literal: true},
		"TIMESTAMP'2024-03-01 1:00'": {literal: true},
		"INTERVAL '1' DAY":           {words: []string{"interval", "day"}},
		"1+1":                        {},
		"'a'||'b'":                   {joins: true},
		"SYSDATE":                    {functions: []string{"sysdate"}},
		"sys_guid()":                 {functions: []string{"sys_guid"}},
		"TO_DATE('1','J')+SYSDATE":   {functions: []string{"to_date", "sysdate"}},
		`UPPER("NAME")||'('`:         {functions: []string{"upper"}, joins: true},
		`"SHOP"."TAX"("NET")`:        {written: []string{"SHOP.TAX"}},
		`shop.tax ("NET")`:           {written: []string{"SHOP.TAX"}},
		`"TAX"("NET")`:               {written: []string{"TAX"}},
		`"SHOP"."ISEQ$$_1".nextval`:  {sequence: sequence("SHOP", "ISEQ$$_1")},
		"numbers.NEXTVAL":            {sequence: sequence("", "NUMBERS")},
		`"SYSDATE"`:                  {},
		`CASE WHEN "A">0 THEN 1 END`: {},
		`"A" IN ('x','y')`:           {},
		`CAST("A" AS NUMBER(10,2))`:  {functions: []string{"cast"}, words: []string{"as"}},
		`NVL("A",0)*NVL("B",0)`:      {functions: []string{"nvl"}},
		`"A"."B"`:                    {},
		"'open":                      {literal: true},
		"q'[open":                    {literal: true},
	} {
		if diff := cmp.Diff(want, readOracleExpression(text), cmp.AllowUnexported(oracleExpression{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// MySQL and MariaDB have the functions that are said to be there, and lack the others.
func TestOracleFunctionsOnRealServers(t *testing.T) {
	t.Parallel()
	oracle := datasource.Server{Flavor: datasource.FlavorOracle, Version: datasource.Version{Major: 19}}
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		version, _ := datasource.ParseVersion(s.Version)
		dest := datasource.Server{Flavor: datasource.FlavorMySQL, Version: version}
		if s.Product == dbtest.MariaDB {
			dest.Flavor = datasource.FlavorMariaDB
		}
		schema := s.Database(t)
		all := slices.Concat(oceanBaseFunctions, alikeFunctions, unlikeFunctions, absentFunctions)
		for name := range mariadbLikeOracle {
			all = append(all, name)
		}
		slices.Sort(all)
		for _, name := range slices.Compact(all) {
			judged := oracleFunction(oracle, dest, name)
			if judged == unknown {
				t.Errorf("it is not known what becomes of %s", name)
			}
			conn, err := s.DB(t).Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err = conn.ExecContext(t.Context(), "USE "+schema); err == nil {
				_, err = conn.ExecContext(t.Context(), fmt.Sprintf("DO %s('1')", name))
			}
			_ = conn.Close()
			var refusal *mysql.MySQLError
			absent := errors.As(err, &refusal) && refusal.Number == 1305 // FUNCTION … does not exist
			if absent != (judged == refused) {
				t.Errorf("%s of %s: refused is %v, but the server says %v", name, s.Product, judged == refused, err)
			}
		}
	})
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
		want         acceptance
	}{
		{"standard_hash", oracle19, oracle19, accepted},
		{"standard_hash", oracle19, server(datasource.FlavorOracle, 11, 2, ""), unknown},
		{"nvl", oracle19, server(datasource.FlavorOracle, 11, 2, ""), accepted},
		{"nvl", oracle19, tenant43, accepted},
		{"standard_hash", oracle19, tenant43, unknown},
		{"standard_hash", tenant43, tenant43, accepted},
		{"standard_hash", tenant43, server(datasource.FlavorOceanBase, 4, 2, "ORACLE"), unknown},
		{"nvl", tenant43, oracle19, accepted},
		{"nvl", oracle19, server(datasource.FlavorOceanBase, 4, 3, "MYSQL"), unknown},
		{"upper", oracle19, server(datasource.FlavorOceanBase, 4, 3, "MYSQL"), accepted},
		{"nvl", oracle19, server(datasource.FlavorMariaDB, 10, 2, ""), refused},
		{"to_date", oracle19, server(datasource.FlavorMariaDB, 12, 3, ""), unknown},
		{"decode", oracle19, server(datasource.FlavorMySQL, 5, 7, ""), differs},
		{"length", oracle19, server(datasource.FlavorMySQL, 8, 4, ""), differs},
		{"made_up", oracle19, server(datasource.FlavorMySQL, 8, 4, ""), unknown},
	} {
		if got := oracleFunction(tc.source, tc.dest, tc.name); got != tc.want {
			t.Errorf("%s from %s to %s %s: %d, want %d", tc.name, tc.source, tc.dest, tc.dest.Mode, got, tc.want)
		}
	}
}

func FuzzOracleExpression(f *testing.F) {
	for _, seed := range []string{"q'[", `"`, "a.b.", "||", "n'", "'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if e := readOracleExpression(text); e.literal && strings.Contains(text, "||") && !strings.ContainsAny(text, "'") {
			t.Errorf("%q is read as a constant", text)
		}
	})
}
