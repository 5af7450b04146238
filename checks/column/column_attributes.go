package column

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/datasource"
)

// columnAttributes reports attributes of columns that the destination silently ignores: COMPRESSED of MariaDB and the
// spatial reference system of either. Both servers write them in comments for their own product.
func columnAttributes(
	ctx context.Context, p *checks.Pass, mapping *checks.Mapping, columns datasource.TableRows[datasource.Column],
	source, dest datasource.Server,
) error {
	report := func(pair checks.TablePair, column string, f checks.Finding) {
		f.Object = checks.ColumnObject(pair.Source, column)
		f.Args["dest"] = dest
		p.Report(f)
	}
	creates := p.Route.Phases&checks.Schema != 0
	spatial := false
	for _, pair := range mapping.BaseTables() {
		for _, c := range columns.Of(pair.Source) {
			spatial = spatial || slices.Contains(coltype.Spatial, c.DataType)
			notation := compressed(source, c)
			if notation == "" {
				continue
			}
			switch {
			case dest.IsMariaDB() || !creates:
			case notation == "/*!100301" && dest.IsMySQL() && dest.Version.Before(8):
				report(pair, c.Name, checks.Finding{Rule: "compressed_misread", Level: checks.Fail,
					Actual: notation + " COMPRESSED*/", Args: checks.Args{}})
			default:
				report(pair, c.Name, checks.Finding{Rule: "compressed_lost", Level: checks.Warn, Args: checks.Args{}})
			}
			if p.Route.Phases&checks.Incremental != 0 {
				report(pair, c.Name, checks.Finding{Rule: "compressed_log", Level: checks.Warn, Args: checks.Args{},
					SQL: decompress(p.Route.Source, pair.Source, c)})
			}
		}
	}
	if !spatial || !creates || source.IsMariaDB() == dest.IsMariaDB() || !dest.IsMySQL() && !dest.IsMariaDB() {
		return nil
	}
	references, err := datasource.FactSpatialReferences.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	for _, pair := range mapping.BaseTables() {
		for _, r := range references.Of(pair.Source) {
			report(pair, r.Column, checks.Finding{Rule: "srid_lost", Level: checks.Warn,
				Args: checks.Args{"srid": r.SRID}})
		}
	}
	return nil
}

// compressed returns how MariaDB starts the comment in which it writes COMPRESSED of a column, empty if it does not.
func compressed(source datasource.Server, c datasource.Column) string {
	_, comment, found := strings.Cut(c.ColumnType.ColumnType, " /*")
	if !found || !source.IsMariaDB() || !strings.HasSuffix(comment, "COMPRESSED*/") {
		return ""
	}
	start, _, _ := strings.Cut(comment, " ")
	return "/*" + start
}

// decompress returns the statement that stores a column without compression, none if it would lose other attributes.
func decompress(t datasource.Type, table datasource.TableName, c datasource.Column) []string {
	if c.Comment != nil || c.Invisible() {
		return nil
	}
	definition, _, _ := strings.Cut(c.ColumnType.ColumnType, " /*")
	if c.Collation != "" {
		definition += " CHARACTER SET " + c.Charset + " COLLATE " + c.Collation
	}
	if !c.Nullable {
		definition += " NOT NULL"
	}
	if c.Default != nil { // MariaDB's catalog shows it as it is written
		definition += " DEFAULT " + *c.Default
	}
	return []string{"ALTER TABLE " + checks.QuoteTable(t, table) + " MODIFY " + checks.Quote(t, c.Name) + " " +
		definition}
}
