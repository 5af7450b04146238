package expression

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// CheckConstraint is RDB_CHECK_CONSTRAINT.
var CheckConstraint = &checks.Check{
	Type:     "RDB_CHECK_CONSTRAINT",
	Page:     checks.ReadPage(pages, "check_constraint.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactCheckConstraints, datasource.FactColumns, datasource.FactDefinitions,
			datasource.FactForeignKeys, datasource.FactIndexes, datasource.FactServer},
		Dest: checks.Facts{datasource.FactCharsets, datasource.FactCheckConstraints, datasource.FactServer,
			datasource.FactVariables},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_CONSTRAINT"}},
	Run: runCheckConstraint,
}

func runCheckConstraint(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	constraints, err := datasource.FactCheckConstraints.Of(ctx, p.Source())
	constrained := func(t checks.TablePair) bool { return constraints.Of(t.Source) != nil }
	if err != nil || !slices.ContainsFunc(mapping.BaseTables(), constrained) {
		return err
	}
	c := checkConstraintRun{Pass: p, names: map[datasource.TableName]string{}}
	if c.source, err = datasource.FactServer.Of(ctx, p.Source()); err != nil {
		return err
	}
	if c.dest, err = datasource.FactServer.Of(ctx, p.Dest()); err != nil {
		return err
	}
	if p.Route.Source.Dialect() == datasource.MySQLDialect {
		if c.charsets, err = datasource.FactCharsets.Of(ctx, p.Dest()); err != nil {
			return err
		}
	}
	if c.columns, err = datasource.FactColumns.Of(ctx, p.Source()); err != nil {
		return err
	}
	if c.modes, err = modesOfDest(ctx, p, c.dest); err != nil {
		return err
	}
	report.Newer(p, c.dest, p.Term("rules"))
	if c.dest.IsMariaDB() && !c.source.IsMariaDB() && p.Route.Source.Dialect() == datasource.MySQLDialect {
		if c.indexes, err = datasource.FactIndexes.Of(ctx, p.Source()); err != nil {
			return err
		}
		if c.foreignKeys, err = datasource.FactForeignKeys.Of(ctx, p.Source()); err != nil {
			return err
		}
	}
	if err := c.reserveNamesOnDest(ctx, mapping); err != nil {
		return err
	}
	if err := c.readPeriods(ctx, mapping, constraints); err != nil {
		return err
	}
	for _, pair := range mapping.BaseTables() {
		for _, constraint := range constraints.Of(pair.Source) {
			if c.period(pair, constraint) {
				continue
			}
			if p.Route.Source.Dialect() == datasource.OracleDialect {
				c.oracle(pair, constraint)
				continue
			}
			// Before 10.5.10 MariaDB does not show which constraints belong to a column: those have its name.
			constraint.Column = constraint.Column || c.levelUnknown() && c.isColumn(pair.Source, constraint.Name)
			c.constraint(pair, constraint)
		}
	}
	return c.unreadable
}

// unnamed matches the names that MariaDB gives to CHECK constraints.
var unnamed = regexp.MustCompile(`^CONSTRAINT_\d+$`)

// readPeriods reads the definitions of the tables of MariaDB with a constraint that may be a PERIOD FOR.
func (c *checkConstraintRun) readPeriods(
	ctx context.Context, mapping *checks.Mapping, constraints datasource.TableRows[datasource.CheckConstraint],
) error {
	if !c.source.IsMariaDB() || c.dest.IsMariaDB() {
		return nil
	}
	var tables []datasource.TableName
	for _, pair := range mapping.BaseTables() {
		for _, k := range constraints.Of(pair.Source) {
			if c.maybePeriod(pair.Source, k) && !slices.Contains(tables, pair.Source) {
				tables = append(tables, pair.Source)
			}
		}
	}
	if len(tables) == 0 {
		return nil
	}
	definitions, err := datasource.FactDefinitions.Of(ctx, c.Source(), tables)
	c.definitions = definitions.Text
	return err
}

