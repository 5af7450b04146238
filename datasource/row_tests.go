package datasource

import (
	"cmp"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
)

// RowTestKind is a condition on a row of a table.
type RowTestKind string

// The kinds of test. A row that a test finds is one that a destination may refuse.
const (
	ErrorOfEnum    RowTestKind = "enum error"     // Column is an ENUM and contains its error value, number 0
	ZeroNumber     RowTestKind = "zero"           // Column is 0
	FalseCondition RowTestKind = "false"          // the condition Text, as the catalog writes it, is false
	LongerThan     RowTestKind = "longer"         // Column has more than Number characters, or bytes if it is binary
	NotInCharset   RowTestKind = "not in charset" // Column has characters that the character set Text does not have
	NotBetween     RowTestKind = "not between"    // Column is less than Low or greater than High
	NotJSON        RowTestKind = "not JSON"       // Column is not a JSON document
	LargerThan     RowTestKind = "larger"         // the values of Columns have more than Number bytes
	NoParent       RowTestKind = "no parent"      // Columns are not NULL, and no row of Parent has them
	SameKey        RowTestKind = "same key"       // the row has the same Parts, none of them NULL, as another one
	InTimeGap      RowTestKind = "in time gap"    // Column, as a new session of the server reads it, is in one of Gaps
	NotGeometry    RowTestKind = "not geometry"   // Column is not a geometry in the well-known binary format of MySQL
)

// RowTest finds rows of a table.
type RowTest struct {
	Kind      RowTestKind
	Column    string   `json:",omitempty"`
	Columns   []string `json:",omitempty"`
	Number    int64    `json:",omitempty"`
	Text      string   `json:",omitempty"`
	Low, High string   `json:",omitempty"` // numbers, or dates in single quotes

	Parent        TableName `json:",omitzero"`
	ParentColumns []string  `json:",omitempty"`

	Parts []ComparedPart `json:",omitempty"`
	Gaps  []TimeGap      `json:",omitempty"`
}

// ComparedPart is a part of a unique key, and how it is compared.
type ComparedPart struct {
	Column             string
	Prefix             int    `json:",omitempty"` // characters or bytes; 0 is the whole column
	Charset, Collation string `json:",omitempty"` // of a text
}

// KeyForm is how a value of a key is shown.
type KeyForm string

// The forms of a key's values.
const (
	KeyPlain  KeyForm = "plain"  // numbers
	KeyQuoted KeyForm = "quoted" // texts and times
	KeyHex    KeyForm = "hex"    // bytes
)

// KeyColumn is a column of the key by which a row is named.
type KeyColumn struct {
	Name string
	Form KeyForm
}

// TestedTable is a table whose rows are tested.
type TestedTable struct {
	Table TableName
	Key   []KeyColumn // of the primary key, in its order; nil if there is none
	Tests []RowTest
	Size  TableSize // as the server estimates it
}

// ReadBudget bounds what FactRowTests reads.
type ReadBudget struct {
	TableRows int64         // of each table: its first ones by the primary key, and as many last ones; 0 is 100,000
	Rows      int64         // of all tables; 0 is 10,000,000
	Bytes     int64         // of all tables, as the server estimates the size of rows; 0 is 10 GiB
	Time      time.Duration // no statement starts later; 0 is 5 minutes
}

// OrDefault returns the budget with the defaults of what is 0.
func (b ReadBudget) OrDefault() ReadBudget {
	return ReadBudget{TableRows: cmp.Or(b.TableRows, 100_000), Rows: cmp.Or(b.Rows, 10_000_000),
		Bytes: cmp.Or(b.Bytes, 10<<30), Time: cmp.Or(b.Time, 5*time.Minute)}
}

// RowTests are the tables to test.
type RowTests struct {
	Tables []TestedTable
	Budget ReadBudget
}

// FoundRows are the rows that a test found.
type FoundRows struct {
	Test  int // index of the test
	Count int64
	Keys  []string // of up to three of them
}

// TestedRows is what was read of a table.
type TestedRows struct {
	Table int   // index of the table
	Read  int64 // rows
	All   bool  // all rows were read
	Found []FoundRows
}

// UntestedTable is a table that was not read.
type UntestedTable struct {
	Table  int          // index of the table
	Reason message.Text // the error; empty if the budget was used up
}

// RowAnswers are the answers to RowTests.
type RowAnswers struct {
	Tested   []TestedRows
	Untested []UntestedTable
}

// FactRowTests finds rows by tests, within a budget. Small tables share a statement, up to 50 in each. It requires
// SELECT on the tables.
var FactRowTests = NewQuery[RowTests, RowAnswers]("row_tests", "rows that the destination may refuse")
