package column

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// runOracleNumbers checks the identity columns and the sequences of an Oracle-like source.
func runOracleNumbers(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) error {
	n := oracleNumbers{Pass: p, owned: map[datasource.TableName]bool{}}
	var err error
	if n.sequences, err = datasource.FactOracleSequences.Of(ctx, p.Source()); err != nil {
		return err
	}
	if n.dest, err = datasource.FactServer.Of(ctx, p.Dest()); err != nil {
		return err
	}
	identities, err := datasource.FactIdentityColumns.Of(ctx, p.Source())
	if datasource.ClassOf(err) == datasource.ErrUnsupported {
		p.Note("identities_not_read", "cause", err)
	} else if err != nil {
		return err
	}
	for _, columns := range identities.All() {
		for _, c := range columns {
			n.owned[c.Sequence] = true
		}
	}
	if identities.Len() > 0 {
		if err := n.identities(ctx, mapping, identities); err != nil {
			return err
		}
	}
	if err := n.schemaSequences(ctx, mapping); err != nil {
		return err
	}
	return n.checkHiddenSequences(ctx, mapping)
}

type oracleNumbers struct {
	*checks.Pass
	dest      datasource.Server
	sequences datasource.OracleSequences
	owned     map[datasource.TableName]bool // sequences of identity columns
}

// identities checks the identity columns of the tables.
func (n *oracleNumbers) identities(
	ctx context.Context, mapping *checks.Mapping, identities datasource.TableRows[datasource.IdentityColumn],
) error {
	columns, err := datasource.FactColumns.Of(ctx, n.Source())
	if err != nil {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, n.Source())
	if err != nil {
		return err
	}
	for _, pair := range mapping.BaseTables() {
		for _, identity := range identities.Of(pair.Source) {
			all := columns.Of(pair.Source)
			at := slices.IndexFunc(all, func(c datasource.Column) bool { return c.Name == identity.Column })
			if at < 0 {
				return n.NotChecked("column_not_listed", "column", checks.ColumnObject(pair.Source, identity.Column))
			}
			sequence := n.sequences.Find(identity.Sequence)
			if sequence == nil {
				n.Note("sequence_not_shown", "column", checks.ColumnObject(pair.Source, identity.Column))
			} else {
				n.identityEnd(pair.Source, all[at], *sequence)
			}
			if n.Route.Phases&checks.Schema != 0 {
				n.identityOnDest(pair.Source, all[at], identity, sequence, indexes.Of(pair.Source))
			}
		}
	}
	return nil
}

// identityEnd reports an identity column whose sequence or type has few numbers left.
func (n *oracleNumbers) identityEnd(table datasource.TableName, c datasource.Column, s datasource.OracleSequence) {
	f := checks.Finding{Rule: "near_end", Level: checks.Warn, Object: checks.ColumnObject(table, c.Name)}
	next, _ := new(big.Float).SetString(s.Next)
	var limit string
	switch {
	case s.Cycles:
		return
	case next != nil && !coltype.AnyNumber(c) && share(next, coltype.WholePart(c)) >= nearEnd:
		limit = n.Term("type_digits", "digits", coltype.WholePart(c), "type", c.ColumnType.ColumnType)
		if c.Scale == 0 && coltype.WholePart(c) < sequenceDigits {
			f.SQL = []string{fmt.Sprintf("ALTER TABLE %s MODIFY (%s NUMBER(%d))",
				checks.QuoteTable(n.Route.Source, table), checks.Quote(n.Route.Source, c.Name), sequenceDigits)}
		}
	case s.Used() >= nearEnd:
		limit = n.Term("sequence_range", "min", s.Min, "max", s.Max)
	default:
		return
	}
	f.Args = checks.Args{"next": s.Next, "limit": limit}
	n.Report(f)
}

// sequenceDigits is the maximum number of digits of a sequence (Oracle Database SQL Language Reference, "CREATE
// SEQUENCE").
const sequenceDigits = 28

// bigintDigits is that of OceanBase Oracle mode (OceanBase V4.3, "CREATE SEQUENCE").
const bigintDigits = 19

// share returns the share of a number in the range of so many digits.
func share(number *big.Float, digits int) float64 {
	f, _ := number.Float64()
	return math.Abs(f) / math.Pow10(digits)
}

