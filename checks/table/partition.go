package table

import (
	"context"
	"regexp"
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
		Source: checks.Facts{datasource.FactColumns, datasource.FactDefinitions, datasource.FactIndexes,
			datasource.FactPartitions, datasource.FactServer},
		Dest:    checks.Facts{datasource.FactServer},
		Mapping: true,
	},
	Run: runPartition,
}

// partitionRules is the partitioning that a destination supports.
type partitionRules struct {
	methods      []string
	subMethods   []string
	undocumented []string // methods of which it is not known
	limit        int      // partitions of a table, including subpartitions
	engines      []string // that can be partitioned; nil is all
	prefixes     bool     // KEY may be over columns of which the index holds a prefix
	listDefault  bool     // LIST may have a DEFAULT partition
	noFulltext   bool     // a partitioned table may not have a FULLTEXT index
	noSpatial    bool     // a partitioned table may not have a spatial column
}

var (
	plainMethods  = []string{"RANGE", "RANGE COLUMNS", "LIST", "LIST COLUMNS", "HASH", "KEY"}
	linearMethods = []string{"LINEAR HASH", "LINEAR KEY"}
	hashMethods   = []string{"HASH", "KEY", "LINEAR HASH", "LINEAR KEY"}
)

// partitionRulesOf returns the rules of a destination; ok is false if they are not known. Sources: MySQL 9
// Reference Manual, "Partitioning Types", "Restrictions and Limitations on Partitioning", "Partitioning
// Limitations Relating to Storage Engines", "KEY Partitioning"; MySQL 8.4, "Features Removed"; MariaDB
// documentation, "Partitioning Types", "Partitioning Limitations", "System-Versioned Tables"; OceanBase V4.3,
// "Compatibility with MySQL", "Constraints on product specifications". Known up to MySQL 9.7, MariaDB 12.0, OceanBase
// 4.3.
func partitionRulesOf(s datasource.Server) (r partitionRules, ok bool) {
	switch {
	case s.IsMySQL():
		r = partitionRules{methods: slices.Concat(plainMethods, linearMethods), subMethods: hashMethods, limit: 8192,
			prefixes: s.Version.Before(8, 4), noFulltext: true, noSpatial: true}
		if s.Version.AtLeast(8) {
			r.engines = []string{"InnoDB", "ndbcluster"}
		}
	case s.IsMariaDB():
		r = partitionRules{methods: slices.Concat(plainMethods, linearMethods), subMethods: hashMethods, limit: 8192,
			prefixes: true, listDefault: true, noSpatial: s.Version.Before(11, 3, 2)}
		if s.Version.AtLeast(10, 3, 4) {
			r.methods = append(r.methods, "SYSTEM_TIME")
		}
	case s.IsOceanBase():
		r = partitionRules{methods: plainMethods, subMethods: plainMethods, undocumented: linearMethods, limit: 8192,
			prefixes: true, listDefault: true}
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
	partitions, err := datasource.FactPartitions.Of(ctx, p.Source())
	partitioned := func(t checks.TablePair) bool { return partitions.Of(t.Source) != nil }
	if err != nil || !slices.ContainsFunc(mapping.BaseTables(), partitioned) {
		return err
	}
	if p.Route.Source.Dialect() == datasource.OracleDialect {
		return runOraclePartition(ctx, p, mapping, partitions)
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	source, err := datasource.FactServer.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	rules, ok := partitionRulesOf(dest)
	if !ok {
		return p.NotChecked("partitioning_unknown", "dest", dest)
	}
	report.Newer(p, dest, p.Term("partitioning_types"))
	run := partitionRun{Pass: p, rules: rules, dest: dest}
	if dest.IsMySQL() || rules.noSpatial {
		if run.columns, err = datasource.FactColumns.Of(ctx, p.Source()); err != nil {
			return err
		}
	}
	var uncertain []checks.TablePair // whether they have a DEFAULT partition
	for _, pair := range mapping.BaseTables() {
		for _, how := range partitions.Of(pair.Source) {
			run.table(pair, how, indexes.Of(pair.Source))
			found, certain := hasListDefault(source, how)
			switch {
			case rules.listDefault || !found:
			case certain:
				run.finding(pair, checks.Finding{Rule: "list_default", Level: checks.Fail})
			default:
				uncertain = append(uncertain, pair)
			}
		}
	}
	return run.readDefaults(ctx, uncertain)
}

// defaultPartition matches the DEFAULT partition in a definition of MariaDB.
var defaultPartition = regexp.MustCompile("(?m)PARTITION (`(?:[^`]|``)+`|\\w+) DEFAULT")

// readDefaults reads the definitions of tables whose DEFAULT partition of LIST the catalog does not show.
func (r *partitionRun) readDefaults(ctx context.Context, pairs []checks.TablePair) error {
	if len(pairs) == 0 {
		return nil
	}
	var names []datasource.TableName
	for _, pair := range pairs {
		names = append(names, pair.Source)
	}
	definitions, err := datasource.FactDefinitions.Of(ctx, r.Source(), names)
	if err != nil {
		return err
	}
	var unread error // of the first table
	for _, pair := range pairs {
		texts := definitions.Text.Of(pair.Source)
		switch {
		case len(texts) == 0 && unread == nil:
			unread = r.NotChecked("default_not_read", "table", pair.Source, "dest", r.dest)
		case len(texts) == 0:
		case defaultPartition.MatchString(texts[0]):
			r.finding(pair, checks.Finding{Rule: "list_default", Level: checks.Fail})
		}
	}
	return unread
}

type partitionRun struct {
	*checks.Pass
	rules   partitionRules
	dest    datasource.Server
	columns datasource.TableRows[datasource.Column] // where their types matter
}

// finding reports a finding about the table of a pair, with the destination as an argument.
func (r *partitionRun) finding(pair checks.TablePair, f checks.Finding) {
	f.Object = checks.TableObject(pair.Source)
	if f.Args == nil {
		f.Args = checks.Args{}
	}
	f.Args["dest"] = r.dest
	r.Report(f)
}

func (r *partitionRun) table(pair checks.TablePair, how datasource.Partitioning, indexes []datasource.Index) {
	r.method(pair, "PARTITION BY "+how.Method, how.Method, r.rules.methods)
	if how.SubMethod != "" {
		r.method(pair, "SUBPARTITION BY "+how.SubMethod, how.SubMethod, r.rules.subMethods)
	}
	if n := how.Count(); n > r.rules.limit {
		r.finding(pair, checks.Finding{Rule: "too_many", Level: checks.Fail,
			Args: checks.Args{"count": n, "limit": r.rules.limit}})
	}
	if r.rules.engines != nil && !slices.Contains(r.rules.engines, pair.Table.Engine) {
		r.finding(pair, checks.Finding{Rule: "engine", Level: checks.Fail, Actual: pair.Table.Engine,
			Expected: "InnoDB",
			SQL:      []string{"ALTER TABLE " + checks.QuoteTable(r.Route.Source, pair.Source) + " " + ToInnoDB}})
	}
	isFulltext := func(i datasource.Index) bool { return coltype.IsFulltext(pair.Table, i) }
	if at := slices.IndexFunc(indexes, isFulltext); at >= 0 && r.rules.noFulltext {
		r.finding(pair, checks.Finding{Rule: "fulltext", Level: checks.Fail,
			Args: checks.Args{"index": indexes[at].Name}})
	}
	isSpatial := func(c datasource.Column) bool { return slices.Contains(coltype.Spatial, c.DataType) }
	columns := r.columns.Of(pair.Source)
	if at := slices.IndexFunc(columns, isSpatial); at >= 0 && r.rules.noSpatial {
		r.finding(pair, checks.Finding{Rule: "spatial", Level: checks.Fail,
			Actual: columns[at].ColumnType.ColumnType, Args: checks.Args{"column": columns[at].Name}})
	}
	if column := fractional(how, columns); column != nil && r.dest.IsMySQL() {
		r.finding(pair, checks.Finding{Rule: "key_type", Level: checks.Fail,
			Actual: column.ColumnType.ColumnType, Expected: r.Term("integer"),
			Args: checks.Args{"method": how.Method + " (" + how.Expression + ")", "column": column.Name}})
	}
	r.dates(pair, how)
	if r.dest.IsMySQL() {
		r.uniqueKeys(pair, how, indexes)
	}
	if column := prefixedKey(how, indexes); column != "" && !r.rules.prefixes {
		r.finding(pair, checks.Finding{Rule: "prefix", Level: checks.Fail, Args: checks.Args{"column": column}})
	}
}

// method reports a method that is not supported; clause is its SQL.
func (r *partitionRun) method(pair checks.TablePair, clause, method string, supported []string) {
	f := checks.Finding{Rule: "method", Level: checks.Fail, Actual: clause, Expected: strings.Join(supported, ", ")}
	switch {
	case slices.Contains(supported, method):
		return
	case slices.Contains(r.rules.undocumented, method):
		f.Rule, f.Level = "method_unknown", checks.Warn
	}
	r.finding(pair, f)
}

// hasListDefault reports whether a LIST has a DEFAULT partition. The MariaDB catalog shows it as MAXVALUE with
// COLUMNS, and otherwise as the value 0, which is certain only if another partition has that value (tried on
// 10.11).
func hasListDefault(source datasource.Server, how datasource.Partitioning) (found, certain bool) {
	if !strings.HasPrefix(how.Method, "LIST") {
		return false, false
	}
	zeroes := 0
	for _, part := range how.Partitions {
		switch text := part.Description; {
		case strings.EqualFold(text, "DEFAULT"),
			source.IsMariaDB() && strings.HasPrefix(strings.TrimLeft(text, "("), "MAXVALUE"):
			return true, true
		case source.IsMariaDB() && how.Method == "LIST":
			if slices.Contains(strings.Split(text, ","), "0") {
				zeroes++
			}
			found = found || text == "0"
		}
	}
	return found, found && zeroes > 1
}

// fractional returns a column that adds a fraction to the expression of a RANGE or LIST. MariaDB accepts it; MySQL
// does not, not even of a DECIMAL without fractional digits (errors 1491 and 1659; tried on MariaDB 10.11 and
// MySQL 9.7).
func fractional(how datasource.Partitioning, columns []datasource.Column) *datasource.Column {
	if how.Method != "RANGE" && how.Method != "LIST" {
		return nil
	}
	expression := mysqlexpr.Read(how.Expression)
	rounds := func(function string) bool { return function == "floor" || function == "ceiling" || function == "ceil" }
	isDiv := func(t mysqlexpr.Token) bool { return t.Word && t.Text == "div" }
	whole := slices.ContainsFunc(expression.Functions, rounds) ||
		slices.ContainsFunc(mysqlexpr.Tokenize(how.Expression), isDiv)
	seconds := slices.Contains(expression.Functions, "unix_timestamp")
	for i, c := range columns {
		if slices.Contains(expression.Names, c.Name) &&
			(c.DataType == "decimal" && !whole || c.DataType == "timestamp" && c.Precision > 0 && seconds) {
			return &columns[i]
		}
	}
	return nil
}

// prefixedKey returns a column of a KEY partitioning of which the primary key holds only a prefix.
func prefixedKey(how datasource.Partitioning, indexes []datasource.Index) string {
	if !strings.HasSuffix(how.Method, "KEY") {
		return ""
	}
	for _, index := range indexes {
		if !index.Primary {
			continue
		}
		for _, c := range index.Columns {
			quoted := checks.Quote(datasource.MySQL, c.Name)
			if c.Prefix > 0 && (how.Expression == "" || strings.Contains(how.Expression, quoted)) {
				return c.Name
			}
		}
	}
	return ""
}
