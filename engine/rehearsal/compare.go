package rehearsal

import (
	"context"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/drivers"
)

// Difference is what the catalog of the target has of a table other than that of the source.
type Difference struct {
	Column    string // empty: of the table
	Attribute string // as SQL names it: TYPE, DEFAULT, COLLATE, NOT NULL, ENGINE, COMMENT, …
	Source    string
	Target    string
}

// String returns the difference in one line.
func (d Difference) String() string {
	of := d.Attribute
	if d.Column != "" {
		of = d.Column + " " + of
	}
	return of + ": " + strconv.Quote(d.Source) + " → " + strconv.Quote(d.Target)
}

// compare compares the tables that were created with those of the source.
func (r *rehearsal) compare(ctx context.Context) error {
	var schemas []string
	for _, s := range r.schemas {
		schemas = append(schemas, s)
	}
	slices.Sort(schemas)
	reader, err := drivers.Open(r.endpoint(r.target.endpoint),
		func(context.Context) ([]string, error) { return schemas, nil })
	if err != nil {
		return err
	}
	defer func() { _ = reader.Close() }()
	var source *catalog
	if !r.fromOracle() {
		if source, err = readCatalog(ctx, r.source); err != nil {
			return err
		}
	}
	target, err := readCatalog(ctx, datasource.NewFacts(ctx, reader))
	if err != nil {
		return err
	}
	for _, o := range r.result.Objects {
		if o.Kind != "TABLE" || o.Outcome != Created {
			continue
		}
		created := datasource.TableName{Schema: r.schemas[o.Dest.Schema], Name: o.Dest.Name}
		if r.fromOracle() {
			o.Differences = convertedDifferences(o.definition, target, created)
		} else {
			o.Differences = differences(source, o.Source, target, created)
		}
		for i, d := range o.Differences { // a default may name a sequence
			o.Differences[i].Target = inTask(d.Target, r.schemas)
		}
		o.Differences = slices.DeleteFunc(o.Differences, func(d Difference) bool { return d.Source == d.Target })
		if len(o.Differences) > 0 {
			o.Outcome = Altered
		}
	}
	return nil
}

// catalog is what the catalog of a server shows of tables.
type catalog struct {
	server  datasource.Server
	tables  datasource.Tables
	columns datasource.TableRows[datasource.Column]
	formats datasource.TableRows[string]
	indexes datasource.TableRows[datasource.Index]
}

func readCatalog(ctx context.Context, facts *datasource.Facts) (c *catalog, err error) {
	c = &catalog{}
	if c.server, err = datasource.FactServer.Of(ctx, facts); err != nil {
		return nil, err
	}
	if c.tables, err = datasource.FactTables.Of(ctx, facts); err != nil {
		return nil, err
	}
	if c.columns, err = datasource.FactColumns.Of(ctx, facts); err != nil {
		return nil, err
	}
	if c.indexes, err = datasource.FactIndexes.Of(ctx, facts); err != nil {
		return nil, err
	}
	if c.formats, err = datasource.FactRowFormats.Of(ctx, facts); datasource.NotShown(err) {
		err = nil
	}
	return c, err
}

// differing are the differences of a table.
type differing []Difference

func (d *differing) add(column, attribute, from, to string) {
	if from != to {
		*d = append(*d, Difference{column, attribute, from, to})
	}
}

// addShared compares what every product has of a column besides its type.
func (d *differing) addShared(from, to datasource.Column) {
	d.add(from.Name, "NULL", strconv.FormatBool(from.Nullable), strconv.FormatBool(to.Nullable))
	d.add(from.Name, "COMMENT", value(from.Comment), value(to.Comment))
}