// period reports a constraint that is a PERIOD FOR, which no other product has, and not a CHECK.
func (c *checkConstraintRun) period(pair checks.TablePair, k datasource.CheckConstraint) bool {
	if !c.source.IsMariaDB() || c.dest.IsMariaDB() || !c.maybePeriod(pair.Source, k) {
		return false
	}
	name := checks.Quote(c.Route.Source, k.Name)
	texts := c.definitions.Of(pair.Source)
	if len(texts) == 0 {
		if c.unreadable == nil {
			c.unreadable = c.NotChecked("period_not_read", "table", pair.Source, "period", name, "dest", c.dest)
		}
		return false
	}
	if !strings.Contains(texts[0], "PERIOD FOR "+name+" (") {
		return false
	}
	actual := "PERIOD FOR " + name
	if strings.Contains(texts[0], name+" WITHOUT OVERLAPS") {
		actual += ", WITHOUT OVERLAPS"
	}
	c.report(pair, k, "period", checks.Fail, actual, "")
	return true
}

// maybePeriod reports whether a constraint of MariaDB may be a PERIOD FOR: before 11.4 its catalog shows both in the
// same way (tried on 10.11).
func (c *checkConstraintRun) maybePeriod(table datasource.TableName, k datasource.CheckConstraint) bool {
	from, to, ok := strings.Cut(k.Clause, " < ")
	if !ok || k.Column || unnamed.MatchString(k.Name) || !strings.HasPrefix(from, "`") || !strings.HasPrefix(to, "`") {
		return false
	}
	var types []string
	for _, column := range c.columns.Of(table) {
		name := checks.Quote(c.Route.Source, column.Name)
		if (name == from || name == to) && !column.Nullable {
			types = append(types, column.ColumnType.ColumnType)
		}
	}
	timed := func(text string) bool {
		return strings.HasPrefix(text, "date") || strings.HasPrefix(text, "timestamp")
	}
	return len(types) == 2 && types[0] == types[1] && timed(types[0])
}

type checkConstraintRun struct {
	*checks.Pass
	source, dest datasource.Server
	charsets     datasource.Charsets // of the destination
	modes        []string            // those of sql_mode of the destination
	columns      datasource.TableRows[datasource.Column]
	// indexes and foreignKeys are read if the destination confuses their names with those of constraints.
	indexes     datasource.TableRows[datasource.Index]
	foreignKeys datasource.TableRows[datasource.ForeignKey]
	names       map[datasource.TableName]string // by schema and name on the destination: the constraint that has it
	definitions datasource.TableRows[string]    // of tables that may have a PERIOD FOR
	unreadable  error                           // of the first constraint that could not be read completely
}

// levelUnknown reports whether the source does not show which constraints belong to a column.
func (c *checkConstraintRun) levelUnknown() bool {
	return c.source.IsMariaDB() && c.source.Version.Before(10, 5, 10)
}

// isColumn reports whether a table has a column of that name.
func (c *checkConstraintRun) isColumn(table datasource.TableName, name string) bool {
	return slices.ContainsFunc(c.columns.Of(table), func(column datasource.Column) bool { return column.Name == name })
}

// report adds a finding; an empty expected value is that of the page.
func (c *checkConstraintRun) report(
	pair checks.TablePair, k datasource.CheckConstraint, rule string, level checks.Level, actual, expected string,
	sql ...string,
) {
	c.Report(checks.Finding{Rule: rule, Level: level, Object: report.ConstraintObject(pair.Source, k.Name),
		Actual: actual, Expected: expected, SQL: sql, Args: checks.Args{"dest": c.dest}})
}

