package datasource

// Keywords are the words that have a meaning in a server's SQL.
type Keywords struct {
	Words map[string]bool // by their upper case; true where the server calls the word reserved
	// Authoritative reports that the server shows which words are reserved. MariaDB only lists the words.
	Authoritative bool
}

// FactKeywords are the words that have a meaning in the server's SQL, as it lists them itself: MySQL 8.0.13
// and later, MariaDB 10.6.3 and later, Oracle (V$RESERVED_WORDS, the reserved ones alone; ErrPrivilege
// without a privilege on it). It fails with ErrUnsupported on a server that does not list them.
var FactKeywords = NewFact[Keywords]("keywords", "keywords and reserved words")
