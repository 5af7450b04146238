package mysql

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// testedTables is the maximum number of tables whose rows one statement tests, rowTestStatements that of statements.
const (
	testedTables      = 50
	rowTestStatements = 400
)

// keySeparator separates the keys in a cell. Keys do not contain it, because QUOTE and HEX do not return it.
const keySeparator = "\x1f"

// rowTests tests the rows of tables. Tables share a statement as long as they have few rows.
func (r *Reader) rowTests(ctx context.Context, q datasource.RowTests) (datasource.RowAnswers, error) {
	run := rowTestRun{Reader: r, RowTests: q, started: time.Now()}
	var batch []int
	var rows int64
	for i := range q.Tables {
		size := run.rowsOf(i)
		if len(batch) == testedTables || len(batch) > 0 && rows+size > q.Budget.TableRows {
			if err := run.read(ctx, batch); err != nil {
				return run.answers, err
			}
			batch, rows = nil, 0
		}
		batch, rows = append(batch, i), rows+size
	}
	err := run.read(ctx, batch)
	slices.SortFunc(run.answers.Tested, func(a, b datasource.TestedRows) int { return a.Table - b.Table })
	slices.SortFunc(run.answers.Untested, func(a, b datasource.UntestedTable) int { return a.Table - b.Table })
	return run.answers, err
}

type rowTestRun struct {
	*Reader
	datasource.RowTests
	started    time.Time
	rows       int64 // read, as estimated
	bytes      int64
	statements int
	answers    datasource.RowAnswers
}

// rowsOf returns how many rows of a table are read at most: once for the tests of a row, and once for each key.
func (r *rowTestRun) rowsOf(table int) int64 {
	rows := r.Budget.TableRows
	if n := r.Tables[table].Size.Rows; n >= 0 {
		rows = min(n, rows)
	}
	reads := int64(1)
	for _, t := range r.Tables[table].Tests {
		if t.Kind == datasource.SameKey {
			reads++
		}
	}
	return reads * rows
}

// bytesOf returns how many bytes these rows have, as estimated.
func (r *rowTestRun) bytesOf(table int) int64 {
	size := r.Tables[table].Size
	return int64(float64(max(size.Bytes, 0)) * float64(r.rowsOf(table)) / float64(max(size.Rows, 1)))
}

// read reads tables with one statement, and the other end of those that have more rows. If the statement fails for a
// reason of a table, each is read alone, so that the others are tested.
func (r *rowTestRun) read(ctx context.Context, batch []int) error {
	batch = slices.DeleteFunc(slices.Clone(batch), func(table int) bool {
		rows, bytes := r.rows+r.rowsOf(table), r.bytes+r.bytesOf(table)
		if time.Since(r.started) > r.Budget.Time || rows > r.Budget.Rows || bytes > r.Budget.Bytes ||
			r.statements >= rowTestStatements {
			r.answers.Untested = append(r.answers.Untested, datasource.UntestedTable{Table: table})
			return true
		}
		r.rows, r.bytes = rows, bytes
		return false
	})
	if len(batch) == 0 {
		return nil
	}
	first, err := r.ends(ctx, batch, false)
	switch {
	case err == nil:
	case !ofTable(err) || ctx.Err() != nil:
		return err
	case len(batch) == 1:
		r.answers.Untested = append(r.answers.Untested, datasource.UntestedTable{Table: batch[0],
			Reason: message.Of(err)})
		return nil
	default:
		for _, table := range batch {
			r.rows, r.bytes = r.rows-r.rowsOf(table), r.bytes-r.bytesOf(table)
			if err := r.read(ctx, []int{table}); err != nil {
				return err
			}
		}
		return nil
	}
	for _, tested := range first {
		if !tested.All && r.Tables[tested.Table].Key != nil && r.statements < rowTestStatements {
			last, err := r.ends(ctx, []int{tested.Table}, true)
			if err != nil && (!ofTable(err) || ctx.Err() != nil) {
				return err
			}
			if err != nil {
				r.answers.Untested = append(r.answers.Untested, datasource.UntestedTable{Table: tested.Table,
					Reason: message.Of(err)})
			}
			for _, t := range last {
				tested = both(tested, t)
			}
		}
		r.answers.Tested = append(r.answers.Tested, tested)
	}
	return nil
}

// ofTable reports whether the error may concern one table only: the account may not read it, it was dropped or is
// broken, or reading it takes too long.
func ofTable(err error) bool {
	if errors.Is(err, datasource.ErrTimeLimit) {
		return true
	}
	switch datasource.ClassOf(err) {
	case datasource.ErrPrivilege, datasource.ErrNoSuchObject, datasource.ErrLocked, datasource.ErrOther,
		datasource.ErrUnsupported:
		return true
	}
	return false
}

