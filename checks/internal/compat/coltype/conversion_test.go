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
