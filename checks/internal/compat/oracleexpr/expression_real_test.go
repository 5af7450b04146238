package oracleexpr

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// MySQL and MariaDB have the functions that Function accepts, and do not have the others.
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
			judged := Function(oracle, dest, name)
			if judged == product.Unknown {
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
			if absent != (judged == product.Refused) {
				t.Errorf("%s of %s: refused is %v, but the server says %v", name, s.Product, judged == product.Refused,
					err)
			}
		}
	})
}
