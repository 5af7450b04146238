package table

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/datasource"
)

var (
	// plainDate matches a date that MySQL does not warn of: digits alone, or separated by - and :.
	plainDate = regexp.MustCompile(`'(\d+|\d+-\d+-\d+)([ T]\d+(:\d+){0,2}(\.\d*)?)?'`)
	// oddDate matches the parts of a date with other separators.
	oddDate = regexp.MustCompile(`'(\d+)[^\d](\d+)[^\d](\d+)(?:[ T](\d+)[^\d](\d+)[^\d](\d+))?'`)
)

// dates reports bounds of RANGE COLUMNS and LIST COLUMNS that contain a date with other separators than - and :. MySQL
// 8.0.29 and later deprecate them and refuse them in partitions (error 1654; MySQL 8.0.29 Release Notes; tried on 9.7).
func (r *partitionRun) dates(pair checks.TablePair, how datasource.Partitioning) {
	if !strings.HasSuffix(how.Method, "COLUMNS") || !r.dest.IsMySQL() || !r.dest.Version.AtLeast(8, 0, 29) ||
		r.columns.Len() == 0 {
		return
	}
	by := mysqlexpr.Read(how.Expression).Names
	for _, part := range how.Partitions {
		fixed, rest := "", part.Description
		for n := 0; len(by) > 0; n++ { // n counts the values
			value, more, found := cutValue(rest)
			if r.isDate(pair, by[n%len(by)]) && !plainDate.MatchString(value) {
				value = oddDate.ReplaceAllStringFunc(value, plain)
			}
			if fixed += value; !found {
				break
			}
			fixed, rest = fixed+",", more
		}
		if fixed == part.Description || len(by) == 0 {
			continue
		}
		f := checks.Finding{Rule: "date_bound", Level: checks.Fail, Actual: part.Description, Expected: fixed,
			Args: checks.Args{"partition": part.Name}}
		values := " VALUES LESS THAN (" + fixed + ")"
		if strings.HasPrefix(how.Method, "LIST") {
			values = " VALUES IN (" + fixed + ")"
		}
		if how.SubMethod == "" {
			name := checks.Quote(r.Route.Source, part.Name)
			f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(r.Route.Source, pair.Source) +
				" REORGANIZE PARTITION " + name + " INTO (PARTITION " + name + values + ")"}
		}
		r.finding(pair, f)
	}
}

// cutValue splits a list of values after the first one; found is false if it is the last.
func cutValue(list string) (value, rest string, found bool) {
	quoted := false
	for i, c := range list {
		switch {
		case c == '\'':
			quoted = !quoted
		case c == ',' && !quoted:
			return list[:i], list[i+1:], true
		}
	}
	return list, "", false
}

// plain returns a date that oddDate matches with the separators - and :.
func plain(odd string) string {
	m := oddDate.FindStringSubmatch(odd)
	date := m[1] + "-" + m[2] + "-" + m[3]
	if m[4] != "" {
		date += " " + m[4] + ":" + m[5] + ":" + m[6]
	}
	return "'" + date + "'"
}

// isDate reports whether a column of a table is a date, with or without a time.
func (r *partitionRun) isDate(pair checks.TablePair, name string) bool {
	return slices.ContainsFunc(r.columns.Of(pair.Source), func(c datasource.Column) bool {
		return strings.EqualFold(c.Name, name) && (c.DataType == "date" || c.DataType == "datetime")
	})
}

// uniqueKeys reports a unique key that does not contain every partitioning column. MariaDB accepts one that it stores
// as a hash; MySQL does not (error 1503).
func (r *partitionRun) uniqueKeys(pair checks.TablePair, how datasource.Partitioning, indexes []datasource.Index) {
	by := slices.Concat(mysqlexpr.Read(how.Expression).Names, mysqlexpr.Read(how.SubExpression).Names)
	for _, index := range indexes {
		if !index.Unique || index.Primary {
			continue
		}
		missing := func(name string) bool {
			return !slices.ContainsFunc(index.Columns, func(c datasource.IndexColumn) bool {
				return strings.EqualFold(c.Name, name)
			})
		}
		if slices.ContainsFunc(by, missing) {
			r.finding(pair, checks.Finding{Rule: "key_without_column", Level: checks.Fail, Actual: index.Name,
				Args: checks.Args{"columns": strings.Join(by, ", ")}})
		}
	}
}
