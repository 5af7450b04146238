package expression

import (
	"context"
	"fmt"
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
		Source:  checks.Facts{datasource.FactCheckConstraints, datasource.FactColumns, datasource.FactForeignKeys, datasource.FactIndexes, datasource.FactServer},
		Dest:    checks.Facts{datasource.FactCharsets, datasource.FactCheckConstraints, datasource.FactServer},
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
	constraints, err := p.Source().CheckConstraints(ctx)
	if err != nil || constraints.Len() == 0 {
		return err
	}
	c := checkConstraintRun{Pass: p, names: map[datasource.TableName]string{}}
	if c.source, err = p.Source().Server(ctx); err != nil {
		return err
	}
	if c.dest, err = p.Dest().Server(ctx); err != nil {
		return err
	}
	if !p.Route.Source.OracleLike() {
		if c.charsets, err = p.Dest().Charsets(ctx); err != nil {
			return err
		}
	}
	if c.columns, err = p.Source().Columns(ctx); err != nil {
		return err
	}
	report.Newer(p, c.dest, "the rules for CHECK")
	if c.dest.IsMariaDB() && !c.source.IsMariaDB() && !p.Route.Source.OracleLike() {
		if c.indexes, err = p.Source().Indexes(ctx); err != nil {
			return err
		}
		if c.foreignKeys, err = p.Source().ForeignKeys(ctx); err != nil {
			return err
		}
	}
	if err := c.namesThere(ctx, mapping); err != nil {
		return err
	}
	for _, pair := range mapping.BaseTables() {
		for _, constraint := range constraints.Of(pair.Source) {
			if p.Route.Source.OracleLike() {
				c.oracle(pair, constraint)
				continue
			}
			// Before 10.5.10 MariaDB does not say which constraints stand in a column's definition: those have its name.
			constraint.Column = constraint.Column || c.source.IsMariaDB() && c.isColumn(pair.Source, constraint.Name)
			c.constraint(pair, constraint)
			if c.source.IsMariaDB() && !c.dest.IsMariaDB() && c.maybePeriod(pair.Source, constraint) {
				p.Inform("MariaDB lists an application-time period as a CHECK: if SHOW CREATE TABLE %s says PERIOD FOR %s, %s refuses it", pair.Source, checks.Quote(p.Route.Source, constraint.Name), c.dest)
			}
		}
	}
	return c.unread
}

