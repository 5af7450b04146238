package data

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// RowValue is MYSQL_ROW_VALUE.
var RowValue = &checks.Check{
	Type:     "MYSQL_ROW_VALUE",
	Page:     checks.ReadPage(pages, "row_value.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Full,
	Sources:  checks.MySQLMode,
	Dests:    checks.MySQLMode,
	Live:     true,
	Deep:     true,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactCharsets, datasource.FactCheckConstraints, datasource.FactColumns,
			datasource.FactForeignKeys, datasource.FactIndexes, datasource.FactRowTests, datasource.FactServer,
			datasource.FactTableSizes, datasource.FactTimeZone},
		Dest: checks.Facts{datasource.FactCharsets, datasource.FactColumns, datasource.FactIndexes,
			datasource.FactServer, datasource.FactTables, datasource.FactTimeGaps, datasource.FactTimeZone,
			datasource.FactVariables},
		Mapping: true,
	},
	Run: runRowValue,
}

// planned is a test of a table, and the finding if it finds rows.
type planned struct {
	test datasource.RowTest
	checks.Finding
}

// rowValues is a run of the check.
type rowValues struct {
	*checks.Pass
	dest          datasource.Server
	strict        bool // sql_mode of the loader, as the following one
	keepsZero     bool
	packet        int64 // max_allowed_packet of the destination
	source        datasource.Server
	columns       datasource.TableRows[datasource.Column]
	indexes       datasource.TableRows[datasource.Index]
	constraints   datasource.TableRows[datasource.CheckConstraint]
	foreignKeys   datasource.TableRows[datasource.ForeignKey]
	charsets      datasource.Charsets
	there         datasource.Tables // tables of the destination
	thereColumns  datasource.TableRows[datasource.Column]
	thereIndexes  datasource.TableRows[datasource.Index]
	charsetsThere datasource.Charsets
	zones         [2]datasource.TimeZone // of source and destination
	gaps          []datasource.TimeGap   // of the destination's time zone
	notCompared   []datasource.TableName // their keys have a collation that the source does not have
}

func runRowValue(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	r, err := newRowValues(ctx, p)
	if err != nil {
		return err
	}
	var tests [][]planned
	q := datasource.RowTests{Budget: p.Settings.DeepBudget.OrDefault()}
	for _, pair := range mapping.BaseTables() {
		if of := r.plan(pair); of != nil {
			tests = append(tests, of)
			t := datasource.TestedTable{Table: pair.Source,
				Key: keyOf(r.indexes.Of(pair.Source), r.columns.Of(pair.Source))}
			for _, one := range of {
				t.Tests = append(t.Tests, one.test)
			}
			q.Tables = append(q.Tables, t)
		}
	}
	if n := len(r.notCompared); n > 0 {
		p.Note("not_compared", "count", n, "table", r.notCompared[0])
	}
	if len(q.Tables) == 0 {
		return nil
	}
	sizes, err := datasource.FactTableSizes.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	for i, t := range q.Tables {
		q.Tables[i].Size = datasource.TableSize{Rows: -1}
		if size := sizes.Of(t.Table); len(size) > 0 {
			q.Tables[i].Size = size[0]
		}
	}
	answers, err := datasource.FactRowTests.Of(ctx, p.Source(), q)
	if err != nil {
		return err
	}
	return r.conclude(q, tests, answers)
}

func newRowValues(ctx context.Context, p *checks.Pass) (r rowValues, err error) {
	r.Pass = p
	var settings datasource.Variables
	if r.dest, settings, err = sysvar.WithServer(ctx, p.Dest()); err != nil {
		return r, err
	}
	mode, ok := settings.Lookup("sql_mode")
	if !ok {
		return r, sysvar.Missing(r.dest, "sql_mode")
	}
	if stated := p.Settings.Loader.SQLMode; stated != nil {
		mode = *stated
	}
	modes := sysvar.SQLModes(strings.ToUpper(mode))
	r.strict = sysvar.IsStrict(modes) || slices.Contains(modes, "TRADITIONAL") // which stands for it
	r.keepsZero = slices.Contains(modes, "NO_AUTO_VALUE_ON_ZERO")
	if r.packet, ok = settings.Int("max_allowed_packet"); !ok {
		return r, sysvar.Missing(r.dest, "max_allowed_packet")
	}
	if r.source, err = datasource.FactServer.Of(ctx, p.Source()); err != nil {
		return r, err
	}
	if r.columns, err = datasource.FactColumns.Of(ctx, p.Source()); err != nil {
		return r, err
	}
	// MySQL enforces its constraints in every session; MariaDB has check_constraint_checks.
	if r.source.IsMariaDB() && !product.IgnoresCheck(r.dest) {
		if r.constraints, err = datasource.FactCheckConstraints.Of(ctx, p.Source()); err != nil {
			return r, err
		}
	}
	if r.foreignKeys, err = datasource.FactForeignKeys.Of(ctx, p.Source()); err != nil {
		return r, err
	}
	if r.there, err = datasource.FactTables.Of(ctx, p.Dest()); err != nil {
		return r, err
	}
	if r.thereColumns, err = datasource.FactColumns.Of(ctx, p.Dest()); err != nil {
		return r, err
	}
	if r.indexes, err = datasource.FactIndexes.Of(ctx, p.Source()); err != nil {
		return r, err
	}
	if r.thereIndexes, err = datasource.FactIndexes.Of(ctx, p.Dest()); err != nil {
		return r, err
	}
	if r.charsets, err = datasource.FactCharsets.Of(ctx, p.Source()); err != nil {
		return r, err
	}
	if r.charsetsThere, err = datasource.FactCharsets.Of(ctx, p.Dest()); err != nil {
		return r, err
	}
	if r.zones[0], err = datasource.FactTimeZone.Of(ctx, p.Source()); err != nil {
		return r, err
	}
	if r.zones[1], err = datasource.FactTimeZone.Of(ctx, p.Dest()); err != nil {
		return r, err
	}
	r.gaps, err = datasource.FactTimeGaps.Of(ctx, p.Dest())
	return r, err
}