// nameTaken reports a constraint whose name another object has, too.
func (c *checkConstraintRun) nameTaken(
	pair checks.TablePair, k datasource.CheckConstraint, level checks.Level, other, expected string, sql ...string,
) {
	c.Report(checks.Finding{Rule: "name_taken", Level: level, Object: report.ConstraintObject(pair.Source, k.Name),
		Actual: k.Name, Expected: expected, SQL: sql, Args: checks.Args{"other": other}})
}

// constraint checks a constraint of a source with the MySQL dialect.
func (c *checkConstraintRun) constraint(pair checks.TablePair, k datasource.CheckConstraint) {
	if product.IgnoresCheck(c.dest) {
		if k.Enforced {
			c.report(pair, k, "ignored", checks.Warn, "CHECK ("+k.Clause+")", "")
		}
		return
	}
	if !k.Enforced && c.dest.IsMariaDB() {
		t := c.Route.Source
		c.report(pair, k, "becomes_enforced", checks.Warn, "NOT ENFORCED", "ENFORCED",
			"ALTER TABLE "+checks.QuoteTable(t, pair.Source)+" ALTER CHECK "+checks.Quote(t, k.Name)+" ENFORCED")
	}
	plain := mysqlexpr.PlainText(c.source, k.Clause)
	expression := mysqlexpr.Read(plain)
	for _, function := range expression.Functions {
		switch mysqlexpr.InCheck(c.source, c.dest, function) {
		case product.Refused:
			level := checks.Fail
			if c.dest.IsOceanBase() {
				level = checks.Warn
			}
			c.report(pair, k, "function_refused", level, strings.ToUpper(function)+"()", "")
		case product.Unknown:
			c.report(pair, k, "function_unknown", checks.Warn, strings.ToUpper(function)+"()", "")
		}
	}
	if s := mysqlexpr.Misread(c.source, c.dest, plain); s.Written != "" {
		rule, level := misread(s, c.dest)
		c.report(pair, k, rule, level, s.Written, cmp.Or(s.Instead, c.Term("ascii")))
	}
	level := checks.Fail
	absent, sure := mysqlexpr.Missing(c.dest, expression)
	if !sure || c.dest.IsOceanBase() {
		level = checks.Warn
	}
	for _, missing := range absent {
		if !slices.Contains(expression.Functions, missing) {
			c.report(pair, k, "clause_missing", level, missing, "")
		}
	}
	for _, collation := range expression.Collations {
		if !c.charsets.HasCollation(collation) {
			c.report(pair, k, "collation_missing", checks.Fail, collation, "")
		}
	}
	columns := c.columns.Of(pair.Source)
	for _, f := range comparisons(c.source, c.dest, c.modes, pair, columns, plain) {
		f.Object = report.ConstraintObject(pair.Source, k.Name)
		c.Report(f)
	}
	other, taken := "", false
	if (c.dest.IsMySQL() || c.dest.IsOceanBase()) && !k.Column {
		other, taken = c.reserveName(pair, k)
	}
	fixed := k.Clause // one statement fixes the condition and the name
	condition, known := mysqlexpr.IsCondition(k.Clause)
	if c.source.IsMariaDB() && c.dest.IsMySQL() && known && !condition {
		fixed = "(" + k.Clause + ") <> 0"
		var sql []string
		if !taken {
			sql = c.recreate(pair, k, k.Name, fixed)
		}
		c.report(pair, k, "not_condition", checks.Fail, "CHECK ("+k.Clause+")", "CHECK ("+fixed+")", sql...)
	}
	if key := c.keyNamed(pair.Source, k.Name); key != "" {
		c.nameTaken(pair, k, checks.Fail, c.Term(key), c.Term("unique_in_table"))
	}
	if !c.dest.IsMySQL() && !c.dest.IsOceanBase() {
		return
	}
	if k.Column {
		isOther := func(n string) bool { return !strings.EqualFold(n, k.Name) && c.isColumn(pair.Source, n) }
		if at := slices.IndexFunc(expression.Names, isOther); at >= 0 && c.dest.IsMySQL() {
			level := checks.Fail
			if c.levelUnknown() {
				level = checks.Warn
			}
			c.Report(checks.Finding{Rule: "other_column", Level: level,
				Object: report.ConstraintObject(pair.Source, k.Name),
				Args:   checks.Args{"column": expression.Names[at], "dest": c.dest}})
		}
		return
	}
	if !taken {
		return
	}
	level = checks.Fail
	if c.dest.IsOceanBase() {
		level = checks.Warn
	}
	c.nameTaken(pair, k, level, other, c.Term("unique_in_schema", "schema", pair.Dest.Schema),
		c.recreate(pair, k, c.freeName(pair, k.Name), fixed)...)
}