// identityOnDest reports what an identity column becomes on the destination. Sources: Oracle Database SQL Language
// Reference, "CREATE TABLE" (identity_clause, since 12.1); OceanBase Migration Service, "Regular columns" (which
// ignores the clause); MySQL 9 Reference Manual, "CREATE TABLE".
func (n *oracleNumbers) identityOnDest(
	table datasource.TableName, c datasource.Column, identity datasource.IdentityColumn,
	sequence *datasource.OracleSequence, indexes []datasource.Index,
) {
	object := checks.ColumnObject(table, c.Name)
	switch {
	case n.dest.Flavor == datasource.FlavorOracle && n.dest.Version.Before(12, 1):
		n.warn("identity_lost", object, "", n.Term("trigger"))
	case n.dest.Mode == "ORACLE":
		n.warn("identity_lost", object, "", n.Term("identity_or_default"))
	case n.dest.Flavor == datasource.FlavorOracle && identity.Always:
		n.warn("always", object, "GENERATED ALWAYS AS IDENTITY", "GENERATED BY DEFAULT AS IDENTITY")
	}
	if n.Route.Dest.Dialect() == datasource.OracleDialect {
		return
	}
	if coltype.AnyNumber(c) || c.Scale != 0 || coltype.WholePart(c) > coltype.WholeEveryDigit["bigint"] {
		n.warn("identity_not_whole", object, c.ColumnType.ColumnType, "BIGINT")
	}
	leads := func(i datasource.Index) bool { return i.Columns[0].Name == c.Name }
	if (n.dest.IsMySQL() || n.dest.IsMariaDB()) && !slices.ContainsFunc(indexes, leads) {
		n.warn("identity_no_key", object, "", "")
	}
	if sequence != nil && sequence.Increment != "1" {
		n.warn("identity_step", object, "INCREMENT BY "+sequence.Increment, "INCREMENT BY 1")
	}
}

// warn reports a warning; an empty actual or expected value is that of the page.
func (n *oracleNumbers) warn(rule string, o checks.Object, actual, expected string) {
	n.Report(checks.Finding{Rule: rule, Level: checks.Warn, Object: o, Actual: actual, Expected: expected,
		Args: checks.Args{"dest": n.dest}})
}

// schemaSequences checks the sequences of the schemas that the task migrates completely or by a pattern.
func (n *oracleNumbers) schemaSequences(ctx context.Context, mapping *checks.Mapping) error {
	open := mapping.WholeSchemas()
	own := map[string]datasource.OracleSequences{} // by schema, except those of identity columns
	for _, s := range n.sequences {
		if !open[s.Schema] || n.owned[s.TableName] {
			continue
		}
		n.sequenceEnd(s)
		if !strings.HasPrefix(s.Name, identityPrefix) {
			own[s.Schema] = append(own[s.Schema], s)
		}
	}
	if n.Route.Phases&checks.Schema == 0 {
		return nil
	}
	for _, schema := range mapping.Schemas {
		if own[schema.Source] == nil {
			continue
		}
		if err := n.compareSequences(ctx, schema, own[schema.Source]); err != nil {
			return err
		}
	}
	return nil
}

// checkHiddenSequences returns an error if ALL_SEQUENCES may not show all sequences of the schemas that the task
// migrates completely or by a pattern: it shows only those that the account may use.
func (n *oracleNumbers) checkHiddenSequences(ctx context.Context, mapping *checks.Mapping) error {
	if n.Route.Source != datasource.Oracle {
		return nil
	}
	if all, err := access.ReadsAll(ctx, n.Source(), "DBA_SEQUENCES"); err != nil || all {
		return err
	}
	held, err := datasource.FactOraclePrivileges.Of(ctx, n.Source())
	if err != nil {
		return err
	}
	for _, schema := range slices.Sorted(maps.Keys(mapping.WholeSchemas())) {
		if schema != held.Account && !held.HasOver(schema, "SELECT ANY SEQUENCE") {
			return n.NotChecked("sequences_hidden", "schema", schema, "account", held.Account,
				"grantee", checks.Quote(datasource.Oracle, held.Account),
				"class", &datasource.Error{Class: datasource.ErrPrivilege})
		}
	}
	return nil
}

// identityPrefix starts the names of the sequences of identity columns.
const identityPrefix = "ISEQ$$_"

// sequenceObject names a sequence.
func sequenceObject(name datasource.TableName) checks.Object {
	return checks.Object{Kind: "SEQUENCE", Schema: name.Schema, Name: name.Name}
}

// sequenceEnd reports a sequence with few numbers left.
func (n *oracleNumbers) sequenceEnd(s datasource.OracleSequence) {
	if s.Cycles || s.Used() < nearEnd {
		return
	}
	f := checks.Finding{Rule: "sequence_near_end", Level: checks.Warn, Object: sequenceObject(s.TableName),
		Args: checks.Args{"next": s.Next, "min": s.Min, "max": s.Max}}
	end, limit := s.Max, " NOMAXVALUE"
	if s.Down() {
		end, limit = s.Min, " NOMINVALUE" // that of Oracle has a digit less, and a sign
	}
	most := sequenceDigits
	if n.Route.Source == datasource.OceanBaseOracle {
		most = bigintDigits
	}
	if len(end) < most {
		f.SQL = []string{"ALTER SEQUENCE " + checks.QuoteTable(n.Route.Source, s.TableName) + limit}
	}
	n.Report(f)
}

