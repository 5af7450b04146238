package mysqltype_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/internal/compat/mysqltype"
)

func TestParseMySQLType(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]mysqltype.Type{
		"int":                                 {Name: "int"},
		"int(10) unsigned":                    {Name: "int", Args: []int{10}, Unsigned: true},
		"int(5) unsigned zerofill":            {Name: "int", Args: []int{5}, Unsigned: true, Zerofill: true},
		"decimal(10,2)":                       {Name: "decimal", Args: []int{10, 2}},
		"double":                              {Name: "double"},
		"datetime(6)":                         {Name: "datetime", Args: []int{6}},
		"varchar(20)":                         {Name: "varchar", Args: []int{20}},
		"varchar(20) /*M!100301 COMPRESSED*/": {Name: "varchar", Args: []int{20}},
		"enum('a','it''s','(x,y)','')":        {Name: "enum", Values: []string{"a", "it's", "(x,y)", ""}},
		"set('a')":                            {Name: "set", Values: []string{"a"}},
		"longtext":                            {Name: "longtext"},
		"vector(3)":                           {Name: "vector", Args: []int{3}},
		"inet6":                               {Name: "inet6"},
	} {
		got, err := mysqltype.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestParseMySQLTypeRejectsUnknown(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", " ", "(10)", "int(", "int(10", "int(x)", "int(-1)", "int(10) wibble", "enum('a",
		"enum", "enum()", "int('a')", "enum(1)", "set('a',1)", "ünt"} {
		if got, err := mysqltype.Parse(text); err == nil {
			t.Errorf("%q was read as %+v", text, got)
		}
	}
}

func FuzzParseMySQLType(f *testing.F) {
	for _, seed := range []string{"int(10) unsigned", "enum('a','b')", "decimal(10,2)", "set('''')",
		"varchar(20) /*M!100301 COMPRESSED*/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := mysqltype.Parse(text); err == nil && got.Name == "" {
			t.Errorf("%q was read as a type without a name", text)
		}
	})
}
