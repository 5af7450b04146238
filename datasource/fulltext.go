package datasource

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
var FactIndexParsers = NewQuery[[]TableName, IndexParsers]("index_parsers", "parsers of FULLTEXT indexes")
