package expression

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// modesOfDest returns the modes of sql_mode of a MySQL destination.
func modesOfDest(ctx context.Context, p *checks.Pass, dest datasource.Server) ([]string, error) {
	if !dest.IsMySQL() || p.Route.Source.Dialect() != datasource.MySQLDialect {
		return nil, nil
	}
	variables, err := datasource.FactVariables.Of(ctx, p.Dest())
	mode, _ := variables.Lookup("sql_mode")
	return sysvar.SQLModes(mode), err
}

// valid holds an example of a constant of each type.
var valid = map[string]string{"date": "'2020-01-01'", "datetime": "'2020-01-01 00:00:00'",
	"timestamp": "'2020-01-01 00:00:00'", "time": "'10:00:00'"}

// comparisons returns the findings, without an object, about comparisons in an expression that the destination refuses
// when it is created: MySQL 8 and later those of MariaDB and of older releases, and MariaDB those of MySQL.
func comparisons(source, dest datasource.Server, modes []string, pair checks.TablePair,
	columns []datasource.Column, text string,
) (found []checks.Finding) {
	if dest.IsMariaDB() && source.IsMySQL() {
		for _, bad := range mysqlexpr.BadBytesOf(text, columns) {
			found = append(found, checks.Finding{Rule: "bad_bytes", Level: checks.Fail, Actual: bad.Text,
				Args: checks.Args{"dest": dest, "column": bad.Column.Name, "charset": bad.Column.Charset}})
		}
	}
	if !refusesComparisons(source, dest) {
		return found
	}
	for _, bad := range mysqlexpr.BadConstants(text, columns, modes) {
		found = append(found, checks.Finding{Rule: "constant_refused", Level: checks.Fail, Actual: bad.Text,
			Expected: valid[bad.Type],
			Args:     checks.Args{"dest": dest, "column": bad.Column, "type": bad.Type}})
	}
	if collation := pair.Table.Collation; mysqlexpr.HasMixedCollations(collation) {
		for _, function := range mysqlexpr.ComparedText(text, columns) {
			found = append(found, checks.Finding{Rule: "mixed_collations", Level: checks.Fail, Actual: function,
				Expected: "COLLATE " + collation, Args: checks.Args{"dest": dest, "collation": collation}})
		}
	}
	found = append(found, convertedTexts(dest, columns, text)...)
	return append(found, bytePatterns(source, dest, columns, text)...)
}

// refusesComparisons reports whether the destination refuses comparisons that the source accepts: MySQL 8 and later
// those of MariaDB and of older releases.
func refusesComparisons(source, dest datasource.Server) bool {
	return dest.IsMySQL() && dest.Version.AtLeast(8) && (!source.IsMySQL() || source.Version.Before(8))
}

// convertedTexts returns the findings about columns that are compared with what CONVERT or CAST makes.
func convertedTexts(dest datasource.Server, columns []datasource.Column, text string) (found []checks.Finding) {
	for _, converted := range mysqlexpr.ConvertedTexts(text, columns) {
		collation := converted.Column.Collation
		found = append(found, checks.Finding{Rule: "mixed_with_column", Level: checks.Fail, Actual: converted.Function,
			Expected: "COLLATE " + collation,
			Args:     checks.Args{"dest": dest, "column": converted.Column.Name, "collation": collation}})
	}
	return found
}

// bytePatterns returns the findings about regular expressions of bytes and a text.
func bytePatterns(source, dest datasource.Server, columns []datasource.Column, text string) (found []checks.Finding) {
	if !dest.IsMySQL() || dest.Version.Before(8, 0, 22) || source.IsMySQL() && source.Version.AtLeast(8, 0, 22) {
		return nil
	}
	for _, match := range mysqlexpr.BytePatterns(text, columns) {
		found = append(found, checks.Finding{Rule: "byte_pattern", Level: checks.Fail, Actual: match,
			Args: checks.Args{"dest": dest}})
	}
	return found
}
