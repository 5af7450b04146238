package runstore

import "strings"

// dialect is what differs between databases. All other SQL of the package is common to SQLite and MySQL.
type dialect struct {
	now      string   // the database's clock, in milliseconds since 1970
	begin    string   // begins a transaction that may write
	view     []string // begins a transaction that reads as of one moment
	key      string   // type of a short text that is compared byte by byte
	text     string   // type of a text
	blob     string   // type of bytes
	onRuns   string   // names the table of an index that is dropped
	contains string   // whether a column, %s, is LIKE a pattern in lower case, in any case
	// kind returns the kind of an error of the driver, and whether the transaction is lost with it.
	kind func(error) (kind error, lost bool)
	// passing reports whether a transaction that was lost with an error may succeed when it is repeated. Nil: SQLite,
	// where processes write one after the other. Otherwise several write at the same time: they lock rows, and each
	// notes its transactions, so that a repeated one is not made twice.
	passing func(error) bool
}

// shared reports whether several processes write at the same time.
func (d *dialect) shared() bool { return d.passing != nil }

// sql returns a statement of this dialect: {now}, {key}, {text}, {blob} and {on runs} are replaced.
func (d *dialect) sql(statement string) string {
	if !strings.Contains(statement, "{") {
		return statement
	}
	return strings.NewReplacer("{now}", d.now, "{key}", d.key, "{text}", d.text, "{blob}", d.blob,
		"{on runs}", d.onRuns).Replace(statement)
}
