package charset

import (
	"fmt"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// impliedIn are tables of one schema whose definitions name a character set and leave its default collation out.
type impliedIn struct {
	schema, collation string
	tables            int
	first             datasource.TableName
}

// implied reports collations that the definitions of tables leave out, being the default of their character set
// on the source, where the destination's default is another.
func (c charsets) implied(from datasource.Server, pairs []checks.TablePair, columns datasource.ByTable[datasource.Column]) {
	var all []*impliedIn
	at := map[[2]string]*impliedIn{}
	for _, pair := range pairs {
		seen := map[string]bool{}
		for _, column := range columns.Of(pair.Source) {
			collation := strings.ToLower(column.Collation)
			if collation == "" || seen[collation] || collation != strings.ToLower(pair.Table.Collation) && !leavesOutOfColumns(from) {
				continue
			}
			seen[collation] = true
			charset := c.source.Collations[collation]
			if c.source.Defaults[charset] != collation || !leavesOut(from, charset) || c.presetOnDest(charset, collation) == "" {
				continue
			}
			key := [2]string{pair.Source.Schema, collation}
			if at[key] == nil {
				at[key] = &impliedIn{schema: key[0], collation: collation, first: pair.Source}
				all = append(all, at[key])
			}
			at[key].tables++
		}
	}
	for _, i := range all {
		charset := c.source.Collations[i.collation]
		c.pass.Report(checks.Finding{Rule: "implied", Level: checks.Warn, Object: checks.SchemaObject(i.schema), Actual: c.presetOnDest(charset, i.collation), Expected: i.collation,
			Args: checks.Args{"tables": fmt.Sprint(i.tables), "first": i.first.String(), "charset": charset, "dest": c.server.String()}})
	}
}

// presetOnDest gives the default collation that a character set has on the destination, where it is another
// than the given one, which the destination has.
func (c charsets) presetOnDest(charset, collation string) string {
	preset := c.dest.Defaults[charset]
	for _, name := range []string{"utf8", "utf8mb3"} {
		if preset == "" && (charset == "utf8" || charset == "utf8mb3") {
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

// leavesOut tells whether SHOW CREATE TABLE leaves a table's collation out where it is the default of its
// character set: MySQL does, but from 8.0 on not for utf8mb4 (as tried on 9.7), MariaDB did until November 2022
// (MDEV-29446).
func leavesOut(s datasource.Server, charset string) bool {
	switch {
	case s.IsMySQL():
		return s.Version.Before(8) || charset != "utf8mb4"
	case s.IsMariaDB():
		named := map[int]int{3: 37, 4: 27, 5: 18, 6: 11, 7: 7, 8: 6, 9: 4, 10: 2} // minor release of 10: first patch that names it
		return s.Version.Before(10, 3) || s.Version.Before(10, 11) && s.Version.Before(10, s.Version.Minor, named[s.Version.Minor])
	}
	return false
}

// leavesOutOfColumns tells whether it leaves it out of a column's own character set, too: MySQL from 8.0 on does not.
func leavesOutOfColumns(s datasource.Server) bool {
	return s.IsMariaDB() || s.IsMySQL() && s.Version.Before(8)
}
