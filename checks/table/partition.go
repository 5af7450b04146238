package table

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/checks/internal/compat/mysqlexpr"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// Partition is RDB_PARTITION.
var Partition = &checks.Check{
	Type:     "RDB_PARTITION",
	Page:     checks.ReadPage(pages, "partition.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactColumns, datasource.FactIndexes, datasource.FactPartitions, datasource.FactServer},
		Dest:    checks.Facts{datasource.FactServer},
		Mapping: true,
	},
	Run: runPartition,
}

// partitionRules are what a destination has of partitioning.
type partitionRules struct {
	methods    []string
	subMethods []string
	odd        []string // methods of which it is not known
	most       int      // partitions of a table, subpartitions included
	engines    []string // that may be partitioned; nil is every one
	prefixes   bool     // KEY may be over columns of which the index holds a prefix
	listRest   bool     // LIST may have a partition for all other values
	noFulltext bool     // a partitioned table may not have a FULLTEXT index
}

var (
	plainMethods  = []string{"RANGE", "RANGE COLUMNS", "LIST", "LIST COLUMNS", "HASH", "KEY"}
	linearMethods = []string{"LINEAR HASH", "LINEAR KEY"}
	hashMethods   = []string{"HASH", "KEY", "LINEAR HASH", "LINEAR KEY"}
)

// partitionRulesOf gives a destination's rules; ok is false where they are not known. Sources:
// MySQL 9 Reference Manual, "Partitioning Types", "Restrictions and Limitations on Partitioning", "Partitioning
// Limitations Relating to Storage Engines", "KEY Partitioning"; MySQL 8.4, "Features Removed"; MariaDB documentation, "Partitioning
// Types", "System-Versioned Tables"; OceanBase V4.3, "Compatibility with MySQL", "Constraints on
// product specifications". Known up to MySQL 9.7, MariaDB 12.0, OceanBase 4.3.
func partitionRulesOf(s datasource.Server) (r partitionRules, ok bool) {
	switch {
	case s.IsMySQL():
		r = partitionRules{methods: slices.Concat(plainMethods, linearMethods), subMethods: hashMethods, most: 8192, prefixes: s.Version.Before(8, 4), noFulltext: true}
		if s.Version.AtLeast(8) {
			r.engines = []string{"InnoDB", "ndbcluster"}
		}
	case s.IsMariaDB():
		r = partitionRules{methods: slices.Concat(plainMethods, linearMethods), subMethods: hashMethods, most: 8192, prefixes: true, listRest: true}
		if s.Version.AtLeast(10, 3, 4) {
			r.methods = append(r.methods, "SYSTEM_TIME")
		}
	case s.IsOceanBase():
		r = partitionRules{methods: plainMethods, subMethods: plainMethods, odd: linearMethods, most: 8192, prefixes: true, listRest: true}
	default:
		return r, false
	}
	return r, true
}

func runPartition(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	partitions, err := p.Source().Partitions(ctx)
	if err != nil || partitions.Len() == 0 {
		return err
	}
	if p.Route.Source.OracleLike() {
		return runOraclePartition(ctx, p, mapping, partitions)
	}
	indexes, err := p.Source().Indexes(ctx)
	if err != nil {
		return err
	}
	source, err := p.Source().Server(ctx)
	if err != nil {
		return err
	}
	dest, err := p.Dest().Server(ctx)
	if err != nil {
		return err
	}
	rules, ok := partitionRulesOf(dest)
	if !ok {
		return fmt.Errorf("it is not known how %s partitions tables", dest)
	}
	report.Newer(p, dest, "the ways of partitioning")
	run := partitionRun{Pass: p, rules: rules, dest: dest}
	if source.IsMariaDB() && dest.IsMySQL() {
		if run.columns, err = p.Source().Columns(ctx); err != nil {
			return err
		}
	}
	for _, pair := range mapping.BaseTables() {
		for _, how := range partitions.Of(pair.Source) {
			run.table(pair, how, indexes.Of(pair.Source))
			rest, certain := listRest(source, how)
			switch {
			case rules.listRest || !rest:
			case certain:
				run.finding(pair, "list_default", checks.Fail, "a partition DEFAULT", "values for each partition")
			default:
				p.Inform("MariaDB lists a partition DEFAULT of %s as one for the value 0: if SHOW CREATE TABLE says DEFAULT, %s refuses it", pair.Source, dest)
			}
		}
	}
	return nil
}

type partitionRun struct {
	*checks.Pass
	rules   partitionRules
	dest    datasource.Server
	columns datasource.ByTable[datasource.Column] // where fractions matter: from MariaDB to MySQL
}

func (r *partitionRun) finding(pair checks.TablePair, rule string, level checks.Level, actual, want string, sql ...string) {
	r.Report(checks.Finding{Rule: rule, Level: level, Object: checks.TableObject(pair.Source), Actual: actual, Expected: want, SQL: sql, Args: checks.Args{"dest": r.dest.String()}})
}

