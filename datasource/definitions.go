package datasource

import (
	"context"
	"regexp"
	"slices"
	"strings"
)

// Definitions are the definitions of some tables, as SHOW CREATE TABLE returns them.
type Definitions struct {
	Text TableRows[string] // one row per table
	// NotRead are those that the account may not see, and the last ones of the argument if there are too many.
	NotRead []TableName
}

// FactDefinitions are the definitions of the given tables, for what no catalog of the server shows. It reads a bounded
// number of tables, one statement each, which opens them.
var FactDefinitions = NewQuery[[]TableName, Definitions]("definitions", "definitions of tables").CapturedAs(
	Captured[[]TableName, Definitions]{Ask: unclearDefinitions, Answer: definitionsFrom})

// How many definitions are captured with one question, and with all.
const (
	definitionsAsked    = 50
	definitionsCaptured = 1000
)

// unnamedCheck matches the names that MariaDB gives to CHECK constraints.
var unnamedCheck = regexp.MustCompile(`^CONSTRAINT_\d+$`)

// unclearDefinitions returns the tables of MariaDB of which the catalog does not show everything that checks need:
// those with a CHECK constraint that may be a period, and those with a LIST whose DEFAULT may not be shown.
func unclearDefinitions(ctx context.Context, facts *Facts, in func(TableName) bool) ([][]TableName, error) {
	server, err := FactServer.Of(ctx, facts)
	if err != nil || !server.IsMariaDB() {
		return nil, err
	}
	constraints, err := FactCheckConstraints.Of(ctx, facts)
	if err != nil {
		return nil, err
	}
	partitions, err := FactPartitions.Of(ctx, facts)
	if err != nil {
		return nil, err
	}
	var unclear []TableName
	for table, list := range constraints.All() {
		if in(table) && slices.ContainsFunc(list, func(c CheckConstraint) bool {
			return !c.Column && !unnamedCheck.MatchString(c.Name) && strings.Contains(c.Clause, "` < `")
		}) {
			unclear = append(unclear, table)
		}
	}
	for table, list := range partitions.All() {
		if in(table) && slices.ContainsFunc(list, func(p Partitioning) bool { return p.Method == "LIST" }) {
			unclear = append(unclear, table)
		}
	}
	slices.SortFunc(unclear, TableName.Compare)
	unclear = slices.Compact(unclear)
	unclear = unclear[:min(len(unclear), definitionsCaptured)]
	return slices.Collect(slices.Chunk(unclear, definitionsAsked)), nil
}

func definitionsFrom(tables []TableName, known []Answered[[]TableName, Definitions]) (Definitions, bool) {
	read := map[TableName]*Definitions{}
	for i := range known {
		for _, t := range known[i].Argument {
			read[t] = &known[i].Answer
		}
	}
	var d Definitions
	var b TableRowsBuilder[string]
	for _, t := range tables {
		from, ok := read[t]
		if !ok {
			return d, false
		}
		if text := from.Text.Of(t); len(text) > 0 {
			b.Add(t, text[0])
		} else {
			d.NotRead = append(d.NotRead, t)
		}
	}
	d.Text = b.Build(nil)
	return d, true
}
