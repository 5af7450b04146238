package datasource

import (
	"context"
	"slices"
)

// FactFulltextParsers are the names of the full-text parser plugins that the server has loaded, in lower case, such as
// ngram. Its built-in parser has no name.
var FactFulltextParsers = NewFact[[]string]("fulltext_parsers", "fulltext parsers")

// IndexParser is a FULLTEXT index that names a parser.
type IndexParser struct {
	Table  TableName
	Index  string
	Parser string
}

// IndexParsers are the FULLTEXT indexes of some tables that name a parser.
type IndexParsers struct {
	Indexes []IndexParser
	NotRead []TableName // because there are too many: the last ones of the argument
}

// FactIndexParsers are the FULLTEXT indexes of the given tables that name a parser, which only the definition of a
// table shows. A bounded number of tables is read, each with a statement.
var FactIndexParsers = NewQuery[[]TableName, IndexParsers]("index_parsers", "parsers of FULLTEXT indexes").CapturedAs(
	Captured[[]TableName, IndexParsers]{Ask: fulltextTables, Answer: parsersFrom})

// fulltextTables returns the tables with a FULLTEXT index.
func fulltextTables(ctx context.Context, facts *Facts, in func(TableName) bool) ([][]TableName, error) {
	parsers, err := FactFulltextParsers.Of(ctx, facts)
	if err != nil || len(parsers) == 0 {
		return nil, err
	}
	indexes, err := FactIndexes.Of(ctx, facts)
	var names []TableName
	for table, list := range indexes.All() {
		if in(table) && slices.ContainsFunc(list, func(i Index) bool {
			return i.Unordered || i.Type == "FULLTEXT"
		}) {
			names = append(names, table)
		}
	}
	if names == nil {
		return nil, err
	}
	return [][]TableName{names}, err
}

func parsersFrom(tables []TableName, known []Answered[[]TableName, IndexParsers]) (IndexParsers, bool) {
	read, indexes := map[TableName]bool{}, map[TableName][]IndexParser{} // read: false for those that were not
	for _, k := range known {
		for _, t := range k.Argument {
			read[t] = true
		}
		for _, t := range k.Answer.NotRead {
			read[t] = false
		}
		for _, i := range k.Answer.Indexes {
			indexes[i.Table] = append(indexes[i.Table], i)
		}
	}
	var p IndexParsers
	for _, t := range tables {
		was, ok := read[t]
		if !ok {
			return p, false
		}
		if !was {
			p.NotRead = append(p.NotRead, t)
		}
		p.Indexes = append(p.Indexes, indexes[t]...)
	}
	return p, true
}