func (r *partitionRun) table(pair checks.TablePair, how datasource.Partitioning, indexes []datasource.Index) {
	r.method(pair, "PARTITION BY "+how.Method, how.Method, r.rules.methods)
	if how.SubMethod != "" {
		r.method(pair, "SUBPARTITION BY "+how.SubMethod, how.SubMethod, r.rules.subMethods)
	}
	if n := how.Count(); n > r.rules.most {
		r.finding(pair, "too_many", checks.Fail, fmt.Sprintf("%d partitions", n), fmt.Sprintf("at most %d", r.rules.most))
	}
	if r.rules.engines != nil && !slices.Contains(r.rules.engines, pair.Table.Engine) {
		r.finding(pair, "engine", checks.Fail, "engine "+pair.Table.Engine, "engine InnoDB", "ALTER TABLE "+checks.QuoteTable(r.Route.Source, pair.Source)+" "+ToInnoDB)
	}
	if at := slices.IndexFunc(indexes, func(i datasource.Index) bool { return coltype.IsFulltext(pair.Table, i) }); at >= 0 && r.rules.noFulltext {
		r.finding(pair, "fulltext", checks.Fail, "the FULLTEXT index "+indexes[at].Name, "no FULLTEXT index, or no partitions")
	}
	if column := fractional(how, r.columns.Of(pair.Source)); column != nil {
		r.finding(pair, "key_type", checks.Fail, fmt.Sprintf("%s (%s), where %s is %s", how.Method, how.Expression, column.Name, column.ColumnType.ColumnType), "a whole number")
	}
	if column := prefixedKey(how, indexes); column != "" && !r.rules.prefixes {
		r.finding(pair, "prefix", checks.Fail, "KEY over a prefix of "+column, "KEY over whole columns")
	}
}

func (r *partitionRun) method(pair checks.TablePair, text, method string, known []string) {
	switch {
	case slices.Contains(known, method):
	case slices.Contains(r.rules.odd, method):
		r.finding(pair, "method_unknown", checks.Warn, text, "one of "+strings.Join(known, ", "))
	default:
		r.finding(pair, "method", checks.Fail, text, "one of "+strings.Join(known, ", "))
	}
}

// listRest tells whether a LIST has a partition for all other values. MariaDB's catalog shows that one
// as MAXVALUE with COLUMNS, and without as the value 0, which is certain only where another partition
// has that value (tried on 10.11).
func listRest(source datasource.Server, how datasource.Partitioning) (rest, certain bool) {
	if !strings.HasPrefix(how.Method, "LIST") {
		return false, false
	}
	zeroes := 0
	for _, part := range how.Partitions {
		switch text := part.Description; {
		case strings.EqualFold(text, "DEFAULT"), source.IsMariaDB() && strings.HasPrefix(strings.TrimLeft(text, "("), "MAXVALUE"):
			return true, true
		case source.IsMariaDB() && how.Method == "LIST":
			if slices.Contains(strings.Split(text, ","), "0") {
				zeroes++
			}
			rest = rest || text == "0"
		}
	}
	return rest, rest && zeroes > 1
}

// fractional gives a column that makes the expression of a RANGE or LIST one with a fraction, as MariaDB takes it and
// MySQL does not, not even of a DECIMAL without digits after the point (errors 1491 and 1659; tried on MariaDB 10.11 and MySQL 9.7).
func fractional(how datasource.Partitioning, columns []datasource.Column) *datasource.Column {
	if how.Method != "RANGE" && how.Method != "LIST" {
		return nil
	}
	clause := mysqlexpr.ReadClause(how.Expression, true)
	whole := slices.ContainsFunc(clause.Functions, func(f string) bool { return f == "floor" || f == "ceiling" || f == "ceil" }) ||
		slices.ContainsFunc(mysqlexpr.Tokenize(how.Expression), func(t mysqlexpr.Token) bool { return t.Word && t.Text == "div" })
	seconds := slices.Contains(clause.Functions, "unix_timestamp")
	for i, c := range columns {
		if slices.Contains(clause.Names, c.Name) && (c.DataType == "decimal" && !whole || c.DataType == "timestamp" && c.Precision > 0 && seconds) {
			return &columns[i]
		}
	}
	return nil
}

// prefixedKey gives a column of a KEY partitioning of which the primary key holds a prefix only.
func prefixedKey(how datasource.Partitioning, indexes []datasource.Index) string {
	if !strings.HasSuffix(how.Method, "KEY") {
		return ""
	}
	for _, index := range indexes {
		if !index.Primary {
			continue
		}
		for _, c := range index.Columns {
			if c.Prefix > 0 && (how.Expression == "" || strings.Contains(how.Expression, checks.Quote(datasource.MySQL, c.Name))) {
				return c.Name
			}
		}
	}
	return ""
}