// keyOf returns the columns of the primary key, nil if there is none.
func keyOf(indexes []datasource.Index, columns []datasource.Column) []datasource.KeyColumn {
	at := slices.IndexFunc(indexes, func(i datasource.Index) bool { return i.Primary })
	if at < 0 {
		return nil
	}
	var key []datasource.KeyColumn
	for _, part := range indexes[at].Columns {
		k := datasource.KeyColumn{Name: part.Name, Form: datasource.KeyQuoted}
		for _, c := range columns {
			if c.Name != part.Name {
				continue
			}
			switch kind := coltype.KindOf(c.ColumnType); {
			case kind == "whole", kind == "decimal", kind == "approximate", kind == "year":
				k.Form = datasource.KeyPlain
			case kind == "bytes", kind == "bit":
				k.Form = datasource.KeyHex
			}
		}
		key = append(key, k)
	}
	return key
}

// plan returns the tests of a table.
func (r *rowValues) plan(pair checks.TablePair) []planned {
	columns := r.columns.Of(pair.Source)
	var there map[string]datasource.Column // nil if the table does not exist on the destination
	if r.there.Find(pair.Dest) != nil {
		there = map[string]datasource.Column{}
		for _, c := range r.thereColumns.Of(pair.Dest) {
			there[strings.ToLower(c.Name)] = c
		}
	}
	var all []planned
	var large []string
	var most int64
	for _, c := range columns {
		if c.Generated() {
			continue
		}
		d, found := c, true
		if there != nil {
			d, found = there[strings.ToLower(c.Name)]
		}
		if !found {
			continue
		}
		all = append(all, r.column(pair, c, d)...)
		if c.LOB() {
			large = append(large, c.Name)
			most += c.ByteLength
		}
	}
	if most > r.packet {
		all = append(all, planned{
			datasource.RowTest{Kind: datasource.LargerThan, Columns: large, Number: r.packet},
			checks.Finding{Rule: "larger_than_packet", Level: checks.Fail, Object: checks.TableObject(pair.Source),
				Expected: fmt.Sprintf("≤ %d", r.packet)}})
	}
	all = append(all, r.uniqueKeys(pair, there)...)
	checked := r.Settings.Loader.ForeignKeyChecks
	orphan := checks.Warn
	if checked != nil {
		orphan = checks.Fail
	}
	for _, key := range r.foreignKeys.Of(pair.Source) {
		if checked != nil && !*checked {
			break
		}
		all = append(all, planned{
			datasource.RowTest{Kind: datasource.NoParent, Columns: key.Columns, Parent: key.Parent,
				ParentColumns: key.ParentColumns},
			checks.Finding{Rule: "no_parent", Level: orphan, Args: checks.Args{"parent": key.Parent},
				Object: report.ConstraintObject(pair.Source, key.Name)}})
	}
	for _, constraint := range r.constraints.Of(pair.Source) {
		if constraint.Enforced && !constraint.Cut {
			all = append(all, planned{
				datasource.RowTest{Kind: datasource.FalseCondition, Text: constraint.Clause},
				checks.Finding{Rule: "check_violated", Level: checks.Fail, Expected: constraint.Clause,
					Object: report.ConstraintObject(pair.Source, constraint.Name)}})
		}
	}
	return all
}

// The first and the last second of a TIMESTAMP of 32 bits, in the time zone in which they are the earliest and the
// latest: UTC-12 and UTC+14.
const (
	firstTimestamp = "'1969-12-31 12:00:01'"
	lastTimestamp  = "'2038-01-19 17:14:07'"
)

// tests are the tests of a column.
type tests struct {
	table   datasource.TableName
	column  string
	planned []planned
}

// add adds a test, whose rows are a finding of the rule.
func (t *tests) add(rule string, level checks.Level, expected string, test datasource.RowTest) {
	test.Column = t.column
	t.planned = append(t.planned, planned{test, checks.Finding{Rule: rule, Level: level, Expected: expected,
		Object: checks.ColumnObject(t.table, t.column)}})
}

