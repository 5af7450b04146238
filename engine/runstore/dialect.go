package runstore

import "strings"

// dialect is what differs between databases. All other SQL of the package is common to SQLite and MySQL.
type dialect struct {
	now   string // the database's clock, in milliseconds since 1970
	begin string // begins a transaction that may write
	key   string // type of a short text that is compared byte by byte
	text  string // type of a text
	blob  string // type of bytes
	// kind returns the kind of an error of the driver, and whether the transaction is lost with it.
	kind func(error) (kind error, lost bool)
}

// sql returns a statement of this dialect: {now}, {key}, {text} and {blob} are replaced.
func (d *dialect) sql(statement string) string {
	return strings.NewReplacer("{now}", d.now, "{key}", d.key, "{text}", d.text, "{blob}", d.blob).Replace(statement)
}