// differences compares two tables.
func differences(source *catalog, s datasource.TableName, target *catalog, t datasource.TableName) []Difference {
	var all differing
	add := all.add
	if from, to := source.tables.Find(s), target.tables.Find(t); from != nil && to != nil {
		add("", "ENGINE", strings.ToUpper(from.Engine), strings.ToUpper(to.Engine))
		add("", "COLLATE", charset(from.Collation), charset(to.Collation))
		add("", "COMMENT", from.Comment, to.Comment)
	}
	if from, to := source.formats.Of(s), target.formats.Of(t); len(from) > 0 && len(to) > 0 {
		add("", "ROW_FORMAT", strings.ToUpper(from[0]), strings.ToUpper(to[0]))
	}
	columns := map[string]datasource.Column{}
	for _, c := range target.columns.Of(t) {
		columns[c.Name] = c
	}
	for _, from := range source.columns.Of(s) {
		to, created := columns[from.Name]
		delete(columns, from.Name)
		if !created {
			add(from.Name, "TYPE", from.ColumnType.ColumnType, "")
			continue
		}
		add(from.Name, "TYPE", columnType(from), columnType(to))
		all.addShared(from, to)
		add(from.Name, "COLLATE", charset(from.Collation), charset(to.Collation))
		if !cutBytes(from) && !cutBytes(to) {
			add(from.Name, "DEFAULT", preset(source.server, from), preset(target.server, to))
		}
		add(from.Name, "AUTO_INCREMENT", strconv.FormatBool(from.AutoIncrement()),
			strconv.FormatBool(to.AutoIncrement()))
		add(from.Name, "INVISIBLE", strconv.FormatBool(from.Invisible()), strconv.FormatBool(to.Invisible()))
	}
	for _, c := range target.columns.Of(t) {
		if _, only := columns[c.Name]; only {
			add(c.Name, "TYPE", "", c.ColumnType.ColumnType)
		}
	}
	add("", "INDEXES", indexNames(source.indexes.Of(s)), indexNames(target.indexes.Of(t)))
	return all
}

func indexNames(all []datasource.Index) string {
	names := make([]string, len(all))
	for i, index := range all {
		names[i] = index.Name
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// displayWidth is that of an integer, which MySQL 8.0.19 and later do not show. It has no meaning without ZEROFILL.
var displayWidth = regexp.MustCompile(`^((?:tiny|small|medium|big)?int)\(\d+\)`)

// columnType returns the type of a column as both products write it.
func columnType(c datasource.Column) string {
	t := c.ColumnType.ColumnType
	if c.DataType == "enum" || c.DataType == "set" {
		return t
	}
	t = strings.ToLower(t)
	switch {
	case c.DataType == "year":
		return "year"
	case c.DataType == "geomcollection":
		return "geometrycollection"
	case !strings.Contains(t, "zerofill"):
		t = displayWidth.ReplaceAllString(t, "$1")
	}
	return t
}

// charset returns a collation with the name that all versions know; empty for bytes.
func charset(name string) string {
	if name == "binary" {
		return ""
	}
	return strings.Replace(name, "utf8mb3", "utf8", 1)
}

// introducer matches the character set of a string in an expression.
var introducer = regexp.MustCompile(`_\w+'`)

// preset returns the default of a column as both products write it. MariaDB 10.2.7 and later show an expression, with
// quotes around a string, and NULL. MySQL shows bytes in hexadecimal, and strings of expressions with their character
// set and escapes.
func preset(s datasource.Server, c datasource.Column) string {
	shown := value(c.Default)
	if s.IsMariaDB() && s.Version.AtLeast(10, 2, 7) && shown == "NULL" {
		return ""
	}
	if m := inHex.FindStringSubmatch(shown); m != nil {
		bytes, _ := hex.DecodeString(m[1] + m[2])
		shown = string(bytes)
	}
	shown = introducer.ReplaceAllString(strings.ReplaceAll(shown, `\'`, `'`), "'")
	shown = strings.NewReplacer("''", "'", `\0`, "\x00", `\\`, `\`).Replace(shown)
	if inner, quoted := strings.CutPrefix(shown, "'"); quoted {
		shown = strings.TrimSuffix(inner, "'")
	}
	lower := strings.ToLower(shown)
	for _, now := range []string{"current_timestamp", "curdate", "curtime"} {
		if strings.HasPrefix(lower, now) {
			return strings.Replace(lower, "()", "", 1)
		}
	}
	return strings.TrimRight(shown, "\x00")
}

// inHex matches a default of bytes as MySQL and MariaDB 11.7 and later show it.
var inHex = regexp.MustCompile(`^(?:0x((?:[0-9A-Fa-f]{2})+)|x'((?:[0-9a-f]{2})*)')$`)

// cutBytes reports whether the catalog does not show the whole default of a column of bytes: MySQL ends it before a
// zero byte, older MariaDB replaces those that are no text.
func cutBytes(c datasource.Column) bool {
	shown := value(c.Default)
	return strings.HasSuffix(c.DataType, "binary") &&
		(shown == "0x" || strings.ContainsAny(shown, `?\`))
}

func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
