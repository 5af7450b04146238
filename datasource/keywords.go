package datasource

// Keywords are the keywords of a server's SQL.
type Keywords struct {
	Words map[string]bool // by their upper case; true if the server lists the word as reserved
	// Authoritative reports that the server shows which words are reserved. MariaDB only lists the words.
	Authoritative bool
}

// FactKeywords are the keywords of the server's SQL, as the server lists them: MySQL 8.0.13 and later,
// MariaDB 10.6.3 and later, Oracle (V$RESERVED_WORDS, only the reserved ones; ErrPrivilege without a
// privilege on it). It fails with ErrUnsupported on a server that does not list them.
var FactKeywords = NewFact[Keywords]("keywords", "keywords and reserved words")
