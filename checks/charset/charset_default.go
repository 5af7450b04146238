package charset

import (
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// omittedCollation holds the tables of a schema whose definitions name a character set and omit its default collation.
type omittedCollation struct {
	schema, collation string
	tables            int
	first             datasource.TableName
}

// implied reports collations that the definitions of tables omit because they are the default of their character set
// on the source, if the default of the destination is a different one.
func (c charsets) implied(
	from datasource.Server, pairs []checks.TablePair, columns datasource.TableRows[datasource.Column],
) {
	var all []*omittedCollation
	at := map[[2]string]*omittedCollation{}
	for _, pair := range pairs {
		seen := map[string]bool{}
		for _, column := range columns.Of(pair.Source) {
			collation := strings.ToLower(column.Collation)
			ofTable := collation == strings.ToLower(pair.Table.Collation)
			if collation == "" || seen[collation] || !ofTable && !omitsForColumns(from) {
				continue
			}
			seen[collation] = true
			charset := c.source.Collations[collation]
			if c.source.Defaults[charset] != collation || !omitsDefault(from, charset) ||
				c.otherDefault(charset, collation) == "" {
				continue
			}
			key := [2]string{pair.Source.Schema, collation}
			if at[key] == nil {
				at[key] = &omittedCollation{schema: key[0], collation: collation, first: pair.Source}
				all = append(all, at[key])
			}
			at[key].tables++
		}
	}
	for _, i := range all {
		charset := c.source.Collations[i.collation]
		c.pass.Report(checks.Finding{Rule: "implied", Level: checks.Warn, Object: checks.SchemaObject(i.schema),
			Actual: c.otherDefault(charset, i.collation), Expected: i.collation,
			Args: checks.Args{"count": i.tables, "first": i.first, "charset": charset, "dest": c.server}})
	}
}

// otherDefault returns the default collation of a character set on the destination if it differs from the given
// collation and the destination has both, else an empty string.
func (c charsets) otherDefault(charset, collation string) string {
	preset := c.dest.Defaults[charset]
	for _, name := range []string{"utf8", "utf8mb3"} {
		if preset == "" && isUTF8MB3(charset) {
			preset = c.dest.Defaults[name]
		}
	}
	long := func(name string) string {
		if rest, ok := strings.CutPrefix(name, "utf8_"); ok {
			return "utf8mb3_" + rest
		}
		return name
	}
	if long(preset) == long(collation) || !c.dest.HasCollation(collation) {
		return ""
	}
	return preset
}

// omitsDefault reports whether SHOW CREATE TABLE omits the collation of a table if it is the default of its character
// set. MySQL does, since 8.0 except for utf8mb4 (tested on 9.7). MariaDB did until November 2022 (MDEV-29446).
func omitsDefault(s datasource.Server, charset string) bool {
	switch {
	case s.IsMySQL():
		return s.Version.Before(8) || charset != "utf8mb4"
	case s.IsMariaDB():
		// For each minor release of 10, the first patch release that names the collation.
		named := map[int]int{3: 37, 4: 27, 5: 18, 6: 11, 7: 7, 8: 6, 9: 4, 10: 2}
		v := s.Version
		return v.Before(10, 3) || v.Before(10, 11) && v.Before(10, v.Minor, named[v.Minor])
	}
	return false
}

// omitsForColumns reports whether SHOW CREATE TABLE omits the collation for the character set of a column, too. MySQL
// 8.0 and later do not.
func omitsForColumns(s datasource.Server) bool {
	return s.IsMariaDB() || s.IsMySQL() && s.Version.Before(8)
}