// column returns the tests of a column whose values go to a column of the destination.
func (r *rowValues) column(pair checks.TablePair, from, to datasource.Column) []planned {
	all := tests{table: pair.Source, column: from.Name}
	refused := checks.Warn
	if r.strict {
		refused = checks.Fail
	}
	fromKind, toKind := coltype.KindOf(from.ColumnType), coltype.KindOf(to.ColumnType)
	if from.DataType == "enum" && to.DataType == "enum" && r.strict {
		all.add("enum_error", refused, "", datasource.RowTest{Kind: datasource.ErrorOfEnum})
	}
	if from.AutoIncrement() && to.AutoIncrement() && !r.keepsZero {
		all.add("zero_number", checks.Warn, "", datasource.RowTest{Kind: datasource.ZeroNumber})
	}
	switch {
	case fromKind == "whole" && toKind == "whole":
		low, high := numbers(to.ColumnType)
		if coltype.FitOf(from.ColumnType, to.ColumnType) != coltype.Holds {
			all.add("out_of_range", refused, low+" … "+high,
				datasource.RowTest{Kind: datasource.NotBetween, Low: low, High: high})
		}
	case fromKind == "text" && toKind == "text":
		switch {
		case (to.DataType == "char" || to.DataType == "varchar") && from.CharLength > to.CharLength:
			all.add("too_long", refused, to.ColumnType.ColumnType,
				datasource.RowTest{Kind: datasource.LongerThan, Number: to.CharLength})
		case to.LOB() && from.ByteLength > to.ByteLength && from.Charset == to.Charset:
			all.add("too_long", refused, to.ColumnType.ColumnType, datasource.RowTest{Kind: datasource.LargerThan,
				Columns: []string{from.Name}, Number: to.ByteLength})
		}
		if from.Charset != to.Charset && from.Charset == "utf8mb4" && to.Charset != "" {
			all.add("not_in_charset", refused, to.Charset,
				datasource.RowTest{Kind: datasource.NotInCharset, Text: to.Charset})
		}
	case fromKind == "text" && toKind == "json":
		all.add("not_json", checks.Fail, "JSON", datasource.RowTest{Kind: datasource.NotJSON})
	case fromKind == "bytes" && toKind == "bytes":
		if from.ByteLength > to.ByteLength {
			all.add("too_long", refused, to.ColumnType.ColumnType,
				datasource.RowTest{Kind: datasource.LongerThan, Number: to.ByteLength})
		}
	}
	if fromKind == "spatial" && toKind == "spatial" && r.source.IsMariaDB() && r.dest.IsMySQL() {
		all.add("not_geometry", checks.Fail, "", datasource.RowTest{Kind: datasource.NotGeometry})
	}
	if to.DataType == "timestamp" && len(r.gaps) > 0 &&
		(from.DataType == "datetime" || from.DataType == "timestamp" && r.zones[0] != r.zones[1]) {
		all.add("in_time_gap", checks.Warn, "", datasource.RowTest{Kind: datasource.InTimeGap, Gaps: r.gaps})
	}
	wide := from.DataType == "datetime" || from.DataType == "date" ||
		from.DataType == "timestamp" && coltype.WideTimestamp(r.source)
	if to.DataType == "timestamp" && wide && !coltype.WideTimestamp(r.dest) {
		all.add("no_timestamp", refused, strings.Trim(firstTimestamp, "'")+" … "+strings.Trim(lastTimestamp, "'"),
			datasource.RowTest{Kind: datasource.NotBetween, Low: firstTimestamp, High: lastTimestamp})
	}
	return all.planned
}

// conclude reports what the tests found. It fails if tables were not read.
func (r *rowValues) conclude(q datasource.RowTests, tests [][]planned, answers datasource.RowAnswers) error {
	var sampled []datasource.TableName
	for _, tested := range answers.Tested {
		if !tested.All {
			sampled = append(sampled, q.Tables[tested.Table].Table)
		}
		for _, found := range tested.Found {
			f := tests[tested.Table][found.Test].Finding
			rows := "rows"
			if !tested.All {
				rows = "at_least_rows"
			}
			f.Actual = r.Term("no_key")
			if len(found.Keys) > 0 {
				f.Actual = r.Term("keys", "keys", found.Keys)
			}
			does := r.Term("refuses")
			if f.Level == checks.Warn {
				does = r.Term("changes")
			}
			args := checks.Args{"rows": r.Term(rows, "count", int(found.Count)), "dest": r.dest, "does": does,
				"zone": r.zones[1].Name}
			maps.Copy(args, f.Args)
			f.Args = args
			r.Report(f)
		}
	}
	r.Note("tables_read", "count", len(answers.Tested))
	if len(sampled) > 0 {
		r.Note("sampled", "count", len(sampled), "table", sampled[0], "rows", q.Budget.TableRows)
	}
	for _, u := range answers.Untested {
		if !u.Reason.IsZero() {
			return r.NotChecked("failed", "table", q.Tables[u.Table].Table, "reason", u.Reason)
		}
	}
	if n := len(answers.Untested); n > 0 {
		return r.NotChecked("budget", "count", n, "table", q.Tables[answers.Untested[0].Table].Table)
	}
	return nil
}
