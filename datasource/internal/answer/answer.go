// Package answer reads the rows of a query within the bounds of a datasource.QueryResult.
package answer

import (
	"database/sql"
	"strings"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/datasource"
)

// Read reads at most that many rows. It leaves rows open.
func Read(rows *sql.Rows, most int) (a datasource.QueryResult, err error) {
	if a.Columns, err = rows.Columns(); err != nil {
		return a, err
	}
	if len(a.Columns) > datasource.MaxQueryColumns {
		a.More = true
		return a, nil
	}
	values, into := make([]sql.NullString, len(a.Columns)), make([]any, len(a.Columns))
	for i := range values {
		into[i] = &values[i]
	}
	left := datasource.MaxQueryBytes
	for rows.Next() {
		if len(a.Rows) == most || left <= 0 {
			a.More = true
			return a, nil
		}
		if err := rows.Scan(into...); err != nil {
			return a, err
		}
		row := make([]datasource.QueryCell, len(values))
		for i, v := range values {
			row[i] = datasource.QueryCell{Text: cut(v.String), Null: !v.Valid}
			left -= len(row[i].Text)
		}
		a.Rows = append(a.Rows, row)
	}
	return a, rows.Err()
}

// cut returns the start of a text without a part of a character, in memory of its own.
func cut(text string) string {
	if len(text) <= datasource.MaxQueryCell {
		return text
	}
	end := datasource.MaxQueryCell
	for end > datasource.MaxQueryCell-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.Clone(text[:end])
}