// keyNamed returns the term for the key of a MySQL table with which MariaDB confuses a constraint of that name (error
// 1826), empty if there is none. Primary, unique and foreign keys share the names of CHECK constraints there (tried on
// 10.11 and 11.8).
func (c *checkConstraintRun) keyNamed(table datasource.TableName, name string) string {
	for _, i := range c.indexes.Of(table) {
		if i.Unique && strings.EqualFold(i.Name, name) {
			return "unique_key"
		}
	}
	for _, f := range c.foreignKeys.Of(table) {
		if strings.EqualFold(f.Name, name) {
			return "foreign_key"
		}
	}
	return ""
}

// reserveNamesOnDest reserves the names of the constraints of other tables of the destination, if a name is unique in
// its schema there. Tables that the task creates keep their names.
func (c *checkConstraintRun) reserveNamesOnDest(ctx context.Context, mapping *checks.Mapping) error {
	if !c.dest.IsMySQL() && !c.dest.IsOceanBase() {
		return nil
	}
	there, err := datasource.FactCheckConstraints.Of(ctx, c.Dest())
	if err != nil {
		return err
	}
	for table, own := range there.All() {
		if len(mapping.FromDest(table)) > 0 {
			continue
		}
		for _, k := range own {
			name := report.ConstraintObject(table, k.Name)
			key := report.ConstraintName(c.Route.Dest, c.dest, table.Schema, k.Name)
			c.names[key] = c.Term("on_dest", "constraint", name)
		}
	}
	return nil
}

// recreate returns the statement that creates a constraint of MariaDB again with another name or condition.
func (c *checkConstraintRun) recreate(
	pair checks.TablePair, k datasource.CheckConstraint, name, clause string,
) []string {
	// a period cannot be dropped as a constraint
	if !c.source.IsMariaDB() || k.Column || c.maybePeriod(pair.Source, k) {
		return nil
	}
	t := c.Route.Source
	return []string{"ALTER TABLE " + checks.QuoteTable(t, pair.Source) + " DROP CONSTRAINT " + checks.Quote(t, k.Name) +
		", ADD CONSTRAINT " + checks.Quote(t, name) + " CHECK (" + clause + ")"}
}

// reserveName reserves the name of a constraint on the destination, or returns the constraint that has it already.
func (c *checkConstraintRun) reserveName(
	pair checks.TablePair, k datasource.CheckConstraint,
) (other string, taken bool) {
	name := report.ConstraintName(c.Route.Dest, c.dest, pair.Dest.Schema, k.Name)
	if other, taken = c.names[name]; !taken {
		c.names[name] = pair.Source.String() + "." + k.Name
	}
	return other, taken
}

// freeName returns a name that no constraint has so far, and reserves it.
func (c *checkConstraintRun) freeName(pair checks.TablePair, name string) string {
	base := pair.Source.Name + "_" + name
	if r := []rune(base); len(r) > 60 {
		base = string(r[:60])
	}
	free := base
	for n := 2; ; n++ {
		key := report.ConstraintName(c.Route.Dest, c.dest, pair.Dest.Schema, free)
		if _, taken := c.names[key]; !taken {
			c.names[key] = pair.Source.String() + "." + free
			return free
		}
		free = fmt.Sprintf("%s_%d", base, n)
	}
}