// compareSequences reports which sequences of a schema are missing or behind on the destination.
func (n *oracleNumbers) compareSequences(
	ctx context.Context, schema checks.SchemaPair, own datasource.OracleSequences,
) error {
	var names []string
	for _, s := range own {
		names = append(names, s.Name)
	}
	var there func(datasource.TableName) (next string, ok bool)
	switch {
	case n.dest.IsMySQL(), n.dest.IsMariaDB() && n.dest.Version.Before(10, 3):
		n.Report(checks.Finding{Rule: "no_sequences", Level: checks.Warn, Object: checks.SchemaObject(schema.Source),
			Actual: report.FirstNames(n.Lang, names, 20), Args: checks.Args{"count": len(names), "dest": n.dest}})
		return nil
	case n.dest.IsMariaDB():
		tables, err := datasource.FactTables.Of(ctx, n.Dest())
		if err != nil {
			return err
		}
		fold := n.dest.NameCase.Fold
		there = func(name datasource.TableName) (string, bool) {
			return "", slices.ContainsFunc(tables, func(t datasource.Table) bool {
				return t.Kind == datasource.Sequence && t.Schema == name.Schema && fold(t.Name) == fold(name.Name)
			})
		}
	case n.Route.Dest.Dialect() == datasource.OracleDialect:
		sequences, err := datasource.FactOracleSequences.Of(ctx, n.Dest())
		if err != nil {
			return err
		}
		there = func(name datasource.TableName) (string, bool) {
			if s := sequences.Find(name); s != nil {
				return s.Next, true
			}
			return "", false
		}
	default:
		n.Note("sequences_not_compared", "dest", n.dest, "count", len(own), "schema", schema.Source,
			"names", report.FirstNames(n.Lang, names, 20))
		return nil
	}
	for _, s := range own {
		name := datasource.TableName{Schema: schema.Dest, Name: s.Name}
		f := checks.Finding{Level: checks.Info, Object: sequenceObject(name)}
		switch next, ok := there(name); {
		case !ok:
			f.Rule, f.SQL = "sequence_missing", createSequence(n.Route.Dest, name, s)
			f.On = checks.Place{Side: checks.Dest}
			f.Args = checks.Args{"next": s.Next}
			n.Report(f)
		case next != "" && isBehind(next, s):
			f.Rule, f.Args = "sequence_behind", checks.Args{"next": s.Next, "there": next}
			n.Report(f)
		}
	}
	return nil
}

// isBehind reports whether a next number is before that of a sequence, in its direction.
func isBehind(next string, s datasource.OracleSequence) bool {
	there, ok1 := new(big.Float).SetString(next)
	here, ok2 := new(big.Float).SetString(s.Next)
	if !ok1 || !ok2 {
		return false
	}
	if s.Down() {
		there, here = here, there
	}
	return there.Cmp(here) < 0
}

// createSequence returns the statement that creates a sequence that continues s. There is none if the numbers of s are
// used up, or if the next one is too large for a destination whose sequences are BIGINT: MariaDB, without the first
// and the last number, and OceanBase (MariaDB documentation, "CREATE SEQUENCE"; OceanBase V4.3, "CREATE SEQUENCE" of
// Oracle mode).
func createSequence(t datasource.Type, name datasource.TableName, s datasource.OracleSequence) []string {
	limit := func(value string) string {
		n, ok := new(big.Int).SetString(value, 10)
		switch {
		case t == datasource.Oracle || !ok:
			return value
		case n.Cmp(big.NewInt(math.MaxInt64-1)) > 0:
			return fmt.Sprint(math.MaxInt64 - 1)
		case n.Cmp(big.NewInt(math.MinInt64+1)) < 0:
			return fmt.Sprint(math.MinInt64 + 1)
		}
		return value
	}
	next, ok := new(big.Int).SetString(s.Next, 10)
	if !ok || s.Used() > 1 || t != datasource.Oracle && !next.IsInt64() {
		return nil
	}
	cache := " CACHE " + s.Cached
	if s.Cached == "0" || s.Cached == "1" {
		cache = " NOCACHE"
	}
	cycle := " NOCYCLE"
	if s.Cycles {
		cycle = " CYCLE"
	}
	return []string{"CREATE SEQUENCE " + checks.QuoteTable(t, name) + " MINVALUE " + limit(s.Min) +
		" MAXVALUE " + limit(s.Max) + " START WITH " + s.Next + " INCREMENT BY " + s.Increment + cache + cycle}
}