// both returns what was read of a table from both ends. Rows may be in both, so that the larger number counts.
func both(first, last datasource.TestedRows) datasource.TestedRows {
	first.Read += last.Read
	for _, found := range last.Found {
		at := slices.IndexFunc(first.Found, func(f datasource.FoundRows) bool { return f.Test == found.Test })
		switch {
		case at < 0:
			first.Found = append(first.Found, found)
		case found.Count > first.Found[at].Count:
			first.Found[at].Count = found.Count
		}
	}
	slices.SortFunc(first.Found, func(a, b datasource.FoundRows) int { return cmp.Compare(a.Test, b.Test) })
	return first
}

// ends reads the first or the last rows of tables.
func (r *rowTestRun) ends(ctx context.Context, batch []int, last bool) ([]datasource.TestedRows, error) {
	columns := 0
	for _, table := range batch {
		columns = max(columns, len(r.Tables[table].Tests))
	}
	var selects []string
	for _, table := range batch {
		selects = append(selects, r.perRow(table, columns, last))
		for i, t := range r.Tables[table].Tests {
			if t.Kind == datasource.SameKey {
				selects = append(selects, r.perKey(table, i, columns, last))
			}
		}
	}
	r.statements++
	tested := make(map[int]*datasource.TestedRows, len(batch))
	err := r.query(ctx, strings.Join(selects, " UNION ALL "), nil, func(scan row) error {
		var table int
		var read sql.NullInt64
		counts, keys := make([]sql.NullInt64, columns), make([]sql.NullString, columns)
		into := []any{&table, &read}
		for i := range columns {
			into = append(into, &counts[i], &keys[i])
		}
		if err := scan(into...); err != nil {
			return err
		}
		t := tested[table]
		if t == nil {
			t = &datasource.TestedRows{Table: table}
			tested[table] = t
		}
		if read.Valid {
			t.Read, t.All = read.Int64, read.Int64 < r.Budget.TableRows
		}
		for i, count := range counts {
			if count.Int64 > 0 {
				found := datasource.FoundRows{Test: i, Count: count.Int64}
				if keys[i].Valid && r.Tables[table].Key != nil {
					found.Keys = strings.Split(keys[i].String, keySeparator)
				}
				t.Found = append(t.Found, found)
			}
		}
		return nil
	})
	all := make([]datasource.TestedRows, 0, len(tested))
	for _, table := range batch {
		if t := tested[table]; t != nil {
			slices.SortFunc(t.Found, func(a, b datasource.FoundRows) int { return cmp.Compare(a.Test, b.Test) })
			all = append(all, *t)
		}
	}
	return all, err
}

// perRow returns the SELECT that counts the rows of a table that each test of a row finds, and shows three of their
// keys.
func (r *rowTestRun) perRow(table, columns int, last bool) string {
	t := r.Tables[table]
	values, results := []string{keyText(t.Key) + " AS k"}, []string{fmt.Sprint(table), "COUNT(*)"}
	for i := range columns {
		if i >= len(t.Tests) || t.Tests[i].Kind == datasource.SameKey {
			results = append(results, "NULL", "NULL")
			continue
		}
		values = append(values, fmt.Sprintf("%s AS b%d", condition(t.Tests[i]), i))
		results = append(results, fmt.Sprintf("SUM(b%d)", i), threeKeys(fmt.Sprintf("IF(b%d, k, NULL)", i)))
	}
	return fmt.Sprintf("SELECT %s FROM (%s) AS seen", strings.Join(results, ", "), r.rowsAt(table, values, last))
}

// perKey returns the SELECT that counts the rows of a table that have the same key as another one, and shows three of
// their primary keys.
func (r *rowTestRun) perKey(table, test, columns int, last bool) string {
	t := r.Tables[table]
	results := []string{fmt.Sprint(table), "NULL"}
	for i := range columns {
		if i == test {
			results = append(results, "SUM(n)", threeKeys("k ORDER BY k"))
		} else {
			results = append(results, "NULL", "NULL")
		}
	}
	values, parts, present := []string{keyText(t.Key) + " AS k"}, []string{}, []string{}
	for i, part := range t.Tests[test].Parts {
		name := fmt.Sprintf("p%d", i)
		values = append(values, comparedPart(part)+" AS "+name)
		present = append(present, name+" IS NOT NULL")
		if part.Collation != "" {
			name += " COLLATE " + part.Collation
		}
		parts = append(parts, name)
	}
	return fmt.Sprintf("SELECT %s FROM (SELECT COUNT(*) AS n, %s AS k FROM (%s) AS seen WHERE %s GROUP BY %s "+
		"HAVING COUNT(*) > 1) AS same", strings.Join(results, ", "), threeKeys("k ORDER BY k"),
		r.rowsAt(table, values, last), strings.Join(present, " AND "), strings.Join(parts, ", "))
}

// comparedPart returns the value of a part of a key, in the character set of its collation.
func comparedPart(part datasource.ComparedPart) string {
	value := quote(part.Column)
	if part.Prefix > 0 {
		value = fmt.Sprintf("LEFT(%s, %d)", value, part.Prefix)
	}
	if part.Charset != "" {
		value = "CONVERT(" + value + " USING " + quote(part.Charset) + ")"
	}
	return value
}

