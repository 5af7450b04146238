package runstore

import (
	"fmt"
	"strings"
)

// where is the condition of a query.
type where struct {
	conditions []string
	args       []any
}

func (w *where) and(condition string, args ...any) {
	w.conditions, w.args = append(w.conditions, condition), append(w.args, args...)
}

func (w *where) equal(column, value string) {
	if value != "" {
		w.and(column+" = ?", value)
	}
}

// in adds that a column has one of the values; no value means any.
func in[T ~string](w *where, column string, values []T) {
	if len(values) == 0 {
		return
	}
	for _, v := range values {
		w.args = append(w.args, string(v))
	}
	w.conditions = append(w.conditions, column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")")
}

// search adds that one of the columns contains a text.
func (w *where) search(d *dialect, text string, columns ...string) {
	if text == "" {
		return
	}
	pattern := "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(text)) + "%"
	var conditions []string
	for _, c := range columns {
		conditions = append(conditions, strings.ReplaceAll(d.contains, "%s", c))
		w.args = append(w.args, pattern)
	}
	w.conditions = append(w.conditions, "("+strings.Join(conditions, " OR ")+")")
}

func (w *where) sql() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}

// sql returns the order and the limits of a page of a list that is sorted by a column.
func (p Page) sql(column string) string {
	order := "DESC"
	if p.Ascending {
		order = "ASC"
	}
	size := p.Size
	if size < 1 {
		size = 10
	}
	size = min(size, MaxPage)
	return fmt.Sprintf(" ORDER BY %s %s, id %s LIMIT %d OFFSET %d", column, order, order, size,
		(max(p.Number, 1)-1)*size)
}
