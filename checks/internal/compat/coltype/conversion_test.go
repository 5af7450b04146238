package coltype

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

// Every type of Oracle has a conversion on every destination product.
func TestEveryOracleTypeHasAConversion(t *testing.T) {
	t.Parallel()
	v := datasource.Version{Major: 99}
	tenant := datasource.Server{Flavor: datasource.FlavorOceanBase, Version: v, Mode: "ORACLE"}
	for name, dest := range map[string]datasource.Server{
		"Oracle":                {Flavor: datasource.FlavorOracle, Version: v},
		"OceanBase Oracle mode": {Flavor: datasource.FlavorOceanBase, Version: v, Mode: "ORACLE"},
		"OceanBase MySQL mode":  {Flavor: datasource.FlavorOceanBase, Version: v, Mode: "MYSQL"},
		"MySQL":                 {Flavor: datasource.FlavorMySQL, Version: v},
		"MariaDB":               {Flavor: datasource.FlavorMariaDB, Version: v},
	} {
		for _, source := range []datasource.Server{{Flavor: datasource.FlavorOracle, Version: v}, tenant} {
			for _, dataType := range oracleTypes {
				c := datasource.Column{ColumnType: &datasource.ColumnType{DataType: dataType}}
				if _, ok := ConversionOf(source, c, dest); !ok {
					t.Errorf("no conversion of %s of %s on %s", dataType, source, name)
				}
			}
			c := datasource.Column{ColumnType: &datasource.ColumnType{DataType: "MLSLABEL"}}
			if f, ok := ConversionOf(source, c, dest); ok {
				t.Errorf("%s: MLSLABEL, an unknown type, has the conversion %+v", name, f)
			}
		}
	}
}

// Any name of a type is converted or unknown, whatever its numbers are.
func FuzzOracleTypes(f *testing.F) {
	for _, dataType := range oracleTypes {
		f.Add(dataType, 10, 2, true)
	}
	f.Add("", 0, 0, false)
	f.Add("NUMBER", -84, 127, true)
	f.Add("TIMESTAMP(99) WITH TIME ZONE", 1<<40, -1<<40, true)
	f.Fuzz(func(t *testing.T, dataType string, precision, scale int, hasScale bool) {
		c := datasource.Column{ColumnType: &datasource.ColumnType{DataType: dataType, Precision: precision,
			Scale: scale, HasScale: hasScale, Oracle: &datasource.OracleColumn{}}}
		source := datasource.Server{Flavor: datasource.FlavorOracle, Version: datasource.MakeVersion(19)}
		for _, flavor := range []datasource.Flavor{datasource.FlavorMySQL, datasource.FlavorMariaDB,
			datasource.FlavorOracle} {
			dest := datasource.Server{Flavor: flavor, Version: datasource.MakeVersion(99)}
			known, ok := ConversionOf(source, c, dest)
			if again, _ := ConversionOf(source, c, dest); ok && known.As != again.As {
				t.Errorf("%q converts to %q, then to %q", dataType, known.As, again.As)
			}
			FitOf(c.ColumnType, c.ColumnType)
			FitOracleToMySQL(c, c, "utf8mb4")
			KindOf(c.ColumnType)
			WholePart(c)
		}
	})
}