// threeKeys returns the expression that shows three of the keys, or sets of keys, of a group.
func threeKeys(keys string) string {
	return fmt.Sprintf("SUBSTRING_INDEX(GROUP_CONCAT(%s SEPARATOR '%s'), '%s', 3)", keys, keySeparator, keySeparator)
}

// rowsAt returns the SELECT of values from the first or the last rows of a table.
func (r *rowTestRun) rowsAt(table int, values []string, last bool) string {
	t := r.Tables[table]
	order := ""
	if t.Key != nil {
		direction := ""
		if last {
			direction = " DESC"
		}
		names := make([]string, len(t.Key))
		for i, c := range t.Key {
			names[i] = quote(c.Name) + direction
		}
		order = " ORDER BY " + strings.Join(names, ", ")
	}
	return fmt.Sprintf("SELECT %s FROM %s.%s AS tested%s LIMIT %d", strings.Join(values, ", "),
		quote(t.Table.Schema), quote(t.Table.Name), order, r.Budget.TableRows)
}

// keyText returns the expression that shows a key.
func keyText(key []datasource.KeyColumn) string {
	parts := make([]string, len(key))
	for i, c := range key {
		name := quote(c.Name)
		switch c.Form {
		case datasource.KeyQuoted:
			name = "QUOTE(LEFT(" + name + ", 40))"
		case datasource.KeyHex:
			name = "CONCAT('0x', HEX(LEFT(" + name + ", 20)))"
		}
		parts[i] = "CONVERT(" + name + " USING utf8mb4)"
	}
	if len(parts) == 0 {
		return "''"
	}
	return "CONCAT_WS(', ', " + strings.Join(parts, ", ") + ")"
}

// condition returns the condition of a test: 1 for a row that it finds, otherwise 0.
func condition(t datasource.RowTest) string {
	name := quote(t.Column)
	condition := ""
	switch t.Kind {
	case datasource.ErrorOfEnum, datasource.ZeroNumber:
		condition = name + " + 0 = 0"
	case datasource.FalseCondition:
		condition = "NOT (" + t.Text + ")"
	case datasource.LongerThan:
		condition = fmt.Sprintf("CHAR_LENGTH(%s) > %d", name, t.Number)
	case datasource.NotInCharset:
		condition = fmt.Sprintf("BINARY CONVERT(CONVERT(%s USING %s) USING utf8mb4) <> "+
			"BINARY CONVERT(%s USING utf8mb4)", name, quote(t.Text), name)
	case datasource.NotBetween:
		condition = fmt.Sprintf("%s NOT BETWEEN %s AND %s", name, t.Low, t.High)
	case datasource.NotJSON:
		condition = "NOT JSON_VALID(" + name + ")"
	case datasource.NotGeometry:
		condition = notGeometry(name)
	case datasource.InTimeGap:
		in := make([]string, len(t.Gaps))
		for i, gap := range t.Gaps {
			in[i] = fmt.Sprintf("CAST(%s AS DATETIME(6)) >= '%s' AND CAST(%s AS DATETIME(6)) < '%s'",
				name, gap.From, name, gap.To)
		}
		condition = "(" + strings.Join(in, " OR ") + ")"
	case datasource.LargerThan:
		lengths := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			lengths[i] = "COALESCE(LENGTH(" + quote(c) + "), 0)"
		}
		condition = fmt.Sprintf("%s > %d", strings.Join(lengths, " + "), t.Number)
	case datasource.NoParent:
		present, equal := make([]string, len(t.Columns)), make([]string, len(t.Columns))
		for i, c := range t.Columns {
			present[i] = "tested." + quote(c) + " IS NOT NULL"
			equal[i] = "parent." + quote(t.ParentColumns[i]) + " = tested." + quote(c)
		}
		condition = fmt.Sprintf("%s AND NOT EXISTS (SELECT 1 FROM %s.%s AS parent WHERE %s)",
			strings.Join(present, " AND "), quote(t.Parent.Schema), quote(t.Parent.Name), strings.Join(equal, " AND "))
	}
	return "COALESCE(" + condition + ", 0)"
}

// notGeometry returns the condition that finds what MariaDB stores and MySQL refuses as a geometry: a line of one
// point, a ring of fewer than four points, and a geometry without elements. Its text shows them, and is NULL for some.
func notGeometry(name string) string {
	text := "ST_AsText(" + name + ")"
	patterns := []string{
		`(?:LINESTRING|[(,])\\([^,()]+\\)`,                     // a line or ring of one point
		`POLYGON[^A-Z]*\\([^,()]+(?:,[^,()]+){0,2}\\)`,         // a short ring
		`(?:MULTI[A-Z]+|POLYGON|LINESTRING)(?: EMPTY|[(]*\\))`, // nothing
	}
	return fmt.Sprintf("%s IS NOT NULL AND (%s IS NULL OR %s RLIKE '%s')", name, text, text,
		strings.Join(patterns, "|"))
}