// maybePeriod tells whether a constraint of MariaDB looks like what PERIOD FOR makes: its catalog shows both
// in the same way before 11.4 (tried on 10.11).
func (c *checkConstraintRun) maybePeriod(table datasource.TableName, k datasource.CheckConstraint) bool {
	from, to, ok := strings.Cut(k.Clause, " < ")
	if !ok || k.Column || !strings.HasPrefix(from, "`") || !strings.HasPrefix(to, "`") {
		return false
	}
	var types []string
	for _, column := range c.columns.Of(table) {
		if name := checks.Quote(c.Route.Source, column.Name); (name == from || name == to) && !column.Nullable {
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
	columns      datasource.ByTable[datasource.Column]
	indexes      datasource.ByTable[datasource.Index]      // where the destination does not tell their names from those of constraints
	foreignKeys  datasource.ByTable[datasource.ForeignKey] // likewise
	names        map[datasource.TableName]string           // of a destination's schema and constraint: the constraint that has it
	unread       error                                     // a constraint that could not be read whole
}

func (c *checkConstraintRun) isColumn(table datasource.TableName, name string) bool {
	return slices.ContainsFunc(c.columns.Of(table), func(column datasource.Column) bool { return column.Name == name })
}

func (c *checkConstraintRun) report(pair checks.TablePair, constraint datasource.CheckConstraint, rule string, level checks.Level, actual, want string, sql ...string) {
	c.Report(checks.Finding{Rule: rule, Level: level, Object: report.ConstraintObject(pair.Source, constraint.Name), Actual: actual, Expected: want, SQL: sql,
		Args: checks.Args{"dest": c.dest.String()}})
}

func (c *checkConstraintRun) constraint(pair checks.TablePair, k datasource.CheckConstraint) {
	if ignoresCheck(c.dest) {
		if k.Enforced {
			c.report(pair, k, "ignored", checks.Warn, "CHECK ("+k.Clause+")", "a destination that enforces it")
		}
		return
	}
	if !k.Enforced && c.dest.IsMariaDB() {
		c.report(pair, k, "becomes_enforced", checks.Warn, "NOT ENFORCED", "ENFORCED, as it will be on the destination",
			"ALTER TABLE "+checks.QuoteTable(c.Route.Source, pair.Source)+" ALTER CHECK "+checks.Quote(c.Route.Source, k.Name)+" ENFORCED")
	}
	clause := mysqlexpr.ReadClause(k.Clause, c.source.IsMariaDB())
	for _, function := range clause.Functions {
		switch mysqlexpr.InCheck(c.source, c.dest, function) {
		case product.Refused:
			level := checks.Fail
			if c.dest.IsOceanBase() {
				level = checks.Warn
			}
			c.report(pair, k, "function_refused", level, strings.ToUpper(function)+"()", "functions that the destination accepts in CHECK")
		case product.Unknown:
			c.report(pair, k, "function_unknown", checks.Warn, strings.ToUpper(function)+"()", "functions that the destination is known to accept in CHECK")
		}
	}
	plain := mysqlexpr.PlainText(c.source, k.Clause)
	if written, instead := mysqlexpr.Misread(c.source, c.dest, plain); written != "" {
		c.report(pair, k, "string_misread", mysqlexpr.RefusedBy(c.dest), written, instead)
	}
	definition := mysqlexpr.ReadDefinition(plain)
	level := checks.Fail
	absent, sure := mysqlexpr.Missing(c.dest, definition)
	if !sure || c.dest.IsOceanBase() {
		level = checks.Warn
	}
	for _, missing := range absent {
		if !slices.Contains(clause.Functions, missing) {
			c.report(pair, k, "clause_missing", level, missing, "a condition without it")
		}
	}
	for _, collation := range definition.Collations {
		if !c.charsets.HasCollation(collation) {
			c.report(pair, k, "collation_missing", checks.Fail, collation, "a collation that the destination has")
		}
	}
	other, taken := "", false
	if (c.dest.IsMySQL() || c.dest.IsOceanBase()) && !k.Column {
		other, taken = c.take(pair, k)
	}
	mended := k.Clause // as one statement makes it, where the name is wrong, too
	if condition, known := mysqlexpr.IsCondition(k.Clause); c.source.IsMariaDB() && c.dest.IsMySQL() && known && !condition {
		mended = "(" + k.Clause + ") <> 0"
		var sql []string
		if !taken {
			sql = c.again(pair, k, k.Name, mended)
		}
		c.report(pair, k, "not_condition", checks.Fail, "CHECK ("+k.Clause+")", "a comparison, as in CHECK ("+mended+")", sql...)
	}
	if other := c.keyOfName(pair.Source, k.Name); other != "" {
		c.report(pair, k, "name_taken", checks.Fail, "the name "+k.Name+", which "+other+" has too", "a name of its own in its table")
	}
	if !c.dest.IsMySQL() && !c.dest.IsOceanBase() {
		return
	}
	if k.Column {
		if at := slices.IndexFunc(clause.Names, func(n string) bool { return !strings.EqualFold(n, k.Name) && c.isColumn(pair.Source, n) }); at >= 0 && c.dest.IsMySQL() {
			c.report(pair, k, "other_column", checks.Fail, "a column's CHECK that names "+clause.Names[at], "a CHECK of the table")
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
	c.report(pair, k, "name_taken", level, "the name "+k.Name+", which "+other+" has too", "a name of its own in schema "+pair.Dest.Schema, c.again(pair, k, c.freeName(pair, k.Name), mended)...)
}

// keyOfName gives the key of a table of MySQL with which MariaDB confuses a constraint of that name (error 1826): primary, unique and
// foreign keys share the names of CHECK constraints there (tried on 10.11 and 11.8).
func (c *checkConstraintRun) keyOfName(table datasource.TableName, name string) string {
	for _, i := range c.indexes.Of(table) {
		if i.Unique && strings.EqualFold(i.Name, name) {
			return "a unique key"
		}
	}
	for _, f := range c.foreignKeys.Of(table) {
		if strings.EqualFold(f.Name, name) {
			return "a foreign key"
		}
	}
	return ""
}

// namesThere takes the names of the constraints of the destination's other tables, where a name is unique in its
// schema: those that the task makes keep their own.
func (c *checkConstraintRun) namesThere(ctx context.Context, mapping *checks.Mapping) error {
	if !c.dest.IsMySQL() && !c.dest.IsOceanBase() {
		return nil
	}
	there, err := c.Dest().CheckConstraints(ctx)
	if err != nil {
		return err
	}
	for table, own := range there.All() {
		if len(mapping.FromDest(table)) > 0 {
			continue
		}
		for _, k := range own {
			c.names[c.nameOnDest(table.Schema, k.Name)] = table.String() + "." + k.Name + " of the destination"
		}
	}
	return nil
}

func (c *checkConstraintRun) nameOnDest(schema, name string) datasource.TableName {
	if c.Route.Dest.OracleLike() {
		return datasource.TableName{Schema: schema, Name: name}
	}
	return datasource.TableName{Schema: c.dest.NameCase.Fold(schema), Name: strings.ToLower(name)}
}

// again gives the statement that makes a constraint of MariaDB again with another name or condition.
func (c *checkConstraintRun) again(pair checks.TablePair, k datasource.CheckConstraint, name, clause string) []string {
	if !c.source.IsMariaDB() || k.Column || c.maybePeriod(pair.Source, k) { // a period is not dropped as a constraint
		return nil
	}
	t := c.Route.Source
	return []string{"ALTER TABLE " + checks.QuoteTable(t, pair.Source) + " DROP CONSTRAINT " + checks.Quote(t, k.Name) + ", ADD CONSTRAINT " + checks.Quote(t, name) + " CHECK (" + clause + ")"}
}

// take gives a constraint its name on the destination, as that compares names, unless another one has it.
func (c *checkConstraintRun) take(pair checks.TablePair, k datasource.CheckConstraint) (other string, taken bool) {
	name := c.nameOnDest(pair.Dest.Schema, k.Name)
	if other, taken = c.names[name]; !taken {
		c.names[name] = pair.Source.String() + "." + k.Name
	}
	return other, taken
}

// freeName gives a name that no constraint seen so far has, and takes it.
func (c *checkConstraintRun) freeName(pair checks.TablePair, name string) string {
	base := pair.Source.Name + "_" + name
	if r := []rune(base); len(r) > 60 {
		base = string(r[:60])
	}
	free := base
	for n := 2; ; n++ {
		key := c.nameOnDest(pair.Dest.Schema, free)
		if _, taken := c.names[key]; !taken {
			c.names[key] = pair.Source.String() + "." + free
			return free
		}
		free = fmt.Sprintf("%s_%d", base, n)
	}
}

// ignoresCheck tells whether a server reads CHECK and forgets it: MySQL before 8.0.16, MariaDB
// before 10.2.1 (MySQL 8.0 Reference Manual and MariaDB documentation, "CHECK Constraints"), or is not
// given it: OceanBase before V3.2.3 in MySQL mode (OceanBase Migration Service, "Create an index or a
// constraint" of the conversion from a MySQL database).
func ignoresCheck(s datasource.Server) bool {
	return s.IsMySQL() && s.Version.Before(8, 0, 16) || s.IsMariaDB() && s.Version.Before(10, 2, 1) ||
		s.IsOceanBase() && s.Mode == "MYSQL" && s.Version.Before(3, 2, 3)
}
